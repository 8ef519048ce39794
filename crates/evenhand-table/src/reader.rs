//! Reading in chunks.

use crate::{MissingValues, Table, TableError};
use evenhand_stats::hint::Message;
use std::path::Path;

/// How to read a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadOptions {
    pub missing: MissingValues,
    /// The sheet of a workbook; its first if `None`.
    pub sheet: Option<String>,
}

/// A table that is read in chunks of a few thousand rows; iterating gives them.
pub struct TableReader {}

impl TableReader {
    /// Opens a file and finds out its columns.
    pub fn open(_path: &Path, _options: &ReadOptions) -> Result<Self, TableError> {
        unimplemented!()
    }

    pub fn path(&self) -> &Path {
        unimplemented!()
    }

    /// All different.
    pub fn columns(&self) -> &[String] {
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

    /// What was decided on the way; complete after the last chunk.
    pub fn notes(&self) -> Vec<Message> {
        unimplemented!()
    }

    /// In how many rows so far spaces around values were taken off.
    pub fn trimmed(&self) -> u64 {
        unimplemented!()
    }
}

impl Iterator for TableReader {
    type Item = Result<Table, TableError>;

    fn next(&mut self) -> Option<Self::Item> {
        unimplemented!()
    }
}

impl Table {
    /// Reads all of a file.
    pub fn read(_path: &Path, _options: &ReadOptions) -> Result<Self, TableError> {
        unimplemented!()
    }
}
