//! From rows of text to the table under its name, with what lies beside it.

use super::abstain::{AbstainRule, Abstention};
use super::format::{Format, RowWriter, Rows};
use super::list::Position;
use super::manifest::{Hashing, Manifest, Source};
use super::table::{ERROR, PATH, STATUS};
use super::{JobError, Parts, Shard};
use crate::abstain::Confidences;
use crate::atomic_file::AtomicFile;
use crate::drift::{Reference, Tally};
use crate::record::{BadImage, Status};
use csv::StringRecord;
use std::io::{self, BufWriter};
use std::path::Path;

/// Inputs of a table of predictions.
pub struct TableInputs<'a> {
    pub source: &'a Source,
    /// Where the table is written until it is complete; beside its name where `None`.
    pub staging: Option<&'a Path>,
    pub shard: Shard,
    pub list: Position,
    pub tally: Tally,
    pub reference: Option<&'a Reference>,
    pub confidences: Option<&'a Confidences>,
    /// Which rows are left to humans.
    pub abstain: Option<&'a AbstainRule>,
    /// The rows, from the first, each time it is asked.
    pub rows: &'a dyn Fn() -> Result<Rows, JobError>,
}

/// A table that is written and not yet under its name.
#[derive(Debug)]
pub struct PendingTable {
    file: AtomicFile,
    manifest: Manifest,
}

impl TableInputs<'_> {
    /// Writes a table in the format that its extension names; `bad` hears of every row without a
    /// prediction. Memory does not grow with the number of rows.
    ///
    /// # Errors
    /// The extension names no format; rows cannot be read, or the table cannot be written.
    pub fn write(
        self,
        out: &Path,
        bad: &mut dyn FnMut(&str, &BadImage),
    ) -> Result<PendingTable, JobError> {
        let Self {
            source,
            staging,
            shard,
            list,
            tally,
            reference,
            confidences,
            abstain,
            rows,
        } = self;
        let format = Format::of(out).ok_or_else(|| JobError::Extension {
            path: out.to_owned(),
        })?;
        let failed = JobError::write(out);
        let mut columns = source.columns.clone();
        let mut abstention = None;
        if let Some(rule) = abstain {
            let found = Abstention::new(rule, rows()?, &columns);
            abstention = Some(found.map_err(&failed)?);
            columns = columns.with_abstained();
        }
        let file = match staging {
            Some(staging) => AtomicFile::create_in(staging, out),
            None => AtomicFile::create(out),
        };
        let sink = Hashing::new(BufWriter::new(file.map_err(&failed)?));
        let mut writer = RowWriter::new(sink, format, &columns).map_err(&failed)?;
        let mut count = 0;
        for row in rows()? {
            let mut row = row.map_err(&failed)?;
            if let Some(image) = bad_image(&row) {
                bad(&row[PATH], &image);
            }
            if let Some(abstention) = &mut abstention {
                row = abstention.apply(&row).map_err(&failed)?;
            }
            writer.write(&row).map_err(&failed)?;
            count += 1;
        }
        let finish = || -> io::Result<(AtomicFile, String)> {
            let hashing = writer.finish()?;
            let blake3 = hashing.digest();
            Ok((hashing.out.into_inner()?, blake3))
        };
        let (file, blake3) = finish().map_err(&failed)?;
        let (share, promise) = match abstain {
            None => (None, None),
            Some(AbstainRule::Share(share)) => (Some(*share), None),
            Some(AbstainRule::Promise(promise)) => (None, Some(promise.clone())),
        };
        let manifest = Manifest {
            source: source.clone().with_columns(columns),
            shard,
            abstain: share,
            promise,
            rows: count,
            blake3,
            list,
            tally,
            reference: reference.cloned(),
            confidences: confidences.cloned(),
        };
        Ok(PendingTable { file, manifest })
    }
}

/// The status and the reason of a row without a prediction.
fn bad_image(row: &StringRecord) -> Option<BadImage> {
    let status = row[STATUS].parse::<Status>().ok()?;
    (status != Status::Ok).then(|| BadImage {
        status,
        reason: row[ERROR].to_owned(),
    })
}

impl PendingTable {
    pub fn rows(&self) -> u64 {
        self.manifest.rows
    }

    /// Gives the table its name, and writes the manifest beside it.
    ///
    /// # Errors
    /// The system refuses.
    pub fn commit(self) -> Result<Manifest, JobError> {
        let Self { file, manifest } = self;
        let out = file.path().to_owned();
        file.commit().map_err(JobError::write(&out))?;
        manifest.write(&out)?;
        Ok(manifest)
    }
}

/// The table that the parts are of.
///
/// # Errors
/// When a part or a shard cannot be read, or the table, its manifest or its drift cannot be written.
pub fn finish(
    parts: &Parts,
    (reference, confidences): (Option<&Reference>, Option<&Confidences>),
    list: Position,
    (out, abstain): (&Path, Option<&AbstainRule>),
    bad: &mut dyn FnMut(&str, &BadImage),
) -> Result<PendingTable, JobError> {
    let finish = TableInputs {
        source: parts.source(),
        staging: Some(parts.place()),
        shard: parts.shard(),
        list,
        tally: parts.tally(),
        reference,
        confidences,
        abstain,
        rows: &|| Ok(parts.read()),
    };
    finish.write(out, bad)
}
