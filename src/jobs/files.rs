//! Output files: whole or not there, and replaced only where that is allowed.

use crate::WriteError;
use crate::atomic_file::AtomicFile;
use crate::error::Error;
use crate::hint::{Hint, Message};
use crate::predict::{Format, JobError};
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
        match files.find(|file| self == Self::No && is_taken(file)) {
            Some(file) => Err(AlreadyThere {
                path: file.to_owned(),
            }),
            None => Ok(()),
        }
    }
}

/// Whether something has the name that would be replaced: a file, a folder, or a link. Pipes and devices are
/// written to.
pub fn is_taken(path: &Path) -> bool {
    match fs::metadata(path) {
        Ok(found) => found.is_file() || found.is_dir(),
        Err(_) => fs::symlink_metadata(path).is_ok(),
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
    if path.exists() && !is_taken(path) {
        // A pipe or a device cannot be replaced.
        return fs::write(path, bytes);
    }
    let mut file = AtomicFile::create(path)?;
    file.write_all(bytes)?;
    file.commit()
}

/// Writes a table whose extension names its format. It appears whole.
///
/// # Errors
/// The extension names no format; the file is there and may not be replaced; those of `write`; the system refuses.
pub fn write_table<T>(
    path: &Path,
    overwrite: Overwrite,
    write: impl FnOnce(AtomicFile, Format) -> Result<(AtomicFile, T), Error>,
) -> Result<T, Error> {
    let format = Format::of(path).ok_or_else(|| JobError::Extension {
        path: path.to_owned(),
    })?;
    overwrite.check([path])?;
    let file = AtomicFile::create(path).map_err(WriteError::of(path))?;
    let (file, result) = write(file, format)?;
    file.commit().map_err(WriteError::of(path))?;
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_the_name_is_replaced_on_request_only() {
        let folder = tempfile::tempdir().unwrap();
        let (free, taken) = (folder.path().join("free"), folder.path().join("taken"));
        fs::write(&taken, "mine").unwrap();
        let check = |overwrite: Overwrite| overwrite.check([free.as_path(), taken.as_path()]);
        let error = check(Overwrite::No).unwrap_err();
        assert_eq!(error.path, taken);
        assert!(error.hint().unwrap().to_string().contains("`force`"));
        check(Overwrite::Yes).unwrap();
        Overwrite::No.check([free.as_path()]).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn links_are_in_the_way_and_devices_are_not() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let link = |name: &str, to: &str| {
            let link = folder.path().join(name);
            symlink(to, &link).unwrap();
            link
        };
        assert!(is_taken(&link("dangling", "nowhere")));
        assert!(is_taken(&link("folder", ".")));
        let null = link("null", "/dev/null");
        assert!(!is_taken(&null));
        write(&null, b"gone").unwrap();
        assert!(null.is_symlink());
    }
}
