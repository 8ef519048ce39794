//! A CSV file as it stands, with the line that every row came from.

use std::path::{Path, PathBuf};

use csv::{ErrorKind, ReaderBuilder, StringRecord, Trim};

use super::AuditCommandError;
use evenhand::groups;

/// Columns that only our own predictions have all of: in them, `status` is what it is for us.
const OURS: [&str; 4] = ["path", "sha", "status", "error"];

#[derive(Debug)]
pub(super) struct Sheet {
    pub path: PathBuf,
    /// All different.
    pub columns: Vec<String>,
    /// With line numbers, from 1; every record has one field a column.
    pub rows: Vec<(u64, StringRecord)>,
    /// Rows that had spaces around a value, which are gone.
    pub trimmed: u64,
}

impl Sheet {
    pub fn read(path: &Path) -> Result<Self, AuditCommandError> {
        let failed = |error| failure(path, error);
        let mut reader = ReaderBuilder::new()
            .trim(Trim::Headers)
            .from_path(path)
            .map_err(failed)?;
        let columns: Vec<String> = reader
            .headers()
            .map_err(failed)?
            .iter()
            .map(str::to_owned)
            .collect();
        if columns.is_empty() {
            let path = path.to_owned();
            return Err(AuditCommandError::Empty { path });
        }
        if let Some(twice) = (1..columns.len()).find(|&i| columns[..i].contains(&columns[i])) {
            let (path, column) = (path.to_owned(), columns[twice].clone());
            return Err(AuditCommandError::DuplicateColumn { path, column });
        }
        let mut rows = Vec::new();
        let mut trimmed = 0;
        for record in reader.into_records() {
            let mut record = record.map_err(failed)?;
            let written = record.as_slice().len();
            record.trim();
            trimmed += u64::from(record.as_slice().len() < written);
            rows.push((
                record.position().map_or(0, |position| position.line()),
                record,
            ));
        }
        Ok(Self {
            path: path.to_owned(),
            columns,
            rows,
            trimmed,
        })
    }

    /// Where the rows have this column.
    pub fn place(&self, column: &str) -> Result<usize, AuditCommandError> {
        groups::column(column, &self.columns).map_err(|reason| AuditCommandError::Column {
            path: self.path.clone(),
            reason,
        })
    }

    /// Whether evenhand wrote it.
    pub fn is_ours(&self) -> bool {
        OURS.iter()
            .all(|name| self.columns.iter().any(|column| column == name))
    }

    /// Where our own rows have their status.
    pub fn status_at(&self) -> Option<usize> {
        let is_status = |name: &String| name == "status";
        self.columns
            .iter()
            .position(is_status)
            .filter(|_| self.is_ours())
    }
}

fn failure(path: &Path, error: csv::Error) -> AuditCommandError {
    let path = path.to_owned();
    let line = error.position().map_or(1, |position| position.line());
    match error.into_kind() {
        ErrorKind::Io(reason) => AuditCommandError::Read { path, reason },
        ErrorKind::UnequalLengths {
            expected_len: columns,
            len: fields,
            ..
        } => AuditCommandError::Fields {
            path,
            line,
            fields,
            columns,
        },
        // Reading text knows no other failure.
        _ => AuditCommandError::NotText { path, line },
    }
}
