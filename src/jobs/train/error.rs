use crate::hint::Hint;
use crate::stats::kmeans::KMeansError;

/// Why a training has no result.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    #[error("the features cannot be looked at: {0}")]
    Features(KMeansError),
    #[error("predictions cannot be written: {0}")]
    Predictions(#[from] csv::Error),
}

impl Hint for TrainError {}
