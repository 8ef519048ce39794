//! Delimited text with a header line, as spreadsheets and statistics packages write it.

use crate::cells::{Cells, Chunk};
use crate::dialect::Dialect;
use crate::encoding::{Utf8Reader, read_error};
use crate::error::{RaggedCause, TableError};
use crate::header;
use crate::missing::MissingValues;
use crate::notes::Notes;
use crate::place::{Counting, Origin};
use csv::{Reader, ReaderBuilder, StringRecord, Terminator};
use evenhand_stats::hint::Message;
use evenhand_stats::text::counted;
use std::fs::File;
use std::io::{BufRead, Chain, Read};
use std::path::{Path, PathBuf};

/// Stands behind the file: a record of its own, unless a quote is open. Text has no such characters.
const END: &str = "\u{1}end of table\u{2}";
const END_LINE: &[u8] = b"\n\x01end of table\x02\n";

/// An open file of delimited text, behind its header.
pub(crate) struct Delimited {
    path: PathBuf,
    reader: Reader<Chain<Utf8Reader<File>, &'static [u8]>>,
    record: StringRecord,
    dialect: Dialect,
    columns: Vec<String>,
}

impl Delimited {
    /// Reads the header line, unless each line is a value of the column `lines`.
    ///
    /// # Errors
    /// A file that isn't text, or names a column twice.
    pub(crate) fn open(
        path: &Path,
        file: File,
        lines: Option<&str>,
        notes: &Notes,
    ) -> Result<Self, TableError> {
        let io = |error| read_error(path, error);
        let table = Origin::file(path, Counting::Lines).prefix();
        let text = Utf8Reader::open(file, table.clone(), notes.clone()).map_err(io)?;
        let mut text = text.ok_or_else(|| TableError::NotText {
            path: path.to_owned(),
        })?;
        text.find_line_ends().map_err(io)?;
        let dialect = match lines {
            Some(_) => Dialect::LINES,
            None => Dialect::sniff(text.fill_buf().map_err(io)?, has_tabs(path)),
        };
        text.consume(dialect.sep_line);
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(dialect.delimiter)
            .quoting(lines.is_none())
            // Lines are counted right only if each ends with its line feed. The carriage return of a
            // Windows file is taken off the last value.
            .terminator(Terminator::Any(b'\n'))
            .from_reader(text.chain(END_LINE));
        let mut delimited = Self {
            path: path.to_owned(),
            reader,
            record: StringRecord::new(),
            dialect,
            columns: Vec::new(),
        };
        if let Some(column) = lines {
            delimited.columns = vec![column.to_owned()];
            return Ok(delimited);
        }
        if delimited.read()?.is_none() {
            return Err(TableError::NoRows { table });
        }
        delimited.columns = header::names(delimited.values(), &table)?;
        delimited.say_dialect(&table, notes);
        Ok(delimited)
    }

    pub(crate) fn columns(&self) -> &[String] {
        &self.columns
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// At most `limit` rows; `None` at the end.
    ///
    /// # Errors
    /// A row of too few or too many values, a quote that is never closed, text in another encoding.
    pub(crate) fn chunk(
        &mut self,
        limit: usize,
        missing: &MissingValues,
    ) -> Result<Option<Chunk>, TableError> {
        let mut cells = Cells::new(self.columns.len(), missing);
        while cells.rows() < limit {
            let Some(line) = self.read()? else { break };
            let (found, expected) = (self.record.len(), self.columns.len());
            if found != expected {
                return Err(TableError::Ragged {
                    place: self.place(line),
                    found,
                    expected,
                    cause: self.ragged_cause(),
                });
            }
            for (column, value) in self.values().enumerate() {
                cells.push(column, value);
            }
            self.note_line_breaks(line, &mut cells);
            cells.end_row(line);
        }
        Ok(cells.finish())
    }

    /// Reads the next record that isn't empty, and tells the line that it begins in.
    fn read(&mut self) -> Result<Option<u64>, TableError> {
        loop {
            let more = self.reader.read_record(&mut self.record).map_err(|error| {
                let source = std::io::Error::from(error);
                read_error(&self.path, source)
            })?;
            if !more || (self.record.len() == 1 && &self.record[0] == END) {
                return Ok(None);
            }
            let within = line_feeds(self.record.as_slice());
            // A line feed ends each record but one that an open quote carries to the end.
            let end = self.reader.position().line() + u64::from(self.dialect.sep_line > 0);
            let last = self.record.iter().next_back().unwrap_or_default();
            if last.trim_end().ends_with(END) {
                let place = self.place(end - line_feeds(last));
                return Err(TableError::UnclosedQuote { place });
            }
            // Spreadsheets leave lines of nothing, or of nothing but delimiters, at the end.
            if self.record.iter().any(|value| !value.trim().is_empty()) {
                return Ok(Some(end - 1 - within));
            }
        }
    }

    /// The values of the record, without the carriage return at the end of a line.
    fn values(&self) -> impl Iterator<Item = &str> {
        let last = self.record.len() - 1;
        self.record.iter().enumerate().map(move |(at, value)| {
            let line_end = if at == last { "\r" } else { "" };
            value.strip_suffix(line_end).unwrap_or(value)
        })
    }

    fn ragged_cause(&self) -> RaggedCause {
        if self.record.as_slice().contains('\n') {
            RaggedCause::LineBreak
        } else if self.record.len() == self.columns.len() + 1 && self.values().last() == Some("") {
            RaggedCause::DelimiterAtEnd
        } else {
            RaggedCause::Unknown
        }
    }

    fn note_line_breaks(&self, line: u64, cells: &mut Cells) {
        if !self.record.as_slice().contains('\n') {
            return;
        }
        for (column, value) in self.record.iter().enumerate() {
            if value.trim().contains('\n') {
                let first = || (0, column, self.place(line));
                cells.tally.broken.get_or_insert_with(first).0 += 1;
            }
        }
    }

    fn place(&self, line: u64) -> String {
        format!("{}:{line}", self.path.display())
    }

    fn say_dialect(&self, table: &str, notes: &Notes) {
        let columns = counted(self.columns.len(), "column");
        if let Some(name) = self.dialect.name() {
            let by = if self.dialect.sep_line > 0 {
                ", as its line `sep=` says"
            } else {
                ""
            };
            notes.say(Message::plain(format!(
                "{table}read as {columns} separated by {name}{by}"
            )));
        }
    }
}

fn has_tabs(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    extension.eq_ignore_ascii_case("tsv") || extension.eq_ignore_ascii_case("tab")
}

fn line_feeds(text: &str) -> u64 {
    text.bytes().filter(|&byte| byte == b'\n').count() as u64
}
