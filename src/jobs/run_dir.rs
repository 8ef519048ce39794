//! A run directory appears whole or not at all: it is filled under another name beside its target
//! and renamed at the end.

use super::files::Overwrite;
use crate::WriteError;
use crate::hint::{Hint, Message};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The file that marks a folder as a run, so that nothing else is ever replaced.
const MARK: &str = "config.toml";
const LOCK: &str = ".lock";

/// Why a folder cannot become a run.
#[derive(Debug, thiserror::Error)]
pub enum RunDirError {
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error("`{}` does not name a folder", path.display())]
    NoName { path: PathBuf },
    #[error("another evenhand is writing `{}`", path.display())]
    InUse { path: PathBuf },
    #[error("`{}` holds files that are not a run of evenhand", path.display())]
    OtherFiles { path: PathBuf },
    #[error("`{}` already holds a run", path.display())]
    Exists { path: PathBuf },
}

impl Hint for RunDirError {
    fn hint(&self) -> Option<Message> {
        let hint = match self {
            Self::Write(error) => return error.hint(),
            Self::NoName { .. } => return None,
            Self::InUse { .. } => "wait for it, or choose another folder with {out}",
            Self::OtherFiles { .. } => "choose another folder with {out}",
            Self::Exists { .. } => "choose another folder with {out}, or replace it with {force}",
        };
        Some(hint.into())
    }

    fn is_usage(&self) -> bool {
        matches!(self, Self::NoName { .. })
    }
}

/// Run directory in the making.
pub struct RunDir {
    target: PathBuf,
    staging: PathBuf,
    /// Where the old run waits until the new one has its name.
    replaced: PathBuf,
    committed: bool,
    /// Held while the run is being made: a second process gets an error, not a mixture.
    _lock: File,
}

impl RunDir {
    /// Reserves `target`, where an existing run may give way when the new one is complete.
    ///
    /// # Errors
    /// The folder holds something else, is being written by another process, or cannot be written.
    pub fn create(target: &Path, overwrite: Overwrite) -> Result<Self, RunDirError> {
        let path = || target.to_owned();
        let failed = WriteError::of(target);
        let name = target.file_name();
        let name = name.ok_or_else(|| RunDirError::NoName { path: path() })?;
        let parent = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let name = name.to_string_lossy();
        let staging = parent.join(format!(".{name}.partial"));
        let replaced = parent.join(format!(".{name}.replaced"));
        if replaced.exists() && !target.exists() {
            // Killed between two renames: the old run gets its name back.
            fs::rename(&replaced, target).map_err(&failed)?;
        }
        refuse_to_overwrite(target, overwrite)?;
        fs::create_dir_all(&staging).map_err(&failed)?;
        let lock = File::create(staging.join(LOCK)).map_err(&failed)?;
        lock.try_lock()
            .map_err(|_| RunDirError::InUse { path: path() })?;
        clear(&staging).map_err(&failed)?;
        Ok(Self {
            target: target.to_owned(),
            staging,
            replaced,
            committed: false,
            _lock: lock,
        })
    }

    /// The folder of the finished run.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Folder next to the run for files that outlive a kill, by their purpose.
    pub fn beside(&self, purpose: &str) -> PathBuf {
        self.staging.with_extension(purpose)
    }

    /// Writes one file of the run.
    ///
    /// # Errors
    /// The system refuses.
    pub fn write(&self, name: &str, contents: &[u8]) -> Result<(), WriteError> {
        let write = || -> io::Result<()> {
            let mut file = File::create(self.staging.join(name))?;
            file.write_all(contents)?;
            file.sync_all()
        };
        write().map_err(WriteError::of(&self.target.join(name)))
    }

    /// Gives the finished run its name.
    ///
    /// # Errors
    /// The system refuses.
    pub fn commit(mut self) -> Result<(), WriteError> {
        let mut rename = || -> io::Result<()> {
            fs::remove_file(self.staging.join(LOCK))?;
            if self.replaced.exists() {
                fs::remove_dir_all(&self.replaced)?;
            }
            let replaces = self.target.join(MARK).exists();
            if replaces {
                fs::rename(&self.target, &self.replaced)?;
            }
            if let Err(error) = fs::rename(&self.staging, &self.target) {
                if replaces {
                    fs::rename(&self.replaced, &self.target)?;
                }
                return Err(error);
            }
            self.committed = true;
            if replaces {
                fs::remove_dir_all(&self.replaced)?;
            }
            Ok(())
        };
        rename().map_err(WriteError::of(&self.target))
    }
}

impl Drop for RunDir {
    fn drop(&mut self) {
        if !self.committed {
            // What is left behind is cleared by the next run to the same folder.
            let _ = fs::remove_dir_all(&self.staging);
        }
    }
}

/// Removes what a killed run left in the staging folder.
fn clear(staging: &Path) -> io::Result<()> {
    for entry in fs::read_dir(staging)? {
        let entry = entry?;
        if entry.file_name() != LOCK {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn refuse_to_overwrite(target: &Path, overwrite: Overwrite) -> Result<(), RunDirError> {
    let path = target.to_owned();
    let is_empty = match fs::read_dir(target) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(WriteError::of(target)(error).into()),
    };
    match (target.join(MARK).exists(), overwrite) {
        _ if is_empty => Ok(()),
        (false, _) => Err(RunDirError::OtherFiles { path }),
        (true, Overwrite::No) => Err(RunDirError::Exists { path }),
        (true, Overwrite::Yes) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finished_run(target: &Path, text: &str, overwrite: Overwrite) -> Result<(), RunDirError> {
        let run = RunDir::create(target, overwrite)?;
        run.write(MARK, text.as_bytes())?;
        Ok(run.commit()?)
    }

    #[test]
    fn a_run_appears_only_when_it_is_complete() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("run");
        let run = RunDir::create(&target, Overwrite::No).unwrap();
        run.write(MARK, b"seed = 1").unwrap();
        assert!(!target.exists());
        run.commit().unwrap();
        assert_eq!(fs::read(target.join(MARK)).unwrap(), b"seed = 1");
        assert_eq!(fs::read_dir(&target).unwrap().count(), 1);
    }

    #[test]
    fn an_abandoned_run_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let run = RunDir::create(&folder.path().join("run"), Overwrite::No).unwrap();
        run.write(MARK, b"half").unwrap();
        drop(run);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_a_killed_run_left_is_not_in_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("run");
        let left = folder.path().join(".run.partial");
        fs::create_dir(&left).unwrap();
        fs::write(left.join("report.html"), "half").unwrap();
        finished_run(&target, "whole", Overwrite::No).unwrap();
        assert!(!target.join("report.html").exists());
    }

    #[test]
    fn a_run_is_replaced_only_on_request_and_nothing_else_ever() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("run");
        finished_run(&target, "first", Overwrite::No).unwrap();
        assert!(finished_run(&target, "second", Overwrite::No).is_err());
        finished_run(&target, "second", Overwrite::Yes).unwrap();
        assert_eq!(fs::read(target.join(MARK)).unwrap(), b"second");

        let photos = folder.path().join("photos");
        fs::create_dir(&photos).unwrap();
        fs::write(photos.join("a.jpg"), b"").unwrap();
        assert!(finished_run(&photos, "third", Overwrite::Yes).is_err());
        assert!(photos.join("a.jpg").exists());
    }

    #[test]
    fn a_run_that_lost_its_name_to_a_kill_gets_it_back() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("run");
        finished_run(&target, "old", Overwrite::No).unwrap();
        fs::rename(&target, folder.path().join(".run.replaced")).unwrap();
        assert!(finished_run(&target, "new", Overwrite::No).is_err());
        assert_eq!(fs::read(target.join(MARK)).unwrap(), b"old");
        finished_run(&target, "new", Overwrite::Yes).unwrap();
        assert_eq!(fs::read(target.join(MARK)).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn two_processes_cannot_write_the_same_run() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("run");
        let first = RunDir::create(&target, Overwrite::No).unwrap();
        let second = RunDir::create(&target, Overwrite::No);
        assert!(
            second
                .err()
                .unwrap()
                .to_string()
                .contains("another evenhand")
        );
        first.write(MARK, b"first").unwrap();
        first.commit().unwrap();
    }
}
