//! Errors of samples.

use crate::predictions::PredictionError;
use evenhand_stats::estimate::SampleError;
use evenhand_stats::groups::GroupError;
use evenhand_stats::hint::{Hint, Message};

/// Why no sample can be drawn. `table` is `predictions.csv: `, and empty for a table from memory.
#[derive(Debug, thiserror::Error)]
pub enum SampleJobError {
    #[error(transparent)]
    Predictions(#[from] PredictionError),
    #[error(transparent)]
    Groups(#[from] GroupError),
    #[error(transparent)]
    Sample(#[from] SampleError),
    #[error("{table}no columns of probabilities")]
    NoProbabilities { table: String },
}

impl Hint for SampleJobError {
    fn hint(&self) -> Option<Message> {
        match self {
            Self::Predictions(reason) => reason.hint(),
            Self::Groups(reason) => reason.hint(),
            Self::Sample(reason) => reason.hint(),
            Self::NoProbabilities { .. } => Some(
                "leave `score` out of {groups}, and use another {allocation} than neyman".into(),
            ),
        }
    }
}
