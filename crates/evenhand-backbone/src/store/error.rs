//! Damaged segments, and why a store cannot be used.

use crate::hint::{Hint, Message};
use std::fmt;
use std::io;
use std::path::PathBuf;

/// A segment that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damaged {
    pub path: PathBuf,
    pub reason: String,
    /// Its new name; `None` where it was left where it is.
    pub moved: Option<PathBuf>,
}

impl fmt::Display for Damaged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            reason,
            moved,
        } = self;
        write!(
            f,
            "{}: cannot be used: {reason}; its features are computed again",
            path.display()
        )?;
        match moved {
            Some(moved) => write!(f, ", and it is kept as {}", moved.display()),
            None => Ok(()),
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("there is no home folder to keep features in")]
    NoHome,
    #[error("{}: the feature store cannot be opened: {source}", path.display())]
    Open { path: PathBuf, source: io::Error },
    #[error("{}: features cannot be written: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("{}: holds {stored} values for an image, and the engine makes {made}", path.display())]
    Dim {
        path: PathBuf,
        stored: usize,
        made: usize,
    },
}

impl Hint for StoreError {
    fn hint(&self) -> Option<Message> {
        let text = match self {
            Self::NoHome | Self::Open { .. } => {
                "name a folder with {store}, or do without one: {no_store}"
            }
            Self::Write { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                "free some space and run the same command again, or name a folder on another disk \
                 with {store}; what was computed before is kept"
            }
            Self::Write { .. } => {
                "name a folder that can be written with {store}, or do without one: {no_store}"
            }
            Self::Dim { .. } => "delete this folder, or name another one with {store}",
        };
        Some(text.into())
    }
}
