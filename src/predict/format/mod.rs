//! The formats of prediction tables: one row of text in, the same row of text out again.
//!
//! An empty value is a missing one: nothing in CSV, `null` in the others. Probabilities are numbers
//! where a format knows numbers, with the six decimals they have in CSV.

mod json_lines;
mod parquet;

use super::Columns;
use crate::record::DECIMALS;
use crate::table::plain_file;
use csv::StringRecord;
use std::fs::File;
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};

/// How predictions are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Csv,
    Tsv,
    JsonLines,
    Parquet,
}

const EXTENSIONS: [(&str, Format); 5] = [
    ("csv", Format::Csv),
    ("tsv", Format::Tsv),
    ("jsonl", Format::JsonLines),
    ("ndjson", Format::JsonLines),
    ("parquet", Format::Parquet),
];

impl Format {
    /// By the extension; `None` for one that says nothing.
    pub fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?;
        let known = EXTENSIONS
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(extension))?;
        Some(known.1)
    }

    /// The extensions there are, in words.
    pub fn extensions() -> String {
        EXTENSIONS
            .map(|(extension, _)| format!(".{extension}"))
            .join(", ")
    }
}

/// Rows as they are read, one at a time.
pub type Rows = Box<dyn Iterator<Item = io::Result<StringRecord>>>;

/// Writes rows one by one.
pub enum RowWriter<W: Write + Send> {
    Separated(Box<csv::Writer<W>>),
    JsonLines(json_lines::Writer<W>),
    Parquet(Box<parquet::Writer<W>>),
}

impl<W: Write + Send> RowWriter<W> {
    /// # Errors
    /// Those of the writer.
    pub fn new(out: W, format: Format, columns: &Columns) -> io::Result<Self> {
        Ok(match format {
            Format::Csv => Self::Separated(Box::new(header(out, b',', columns)?)),
            Format::Tsv => Self::Separated(Box::new(header(out, b'\t', columns)?)),
            Format::JsonLines => Self::JsonLines(json_lines::Writer::new(out, columns)),
            Format::Parquet => Self::Parquet(Box::new(parquet::Writer::new(out, columns)?)),
        })
    }

    /// # Errors
    /// Those of the writer.
    pub fn write(&mut self, row: &StringRecord) -> io::Result<()> {
        match self {
            Self::Separated(csv) => Ok(csv.write_record(row)?),
            Self::JsonLines(json) => json.write(row),
            Self::Parquet(parquet) => parquet.write(row),
        }
    }

    /// Writes what is held, and gives the writer back.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(self) -> io::Result<W> {
        match self {
            Self::Separated(csv) => csv.into_inner().map_err(|error| error.into_error()),
            Self::JsonLines(json) => Ok(json.finish()),
            Self::Parquet(parquet) => parquet.finish(),
        }
    }
}

fn header<W: Write>(out: W, delimiter: u8, columns: &Columns) -> io::Result<csv::Writer<W>> {
    let mut csv = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .from_writer(out);
    csv.write_record(&columns.names)?;
    Ok(csv)
}

/// Reads back what a [`RowWriter`] wrote.
///
/// # Errors
/// The file cannot be read, or has other columns.
pub fn rows(path: &Path, format: Format, columns: &Columns) -> io::Result<Rows> {
    let file = plain_file::open(path)?;
    match format {
        Format::Csv => separated(file, b',', columns),
        Format::Tsv => separated(file, b'\t', columns),
        Format::JsonLines => Ok(json_lines::rows(BufReader::new(file), columns)),
        Format::Parquet => parquet::rows(file, columns),
    }
}

/// The same rows, whose errors name their file: they are met far from where it was opened.
pub fn naming(path: PathBuf, rows: Rows) -> Rows {
    let named = move |error: io::Error| {
        io::Error::new(error.kind(), format!("{}: {error}", path.display()))
    };
    Box::new(rows.map(move |row| row.map_err(&named)))
}

fn separated(file: File, delimiter: u8, columns: &Columns) -> io::Result<Rows> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .from_reader(file);
    if reader.headers()?.iter().ne(&columns.names) {
        return Err(other_columns());
    }
    Ok(Box::new(reader.into_records().map(|row| Ok(row?))))
}

fn other_columns() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "its columns are others")
}

/// A number as CSV has it.
fn text(number: f64) -> String {
    format!("{number:.DECIMALS$}")
}

#[cfg(test)]
mod tests;
