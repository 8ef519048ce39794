//! Columns of text, built one value after another: trimmed, missing where the options say so.

use crate::missing::MissingValues;
use crate::notes::Tally;
use crate::place::Lines;
use arrow_array::ArrayRef;
use arrow_array::builder::LargeStringBuilder;
use std::sync::Arc;

/// Some rows of a table, all columns of one length.
#[derive(Debug)]
pub(crate) struct Chunk {
    pub(crate) rows: usize,
    pub(crate) columns: Vec<ArrayRef>,
    pub(crate) lines: Lines,
    pub(crate) tally: Tally,
}

/// Builder of a chunk of text.
pub(crate) struct Cells<'a> {
    missing: &'a MissingValues,
    columns: Vec<LargeStringBuilder>,
    lines: Vec<u64>,
    pub(crate) tally: Tally,
    /// A value of the row that isn't ended yet was trimmed.
    trimmed: bool,
}

impl<'a> Cells<'a> {
    pub(crate) fn new(columns: usize, missing: &'a MissingValues) -> Self {
        Self {
            missing,
            columns: (0..columns).map(|_| LargeStringBuilder::new()).collect(),
            lines: Vec::new(),
            tally: Tally::default(),
            trimmed: false,
        }
    }

    pub(crate) fn rows(&self) -> usize {
        self.lines.len()
    }

    /// Appends the value of the row's column, as it stands in the file.
    pub(crate) fn push(&mut self, column: usize, value: &str) {
        let text = value.trim();
        self.trimmed |= text.len() != value.len();
        if text.is_empty() {
            self.columns[column].append_null();
        } else if let Some(position) = self.missing.position(text) {
            *self.tally.missing.entry((column, position)).or_default() += 1;
            self.columns[column].append_null();
        } else {
            self.columns[column].append_value(text);
        }
    }

    pub(crate) fn push_missing(&mut self, column: usize) {
        self.columns[column].append_null();
    }

    /// Ends a row that has a value in each column.
    pub(crate) fn end_row(&mut self, line: u64) {
        self.lines.push(line);
        self.tally.trimmed += u64::from(std::mem::take(&mut self.trimmed));
    }

    /// The rows so far, `None` if there are none.
    pub(crate) fn finish(self) -> Option<Chunk> {
        (!self.lines.is_empty()).then(|| self.finish_all())
    }

    /// The rows so far, which may be none.
    pub(crate) fn finish_all(mut self) -> Chunk {
        let finish = |column: &mut LargeStringBuilder| Arc::new(column.finish()) as ArrayRef;
        Chunk {
            rows: self.lines.len(),
            columns: self.columns.iter_mut().map(finish).collect(),
            lines: Lines::Each(self.lines),
            tally: self.tally,
        }
    }
}
