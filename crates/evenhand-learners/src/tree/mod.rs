//! Trees over features: gradient boosting, random forests and pruned decision trees.
//!
//! Values are sorted into at most 254 bins a column (`bins`). Boosting grows its trees leaf by leaf from histograms
//! of gradients (`grow`), forests and decision trees grow theirs to the end (`deep`). Gaps go to the side of a
//! split that the training rows speak for, and levels of a category are split into sets. Histograms hold whole
//! numbers, so that the same rows give the same trees on any number of threads.

mod bins;
pub mod boosting;
mod category;
#[cfg(test)]
mod census_tests;
mod criterion;
pub mod decision_tree;
mod deep;
pub mod forest;
mod gini;
mod gradient;
mod grow;
mod histogram;
pub mod importance;
#[cfg(test)]
mod lightgbm_tests;
mod loss;
pub mod model;
mod node;
mod number;
mod prune;
pub mod refit;
pub mod shap;
mod split;
mod stored;
#[cfg(test)]
mod toy;
