//! Plain files. Opening a pipe would wait for somebody to write into it, so anything else is refused unopened.

use super::DatasetError;
use super::error::open_error;
use std::fs::File;
use std::path::Path;

/// # Errors
/// No such file, or a folder, pipe, socket or device.
pub(super) fn check_plain(path: &Path) -> Result<(), DatasetError> {
    let metadata = std::fs::metadata(path).map_err(|error| open_error(path, error))?;
    match metadata.is_file() {
        true => Ok(()),
        false => Err(DatasetError::NotPlainFile {
            path: path.to_owned(),
        }),
    }
}

/// Opens a plain file for reading.
///
/// # Errors
/// As of [`check_plain`], and a file that can't be opened.
pub(super) fn open_plain(path: &Path) -> Result<File, DatasetError> {
    check_plain(path)?;
    File::open(path).map_err(|error| open_error(path, error))
}
