//! A table that names no images: what people coded, what a classifier predicted. Read as manifests
//! are, whatever program wrote it.

use super::error::column_of;
use super::manifest::Manifest;
use super::{DatasetError, restore};
use std::path::{Path, PathBuf};

/// Rows of text with the lines they stand on. An empty value is a missing one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextTable {
    pub path: PathBuf,
    /// All different.
    pub columns: Vec<String>,
    pub rows: Vec<TextRow>,
    /// How it was read and what was restored, to be said aloud.
    pub notes: Vec<String>,
}

/// As many values as the table has columns, trimmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextRow {
    /// From 1, the header's line included.
    pub line: u64,
    pub values: Vec<String>,
}

/// The rows of a table one after another, for one that is too large to hold.
pub struct TextLines(Manifest);

impl TextLines {
    /// Opens a file separated by commas, semicolons or tabs, and reads its header.
    ///
    /// # Errors
    /// A file that cannot be read, is empty, is not UTF-8, or names a column twice.
    pub fn open(path: &Path) -> Result<Self, DatasetError> {
        Manifest::open(path).map(Self)
    }

    /// All different.
    pub fn columns(&self) -> &[String] {
        self.0.columns()
    }

    /// What to say of how it is read.
    pub fn note(&self) -> Option<String> {
        self.0.note()
    }

    /// The position of a column.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn column(&self, name: &str) -> Result<usize, DatasetError> {
        self.0.column(name)
    }
}

impl Iterator for TextLines {
    type Item = Result<TextRow, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let line = self.0.next()?;
        Some(line.map(|line| TextRow {
            line: line.number,
            values: line.values,
        }))
    }
}

impl TextTable {
    /// Reads all of a file separated by commas, semicolons or tabs.
    ///
    /// # Errors
    /// A file that cannot be read, is no table in UTF-8, or has no row.
    pub fn read(path: &Path) -> Result<Self, DatasetError> {
        let mut lines = TextLines::open(path)?;
        let rows: Vec<TextRow> = lines.by_ref().collect::<Result<_, _>>()?;
        if rows.is_empty() {
            let path = path.to_owned();
            return Err(DatasetError::NoRows { path });
        }
        Ok(Self {
            path: path.to_owned(),
            columns: lines.columns().to_vec(),
            rows,
            notes: lines.note().into_iter().collect(),
        })
    }

    /// The position of a column.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn column(&self, name: &str) -> Result<usize, DatasetError> {
        column_of(&self.columns, name, &self.path)
    }

    /// The position of the first of these columns that there is.
    pub fn first_column(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.column(name).ok())
    }

    /// Puts back ranges such as `3-9` that a spreadsheet took for dates, and adds a note. `columns`
    /// are taken together: they hold values of one kind.
    pub fn restore(&mut self, columns: &[usize]) {
        let note = restore::restore_alike(self, columns);
        self.notes.extend(note);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<TextTable, DatasetError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        TextTable::read(file.path())
    }

    #[test]
    fn one_column_may_show_what_another_held_before_a_spreadsheet_took_it() {
        let mut table = read("item;ann;bob\n1;03-Sep;0-2\n2;10-19;Oct-19\n").unwrap();
        table.restore(&[1, 2]);
        let values: Vec<&[String]> = table.rows.iter().map(|row| &row.values[1..]).collect();
        assert_eq!(values, [["3-9", "0-2"], ["10-19", "10-19"]]);
        assert!(table.notes[0].contains("semicolons"), "{:?}", table.notes);
        assert!(
            table.notes[1].starts_with("ann, bob: 2 values"),
            "{:?}",
            table.notes
        );
    }

    #[test]
    fn a_header_alone_is_no_table() {
        assert!(matches!(
            read("item,coder,label\n"),
            Err(DatasetError::NoRows { .. })
        ));
    }
}
