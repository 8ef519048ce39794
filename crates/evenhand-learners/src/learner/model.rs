//! Models: what a learner gives.

use super::Learner;
use crate::frame::Frame;
use crate::logistic::Logistic;
use crate::tree::model::TreeEnsemble;
use serde::{Deserialize, Serialize};

/// A fitted model of any learner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Model {
    Logistic(Logistic),
    /// Of a tree, a forest or boosting.
    Trees(Learner, TreeEnsemble),
}

impl Model {
    pub fn learner(&self) -> Learner {
        match self {
            Self::Logistic(_) => Learner::Logistic,
            Self::Trees(learner, _) => *learner,
        }
    }

    /// Probabilities of all classes, `[rows, classes]`, of a frame with the columns of the training.
    pub fn probabilities(&self, frame: &Frame, rows: &[usize]) -> Vec<f32> {
        match self {
            Self::Logistic(logistic) => logistic.probabilities(frame, rows, None),
            Self::Trees(_, trees) => {
                let found = trees.probabilities(frame, rows);
                found.into_iter().map(|p| p as f32).collect()
            }
        }
    }
}
