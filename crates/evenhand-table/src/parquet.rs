//! Parquet files.

use crate::binary::{self, Fields};
use crate::cells::Chunk;
use crate::error::TableError;
use crate::missing::MissingValues;
use crate::notes::Notes;
use crate::parquet_file::ParquetFile;
use crate::place::{Counting, Origin};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use std::fmt::Display;
use std::fs::File;
use std::path::{Path, PathBuf};

/// An open Parquet file.
pub(crate) struct Parquet {
    path: PathBuf,
    reader: ParquetRecordBatchReader,
    pub(crate) fields: Fields,
    /// The number of the next row.
    next: u64,
}

impl Parquet {
    /// Reads the schema; `rows` are those of a chunk.
    ///
    /// # Errors
    /// A file that isn't Parquet, is encrypted or names a column twice.
    pub(crate) fn open(
        path: &Path,
        file: File,
        rows: usize,
        notes: &Notes,
    ) -> Result<Self, TableError> {
        let builder = ParquetRecordBatchReaderBuilder::try_new(ParquetFile::new(file));
        let builder = builder.map_err(|error| failure(path, error))?;
        let table = Origin::file(path, Counting::Rows).prefix();
        let fields = Fields::of(builder.schema(), &table, notes)?;
        // Columns that are left out may hold images: they aren't even read.
        let kept = ProjectionMask::roots(builder.parquet_schema(), fields.kept.iter().copied());
        let reader = builder.with_projection(kept).with_batch_size(rows).build();
        Ok(Self {
            path: path.to_owned(),
            reader: reader.map_err(|error| failure(path, error))?,
            fields,
            next: 1,
        })
    }

    /// The next rows; `None` at the end.
    ///
    /// # Errors
    /// The file is damaged.
    pub(crate) fn chunk(&mut self, missing: &MissingValues) -> Result<Option<Chunk>, TableError> {
        let Some(batch) = self.reader.next() else {
            return Ok(None);
        };
        let batch = batch.map_err(|error| failure(&self.path, error))?;
        let chunk = binary::chunk(&batch, self.next, missing);
        self.next += batch.num_rows() as u64;
        chunk.map(Some).map_err(|error| failure(&self.path, error))
    }
}

fn failure(path: &Path, problem: impl Display) -> TableError {
    TableError::Format {
        path: path.to_owned(),
        format: "Parquet",
        problem: problem.to_string(),
    }
}
