//! Learners by name, and the choice among them on the same folds.
//!
//! Each row of the table fits one kind of model to training rows, and finds its settings (a penalty, the number of
//! rounds) by cross-validation within these rows alone.

mod boosting;
mod choose;
mod contributions;
mod decision_tree;
mod fold;
mod forest;
mod kind;
mod logistic;
mod loss;
mod model;
mod nested;
mod params;
mod recipe;
mod select;
mod table;
mod task;
#[cfg(test)]
mod tests;

pub use boosting::{Boosted, boost, small};
pub use choose::{Rule, least_loss, simplest};
pub use contributions::{Contributions, Scale};
pub use kind::Learner;
pub use logistic::along_path;
pub use loss::{Loss, log_loss, log_losses};
pub use model::{Model, margin_frame};
pub use nested::{Candidate, FoldModel, Nested, cross_validate};
pub use params::LearnerParams;
pub use recipe::{Recipe, Selector};
pub use select::{Select, SelectParams, Selecting};
pub use table::{Configured, auto};
pub use task::{Fitted, NEVER, Task};
