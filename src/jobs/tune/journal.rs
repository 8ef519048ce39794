//! Journal of a search: a line of JSON for every fold that was judged, on the disk before the next
//! begins, so that a search which was stopped goes on where it was.

use super::error::TuneError;
use super::trials::Job;
use crate::WriteError;
use crate::tune::Tally;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Identity of a search: trials of another search say nothing about this one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Header {
    evenhand: String,
    search: String,
}

/// One fold of a trial.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub trial: usize,
    pub fold: usize,
    pub seconds: f64,
    /// Its tally, or why it has none.
    pub judged: Result<Tally, String>,
}

/// Folds that are judged, in memory and on the disk.
pub struct Journal {
    /// `None` keeps them in memory alone.
    file: Option<(PathBuf, File)>,
    known: BTreeMap<(usize, usize), Entry>,
}

impl Journal {
    /// A journal that ends with the process.
    pub fn in_memory() -> Self {
        Self {
            file: None,
            known: BTreeMap::new(),
        }
    }

    /// Opens the journal of a search, which `search` identifies, or begins it. A last line that was
    /// being written when the process ended is dropped.
    ///
    /// # Errors
    /// The file is another search's, in use, damaged, or cannot be written.
    pub fn open(path: &Path, search: &str) -> Result<Self, TuneError> {
        let failed = WriteError::of(path);
        let mut options = OpenOptions::new();
        let opened = options.read(true).write(true).create(true).truncate(false);
        let mut file = opened.open(path).map_err(&failed)?;
        let name = || path.to_owned();
        file.try_lock()
            .map_err(|_| TuneError::InUse { path: name() })?;
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(&failed)?;
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        file.set_len(whole as u64).map_err(&failed)?;
        file.seek(SeekFrom::End(0)).map_err(&failed)?;
        let mut journal = Self {
            file: Some((path.to_owned(), file)),
            known: BTreeMap::new(),
        };
        let ours = Header {
            evenhand: env!("CARGO_PKG_VERSION").to_owned(),
            search: search.to_owned(),
        };
        let mut lines = text[..whole].lines();
        let Some(header) = lines.next() else {
            journal.write(&ours)?;
            return Ok(journal);
        };
        if serde_json::from_str::<Header>(header).ok() != Some(ours) {
            return Err(TuneError::OtherSearch { path: name() });
        }
        for (number, line) in lines.enumerate() {
            let damaged = |source| TuneError::Damaged {
                path: name(),
                line: number + 2,
                source,
            };
            let entry: Entry = serde_json::from_str(line).map_err(damaged)?;
            journal.known.insert((entry.trial, entry.fold), entry);
        }
        Ok(journal)
    }

    /// Number of folds that are judged.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    pub fn find(&self, trial: usize, fold: usize) -> Option<&Entry> {
        self.known.get(&(trial, fold))
    }

    /// Adds the outcome of a job.
    pub fn add(
        &mut self,
        job: &Job,
        seconds: f64,
        judged: Result<Tally, String>,
    ) -> Result<(), WriteError> {
        let entry = Entry {
            trial: job.candidate.number,
            fold: job.fold,
            seconds,
            judged,
        };
        let line = self.write(&entry)?;
        // A number may lose its last bit on the way: a search that goes on must see what this one saw.
        let entry: Entry = serde_json::from_str(&line).expect("it was written a moment ago");
        self.known.insert((entry.trial, entry.fold), entry);
        Ok(())
    }

    fn write(&mut self, line: &impl Serialize) -> Result<String, WriteError> {
        let mut text = serde_json::to_string(line).expect("an entry is numbers and strings");
        text.push('\n');
        if let Some((path, file)) = &mut self.file {
            let written = file.write_all(text.as_bytes());
            let synced = written.and_then(|()| file.sync_data());
            synced.map_err(WriteError::of(path))?;
        }
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::head::{Balance, HeadParams};
    use crate::tune::Candidate;

    fn job(number: usize, fold: usize) -> Job {
        let candidate = Candidate {
            number,
            views: 1,
            balance: Balance::None,
            head: HeadParams::default(),
            blocks: vec![Some(0)],
        };
        Job { candidate, fold }
    }

    #[test]
    fn a_line_that_was_torn_off_is_dropped_and_the_rest_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let mut journal = Journal::open(&path, "a").unwrap();
        let mut tally = Tally::new(&[2]);
        tally.add(0.3, true, std::iter::once(Some(1)));
        journal.add(&job(0, 0), 1.5, Ok(tally)).unwrap();
        journal
            .add(&job(3, 1), 1.0, Err("it diverged".into()))
            .unwrap();
        let before = journal.find(0, 0).cloned();
        drop(journal);
        let whole = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, whole + "{\"trial\":7,\"fo").unwrap();

        let mut journal = Journal::open(&path, "a").unwrap();
        assert_eq!(journal.len(), 2);
        assert!(before.is_some());
        assert_eq!(journal.find(0, 0), before.as_ref());
        assert_eq!(
            journal.find(3, 1).unwrap().judged,
            Err("it diverged".into())
        );
        assert!(journal.find(7, 0).is_none());
        journal.add(&job(7, 0), 1.0, Err("later".into())).unwrap();
        drop(journal);
        assert_eq!(Journal::open(&path, "a").unwrap().len(), 3);
        let other = Journal::open(&path, "b").err().unwrap().to_string();
        assert!(other.contains("other data or settings"), "{other}");
    }
}
