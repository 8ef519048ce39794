//! Staging places: folders in which a result is made before it gets its name, so that an interrupted job
//! goes on there, or clears up behind the one before.
//!
//! A place is made by evenhand and marked by a file in it. A folder without the mark, and a symbolic link,
//! are refused: what is in them is somebody's. So whatever is removed here was written here.

use crate::WriteError;
use crate::hint::{Hint, Message};
use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

/// The file that marks a folder as a staging place, and is locked while a process works there.
const MARK: &str = ".evenhand";
const TEXT: &str = "evenhand makes a result in this folder, and removes the folder afterwards.\n";

/// Why a place cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StagingError {
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error("`{}` is a symbolic link: evenhand works there, and nothing is written through a link", path.display())]
    Link { path: PathBuf },
    #[error("`{}` is in the way: evenhand works there, and did not make what is there", path.display())]
    Foreign { path: PathBuf },
    #[error("another evenhand is at work in `{}`", path.display())]
    InUse { path: PathBuf },
}

impl Hint for StagingError {
    fn hint(&self) -> Option<Message> {
        let hint = match self {
            Self::Write(error) => return error.hint(),
            Self::Link { .. } => "remove the link, or choose another name with {out}",
            Self::Foreign { .. } => {
                "move it away (or delete it, if an earlier version left it there), or choose another name \
                 with {out}"
            }
            Self::InUse { .. } => "wait for it, or choose another name with {out}",
        };
        Some(hint.into())
    }
}

/// A staging place that this process works in.
#[derive(Debug)]
pub struct Staging {
    folder: PathBuf,
    /// Held while the result is being made: a second process gets an error, not a mixture.
    mark: File,
}

impl Staging {
    /// As [`open`](Self::open), and makes the folders above it.
    ///
    /// # Errors
    /// As there.
    pub fn open_with_parents(folder: &Path) -> Result<Self, StagingError> {
        if let Some(parent) = folder.parent() {
            fs::create_dir_all(parent).map_err(WriteError::of(folder))?;
        }
        Self::open(folder)
    }

    /// Makes the folder, or takes the one that an earlier evenhand left, with what is in it.
    ///
    /// # Errors
    /// A link or a folder of somebody else's, a process that works there, or the system: there is no folder above it.
    pub fn open(folder: &Path) -> Result<Self, StagingError> {
        let failed = WriteError::of(folder);
        let path = || folder.to_owned();
        match fs::create_dir(folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(failed(error).into());
            }
            _ => {}
        }
        let found = fs::symlink_metadata(folder).map_err(&failed)?;
        if found.is_symlink() {
            return Err(StagingError::Link { path: path() });
        }
        if !found.is_dir() {
            return Err(StagingError::Foreign { path: path() });
        }
        let Some(mut mark) = open_mark(folder).map_err(&failed)? else {
            return Err(StagingError::Foreign { path: path() });
        };
        let in_use = |_| StagingError::InUse { path: path() };
        mark.try_lock().map_err(in_use)?;
        let mut text = Vec::new();
        mark.read_to_end(&mut text).map_err(&failed)?;
        if text != TEXT.as_bytes() {
            // A process that was killed between two steps left an empty place, or an empty mark in one.
            if !TEXT.as_bytes().starts_with(&text)
                || !holds_nothing_else(folder).map_err(&failed)?
            {
                return Err(StagingError::Foreign { path: path() });
            }
            let mut write = || {
                mark.set_len(0)?;
                mark.rewind()?;
                mark.write_all(TEXT.as_bytes())
            };
            write().map_err(&failed)?;
        }
        Ok(Self {
            folder: folder.to_owned(),
            mark,
        })
    }

    /// Whether there is a staging place of evenhand's, whoever works in it.
    pub fn is_there(folder: &Path) -> bool {
        is_folder(folder) && is_file(&folder.join(MARK))
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Removes all that is in the place but what `keeps` names.
    ///
    /// # Errors
    /// The system refuses.
    pub fn clear(&self, keeps: impl Fn(&OsStr) -> bool) -> Result<(), WriteError> {
        let failed = WriteError::of(&self.folder);
        let clear = || -> io::Result<()> {
            for entry in fs::read_dir(&self.folder)? {
                let entry = entry?;
                let name = entry.file_name();
                if name == MARK || keeps(&name) {
                    continue;
                }
                // Of a link, neither of the two follows it.
                match entry.file_type()?.is_dir() {
                    true => fs::remove_dir_all(entry.path())?,
                    false => fs::remove_file(entry.path())?,
                }
            }
            Ok(())
        };
        clear().map_err(failed)
    }

    /// Leaves the place as it is; an empty one is removed.
    ///
    /// # Errors
    /// The system refuses.
    pub fn leave(self) -> Result<(), WriteError> {
        let is_empty = holds_nothing_else(&self.folder);
        match is_empty.map_err(WriteError::of(&self.folder))? {
            true => self.remove(),
            false => Ok(()),
        }
    }

    /// Removes the place with all that is in it. The mark goes last: what a kill leaves is still a place.
    ///
    /// # Errors
    /// The system refuses.
    pub fn remove(self) -> Result<(), WriteError> {
        self.clear(|_| false)?;
        let Self { folder, mark } = self;
        // Some systems remove no file that is open.
        drop(mark);
        let removed = fs::remove_file(folder.join(MARK)).and_then(|()| fs::remove_dir(&folder));
        removed.map_err(WriteError::of(&folder))
    }
}

/// Opens the mark of a folder, which is made where the folder is empty; `None` where there is none.
fn open_mark(folder: &Path) -> io::Result<Option<File>> {
    let path = folder.join(MARK);
    if fs::symlink_metadata(&path).is_ok() && !is_file(&path) {
        return Ok(None);
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    if !is_file(&path) {
        if !holds_nothing_else(folder)? {
            return Ok(None);
        }
        match options.clone().create_new(true).open(&path) {
            // Another process has just made it, and may hold it.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            opened => return opened.map(Some),
        }
    }
    options.open(&path).map(Some)
}

fn holds_nothing_else(folder: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(folder)? {
        if entry?.file_name() != MARK {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether a path is a folder, and no link to one.
fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_dir())
}

/// Whether a path is a plain file, and no link to one.
fn is_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    /// A folder with a document of somebody's in it.
    fn victim(world: &TempDir) -> PathBuf {
        let victim = world.path().join("victim");
        fs::create_dir_all(victim.join("photos")).unwrap();
        fs::write(victim.join("thesis.txt"), "years of work").unwrap();
        victim
    }

    #[test]
    fn a_place_is_made_used_again_and_removed() {
        let world = tempfile::tempdir().unwrap();
        let folder = world.path().join("deep/.run.partial");
        let place = Staging::open_with_parents(&folder).unwrap();
        fs::write(folder.join("half"), "of it").unwrap();
        fs::create_dir(folder.join("more")).unwrap();
        fs::write(folder.join("more/half"), "of it").unwrap();
        let second = Staging::open(&folder).unwrap_err();
        assert!(matches!(second, StagingError::InUse { .. }), "{second}");
        drop(place);

        let again = Staging::open(&folder).unwrap();
        assert_eq!(names(&folder), [".evenhand", "half", "more"]);
        again.clear(|name| name == "half").unwrap();
        assert_eq!(names(&folder), [".evenhand", "half"]);
        again.leave().unwrap();
        Staging::open(&folder).unwrap().remove().unwrap();
        assert!(!folder.exists());
        Staging::open(&folder).unwrap().leave().unwrap();
        assert!(!folder.exists());
    }

    #[test]
    fn a_folder_of_somebody_else_is_refused_and_left_as_it_is() {
        let world = tempfile::tempdir().unwrap();
        let victim = victim(&world);
        // A file of the mark's name alone is no mark.
        for mark in [None, Some(""), Some("something else\n")] {
            if let Some(text) = mark {
                fs::write(victim.join(MARK), text).unwrap();
            }
            let before = names(&victim);
            let error = Staging::open(&victim).unwrap_err();
            assert!(matches!(error, StagingError::Foreign { .. }), "{error}");
            assert!(error.hint().unwrap().to_string().contains("`out`"));
            assert_eq!(names(&victim), before);
        }
        let file = world.path().join("file");
        fs::write(&file, "mine").unwrap();
        assert!(Staging::open(&file).is_err());
        assert_eq!(fs::read(&file).unwrap(), b"mine");
    }

    #[test]
    fn what_a_kill_left_half_made_is_taken() {
        let world = tempfile::tempdir().unwrap();
        for (name, mark) in [
            ("empty", None),
            ("none", Some("")),
            ("torn", Some(&TEXT[..9])),
        ] {
            let folder = world.path().join(name);
            fs::create_dir(&folder).unwrap();
            if let Some(text) = mark {
                fs::write(folder.join(MARK), text).unwrap();
            }
            Staging::open(&folder).unwrap();
            assert_eq!(fs::read_to_string(folder.join(MARK)).unwrap(), TEXT);
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_are_refused_and_never_followed() {
        use std::os::unix::fs::symlink;
        let world = tempfile::tempdir().unwrap();
        let victim = victim(&world);
        let link = world.path().join("link");
        symlink(&victim, &link).unwrap();
        let error = Staging::open(&link).unwrap_err();
        assert!(matches!(error, StagingError::Link { .. }), "{error}");
        assert!(!Staging::is_there(&link));

        // A link within a place, and one for its mark.
        let folder = world.path().join("place");
        let place = Staging::open(&folder).unwrap();
        symlink(&victim, folder.join("photos")).unwrap();
        symlink(victim.join("thesis.txt"), folder.join("000000.csv")).unwrap();
        place.remove().unwrap();
        fs::create_dir(&folder).unwrap();
        symlink(victim.join("thesis.txt"), folder.join(MARK)).unwrap();
        assert!(Staging::open(&folder).is_err());
        assert_eq!(names(&victim), ["photos", "thesis.txt"]);
        assert_eq!(
            fs::read(victim.join("thesis.txt")).unwrap(),
            b"years of work"
        );

        // The link to a place that evenhand made is a link all the same.
        let place = Staging::open(&world.path().join("real")).unwrap();
        symlink(place.folder(), world.path().join("alias")).unwrap();
        drop(place);
        assert!(Staging::open(&world.path().join("alias")).is_err());
    }
}
