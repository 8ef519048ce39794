//! A run directory appears whole or not at all: it is filled in a staging place beside its target and
//! renamed at the end.

use super::files::Overwrite;
use crate::WriteError;
use crate::hint::{Hint, Message};
use crate::staging::{Staging, StagingError};
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The file that marks a folder as a run, so that nothing else is ever replaced.
const MARK: &str = "config.toml";
/// The run in the making, in its staging place.
const MADE: &str = "run";
/// Where the old run waits until the new one has its name.
const REPLACED: &str = "replaced";

/// Why a folder cannot become a run.
#[derive(Debug, thiserror::Error)]
pub enum RunDirError {
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error(transparent)]
    Staging(#[from] StagingError),
    #[error("`{}` does not name a folder", path.display())]
    NoName { path: PathBuf },
    #[error("`{}` is a symbolic link, and a run is a folder of its own", path.display())]
    Link { path: PathBuf },
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
            Self::Staging(error) => return error.hint(),
            Self::NoName { .. } => return None,
            Self::Link { .. } => "name the folder that it leads to, or another one, with {out}",
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
    /// `None` once the run has its name, or its place is to be kept.
    staging: Option<Staging>,
}

impl RunDir {
    /// Reserves `target`, where an existing run may give way when the new one is complete.
    ///
    /// # Errors
    /// The folder holds something else, is being written by another process, or cannot be written.
    pub fn create(target: &Path, overwrite: Overwrite) -> Result<Self, RunDirError> {
        let path = || target.to_owned();
        let name = target.file_name();
        let name = name.ok_or_else(|| RunDirError::NoName { path: path() })?;
        if target.is_symlink() {
            return Err(RunDirError::Link { path: path() });
        }
        let staging = Staging::open_with_parents(&hidden(target, name, "partial"));
        let staging = staging.map_err(|error| match error {
            StagingError::InUse { .. } => RunDirError::InUse { path: path() },
            other => other.into(),
        })?;
        give_back(&staging, target).map_err(WriteError::of(target))?;
        if let Err(refusal) = refuse_to_overwrite(target, overwrite) {
            staging.leave()?;
            return Err(refusal);
        }
        staging.clear(|_| false)?;
        let made = staging.folder().join(MADE);
        fs::create_dir(&made).map_err(WriteError::of(&made))?;
        Ok(Self {
            target: path(),
            staging: Some(staging),
        })
    }

    fn staging(&self) -> &Staging {
        let staging = self.staging.as_ref();
        staging.expect("it is there until the run has its name")
    }

    /// The folder of the finished run.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Folder next to the run for files that outlive a kill, by their purpose.
    pub fn beside(&self, purpose: &str) -> PathBuf {
        let name = self.target.file_name().expect("it was looked at before");
        hidden(&self.target, name, purpose)
    }

    /// Writes one file of the run.
    ///
    /// # Errors
    /// The system refuses.
    pub fn write(&self, name: &str, contents: &[u8]) -> Result<(), WriteError> {
        let write = || -> io::Result<()> {
            let mut file = File::create_new(self.staging().folder().join(MADE).join(name))?;
            file.write_all(contents)?;
            file.sync_all()
        };
        write().map_err(WriteError::of(&self.target.join(name)))
    }

    /// Gives the finished run its name.
    ///
    /// # Errors
    /// The system refuses. Then the run stays where it was made.
    pub fn commit(mut self) -> Result<(), WriteError> {
        let staging = self.staging.take();
        let staging = staging.expect("it is there until the run has its name");
        let [made, replaced] = [MADE, REPLACED].map(|name| staging.folder().join(name));
        let rename = || -> io::Result<()> {
            let replaces = self.target.join(MARK).exists();
            if replaces {
                fs::rename(&self.target, &replaced)?;
            }
            if let Err(error) = fs::rename(&made, &self.target) {
                if replaces {
                    fs::rename(&replaced, &self.target)?;
                }
                return Err(error);
            }
            Ok(())
        };
        rename().map_err(|error| {
            let kept = format!("{error}; the finished run is in `{}`", made.display());
            WriteError::of(&self.target)(io::Error::new(error.kind(), kept))
        })?;
        staging.remove()
    }
}

impl Drop for RunDir {
    fn drop(&mut self) {
        if let Some(staging) = self.staging.take() {
            // What is left behind is cleared by the next run to the same folder.
            let _ = staging.remove();
        }
    }
}

/// After a kill between two renames, the old run gets its name back.
fn give_back(staging: &Staging, target: &Path) -> io::Result<()> {
    let replaced = staging.folder().join(REPLACED);
    match replaced.exists() && !target.exists() {
        true => fs::rename(replaced, target),
        false => Ok(()),
    }
}

/// `.<name>.<purpose>` beside a folder.
fn hidden(target: &Path, name: &OsStr, purpose: &str) -> PathBuf {
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(".");
    hidden.push(purpose);
    target.with_file_name(hidden)
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

/// A run's classifier, or the file itself.
pub fn classifier_file(path: &Path) -> PathBuf {
    match path.is_dir() {
        true => path.join("classifier.onnx"),
        false => path.to_owned(),
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
        let left = Staging::open(&folder.path().join(".run.partial")).unwrap();
        fs::create_dir(left.folder().join(MADE)).unwrap();
        fs::write(left.folder().join(MADE).join("report.html"), "half").unwrap();
        drop(left);
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
        let left = Staging::open(&folder.path().join(".run.partial")).unwrap();
        fs::rename(&target, left.folder().join(REPLACED)).unwrap();
        drop(left);
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

    #[test]
    fn a_finished_run_is_not_lost_when_its_name_was_taken_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("run");
        let run = RunDir::create(&target, Overwrite::No).unwrap();
        run.write(MARK, b"hours of work").unwrap();
        fs::create_dir(&target).unwrap();
        fs::write(target.join("notes.txt"), "mine").unwrap();
        let error = run.commit().unwrap_err().to_string();
        let kept = folder.path().join(".run.partial/run");
        assert!(error.contains(&kept.display().to_string()), "{error}");
        assert_eq!(fs::read(kept.join(MARK)).unwrap(), b"hours of work");
        assert_eq!(fs::read(target.join("notes.txt")).unwrap(), b"mine");
        assert!(RunDir::create(&target, Overwrite::Yes).is_err());
        assert!(kept.join(MARK).exists(), "a refusal clears nothing up");
    }

    #[cfg(unix)]
    #[test]
    fn links_in_the_way_are_refused_before_the_work() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let victim = folder.path().join("victim");
        fs::create_dir(&victim).unwrap();
        fs::write(victim.join("thesis.txt"), "years of work").unwrap();
        symlink(&victim, folder.path().join(".run.partial")).unwrap();
        symlink(&victim, folder.path().join("linked")).unwrap();
        symlink("nowhere", folder.path().join("dangling")).unwrap();
        for name in ["run", "linked", "dangling"] {
            let error = RunDir::create(&folder.path().join(name), Overwrite::Yes);
            let error = error.err().unwrap().to_string();
            assert!(error.contains("is a symbolic link"), "{error}");
        }
        assert_eq!(fs::read_dir(&victim).unwrap().count(), 1);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4);
    }
}
