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
    #[error("no prediction can be made to rise or fall with {column}: {reason}")]
    Monotone {
        column: String,
        reason: &'static str,
    },
    #[error("there is no feature to learn from")]
    NoFeature,
}

impl Hint for LearnerError {
    fn hint(&self) -> Option<Message> {
        Some(match self {
            Self::TooFewRows { .. } => "add labelled rows".into(),
            Self::OneClass { .. } => "add rows of another label".into(),
            Self::Monotone { .. } => "name columns of numbers, and have two labels".into(),
            Self::NoFeature => "name columns that differ from row to row".into(),
        })
    }
}
