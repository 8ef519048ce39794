//! Random forest: rows that a tree was not grown from judge it, which needs no folds.

use super::kind::Learner;
use super::loss::log_losses;
use super::model::Model;
use super::params::LearnerParams;
use super::task::{Fitted, Task};
use crate::error::LearnerError;
use crate::tree::forest;

pub(super) fn fit(task: &Task, params: &LearnerParams) -> Result<Fitted, LearnerError> {
    let params = &params.forest;
    let fitted = forest::fit(task.examples, task.rows, params, task.seed)?;
    let out_of_bag: Vec<f32> = fitted.out_of_bag.iter().map(|&p| p as f32).collect();
    Ok(Fitted {
        losses: log_losses(task, &out_of_bag),
        model: Model::Trees(Learner::Forest, fitted.model),
        settings: vec![("trees".to_owned(), params.trees.to_string())],
    })
}
