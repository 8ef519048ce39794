use crate::hint::{Hint, Message};
use crate::text::quoted;

/// Why a training has no result.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    #[error("there is no column `{column}` of sources")]
    NoSources {
        column: String,
        columns: Vec<String>,
    },
    #[error("the column `{column}` names {found} sources; 2 to {most} are allowed")]
    Sources {
        column: String,
        found: usize,
        most: usize,
    },
}

impl Hint for TrainError {
    fn hint(&self) -> Option<Message> {
        match self {
            Self::NoSources { columns, .. } => Some(Message::plain(format!(
                "the columns are {}",
                quoted(columns)
            ))),
            Self::Sources { .. } => {
                Some("name a column with the archive or camera that each image is from".into())
            }
        }
    }

    fn is_usage(&self) -> bool {
        true
    }
}
