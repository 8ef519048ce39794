//! Manifest beside a table of predictions: its images, its classifier, its checksum.

use super::abstain::AbstainRule;
use super::list::Position;
use super::{Columns, JobError, Shard};
use crate::abstain::{Confidences, Promise};
use crate::atomic_file::AtomicFile;
use crate::backbone::engine::EngineIdentity;
use crate::drift::{Reference, Tally};
use crate::table::plain_file;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Counts up when tables, parts or manifests change.
pub const FORMAT: u32 = 2;

/// Most bytes of a manifest: the one of a table of a thousand million rows has some hundred million.
const LARGEST: u64 = 1 << 30;

/// Source of predictions: classifier and columns. Only tables of one source belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// [`FORMAT`].
    pub format: u32,
    /// The version of evenhand.
    pub evenhand: String,
    /// BLAKE3 of `classifier.onnx`, in hex.
    pub classifier: String,
    /// Names the features: backbone, resize rule, and engine and precision where these change them.
    pub features: String,
    /// What computed them; empty in tables of format 1.
    #[serde(default)]
    pub engine: Engines,
    pub max_pixels: u64,
    pub max_bytes: u64,
    #[serde(flatten)]
    pub columns: Columns,
}

/// Engines of a table: one and the same, perhaps of several versions or on several machines.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Engines {
    /// `onnxruntime` or `burn`.
    pub name: String,
    /// The kind of device: `cpu`, `cuda`, `vulkan`, …
    pub device: String,
    pub versions: BTreeSet<String>,
    /// Vector instructions of the processors, or the names of the GPUs.
    pub hardware: BTreeSet<String>,
}

impl From<&EngineIdentity> for Engines {
    fn from(identity: &EngineIdentity) -> Self {
        let EngineIdentity {
            engine,
            version,
            device,
            hardware,
        } = identity.clone();
        Self {
            name: engine,
            device,
            versions: BTreeSet::from([version]),
            hardware: BTreeSet::from([hardware]),
        }
    }
}

impl Engines {
    /// Whether both have the same kernels, as far as names tell.
    pub fn is_like(&self, other: &Self) -> bool {
        (&self.name, &self.device) == (&other.name, &other.device)
    }

    /// `onnxruntime on cpu`.
    pub fn kernels(&self) -> String {
        format!("{} on {}", self.name, self.device)
    }

    /// Adds the versions and the hardware of others, which are like these.
    pub fn add(&mut self, others: &Self) {
        self.versions.extend(others.versions.iter().cloned());
        self.hardware.extend(others.hardware.iter().cloned());
    }

    /// Sentence about several versions or kinds of hardware; `None` where there is one of each.
    pub fn mixture(&self) -> Option<String> {
        let several = |what: &str, names: &BTreeSet<String>| {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            (names.len() > 1).then(|| format!("{} {what} ({})", names.len(), names.join("; ")))
        };
        let found = [
            several("versions", &self.versions),
            several("kinds of hardware", &self.hardware),
        ];
        let found: Vec<String> = found.into_iter().flatten().collect();
        (!found.is_empty()).then(|| {
            format!(
                "rows were computed by {} of {}: their probabilities may differ in the last digits",
                found.join(" and "),
                self.kernels()
            )
        })
    }
}

impl Source {
    /// The same with other columns.
    pub(super) fn with_columns(self, columns: Columns) -> Self {
        Self { columns, ..self }
    }

    /// Name of a difference, whatever the engines; `None` where there is none.
    pub fn difference(&self, other: &Self) -> Option<&'static str> {
        let Self {
            format,
            evenhand,
            classifier,
            features,
            engine,
            max_pixels,
            max_bytes,
            columns,
        } = self;
        if (format, evenhand) != (&other.format, &other.evenhand) {
            return Some("version of evenhand");
        }
        if classifier != &other.classifier {
            return Some("classifier");
        }
        // The key of features names their engine.
        if engine.is_like(&other.engine) && features != &other.features {
            return Some("precision");
        }
        if (max_pixels, max_bytes) != (&other.max_pixels, &other.max_bytes) {
            return Some("limit on pixels or bytes");
        }
        (columns != &other.columns).then_some("set of columns")
    }
}

/// `<table>.manifest.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    #[serde(flatten)]
    pub source: Source,
    pub shard: Shard,
    /// The share that is left to humans.
    pub abstain: Option<f64>,
    /// About errors among the others; `None` where none was asked for.
    #[serde(default)]
    pub promise: Option<Promise>,
    pub rows: u64,
    /// BLAKE3 of the table, in hex.
    pub blake3: String,
    /// The whole list, of which a shard has a share.
    pub list: Position,
    pub tally: Tally,
    /// Reference distribution of the tally; `None` where the classifier has none.
    pub reference: Option<Reference>,
    /// Held-out rows of the training, for promises; `None` where the classifier has none.
    #[serde(default)]
    pub confidences: Option<Confidences>,
}

impl Manifest {
    pub fn path(table: &Path) -> PathBuf {
        table.with_added_extension("manifest.json")
    }

    /// Whether its table was made from a source, whatever the engine, of this share of the list.
    pub fn is_of(&self, source: &Source, shard: Shard, abstain: Option<&AbstainRule>) -> bool {
        let columns = match abstain {
            Some(_) => source.columns.with_abstained(),
            None => source.columns.clone(),
        };
        let source = source.clone().with_columns(columns);
        let is_same = self.source.difference(&source).is_none();
        is_same && self.shard == shard && self.abstains_by(abstain)
    }

    fn abstains_by(&self, rule: Option<&AbstainRule>) -> bool {
        match (rule, self.abstain, &self.promise) {
            (None, None, None) => true,
            (Some(AbstainRule::Share(share)), Some(known), None) => *share == known,
            // The rest of a promise follows from the classifier.
            (Some(AbstainRule::Promise(promise)), None, Some(known)) => {
                (promise.risk, &promise.grouping) == (known.risk, &known.grouping)
            }
            _ => false,
        }
    }

    /// # Errors
    /// It cannot be read, or is no manifest.
    pub fn read(table: &Path) -> Result<Self, JobError> {
        read_json(&Self::path(table))
    }

    /// # Errors
    /// It cannot be written.
    pub fn write(&self, table: &Path) -> Result<(), JobError> {
        write_json(&Self::path(table), self)
    }
}

/// BLAKE3 of a file, in hex.
///
/// # Errors
/// Those of reading.
pub fn digest(path: &Path) -> Result<String, JobError> {
    let mut hash = blake3::Hasher::new();
    let file = plain_file::open(path).and_then(|file| hash.update_reader(file).map(|_| ()));
    file.map_err(JobError::read(path))?;
    Ok(hash.finalize().to_hex().to_string())
}

pub(super) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, JobError> {
    let bytes = plain_file::read(path, LARGEST).map_err(JobError::read(path))?;
    serde_json::from_slice(&bytes).map_err(|error| JobError::NoManifest {
        path: path.to_owned(),
        problem: error.to_string(),
    })
}

pub(super) fn write_json(path: &Path, value: &impl Serialize) -> Result<(), JobError> {
    let write = || -> io::Result<()> {
        let mut text = serde_json::to_vec(value)?;
        text.push(b'\n');
        let mut file = AtomicFile::create(path)?;
        file.write_all(&text)?;
        file.commit()
    };
    write().map_err(JobError::write(path))
}

/// Hashes what it passes on.
pub(super) struct Hashing<W> {
    pub out: W,
    hash: blake3::Hasher,
}

impl<W: Write> Hashing<W> {
    pub fn new(out: W) -> Self {
        let hash = blake3::Hasher::new();
        Self { out, hash }
    }

    /// In hex.
    pub fn digest(&self) -> String {
        self.hash.finalize().to_hex().to_string()
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
