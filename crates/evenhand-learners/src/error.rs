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
    #[error("no prediction can be made to rise or fall with {column}: {reason}")]
    Monotone {
        column: String,
        reason: &'static str,
    },
    #[error("there is no feature to learn from")]
    NoFeature,
    #[error("the model to start from tells {found} classes apart, these rows have {expected}")]
    OtherClasses { found: usize, expected: usize },
    #[error("a penalty is a number of at least 0, not {0}")]
    Penalty(f64),
    #[error("the share of a penalty on absolute values is above 0 and at most 1, not {0}")]
    L1Share(f64),
}

impl Hint for LearnerError {
    fn hint(&self) -> Option<Message> {
        Some(match self {
            Self::Fold { source, .. } => return source.hint(),
            Self::TooFewRows { .. } => "add labelled rows".into(),
            Self::OneClass { .. } => "add rows of another label".into(),
            Self::Monotone { .. } => "name columns of numbers, and have two labels".into(),
            Self::NoFeature => "name columns that differ from row to row".into(),
            Self::OtherClasses { .. } => "take a model of the same label".into(),
            Self::L1Share(_) => "take 1 for the lasso".into(),
            Self::Penalty(_) => "take {penalty} from 0.0001 to 10000".into(),
        })
    }
}
