use crate::hint::{Hint, Message};
use crate::text::{percent, quoted};
use std::path::PathBuf;

/// Why a training on a survey has no result.
#[derive(Debug, thiserror::Error)]
pub enum SurveyError {
    #[error("{place}: the weight `{column}` is {found}; a number above 0 is allowed")]
    Weight {
        place: String,
        column: String,
        found: String,
    },
    #[error(
        "the classes are {}, and those of the source {}",
        quoted(target),
        quoted(source_classes)
    )]
    OtherClasses {
        source_classes: Vec<String>,
        target: Vec<String>,
    },
    #[error("{}: no column {}; {} of what the source's columns are worth is missing", path.display(), quoted(columns), percent(*share))]
    MuchMissing {
        path: PathBuf,
        columns: Vec<String>,
        /// Of the importance of all.
        share: f64,
    },
    #[error("{}: its columns are {}, where those of the first table are {}", path.display(), quoted(columns), quoted(expected))]
    OtherColumns {
        path: PathBuf,
        columns: Vec<String>,
        expected: Vec<String>,
    },
}

impl Hint for SurveyError {
    fn hint(&self) -> Option<Message> {
        match self {
            Self::Weight { .. } => {
                Some("leave rows without a weight out of the table, or give them one".into())
            }
            Self::OtherClasses { .. } => {
                Some("name them alike with {map}, as in {map} 1=yes".into())
            }
            Self::MuchMissing { .. } => Some(
                "names of columns are compared letter by letter; without these columns, train from scratch with {columns}".into(),
            ),
            Self::OtherColumns { .. } => Some("predict each table by itself".into()),
        }
    }

    fn is_usage(&self) -> bool {
        true
    }
}
