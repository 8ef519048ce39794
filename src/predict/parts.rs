//! Predictions on their way, in a folder beside the table they are for.
//!
//! Rows are written in parts of a fixed number of rows, and a small file that is replaced whenever a
//! part is complete says which there are and how far in the list they reach. So a killed run loses at
//! most the part it was writing, and the next goes on behind the last. Each part is a pass through the
//! pipeline of its own: the engine sees the same batches, whatever happened between two parts.

use super::format::{Rows, naming};
use super::list::{List, Position};
use super::manifest::{Hashing, Source, digest, read_json, write_json};
use super::{JobError, Shard};
use crate::atomic_file::AtomicFile;
use crate::drift::Tally;
use crate::record::Record;
use crate::staging::{Staging, StagingError};
use crate::table::plain_file;
use csv::StringRecord;
use serde::{Deserialize, Serialize};
use std::ffi::OsStr;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

/// Rows of a part: what a killed run can lose without a feature store, against the number of files.
pub const ROWS: usize = 4096;

const INDEX: &str = "manifest.json";

/// The parts of one table.
#[derive(Debug)]
pub struct Parts {
    out: PathBuf,
    place: Staging,
    index: Index,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Index {
    #[serde(flatten)]
    source: Source,
    shard: Shard,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Part {
    rows: u64,
    /// BLAKE3 of the part's file, in hex.
    blake3: String,
    /// Position in the list where it ends.
    list: Position,
    tally: Tally,
}

/// A part that is being written.
pub struct Draft {
    path: PathBuf,
    csv: csv::Writer<Hashing<BufWriter<AtomicFile>>>,
    rows: u64,
    pub tally: Tally,
}

impl Draft {
    pub fn push(&mut self, row: &StringRecord) -> Result<(), JobError> {
        let written = self.csv.write_record(row);
        written.map_err(|error| JobError::write(&self.path)(error.into()))?;
        self.rows += 1;
        Ok(())
    }
}

impl Parts {
    /// The folder of a table's parts.
    pub fn folder(out: &Path) -> PathBuf {
        out.with_added_extension("parts")
    }

    /// True if a run of this table was begun and is not finished.
    pub fn begun(out: &Path) -> bool {
        let folder = Self::folder(out);
        Staging::is_there(&folder) && folder.join(INDEX).exists()
    }

    /// Removes a folder that a run left behind which was killed when its table was there.
    ///
    /// # Errors
    /// A process works there, or the system refuses.
    pub fn sweep(out: &Path) -> Result<(), JobError> {
        let folder = Self::folder(out);
        match Staging::is_there(&folder) {
            true => Ok(Staging::open(&folder)?.remove()?),
            false => Ok(()),
        }
    }

    /// Makes the folder, or goes on with what is there; parts that are damaged, and what follows them,
    /// are made again. With `replace`, what another job began gives way.
    ///
    /// # Errors
    /// Another process writes the same table, or another job began it.
    pub fn open(out: &Path, source: Source, shard: Shard, replace: bool) -> Result<Self, JobError> {
        let place = Staging::open(&Self::folder(out)).map_err(|error| match error {
            StagingError::InUse { .. } => JobError::InUse {
                out: out.to_owned(),
            },
            other => other.into(),
        })?;
        place.clear(is_kept)?;
        let parts = Vec::new();
        let mut this = Self {
            out: out.to_owned(),
            place,
            index: Index {
                source,
                shard,
                parts,
            },
        };
        if this.place().join(INDEX).exists() {
            match this.take_known() {
                Err(error) if !replace => return Err(error),
                _ => {}
            }
        }
        this.drop_damaged()?;
        Ok(this)
    }

    /// Takes the parts that are there already, and the names of the engines that they are by.
    fn take_known(&mut self) -> Result<(), JobError> {
        let Index {
            source,
            shard,
            parts,
        } = read_json(&self.place().join(INDEX))?;
        let out = || self.out.clone();
        let other = self.index.source.difference(&source);
        let other = other.or((self.index.shard != shard).then_some("shard"));
        if let Some(what) = other {
            return Err(JobError::OtherJob { out: out(), what });
        }
        let (here, begun) = (&self.index.source.engine, &source.engine);
        if !here.is_like(begun) {
            return Err(JobError::OtherEngine {
                out: out(),
                begun: begun.kernels(),
                engine: begun.name.clone(),
                here: here.kernels(),
            });
        }
        self.index.source.engine.add(&source.engine);
        self.index.parts = parts;
        Ok(())
    }

    fn drop_damaged(&mut self) -> Result<(), JobError> {
        let sound =
            |at: usize| digest(&self.file(at)).ok().as_ref() == Some(&self.index.parts[at].blake3);
        let damaged = (0..self.index.parts.len()).find(|&at| !sound(at));
        if let Some(damaged) = damaged {
            self.index.parts.truncate(damaged);
        }
        self.save()
    }

    fn save(&self) -> Result<(), JobError> {
        write_json(&self.place().join(INDEX), &self.index)
    }

    fn file(&self, part: usize) -> PathBuf {
        self.place().join(format!("{part:06}.csv"))
    }

    /// The folder that they are in.
    pub fn place(&self) -> &Path {
        self.place.folder()
    }

    pub fn source(&self) -> &Source {
        &self.index.source
    }

    pub fn shard(&self) -> Shard {
        self.index.shard
    }

    /// Rows that are done.
    pub fn rows(&self) -> u64 {
        self.index.parts.iter().map(|part| part.rows).sum()
    }

    /// Tally of all parts.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        self.index
            .parts
            .iter()
            .for_each(|part| tally.merge(&part.tally));
        tally
    }

    /// Goes to where in the list the parts end.
    ///
    /// # Errors
    /// The list is not the one they are of.
    pub fn skip<X, I>(&self, list: &mut List<I, X>) -> Result<(), JobError>
    where
        I: Iterator<Item = Result<Record, X>>,
    {
        let mut from = 1;
        for part in &self.index.parts {
            list.skip_to(part.list.rows);
            if list.reached() != part.list {
                return Err(JobError::OtherList {
                    out: self.out.clone(),
                    from,
                    to: part.list.rows,
                });
            }
            from = part.list.rows + 1;
        }
        Ok(())
    }

    /// Forgets every part.
    ///
    /// # Errors
    /// The system refuses.
    pub fn clear(&mut self) -> Result<(), JobError> {
        self.index.parts.clear();
        self.save()
    }

    /// Begins the next part.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn begin(&self) -> Result<Draft, JobError> {
        let path = self.file(self.index.parts.len());
        let file = AtomicFile::create(&path).map_err(JobError::write(&path))?;
        Ok(Draft {
            csv: csv::Writer::from_writer(Hashing::new(BufWriter::new(file))),
            path,
            rows: 0,
            tally: Tally::default(),
        })
    }

    /// Adds a part that ends at `list`. When this returns, it is on the disk.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn commit(&mut self, draft: Draft, list: Position) -> Result<(), JobError> {
        let Draft {
            path,
            csv,
            rows,
            tally,
        } = draft;
        let finish = || -> io::Result<String> {
            let hashing = csv.into_inner().map_err(|error| error.into_error())?;
            let blake3 = hashing.digest();
            hashing.out.into_inner()?.commit()?;
            Ok(blake3)
        };
        let blake3 = finish().map_err(JobError::write(&path))?;
        self.index.parts.push(Part {
            rows,
            blake3,
            list,
            tally,
        });
        self.save()
    }

    /// All rows that are done, in order.
    pub fn read(&self) -> Rows {
        let files: Vec<PathBuf> = (0..self.index.parts.len())
            .map(|at| self.file(at))
            .collect();
        let rows = files.into_iter().flat_map(|file| {
            let rows: Rows = match plain_file::open(&file) {
                Ok(part) => {
                    let mut reader = csv::ReaderBuilder::new();
                    let reader = reader.has_headers(false).from_reader(part);
                    Box::new(reader.into_records().map(|row| Ok(row?)))
                }
                Err(error) => Box::new(std::iter::once(Err(error))),
            };
            naming(file, rows)
        });
        Box::new(rows)
    }

    /// Removes the folder: the table is there.
    ///
    /// # Errors
    /// The system refuses.
    pub fn remove(self) -> Result<(), JobError> {
        // The index goes first: without it, nothing was begun.
        self.place.clear(|name| name != INDEX)?;
        Ok(self.place.remove()?)
    }
}

/// Whether a file of the folder is of use to the next run: not what a killed one was writing.
fn is_kept(name: &OsStr) -> bool {
    name == INDEX || Path::new(name).extension() == Some(OsStr::new("csv"))
}

#[cfg(test)]
mod tests;
