//! What can be wrong with a file of codes.

use evenhand::coders::CodesError;
use evenhand::dataset::DatasetError;
use evenhand::hint::{Hint, Message};
use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum CodesFileError {
    #[error(transparent)]
    Table(#[from] DatasetError),
    #[error("{}: no column names the items; the columns are {}", path.display(), columns.join(", "))]
    NoItem { path: PathBuf, columns: Vec<String> },
    #[error("{}: no column holds codes; the columns are {}", path.display(), columns.join(", "))]
    NoCodes { path: PathBuf, columns: Vec<String> },
    #[error("{}: `{column}` cannot be both the item and a code", path.display())]
    ItemIsCode { path: PathBuf, column: String },
    #[error("{}: {reason}", path.display())]
    Codes {
        path: PathBuf,
        reason: Box<CodesError>,
    },
    #[error("{}: the labels {} have no known order", path.display(), labels.join(", "))]
    NoOrder { path: PathBuf, labels: Vec<String> },
    #[error("{}: the labels {} are not all numbers", path.display(), labels.join(", "))]
    NoNumbers { path: PathBuf, labels: Vec<String> },
}

impl CodesFileError {
    /// Of the codes in this file.
    pub(in crate::commands) fn of(path: &Path, reason: CodesError) -> Self {
        Self::Codes {
            path: path.to_owned(),
            reason: Box::new(reason),
        }
    }
}

impl Hint for CodesFileError {
    fn hint(&self) -> Option<Message> {
        let hint = match self {
            Self::Table(reason) => return reason.hint(),
            Self::Codes { reason, .. } => return reason.hint(),
            Self::NoItem { .. } => "name the column of items with --item",
            Self::NoCodes { .. } => {
                "name a column for each coder with --coders, or the column of labels with --label"
            }
            Self::NoOrder { .. } => "name them from the lowest to the highest with --order",
            Self::NoNumbers { .. } => "take --scale ordinal with --order, or --scale nominal",
            Self::ItemIsCode { .. } => "name another column with --item",
        };
        Some(hint.into())
    }
}
