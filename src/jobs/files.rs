//! Output files: whole or not there, and replaced only where that is allowed.

use crate::WriteError;
use crate::atomic_file::AtomicFile;
use crate::hint::{Hint, Message};
use std::io::Write;
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

/// Writes a file that appears whole.
///
/// # Errors
/// The system refuses.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    let written = AtomicFile::create(path).and_then(|mut file| {
        file.write_all(bytes)?;
        file.commit()
    });
    written.map_err(WriteError::of(path))
}
