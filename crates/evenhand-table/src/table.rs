//! Tables in memory.

use crate::TableError;
use arrow_array::{LargeStringArray, RecordBatch};
use evenhand_stats::hint::Message;
use std::path::Path;

/// Named columns, and where each row stands in its file. In memory, or one chunk of a large table.
#[derive(Debug, Clone)]
pub struct Table {
    batch: RecordBatch,
}

/// The values of a column as text; `None` is a missing one.
#[derive(Debug, Clone)]
pub struct TextColumn(LargeStringArray);

impl TextColumn {
    /// The value of a row, `None` if it is missing.
    pub fn get(&self, _row: usize) -> Option<&str> {
        unimplemented!()
    }

    pub fn len(&self) -> usize {
        unimplemented!()
    }

    pub fn is_empty(&self) -> bool {
        unimplemented!()
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = Option<&str>> {
        self.0.iter()
    }

    pub fn array(&self) -> &LargeStringArray {
        &self.0
    }
}

impl Table {
    pub fn from_batch(_batch: RecordBatch) -> Result<Self, TableError> {
        unimplemented!()
    }

    /// From the names and the values of columns, all of one length.
    pub fn from_columns(_columns: Vec<(String, Vec<Option<String>>)>) -> Result<Self, TableError> {
        unimplemented!()
    }

    /// The file, `None` if the table was given from memory.
    pub fn path(&self) -> Option<&Path> {
        unimplemented!()
    }

    /// All different.
    pub fn columns(&self) -> &[String] {
        unimplemented!()
    }

    pub fn rows(&self) -> usize {
        unimplemented!()
    }

    /// Line of the row in a text file, the header's included; row number in a sheet; else row number from 1.
    pub fn line(&self, _row: usize) -> u64 {
        unimplemented!()
    }

    /// `faces.csv:17`, or `faces.xlsx, row 17`.
    pub fn place(&self, _row: usize) -> String {
        unimplemented!()
    }

    /// The position of a column.
    pub fn column(&self, _name: &str) -> Result<usize, TableError> {
        unimplemented!()
    }

    /// The position of the first of these columns that there is.
    pub fn first_column(&self, _names: &[&str]) -> Option<usize> {
        unimplemented!()
    }

    /// A column as text.
    pub fn text(&self, _column: usize) -> TextColumn {
        unimplemented!()
    }

    /// A column as numbers; `None` is a missing one.
    ///
    /// # Errors
    /// The first value that is no number, with its place.
    pub fn numbers(&self, _column: usize) -> Result<Vec<Option<f64>>, TableError> {
        unimplemented!()
    }

    /// Puts back ranges such as `3-9` that a spreadsheet took for dates, and adds a note. `columns` are taken
    /// together: they hold values of one kind.
    pub fn restore(&mut self, _columns: &[usize]) {
        unimplemented!()
    }

    /// The same; `known` are further values of that kind, from another table, that may show what the columns hold.
    pub fn restore_alike(&mut self, _columns: &[usize], _known: &[&str]) {
        unimplemented!()
    }

    pub fn batch(&self) -> &RecordBatch {
        &self.batch
    }

    /// What was decided while reading, to be said once.
    pub fn notes(&self) -> Vec<Message> {
        unimplemented!()
    }

    /// In how many rows spaces around values were taken off.
    pub fn trimmed(&self) -> u64 {
        unimplemented!()
    }
}
