//! Reading a file, whole or in chunks.

use crate::cells::Chunk;
use crate::error::TableError;
use crate::format::{Format, OpenFile};
use crate::guard::guarded;
use crate::header;
use crate::notes::Notes;
use crate::options::ReadOptions;
use crate::place::{Lines, Origin};
use crate::source::{CHUNK, Source};
use crate::spreadsheet::{Formulas, restored, restored_column};
use crate::table::{Shared, Table};
use arrow_array::ArrayRef;
use evenhand_stats::hint::Message;
use std::path::Path;
use std::sync::Arc;

/// Reader of a table in chunks of a few thousand rows, for one that is too large to hold; iterating gives the
/// chunks, and nothing after an error. Workbooks are held in memory all the same.
pub struct TableReader {
    source: Source,
    shared: Arc<Shared>,
    /// The most rows of a chunk of text.
    limit: usize,
    format: Format,
    formulas: Formulas,
    failed: bool,
}

impl TableReader {
    /// Opens a file and finds out its format and columns. The columns of JSON Lines are the keys in the rows of
    /// the first chunk.
    ///
    /// # Errors
    /// A file that isn't plain or can't be read as a table, or that names a column twice.
    pub fn open(path: &Path, options: &ReadOptions) -> Result<Self, TableError> {
        Self::with_limit(path, options, CHUNK)
    }

    fn with_limit(path: &Path, options: &ReadOptions, limit: usize) -> Result<Self, TableError> {
        let opened = OpenFile::open(path)?;
        let notes = Notes::default();
        let format = opened.format;
        let open = || Source::open(opened, path, options, (limit, &notes));
        let source = guarded(path, format.name(), open)?;
        let origin = Origin::file(path, format.counting());
        let columns = match options.formulas {
            Formulas::Kept => source.columns().to_vec(),
            Formulas::Neutralised => header::names(
                source.columns().iter().map(|name| restored(name)),
                &origin.prefix(),
            )?,
        };
        let shared = Shared {
            origin,
            columns,
            left_out: source.left_out().to_vec(),
            missing: options.missing.clone(),
            notes,
            decimal_comma: source.has_decimal_comma(),
        };
        Ok(Self {
            source,
            shared: Arc::new(shared),
            limit,
            format,
            formulas: options.formulas,
            failed: false,
        })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        self.shared.origin.path.as_deref().unwrap_or(Path::new(""))
    }

    /// The names of the columns, all different.
    pub fn columns(&self) -> &[String] {
        &self.shared.columns
    }

    /// The position of a column.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn column(&self, name: &str) -> Result<usize, TableError> {
        self.shared.position(name)
    }

    /// The position of the first of these columns that there is.
    pub fn first_column(&self, names: &[&str]) -> Option<usize> {
        header::first(names, self.columns())
    }

    /// What was decided while reading so far; complete after the last chunk.
    pub fn notes(&self) -> Vec<Message> {
        self.shared.messages()
    }

    /// In how many rows so far spaces around values were taken off.
    pub fn trimmed(&self) -> u64 {
        self.shared.notes.trimmed()
    }
}

impl TableReader {
    fn next_chunk(&mut self) -> Result<Option<Chunk>, TableError> {
        let shared = self.shared.clone();
        let path = shared.origin.path.as_deref().unwrap_or(Path::new(""));
        let read = || self.source.chunk(self.limit, &shared.missing);
        let chunk = guarded(path, self.format.name(), read);
        self.failed = chunk.is_err();
        let mut chunk = chunk?;
        if let (Some(chunk), Formulas::Neutralised) = (&mut chunk, self.formulas) {
            for column in &mut chunk.columns {
                if let Some((whole, count)) = restored_column(column, &shared.missing) {
                    *column = whole;
                    chunk.tally.restored += count;
                }
            }
        }
        Ok(chunk)
    }
}

impl Iterator for TableReader {
    type Item = Result<Table, TableError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let chunk = self.next_chunk().transpose()?;
        Some(chunk.map(|chunk| Table::of_chunk(self.shared.clone(), chunk)))
    }
}

impl Table {
    /// Reads all of a file: delimited text, JSON Lines, Parquet, Arrow or a workbook.
    ///
    /// # Errors
    /// As of [`TableReader`], and a table without rows.
    pub fn read(path: &Path, options: &ReadOptions) -> Result<Self, TableError> {
        let mut reader = TableReader::with_limit(path, options, usize::MAX)?;
        let mut chunks: Vec<Chunk> = Vec::new();
        while let Some(chunk) = reader.next_chunk()? {
            chunks.push(chunk);
        }
        let whole = whole(chunks, &reader.shared)?;
        Ok(Self::of_chunk(reader.shared, whole))
    }
}

/// Chunks as one. Those of several have running row numbers.
fn whole(mut chunks: Vec<Chunk>, shared: &Shared) -> Result<Chunk, TableError> {
    let rows = chunks.iter().map(|chunk| chunk.rows).sum();
    if rows == 0 {
        let table = shared.origin.prefix();
        return Err(TableError::NoRows { table });
    }
    if chunks.len() == 1 {
        return Ok(chunks.swap_remove(0));
    }
    let column = |at: usize| {
        let arrays: Vec<&dyn arrow_array::Array> = chunks
            .iter()
            .map(|chunk| chunk.columns[at].as_ref())
            .collect();
        arrow_select::concat::concat(&arrays).map_err(|source| TableError::Memory { source })
    };
    let columns: Vec<ArrayRef> = (0..shared.columns.len())
        .map(column)
        .collect::<Result<_, _>>()?;
    let mut tally = crate::notes::Tally::default();
    for chunk in chunks {
        tally.add(chunk.tally);
    }
    Ok(Chunk {
        rows,
        columns,
        lines: Lines::From(1),
        tally,
    })
}
