//! Output files: whole or not there, and replaced only where that is allowed.

use crate::WriteError;
use crate::atomic_file::AtomicFile;
use crate::hint::{Hint, Message};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Whether results may replace what has their name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Overwrite {
    #[default]
    No,
    Yes,
}

impl Overwrite {
    /// # Errors
    /// One of the files is there already and may not be replaced.
    pub fn check<'a>(self, files: impl IntoIterator<Item = &'a Path>) -> Result<(), AlreadyThere> {
        let mut files = files.into_iter();
        match files.find(|file| self == Self::No && file.exists()) {
            Some(file) => Err(AlreadyThere {
                path: file.to_owned(),
            }),
            None => Ok(()),
        }
    }
}

/// A file that may not be replaced.
#[derive(Debug, thiserror::Error)]
#[error("`{}` is there already", path.display())]
pub struct AlreadyThere {
    pub path: PathBuf,
}

impl Hint for AlreadyThere {
    fn hint(&self) -> Option<Message> {
        Some("choose another name, or replace it with {force}".into())
    }
}

/// Writes a file that appears whole: the old one stays or the new one is there, never half of one.
///
/// # Errors
/// The system refuses.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    replace(path, bytes).map_err(WriteError::of(path))
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if path.exists() && !path.is_file() {
        // A pipe or a device cannot be replaced.
        return fs::write(path, bytes);
    }
    let mut file = AtomicFile::create(path)?;
    file.write_all(bytes)?;
    file.commit()
}
