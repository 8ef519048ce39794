//! Standard input as a file, for lists of images: readers of tables go through a list more than once.

use evenhand::dataset::ListOptions;
use evenhand::{Error, WriteError};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// What came from standard input, if an argument asks for it; gone with this value.
pub struct StandardInput {
    folder: Option<TempDir>,
}

/// Says in messages what it is.
const NAME: &str = "standard-input.txt";

impl StandardInput {
    /// Reads standard input to its end if one of the arguments is `-`.
    ///
    /// # Errors
    /// It can't be read, or there is no room for it among the temporary files.
    pub fn of(args: &[String]) -> Result<Self, Error> {
        if !args.iter().any(|arg| arg == ListOptions::STANDARD_INPUT) {
            return Ok(Self { folder: None });
        }
        let kept = || -> io::Result<TempDir> {
            let folder = tempfile::tempdir()?;
            let mut file = File::create_new(folder.path().join(NAME))?;
            io::copy(&mut io::stdin().lock(), &mut file)?;
            Ok(folder)
        };
        let folder = kept().map_err(WriteError::of(Path::new("standard input")))?;
        let folder = Some(folder);
        Ok(Self { folder })
    }

    /// The file that has it.
    pub fn file(&self) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.path().join(NAME))
    }
}
