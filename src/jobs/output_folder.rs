//! A folder of results that remembers what was written into it: a file that nobody has changed since makes
//! way for its successor, and one that somebody has filled in or edited does not.

use super::files::{Overwrite, is_taken, write};
use crate::WriteError;
use crate::hint::{Hint, Message};
use crate::table::plain_file;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The file that remembers.
const MEMORY: &str = ".evenhand.json";

/// Why results are not written into a folder.
#[derive(Debug, thiserror::Error)]
pub enum OutputFolderError {
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error("`{}` is there already, and may not be as evenhand wrote it", path.display())]
    Foreign { path: PathBuf },
    #[error("`{}` was changed since evenhand wrote it", path.display())]
    Changed { path: PathBuf },
}

impl Hint for OutputFolderError {
    fn hint(&self) -> Option<Message> {
        match self {
            Self::Write(error) => error.hint(),
            Self::Foreign { .. } | Self::Changed { .. } => {
                Some("choose another folder with {out}, or replace it with {force}".into())
            }
        }
    }
}

/// What evenhand wrote: BLAKE3 by the name of the file, of all that it may hold after a kill.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Memory {
    written: BTreeMap<String, Vec<String>>,
}

impl Memory {
    fn has(&self, name: &str, digest: &str) -> bool {
        let known = self.written.get(name).into_iter().flatten();
        known.into_iter().any(|known| known == digest)
    }
}

/// Folder of results.
#[derive(Debug)]
pub struct OutputFolder {
    folder: PathBuf,
    memory: Memory,
}

impl OutputFolder {
    /// Makes the folder where there is none, and looks at the files of these names.
    ///
    /// # Errors
    /// One of them is not as evenhand wrote it, and may not be replaced; the system refuses.
    pub fn open(
        folder: &Path,
        names: &[&str],
        overwrite: Overwrite,
    ) -> Result<Self, OutputFolderError> {
        fs::create_dir_all(folder).map_err(WriteError::of(folder))?;
        let path = folder.join(MEMORY);
        let memory = match plain_file::read_text(&path) {
            Ok(text) => serde_json::from_str(&text).ok(),
            Err(_) => (!is_taken(&path)).then(Memory::default),
        };
        let memory = match (memory, overwrite) {
            (Some(memory), _) => memory,
            (None, Overwrite::Yes) => Memory::default(),
            (None, Overwrite::No) => return Err(OutputFolderError::Foreign { path }),
        };
        let this = Self {
            folder: folder.to_owned(),
            memory,
        };
        if overwrite == Overwrite::No {
            names.iter().try_for_each(|name| this.check(name))?;
        }
        Ok(this)
    }

    fn check(&self, name: &str) -> Result<(), OutputFolderError> {
        let path = self.folder.join(name);
        if !is_taken(&path) {
            return Ok(());
        }
        if !self.memory.written.contains_key(name) || !path.is_file() {
            return Err(OutputFolderError::Foreign { path });
        }
        let bytes = plain_file::read(&path, u64::MAX).map_err(WriteError::of(&path))?;
        match self.memory.has(name, &digest(&bytes)) {
            true => Ok(()),
            false => Err(OutputFolderError::Changed { path }),
        }
    }

    /// Writes files, each of which appears whole.
    ///
    /// # Errors
    /// The system refuses.
    pub fn write(&mut self, files: &[(&str, Vec<u8>)]) -> Result<(), WriteError> {
        // Remembered before and after: wherever a kill comes between, no file is taken for a person's.
        for (name, bytes) in files {
            let known = self.memory.written.entry((*name).to_owned());
            known.or_default().push(digest(bytes));
        }
        self.remember()?;
        for (name, bytes) in files {
            write(&self.folder.join(name), bytes)?;
            let known = vec![digest(bytes)];
            self.memory.written.insert((*name).to_owned(), known);
        }
        self.remember()
    }

    fn remember(&self) -> Result<(), WriteError> {
        let text = serde_json::to_string_pretty(&self.memory);
        let text = text.expect("names and digests are strings");
        write(&self.folder.join(MEMORY), format!("{text}\n").as_bytes())
    }
}

fn digest(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 2] = ["a.csv", "b.csv"];

    fn write_both(folder: &Path, text: &str, overwrite: Overwrite) -> Result<(), String> {
        let opened = OutputFolder::open(folder, &NAMES, overwrite);
        let mut opened = opened.map_err(|error| error.to_string())?;
        let files = NAMES.map(|name| (name, text.as_bytes().to_vec()));
        opened.write(&files).map_err(|error| error.to_string())
    }

    #[test]
    fn files_make_way_until_somebody_changes_one() {
        let world = tempfile::tempdir().unwrap();
        let folder = world.path().join("study");
        write_both(&folder, "first", Overwrite::No).unwrap();
        write_both(&folder, "second", Overwrite::No).unwrap();
        assert_eq!(fs::read(folder.join("a.csv")).unwrap(), b"second");

        fs::write(folder.join("b.csv"), "filled in by people").unwrap();
        let error = write_both(&folder, "third", Overwrite::No).unwrap_err();
        assert!(error.contains("b.csv` was changed since"), "{error}");
        let kept = NAMES.map(|name| fs::read_to_string(folder.join(name)).unwrap());
        assert_eq!(kept, ["second", "filled in by people"]);
        write_both(&folder, "third", Overwrite::Yes).unwrap();
        write_both(&folder, "fourth", Overwrite::No).unwrap();
        fs::remove_file(folder.join("a.csv")).unwrap();
        write_both(&folder, "fifth", Overwrite::No).unwrap();
    }

    #[test]
    fn a_file_that_was_there_before_is_kept() {
        let world = tempfile::tempdir().unwrap();
        fs::write(world.path().join("b.csv"), "mine").unwrap();
        let error = write_both(world.path(), "first", Overwrite::No).unwrap_err();
        assert!(error.contains("may not be as evenhand wrote it"), "{error}");
        assert!(!world.path().join("a.csv").exists());

        fs::remove_file(world.path().join("b.csv")).unwrap();
        fs::write(world.path().join(MEMORY), "mine").unwrap();
        assert!(write_both(world.path(), "first", Overwrite::No).is_err());
        write_both(world.path(), "first", Overwrite::Yes).unwrap();
    }

    #[test]
    fn a_kill_between_two_files_leaves_none_that_is_taken_for_a_persons() {
        let world = tempfile::tempdir().unwrap();
        write_both(world.path(), "first", Overwrite::No).unwrap();
        let mut folder = OutputFolder::open(world.path(), &NAMES, Overwrite::No).unwrap();
        let known = folder.memory.written.get_mut("a.csv").unwrap();
        known.push(digest(b"second"));
        folder.remember().unwrap();
        for text in ["first", "second"] {
            fs::write(world.path().join("a.csv"), text).unwrap();
            OutputFolder::open(world.path(), &NAMES, Overwrite::No).unwrap();
        }
    }
}
