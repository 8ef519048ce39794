//! Learners over features: logistic regression, decision trees, random forests and gradient boosting.
//!
//! Features come by column, in a [`frame::Frame`], whether they were columns of a survey or the output of a
//! backbone. A learner takes a frame and [`examples::Examples`], and gives a model that turns rows of such a frame
//! into probabilities. Nothing here opens a file, prints, or knows what an image is.

pub mod columns;
pub mod encode;
pub mod error;
pub mod examples;
pub mod frame;
pub mod importance;
pub mod learner;
pub mod logistic;
pub mod transfer;
pub mod tree;
