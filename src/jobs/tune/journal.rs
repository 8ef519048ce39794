//! Journal of a search: a line of JSON for every fold that was judged, on the disk before the next
//! begins, so that a search which was stopped goes on where it was.

use super::error::TuneError;
use super::trials::Job;
use crate::WriteError;
use crate::jobs::files::{Overwrite, is_taken};
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

/// What is in the file of a journal.
enum Begun {
    /// Nothing, or a header that was torn off.
    Nothing,
    Other,
    /// A journal of this search, up to its last whole line.
    Ours {
        whole: usize,
    },
}

/// `None` for a file that is no journal.
fn begun(text: &[u8], ours: &Header) -> Option<Begun> {
    let header = serde_json::to_vec(ours).expect("a header is strings");
    if header.starts_with(text) {
        return Some(Begun::Nothing);
    }
    let end = text.iter().position(|&byte| byte == b'\n')?;
    let found: Header = serde_json::from_slice(&text[..end]).ok()?;
    let whole = text.iter().rposition(|&byte| byte == b'\n')? + 1;
    Some(match &found == ours {
        true => Begun::Ours { whole },
        false => Begun::Other,
    })
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
    /// being written when the process ended is dropped. With `overwrite` another search gives way.
    ///
    /// # Errors
    /// The file is no journal, or another search's, in use, damaged, or cannot be written.
    pub fn open(path: &Path, search: &str, overwrite: Overwrite) -> Result<Self, TuneError> {
        let failed = WriteError::of(path);
        let name = || path.to_owned();
        if is_taken(path) && (path.is_symlink() || !path.is_file()) {
            return Err(TuneError::NoJournal { path: name() });
        }
        let mut options = OpenOptions::new();
        let opened = options.read(true).write(true).create(true).truncate(false);
        let mut file = opened.open(path).map_err(&failed)?;
        file.try_lock()
            .map_err(|_| TuneError::InUse { path: name() })?;
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(&failed)?;
        let ours = Header {
            evenhand: env!("CARGO_PKG_VERSION").to_owned(),
            search: search.to_owned(),
        };
        let begun = begun(&text, &ours).ok_or_else(|| TuneError::NoJournal { path: name() })?;
        let whole = match (begun, overwrite) {
            (Begun::Nothing, _) | (Begun::Other, Overwrite::Yes) => 0,
            (Begun::Other, Overwrite::No) => {
                return Err(TuneError::OtherSearch { path: name() });
            }
            (Begun::Ours { whole }, _) => whole,
        };
        file.set_len(whole as u64).map_err(&failed)?;
        file.seek(SeekFrom::End(0)).map_err(&failed)?;
        let mut journal = Self {
            file: Some((path.to_owned(), file)),
            known: BTreeMap::new(),
        };
        if whole == 0 {
            journal.write(&ours)?;
            return Ok(journal);
        }
        let lines = text[..whole].split(|&byte| byte == b'\n');
        let lines = lines.filter(|line| !line.is_empty()).enumerate();
        for (number, line) in lines.skip(1) {
            let damaged = |source| TuneError::Damaged {
                path: name(),
                line: number + 1,
                source,
            };
            let entry: Entry = serde_json::from_slice(line).map_err(damaged)?;
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
        let mut journal = Journal::open(&path, "a", Overwrite::No).unwrap();
        let mut tally = Tally::new(&[2]);
        tally.add(0.3, true, std::iter::once(1));
        journal.add(&job(0, 0), 1.5, Ok(tally)).unwrap();
        journal
            .add(&job(3, 1), 1.0, Err("it diverged".into()))
            .unwrap();
        let before = journal.find(0, 0).cloned();
        drop(journal);
        let whole = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, whole + "{\"trial\":7,\"fo").unwrap();

        let mut journal = Journal::open(&path, "a", Overwrite::No).unwrap();
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
        assert_eq!(Journal::open(&path, "a", Overwrite::No).unwrap().len(), 3);
        let other = Journal::open(&path, "b", Overwrite::No);
        let other = other.err().unwrap().to_string();
        assert!(other.contains("other data or settings"), "{other}");
        let replaced = Journal::open(&path, "b", Overwrite::Yes).unwrap();
        assert_eq!(replaced.len(), 0);
    }

    #[test]
    fn a_file_that_is_no_journal_is_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        for mine in [
            "my notes of today",
            "{\"day\":1}\n{\"day\":2}",
            "\n\n",
            "\u{fe}x",
        ] {
            std::fs::write(&path, mine).unwrap();
            for overwrite in [Overwrite::No, Overwrite::Yes] {
                let refused = Journal::open(&path, "a", overwrite);
                let told = refused.err().unwrap().to_string();
                assert!(told.contains("is no journal"), "{told}");
                assert_eq!(std::fs::read_to_string(&path).unwrap(), mine);
            }
        }
        // What a kill left of the first line.
        for torn in ["", "{\"evenhand\":"] {
            std::fs::write(&path, torn).unwrap();
            assert_eq!(Journal::open(&path, "a", Overwrite::No).unwrap().len(), 0);
        }
        #[cfg(unix)]
        {
            let link = folder.path().join("link.jsonl");
            std::os::unix::fs::symlink(&path, &link).unwrap();
            assert!(Journal::open(&link, "a", Overwrite::Yes).is_err());
        }
    }
}
