//! Prediction: a trained classifier on new images, one row for every input.

mod conclude;
mod config;
mod merge;
mod predictor;
mod stream;
mod write;

pub use conclude::PredictedTable;
pub use config::{PredictConfig, TableOptions};
pub use merge::{MergeConfig, merge};
pub use predictor::{Image, PredictOptions, Predictor};
pub use stream::predict_to;
pub use write::predict;
