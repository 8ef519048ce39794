//! Names of rows, from one or more columns.

use super::error::SegmentTableError;
use crate::error::Error;
use crate::record::MISSING;
use crate::table::Table;
use std::collections::HashMap;

/// The column that names rows where no column does: `line 17`.
pub const ROW: &str = "row";

/// Values of the columns that name rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ids {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// One list a row.
    pub values: Vec<Vec<String>>,
    is_named: bool,
}

impl Ids {
    /// The values of `columns` of a table, in which they are called `called`. Without any, rows are named by where they stand.
    ///
    /// # Errors
    /// A column is not there.
    pub fn read(table: &Table, columns: &[String], called: &[String]) -> Result<Self, Error> {
        if columns.is_empty() {
            return Ok(Self {
                columns: vec![ROW.to_owned()],
                values: (0..table.rows())
                    .map(|row| vec![table.row_name(row)])
                    .collect(),
                is_named: false,
            });
        }
        let texts = called
            .iter()
            .map(|name| Ok(table.text(table.column(name)?)));
        let texts = texts.collect::<Result<Vec<_>, Error>>()?;
        let value = |row: usize| {
            let values = texts.iter().map(|text| text.get(row).unwrap_or(MISSING));
            values.map(str::to_owned).collect()
        };
        Ok(Self {
            columns: columns.to_vec(),
            values: (0..table.rows()).map(value).collect(),
            is_named: true,
        })
    }

    /// # Errors
    /// The first two rows of one name.
    pub fn check_unique(&self, table: &Table) -> Result<(), SegmentTableError> {
        let mut rows: HashMap<Vec<String>, usize> = HashMap::new();
        for (row, id) in self.values.iter().enumerate() {
            if let Some(first) = rows.insert(key(id), row) {
                return Err(SegmentTableError::DuplicateId {
                    id: id.clone(),
                    first: table.place(first),
                    second: table.place(row),
                });
            }
        }
        Ok(())
    }

    /// Whether columns name the rows, so that they can be found in another table.
    pub fn is_named(&self) -> bool {
        self.is_named
    }

    /// What a row is called: `Alabama, Autauga`.
    pub fn name(&self, row: usize) -> String {
        self.values[row].join(", ")
    }
}

/// What tells rows apart in every table: leading zeros of numbers are no difference, since spreadsheets take them off.
pub fn key(id: &[String]) -> Vec<String> {
    let plain = |value: &String| {
        let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        match value.trim_start_matches('0') {
            "" if is_number => "0".to_owned(),
            digits if is_number => digits.to_owned(),
            _ => value.clone(),
        }
    };
    id.iter().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_zeros_are_no_difference() {
        let id = |text: &str| vec![text.to_owned()];
        assert_eq!(key(&id("01001")), key(&id("1001")));
        assert_eq!(key(&id("000")), id("0"));
        assert_eq!(key(&id("00A")), id("00A"));
        assert_eq!(key(&id("")), id(""));
    }
}
