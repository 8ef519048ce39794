//! The feature store: what a backbone once said of an image is never computed again.
//!
//! One folder for each backbone and resize rule (see [`digest`]), and in it segments: files that
//! are written once, under a temporary name, and then renamed. So a killed run loses at most the
//! segment it had not written yet, and two runs at once can only both do the same work.
//!
//! Opening reads headers and keys, nothing more, and holds some 60 bytes of memory for each image;
//! features stay in the files. A segment is held against its checksum when the first of its rows
//! is wanted: in a large store most are never touched, and reading 26 GB to use a few would make
//! every start slow. A damaged segment is renamed and its images count as unknown.

mod error;
mod key;
mod segment;
pub mod tensors;

pub use error::{Damaged, StoreError};
pub use key::{Key, hex, key};

use crate::atomic_file;
use crate::dataset::preprocess::Geometry;
use crate::plain_file;
use etcetera::BaseStrategy;
use half::f16;
use segment::{Flaw, Segment};
use std::collections::{BTreeMap, HashMap};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Counts up whenever decoding or resizing makes other pixels of the same file, so that features of
/// the old ones are not taken for theirs.
const PIXELS: u32 = 3;
/// A writer holds its temporary file for seconds; one this old has lost its writer.
const ABANDONED: Duration = Duration::from_secs(24 * 60 * 60);
/// Suffix of a damaged segment's name.
const DAMAGED: &str = "damaged";

/// Names the features of a prepared graph (its digest, and what else makes its features others) behind a
/// resize rule, in hex.
pub fn digest(prepared: &str, geometry: Geometry) -> String {
    let Geometry {
        width,
        height,
        fit,
        filter,
    } = geometry;
    let rule = serde_json::json!([prepared, PIXELS, width, height, fit, filter]);
    hex(&key(rule.to_string().as_bytes()))
}

/// The user's cache folder for features.
///
/// # Errors
/// When the system doesn't say where the home folder is.
pub fn default_root() -> Result<PathBuf, StoreError> {
    let folders = etcetera::choose_base_strategy().map_err(|_| StoreError::NoHome)?;
    Ok(folders.cache_dir().join("evenhand").join("features"))
}

/// The features that one backbone made so far.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    digest: String,
    segments: Vec<Segment>,
    places: HashMap<Key, Place>,
    /// The file that the last row came from: rows mostly come in the order they were written.
    open: Option<(u32, File)>,
    damaged: Vec<Damaged>,
    /// What computes the features that are added.
    engine: Option<String>,
    by_others: BTreeMap<String, usize>,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    segment: u32,
    row: u32,
}

impl Store {
    /// Opens the part of the store in `root` that belongs to `digest`, and makes it where there is
    /// none. What can't be used is in [`take_damaged`](Self::take_damaged).
    ///
    /// # Errors
    /// When the folder cannot be made or listed.
    pub fn open(root: &Path, digest: &str) -> Result<Self, StoreError> {
        let folder = root.join(digest);
        let failed = |source| StoreError::Open {
            path: folder.clone(),
            source,
        };
        fs::create_dir_all(&folder).map_err(failed)?;
        let mut paths = Vec::new();
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.extension() == Some(OsStr::new(segment::EXTENSION)) {
                paths.push(path);
            } else if abandoned(&path) {
                // Another run may have been faster; a file in the way harms nobody.
                let _ = fs::remove_file(&path);
            }
        }
        paths.sort_unstable();

        let mut store = Self {
            folder: folder.clone(),
            digest: digest.to_owned(),
            segments: Vec::new(),
            places: HashMap::new(),
            open: None,
            damaged: Vec::new(),
            engine: None,
            by_others: BTreeMap::new(),
        };
        for path in paths {
            let opened = Segment::open(path.clone(), digest)
                .and_then(|(segment, keys)| Ok((store.fitting(segment)?, keys)));
            match opened {
                Ok((segment, keys)) => store.add(segment, &keys),
                Err(flaw) => store.set_aside(path, &flaw),
            }
        }
        Ok(store)
    }

    /// The same, for features by an engine: segments name it.
    #[must_use]
    pub fn filled_by(mut self, engine: String) -> Self {
        self.engine = Some(engine);
        self
    }

    /// How many images it knows.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The segments that could not be used since this was last asked.
    pub fn take_damaged(&mut self) -> Vec<Damaged> {
        std::mem::take(&mut self.damaged)
    }

    /// The engines other than [`filled_by`](Self::filled_by) whose features were given since this was last
    /// asked, with the number of times.
    pub fn take_by_others(&mut self) -> BTreeMap<String, usize> {
        std::mem::take(&mut self.by_others)
    }

    /// The features of an image. `None` where they must be computed: never seen, or damaged.
    pub fn get(&mut self, key: &Key) -> Option<Vec<f16>> {
        let place = *self.places.get(key)?;
        match self.read(place) {
            Ok(row) => {
                let by = &self.segments[place.segment as usize].engine;
                if let (Some(by), Some(engine)) = (by, &self.engine)
                    && by != engine
                {
                    *self.by_others.entry(by.clone()).or_default() += 1;
                }
                Some(row)
            }
            Err(flaw) => {
                self.open = None;
                self.places
                    .retain(|_, other| other.segment != place.segment);
                let path = self.segments[place.segment as usize].path.clone();
                self.set_aside(path, &flaw);
                None
            }
        }
    }

    /// Writes `features`, `[keys.len(), dim]`, as a segment. When this returns they are on the disk.
    ///
    /// # Errors
    /// When they can't be written, or when the rows have another length than those before.
    pub fn append(&mut self, keys: &[Key], features: &[f16]) -> Result<(), StoreError> {
        if keys.is_empty() {
            return Ok(());
        }
        let made = features.len() / keys.len();
        if let Some(stored) = self.dim().filter(|&stored| stored != made) {
            let path = self.folder.clone();
            return Err(StoreError::Dim { path, stored, made });
        }
        let of = (self.digest.as_str(), self.engine.as_deref());
        let segment = Segment::write(&self.folder, of, keys, features);
        let segment = segment.map_err(|source| StoreError::Write {
            path: self.folder.clone(),
            source,
        })?;
        self.add(segment, keys);
        Ok(())
    }

    /// The number of values a row, where there is one.
    pub fn dim(&self) -> Option<usize> {
        self.segments.first().map(|segment| segment.dim)
    }

    fn fitting(&self, segment: Segment) -> Result<Segment, Flaw> {
        match self.dim() {
            Some(expected) if expected != segment.dim => Err(Flaw::Dim {
                got: segment.dim,
                expected,
            }),
            _ => Ok(segment),
        }
    }

    fn add(&mut self, segment: Segment, keys: &[Key]) {
        let number = self.segments.len() as u32;
        for (row, &key) in keys.iter().enumerate() {
            let place = Place {
                segment: number,
                row: row as u32,
            };
            self.places.entry(key).or_insert(place);
        }
        self.segments.push(segment);
    }

    fn read(&mut self, place: Place) -> Result<Vec<f16>, Flaw> {
        let segment = &mut self.segments[place.segment as usize];
        let file = match &mut self.open {
            Some((open, file)) if *open == place.segment => file,
            slot => {
                &mut slot
                    .insert((place.segment, plain_file::open(&segment.path)?))
                    .1
            }
        };
        segment.row(file, place.row as usize)
    }

    /// Renames what is damaged. What the system wouldn't read (no permission, too many open files)
    /// may be sound and stays; what is no longer there was set aside by another run.
    fn set_aside(&mut self, path: PathBuf, flaw: &Flaw) {
        let moved = match flaw {
            Flaw::Io(error) if error.kind() == io::ErrorKind::NotFound => return,
            Flaw::Io(_) => None,
            _ => {
                let new = path.with_added_extension(DAMAGED);
                fs::rename(&path, &new).ok().map(|()| new)
            }
        };
        self.damaged.push(Damaged {
            path,
            reason: flaw.to_string(),
            moved,
        });
    }
}

/// Whether `path` is a temporary file whose writer is gone.
fn abandoned(path: &Path) -> bool {
    let unfinished = path.file_name().is_some_and(atomic_file::is_unfinished);
    let age = || {
        path.metadata()?
            .modified()?
            .elapsed()
            .map_err(io::Error::other)
    };
    unfinished && age().is_ok_and(|age| age > ABANDONED)
}

#[cfg(test)]
mod tests;
