//! A table of texts whose cells show control characters written out: labels and names come from data, and a terminal
//! obeys them.

use comfy_table::Row;
use evenhand::text::visible;
use std::fmt;
use std::ops::{Deref, DerefMut};

/// As comfy-table's.
pub struct Table(comfy_table::Table);

impl Table {
    pub fn new() -> Self {
        Self(comfy_table::Table::new())
    }

    pub fn set_header(&mut self, row: impl Into<Row>) -> &mut Self {
        self.0.set_header(shown(&row.into()));
        self
    }

    pub fn add_row(&mut self, row: impl Into<Row>) -> &mut Self {
        self.0.add_row(shown(&row.into()));
        self
    }
}

fn shown(row: &Row) -> Vec<String> {
    let cells = row.cell_iter().map(comfy_table::Cell::content);
    cells.map(|text| visible(&text).into_owned()).collect()
}

impl Deref for Table {
    type Target = comfy_table::Table;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Table {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_writes_no_lines_of_its_own() {
        let mut table = Table::new();
        table.set_header(["race", "n"]);
        table.add_row(["C\r\nerror: fake".to_owned(), "\u{1b}[2J".to_owned()]);
        let text = table.to_string();
        assert!(text.contains("C\\r\\nerror: fake"), "{text}");
        assert!(text.contains("\\u{1b}[2J"), "{text}");
        assert!(!text.contains('\u{1b}'), "{text}");
    }
}
