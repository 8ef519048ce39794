//! Arrow IPC files and streams, which Feather of version 2 is.

use crate::binary::{self, Fields};
use crate::cells::Chunk;
use crate::error::TableError;
use crate::ipc_lengths;
use crate::missing::MissingValues;
use crate::notes::Notes;
use crate::place::{Counting, Origin};
use arrow_array::RecordBatch;
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::{ArrowError, SchemaRef};
use std::fmt::Display;
use std::fs::File;
use std::io::{self, BufReader, Seek};
use std::path::{Path, PathBuf};

/// What begins an Arrow file; a stream has no such mark.
pub(crate) const FILE_MAGIC: &[u8] = b"ARROW1";

/// An open Arrow file or stream.
pub(crate) struct Ipc {
    path: PathBuf,
    batches: Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>> + Send>,
    pub(crate) fields: Fields,
    /// What is left of the batch that was read last.
    batch: Option<RecordBatch>,
    /// The number of the next row.
    next: u64,
}

impl Ipc {
    /// Reads the schema. `start` is the beginning of the file.
    ///
    /// # Errors
    /// A file that isn't Arrow, or names a column twice.
    pub(crate) fn open(
        path: &Path,
        mut file: File,
        start: &[u8],
        notes: &Notes,
    ) -> Result<Self, TableError> {
        let table = Origin::file(path, Counting::Rows).prefix();
        let fail = |error: ArrowError| failure(path, &error);
        let is_file = start.starts_with(FILE_MAGIC);
        let unread = |error: io::Error| TableError::Io {
            path: path.to_owned(),
            source: error,
        };
        if let Some(damage) = ipc_lengths::damage(&mut file, is_file).map_err(unread)? {
            return Err(failure(path, &damage));
        }
        file.rewind().map_err(unread)?;
        let input = BufReader::new(file);
        let (schema, batches): (SchemaRef, Box<dyn Iterator<Item = _> + Send>) = if is_file {
            let reader = FileReader::try_new(input, None).map_err(fail)?;
            (reader.schema(), Box::new(reader))
        } else {
            let reader = StreamReader::try_new(input, None).map_err(fail)?;
            (reader.schema(), Box::new(reader))
        };
        Ok(Self {
            path: path.to_owned(),
            batches,
            fields: Fields::of(&schema, &table, notes)?,
            batch: None,
            next: 1,
        })
    }

    /// At most `limit` rows; `None` at the end.
    ///
    /// # Errors
    /// The file is damaged.
    pub(crate) fn chunk(
        &mut self,
        limit: usize,
        missing: &MissingValues,
    ) -> Result<Option<Chunk>, TableError> {
        let fail = |error: ArrowError| failure(&self.path, &error);
        let batch = loop {
            match self.batch.take() {
                Some(batch) if batch.num_rows() > 0 => break batch,
                _ => match self.batches.next() {
                    None => return Ok(None),
                    Some(batch) => {
                        let kept = batch.and_then(|batch| batch.project(&self.fields.kept));
                        self.batch = Some(kept.map_err(fail)?);
                    }
                },
            }
        };
        let rows = batch.num_rows().min(limit);
        let chunk = binary::chunk(&batch.slice(0, rows), self.next, missing).map_err(fail)?;
        self.batch = Some(batch.slice(rows, batch.num_rows() - rows));
        self.next += rows as u64;
        Ok(Some(chunk))
    }
}

fn failure(path: &Path, error: &impl Display) -> TableError {
    TableError::Format {
        path: path.to_owned(),
        format: "Arrow",
        problem: error.to_string(),
    }
}
