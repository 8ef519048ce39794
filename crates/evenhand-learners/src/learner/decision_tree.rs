//! Decision tree, pruned as far as its own cross-validation says.

use super::kind::Learner;
use super::loss::log_losses;
use super::model::Model;
use super::params::LearnerParams;
use super::task::{Fitted, Task};
use crate::error::LearnerError;
use crate::tree::decision_tree;

pub(super) fn fit(task: &Task, params: &LearnerParams) -> Result<Fitted, LearnerError> {
    let params = &params.tree;
    let found = task.held_out(|rows, judged| {
        let fitted = decision_tree::fit(task.examples, rows, params, task.seed)?;
        let model = Model::Trees(Learner::Tree, fitted.model);
        Ok(model.probabilities(task.examples.frame, judged))
    })?;
    let fitted = decision_tree::fit(task.examples, task.rows, params, task.seed)?;
    Ok(Fitted {
        losses: log_losses(task, &found),
        model: Model::Trees(Learner::Tree, fitted.model),
        settings: vec![("leaves".to_owned(), fitted.leaves.to_string())],
    })
}
