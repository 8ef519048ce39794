//! Files and folders that cannot be written.

use crate::hint::{Hint, Message};
use std::io;
use std::path::{Path, PathBuf};

/// A file or folder that cannot be written, and why.
#[derive(Debug, thiserror::Error)]
#[error("cannot write `{}`: {source}", path.display())]
pub struct WriteError {
    pub path: PathBuf,
    pub source: io::Error,
}

impl WriteError {
    /// Conversion of an I/O error, for `map_err`.
    pub fn of(path: &Path) -> impl Fn(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self {
            path: path.clone(),
            source,
        }
    }
}

impl Hint for WriteError {
    fn hint(&self) -> Option<Message> {
        let hint = match self.source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                "the disk is full: free some space, or write to another disk"
            }
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                "you may not write there: choose another place"
            }
            _ => "check that the folder exists and can be written to",
        };
        Some(hint.into())
    }
}
