//! What can be wrong with a table, and what to do about it.

use evenhand_stats::audit::groups::UnknownColumn;
use evenhand_stats::hint::{Hint, Message};
use std::path::PathBuf;

/// Why a table can't be read.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    #[error("{}: there is no such file", path.display())]
    NotFound { path: PathBuf },
    #[error(transparent)]
    UnknownColumn(UnknownColumn),
}

impl Hint for TableError {
    fn hint(&self) -> Option<Message> {
        None
    }
}
