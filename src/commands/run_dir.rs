//! Failures to write, as commands say them.

use super::failure::Failure;
use evenhand::{Error, WriteError};
use std::io;
use std::path::Path;

/// The error for a file or folder that cannot be written, with the step that its cause calls for.
pub fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    let source = io::Error::new(error.kind(), error.to_string());
    Error::from(WriteError::of(path)(source)).into()
}

/// What to do when the system refuses to write.
pub fn write_hint(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "the disk is full: free some space, or write to another disk"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "you may not write there: choose another place"
        }
        _ => "check that the folder exists and can be written to",
    }
}
