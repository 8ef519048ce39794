//! Shards put together again: row by row, as the list had them.

use super::abstain::{Abstain, AbstainRule};
use super::finish::{PendingTable, TableInputs};
use super::format::{self, Format, Rows};
use super::manifest::{Engines, Manifest, Source, digest};
use super::{JobError, Parts, Shard};
use crate::drift::Tally;
use crate::record::BadImage;
use std::io;
use std::path::{Path, PathBuf};

/// All shards of one list by one classifier, in their order.
#[derive(Debug)]
pub struct Shards {
    tables: Vec<(PathBuf, Manifest)>,
}

impl Shards {
    /// Reads the manifests beside the tables, and holds each table against its own.
    ///
    /// # Errors
    /// A table without a manifest, an unfinished or changed one, one that belongs to other tables or
    /// is there twice; a shard that none of them is.
    pub fn open(paths: &[PathBuf]) -> Result<Self, JobError> {
        let mut tables: Vec<(PathBuf, Manifest)> = Vec::new();
        for path in paths {
            let manifest = manifest(path)?;
            if let Some((first, known)) = tables.first() {
                refuse_foreign((path, &manifest), (first, known))?;
            }
            let shard = manifest.shard;
            if let Some((first, _)) = tables.iter().find(|(_, other)| other.shard == shard) {
                return Err(JobError::Doubled {
                    shard,
                    path: path.clone(),
                    first: first.clone(),
                });
            }
            tables.push((path.clone(), manifest));
        }
        tables.sort_by_key(|(_, manifest)| manifest.shard.index);
        let of = tables.first().map_or(0, |(_, manifest)| manifest.shard.of);
        let missing: Vec<Shard> = (1..=of)
            .filter_map(|index| Shard::new(index, of))
            .filter(|shard| tables.iter().all(|(_, manifest)| manifest.shard != *shard))
            .collect();
        if !missing.is_empty() {
            return Err(JobError::Missing { missing });
        }
        for (path, manifest) in &tables {
            let Manifest {
                shard, rows, list, ..
            } = manifest;
            if digest(path)? != manifest.blake3 || *rows != shard.rows(list.rows) {
                return Err(JobError::Changed { path: path.clone() });
            }
        }
        Ok(Self { tables })
    }

    /// Engines of all shards.
    pub fn engines(&self) -> Engines {
        let mut all = Engines::default();
        for (_, Manifest { source, .. }) in &self.tables {
            all = Engines {
                name: source.engine.name.clone(),
                device: source.engine.device.clone(),
                ..all
            };
            all.add(&source.engine);
        }
        all
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.tables.len()
    }

    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// Which rows are left to humans.
    ///
    /// # Errors
    /// Nothing can be promised by what the classifier kept.
    pub fn rule(&self, abstain: &Abstain) -> Result<AbstainRule, JobError> {
        let first = self.tables.first().map(|(_, manifest)| manifest);
        abstain.rule(first.and_then(|first| first.confidences.as_ref()))
    }

    /// Writes one table, which equals that of a run without shards.
    ///
    /// # Errors
    /// When a shard cannot be read, or the table, its manifest or its drift cannot be written.
    ///
    /// # Panics
    /// Without shards.
    pub fn write(
        &self,
        out: &Path,
        abstain: Option<&AbstainRule>,
        bad: &mut dyn FnMut(&str, &BadImage),
    ) -> Result<PendingTable, JobError> {
        let (_, first) = self.tables.first().expect("there are shards");
        let mut tally = Tally::default();
        for (_, manifest) in &self.tables {
            tally.merge(&manifest.tally);
        }
        let source = Source {
            engine: self.engines(),
            ..first.source.clone()
        };
        let finish = TableInputs {
            source: &source,
            staging: None,
            shard: Shard::WHOLE,
            list: first.list.clone(),
            tally,
            reference: first.reference.as_ref(),
            confidences: first.confidences.as_ref(),
            abstain,
            rows: &|| self.rows(),
        };
        finish.write(out, bad)
    }

    /// One row of each shard in turn.
    fn rows(&self) -> Result<Rows, JobError> {
        let mut shards = Vec::with_capacity(self.tables.len());
        for (path, manifest) in &self.tables {
            let format = format_of(path)?;
            let rows = format::rows(path, format, &manifest.source.columns);
            let rows = rows.map_err(JobError::read(path))?;
            shards.push(format::naming(path.clone(), rows));
        }
        let total = self.tables[0].1.list.rows;
        Ok(Box::new((0..total).map(move |row| {
            let shard = (row % shards.len() as u64) as usize;
            let short = || Err(io::Error::from(io::ErrorKind::UnexpectedEof));
            shards[shard].next().unwrap_or_else(short)
        })))
    }
}

fn format_of(path: &Path) -> Result<Format, JobError> {
    Format::of(path).ok_or_else(|| JobError::Extension {
        path: path.to_owned(),
    })
}

fn manifest(path: &Path) -> Result<Manifest, JobError> {
    format_of(path)?;
    if Parts::begun(path) {
        let path = path.to_owned();
        return Err(JobError::Unfinished { path });
    }
    if !path.exists() {
        return Err(JobError::read(path)(io::ErrorKind::NotFound.into()));
    }
    if !Manifest::path(path).exists() {
        let path = path.to_owned();
        return Err(JobError::WithoutManifest { path });
    }
    let manifest = Manifest::read(path)?;
    if manifest.shard.of == 1 {
        let path = path.to_owned();
        return Err(JobError::Whole { path });
    }
    Ok(manifest)
}

/// # Errors
/// Two shards that are not of one run.
fn refuse_foreign(
    (path, manifest): (&Path, &Manifest),
    (first, known): (&Path, &Manifest),
) -> Result<(), JobError> {
    let (path, first) = (path.to_owned(), first.to_owned());
    if let Some(what) = difference(manifest, known) {
        return Err(JobError::Foreign { path, first, what });
    }
    let (engine, expected) = (&manifest.source.engine, &known.source.engine);
    match engine.is_like(expected) {
        true => Ok(()),
        false => Err(JobError::ForeignEngine {
            path,
            first,
            engine: engine.kernels(),
            expected: expected.kernels(),
        }),
    }
}

/// Difference that keeps two shards from being of one run, whatever the engines.
fn difference(manifest: &Manifest, other: &Manifest) -> Option<&'static str> {
    if let Some(what) = manifest.source.difference(&other.source) {
        return Some(what);
    }
    if manifest.list != other.list {
        return Some("list of images");
    }
    (manifest.shard.of != other.shard.of).then_some("number of shards")
}
