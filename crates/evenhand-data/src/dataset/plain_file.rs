//! Plain files, with the errors of datasets.

use super::DatasetError;
use super::error::open_error;
use evenhand_table::plain_file;
use std::fs::File;
use std::path::Path;

/// # Errors
/// No such file, or a folder, pipe, socket or device.
pub(super) fn check_plain(path: &Path) -> Result<(), DatasetError> {
    let checked = plain_file::check(path).map(|_| ());
    checked.map_err(|error| open_error(path, error))
}

/// Opens a plain file for reading.
///
/// # Errors
/// As of [`check_plain`], and a file that can't be opened.
pub(super) fn open_plain(path: &Path) -> Result<File, DatasetError> {
    plain_file::open(path).map_err(|error| open_error(path, error))
}
