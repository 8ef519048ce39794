//! Tables that name no images, as rows of text. An adapter over `evenhand-table` for callers that are not moved to it
//! yet; to be removed with the last of them.

use super::error::{column_of, table_error};
use super::{DatasetError, dates};
use evenhand_table::{ReadOptions, Table, TableReader, TextColumn};
use std::path::{Path, PathBuf};

/// Rows of text with the lines they stand on. An empty value is a missing one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextTable {
    pub path: PathBuf,
    /// Names of the columns, all different.
    pub columns: Vec<String>,
    pub rows: Vec<TextRow>,
    /// Notes on how it was read, to be said aloud.
    pub notes: Vec<String>,
}

/// As many values as the table has columns, trimmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextRow {
    /// From 1, the header's line included.
    pub line: u64,
    pub values: Vec<String>,
}

/// Rows of a table one after another, for one that is too large to hold.
pub struct TextLines {
    reader: TableReader,
    rows: std::vec::IntoIter<TextRow>,
}

impl TextLines {
    /// Opens a table and reads its header.
    ///
    /// # Errors
    /// A file that cannot be read as a table, or names a column twice.
    pub fn open(path: &Path) -> Result<Self, DatasetError> {
        let reader = TableReader::open(path, &ReadOptions::default());
        Ok(Self {
            reader: reader.map_err(|error| table_error(path, error))?,
            rows: Vec::new().into_iter(),
        })
    }

    /// Names of the columns, all different.
    pub fn columns(&self) -> &[String] {
        self.reader.columns()
    }

    /// Notes on how it was read so far.
    pub fn note(&self) -> Option<String> {
        let notes = self.reader.notes();
        let notes: Vec<String> = notes.iter().map(ToString::to_string).collect();
        (!notes.is_empty()).then(|| notes.join("; "))
    }

    /// The position of a column.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn column(&self, name: &str) -> Result<usize, DatasetError> {
        column_of(self.columns(), name, self.reader.path())
    }
}

impl Iterator for TextLines {
    type Item = Result<TextRow, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.rows.next() {
                return Some(Ok(row));
            }
            match self.reader.next()? {
                Ok(chunk) => self.rows = rows(&chunk).into_iter(),
                Err(error) => return Some(Err(table_error(self.reader.path(), error))),
            }
        }
    }
}

impl TextTable {
    /// Reads all of a table.
    ///
    /// # Errors
    /// A file that cannot be read as a table, or has no row.
    pub fn read(path: &Path) -> Result<Self, DatasetError> {
        let table = Table::read(path, &ReadOptions::default());
        let table = table.map_err(|error| table_error(path, error))?;
        Ok(Self {
            path: path.to_owned(),
            columns: table.columns().to_vec(),
            rows: rows(&table),
            notes: table.notes().iter().map(ToString::to_string).collect(),
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
        let rows = self.rows.iter_mut().map(|row| &mut row.values);
        let notes = dates::restore(rows, &self.columns, columns, &[]);
        self.notes.extend(notes);
    }
}

fn rows(table: &Table) -> Vec<TextRow> {
    let columns = 0..table.columns().len();
    let texts: Vec<TextColumn> = columns.map(|column| table.text(column)).collect();
    let row = |row| TextRow {
        line: table.line(row),
        values: texts
            .iter()
            .map(|text| text.get(row).unwrap_or_default().to_owned())
            .collect(),
    };
    (0..table.rows()).map(row).collect()
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
