//! Errors of learners.

use evenhand_stats::hint::{Hint, Message};

/// Rows that a learner cannot be fitted to.
#[derive(Debug, thiserror::Error)]
pub enum LearnerError {
    #[error("{rows} rows are too few to fit {learner}; at least {least} are needed")]
    TooFewRows {
        learner: &'static str,
        rows: usize,
        least: usize,
    },
    #[error("all {rows} training rows have the same label, {class}")]
    OneClass { class: usize, rows: usize },
    #[error("fold {fold}: {source}")]
    Fold { fold: usize, source: Box<Self> },
    #[error("there is no feature to learn from")]
    NoFeature,
}

impl Hint for LearnerError {
    fn hint(&self) -> Option<Message> {
        Some(match self {
            Self::Fold { source, .. } => return source.hint(),
            Self::TooFewRows { .. } => "add labelled rows".into(),
            Self::OneClass { .. } => "add rows of another label".into(),
            Self::NoFeature => "name columns that differ from row to row".into(),
        })
    }
}
