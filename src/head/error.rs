//! Errors of a training, with hints.

use crate::hint::{Hint, Message};
use thiserror::Error;

#[derive(Debug, Clone, PartialEq, Error)]
pub enum HeadError {
    #[error("`{name}` is {value}; it must be {allowed}")]
    Parameter {
        name: &'static str,
        value: String,
        allowed: &'static str,
    },
    #[error("{rows} {part} rows are too few; at least {least} are needed")]
    TooFewRows {
        part: &'static str,
        rows: usize,
        least: usize,
    },
    #[error("all {rows} training rows have the same label (class {class})")]
    OneClass { class: usize, rows: usize },
    #[error("row {row} of the features has {value} in column {column}; every value must be finite")]
    NotFinite {
        row: usize,
        column: usize,
        value: f32,
    },
    #[error("the loss is not a number after epoch {epoch}")]
    Diverged { epoch: usize },
    #[error("the device failed: {reason}")]
    Device { reason: String },
    #[error("fold {fold}: {source}")]
    Fold { fold: usize, source: Box<HeadError> },
}

impl Hint for HeadError {
    fn hint(&self) -> Option<Message> {
        let hint = match self {
            Self::Parameter { .. } => return None,
            Self::TooFewRows { .. } => "add labelled images, or use fewer folds",
            Self::OneClass { .. } => {
                "check that the label column is the one you mean, and that no split follows it"
            }
            Self::NotFinite { .. } => {
                "the backbone overflows on this image: check its mean, std and channel order"
            }
            Self::Diverged { .. } => "use a smaller learning rate",
            Self::Device { .. } => "train on the device `cpu`",
            Self::Fold { source, .. } => return source.hint(),
        };
        Some(hint.into())
    }

    fn is_usage(&self) -> bool {
        matches!(self, Self::Parameter { .. })
    }
}
