//! Where a table comes from, and where in it a row stands.

use std::path::{Path, PathBuf};

/// The file of a table and how its rows are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    /// `None` for a table from memory.
    pub(crate) path: Option<PathBuf>,
    pub(crate) counting: Counting,
}

/// What a row's number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counting {
    /// A line of a text file.
    Lines,
    /// A row of a sheet, of a binary file or in memory.
    Rows,
}

impl Origin {
    pub(crate) fn file(path: &Path, counting: Counting) -> Self {
        Self {
            path: Some(path.to_owned()),
            counting,
        }
    }

    pub(crate) fn memory() -> Self {
        Self {
            path: None,
            counting: Counting::Rows,
        }
    }

    /// `faces.csv:17`, `faces.xlsx, row 17`, `row 17`.
    pub(crate) fn place(&self, number: u64) -> String {
        match (&self.path, self.counting) {
            (Some(path), Counting::Lines) => format!("{}:{number}", path.display()),
            (Some(path), Counting::Rows) => format!("{}, row {number}", path.display()),
            (None, _) => format!("row {number}"),
        }
    }

    /// `faces.csv: ` in front of a message, nothing for a table from memory.
    pub(crate) fn prefix(&self) -> String {
        let path = self.path.as_ref();
        path.map(|path| format!("{}: ", path.display()))
            .unwrap_or_default()
    }
}

/// The numbers of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Lines {
    Each(Vec<u64>),
    /// One after the other from this one.
    From(u64),
}

impl Lines {
    pub(crate) fn of(&self, row: usize) -> u64 {
        match self {
            Self::Each(lines) => lines[row],
            Self::From(first) => first + row as u64,
        }
    }
}
