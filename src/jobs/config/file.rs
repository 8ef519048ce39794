//! What every configuration does with files: it is read from one, and names others.

use super::error::ConfigError;
use crate::table::plain_file;
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf, absolute};

/// The text of a configuration's file.
///
/// # Errors
/// The file cannot be read.
pub fn read_text(file: &Path) -> Result<String, ConfigError> {
    plain_file::read_text(file).map_err(|source| ConfigError::Read {
        path: file.to_owned(),
        source,
    })
}

/// Reads a configuration.
///
/// # Errors
/// The file cannot be read, or is no such configuration.
pub(crate) fn read<T: DeserializeOwned>(file: &Path) -> Result<T, ConfigError> {
    let text = read_text(file)?;
    toml::from_str(&text).map_err(|error| ConfigError::parse(file, &text, &error))
}

/// Makes paths absolute.
///
/// # Errors
/// The current folder is not known.
pub(crate) fn make_absolute<'a>(
    paths: impl IntoIterator<Item = Option<&'a mut PathBuf>>,
) -> Result<(), ConfigError> {
    for path in paths.into_iter().flatten() {
        *path = absolute(&*path).map_err(|source| ConfigError::Path {
            path: path.clone(),
            source,
        })?;
    }
    Ok(())
}
