//! A run directory appears whole or not at all: it is filled under another name beside its target
//! and renamed at the end.

use super::failure::Failure;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The file that marks a folder as a run, so that `--force` never replaces anything else.
const MARK: &str = "config.toml";
const LOCK: &str = ".lock";

/// A run directory in the making.
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
    /// Reserves `target`. With `replace`, an existing run gives way when the new one is complete.
    pub fn create(target: &Path, replace: bool) -> Result<Self, Failure> {
        let name = target.file_name().ok_or_else(|| {
            Failure::usage(format!("`{}` does not name a folder", target.display()))
        })?;
        let parent = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let name = name.to_string_lossy();
        let staging = parent.join(format!(".{name}.partial"));
        let replaced = parent.join(format!(".{name}.replaced"));
        if replaced.exists() && !target.exists() {
            // Killed between two renames: the old run gets its name back.
            fs::rename(&replaced, target).map_err(|error| cannot_write(target, &error))?;
        }
        refuse_to_overwrite(target, replace)?;
        fs::create_dir_all(&staging).map_err(|error| cannot_write(target, &error))?;
        let lock =
            File::create(staging.join(LOCK)).map_err(|error| cannot_write(target, &error))?;
        lock.try_lock().map_err(|_| {
            Failure::new(format!(
                "another evenhand is writing `{}`",
                target.display()
            ))
            .with_hint("wait for it, or choose another folder with --out")
        })?;
        clear(&staging).map_err(|error| cannot_write(target, &error))?;
        Ok(Self {
            target: target.to_owned(),
            staging,
            replaced,
            committed: false,
            _lock: lock,
        })
    }

    /// A folder next to the run for what outlives a kill, by what it is for.
    pub fn beside(&self, purpose: &str) -> PathBuf {
        self.staging.with_extension(purpose)
    }

    /// Writes one file of the run.
    pub fn write(&self, name: &str, contents: &[u8]) -> Result<(), Failure> {
        let write = || -> io::Result<()> {
            let mut file = File::create(self.staging.join(name))?;
            file.write_all(contents)?;
            file.sync_all()
        };
        write().map_err(|error| cannot_write(&self.target.join(name), &error))
    }

    /// Gives the finished run its name.
    pub fn commit(mut self) -> Result<(), Failure> {
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
        rename().map_err(|error| cannot_write(&self.target, &error))
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

fn refuse_to_overwrite(target: &Path, replace: bool) -> Result<(), Failure> {
    let is_empty = match fs::read_dir(target) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(cannot_write(target, &error)),
    };
    if is_empty {
        return Ok(());
    }
    let shown = target.display();
    if !target.join(MARK).exists() {
        return Err(Failure::new(format!(
            "`{shown}` holds files that are not a run of evenhand"
        ))
        .with_hint("choose another folder with --out"));
    }
    if !replace {
        return Err(Failure::new(format!("`{shown}` already holds a run"))
            .with_hint("choose another folder with --out, or replace it with --force"));
    }
    Ok(())
}

/// The error for a file or folder that cannot be written, with the step that its cause calls for.
pub fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("cannot write `{}`: {error}", path.display())).with_hint(write_hint(error))
}

/// What to do when the system refuses to write.
pub fn write_hint(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "the disk is full: free some space, or write to another disk"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "you may not write there: choose another place"
        }
        _ => "check that the folder exists and can be written to",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finished_run(target: &Path, text: &str, replace: bool) -> Result<(), Failure> {
        let run = RunDir::create(target, replace)?;
        run.write(MARK, text.as_bytes())?;
        run.commit()
    }

    #[test]
    fn a_run_appears_only_when_it_is_complete() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("run");
        let run = RunDir::create(&target, false).unwrap();
        run.write(MARK, b"seed = 1").unwrap();
        assert!(!target.exists());
        run.commit().unwrap();
        assert_eq!(fs::read(target.join(MARK)).unwrap(), b"seed = 1");
        assert_eq!(fs::read_dir(&target).unwrap().count(), 1);
    }

    #[test]
    fn an_abandoned_run_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let run = RunDir::create(&folder.path().join("run"), false).unwrap();
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
        finished_run(&target, "whole", false).unwrap();
        assert!(!target.join("report.html").exists());
    }

    #[test]
    fn a_run_is_replaced_only_on_request_and_nothing_else_ever() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("run");
        finished_run(&target, "first", false).unwrap();
        assert!(finished_run(&target, "second", false).is_err());
        finished_run(&target, "second", true).unwrap();
        assert_eq!(fs::read(target.join(MARK)).unwrap(), b"second");

        let photos = folder.path().join("photos");
        fs::create_dir(&photos).unwrap();
        fs::write(photos.join("a.jpg"), b"").unwrap();
        assert!(finished_run(&photos, "third", true).is_err());
        assert!(photos.join("a.jpg").exists());
    }

    #[test]
    fn a_run_that_lost_its_name_to_a_kill_gets_it_back() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("run");
        finished_run(&target, "old", false).unwrap();
        fs::rename(&target, folder.path().join(".run.replaced")).unwrap();
        assert!(finished_run(&target, "new", false).is_err());
        assert_eq!(fs::read(target.join(MARK)).unwrap(), b"old");
        finished_run(&target, "new", true).unwrap();
        assert_eq!(fs::read(target.join(MARK)).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn two_processes_cannot_write_the_same_run() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("run");
        let first = RunDir::create(&target, false).unwrap();
        let second = RunDir::create(&target, false);
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
