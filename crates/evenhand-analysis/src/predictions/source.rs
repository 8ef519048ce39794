//! Predictions that are read chunk by chunk: a corpus may have ten million rows.

use super::table::{column, table_file};
use super::{Columns, PredictionError, PredictionTable};
use crate::words::{file_name, prefix, shown};
use evenhand_stats::hint::Message;
use evenhand_table::{ReadOptions, Recode, Table, TableError, TableReader};
use std::path::{Path, PathBuf};

/// Predictions of a corpus: a file, of which only a chunk at a time is held, or a table in memory.
#[derive(Debug, Clone)]
pub enum PredictionSource {
    File {
        path: PathBuf,
        columns: Columns,
        options: ReadOptions,
    },
    Memory(PredictionTable),
}

impl From<PredictionTable> for PredictionSource {
    fn from(table: PredictionTable) -> Self {
        Self::Memory(table)
    }
}

impl PredictionSource {
    /// A file with the columns that evenhand writes. A run's folder stands for its `predictions.csv`.
    pub fn file(path: &Path, options: &ReadOptions) -> Self {
        Self::File {
            path: table_file(path),
            columns: Columns::default(),
            options: options.clone(),
        }
    }

    /// The same with new names of values. Predictions in memory have theirs.
    pub fn renamed(mut self, map: Vec<Recode>) -> Self {
        if let Self::File { columns, .. } = &mut self {
            columns.map = map;
        }
        self
    }

    /// The names of all columns.
    ///
    /// # Errors
    /// The file can't be read as a table.
    pub fn columns(&self) -> Result<Vec<String>, PredictionError> {
        Ok(match self {
            Self::Memory(table) => table.table().columns().to_vec(),
            Self::File { path, options, .. } => {
                TableReader::open(path, options)?.columns().to_vec()
            }
        })
    }

    /// The file, `None` if the predictions are in memory.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::File { path, .. } => Some(path),
            Self::Memory(table) => table.table().path(),
        }
    }

    /// The name of the file.
    pub fn name(&self) -> String {
        file_name(self.path(), "predictions")
    }

    pub(crate) fn shown(&self) -> String {
        shown(self.path(), "the predictions")
    }

    pub(crate) fn prefix(&self) -> String {
        prefix(self.path())
    }

    /// Opens the table.
    ///
    /// # Errors
    /// The file can't be read as a table, or has no column of predictions.
    pub fn chunks(&self) -> Result<PredictionChunks, PredictionError> {
        match self {
            Self::Memory(table) => Ok(PredictionChunks {
                columns: table.columns().clone(),
                source: Chunks::Memory(Some(table.clone())),
                first: table.clone(),
            }),
            Self::File {
                path,
                columns,
                options,
            } => {
                let mut reader = TableReader::open(path, options)?;
                if !reader
                    .columns()
                    .iter()
                    .any(|name| name == columns.answer.column())
                {
                    return Err(PredictionError::NoPredictions {
                        table: prefix(Some(path)),
                        columns: reader.columns().to_vec(),
                    });
                }
                let Some(first) = reader.next().transpose()? else {
                    return Err(PredictionError::NoRows {
                        table: prefix(Some(path)),
                    });
                };
                let first = PredictionTable::from_table(first, columns)?;
                Ok(PredictionChunks {
                    columns: columns.clone(),
                    source: Chunks::File {
                        pending: Some(first.clone()),
                        reader: Box::new(reader),
                    },
                    first,
                })
            }
        }
    }
}

/// The chunks of a table of predictions, in their order; all have the same columns.
pub struct PredictionChunks {
    columns: Columns,
    source: Chunks,
    first: PredictionTable,
}

enum Chunks {
    Memory(Option<PredictionTable>),
    File {
        pending: Option<PredictionTable>,
        reader: Box<TableReader>,
    },
}

impl PredictionChunks {
    /// The first chunk, for what all have in common.
    pub fn first(&self) -> &PredictionTable {
        &self.first
    }

    /// The position of a column.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn column(&self, name: &str, setting: &'static str) -> Result<usize, PredictionError> {
        column(self.first.table(), name, setting)
    }

    /// What was decided while reading so far; complete after the last chunk.
    pub fn notes(&self) -> Vec<Message> {
        match &self.source {
            Chunks::Memory(_) => self.first.table().notes(),
            Chunks::File { reader, .. } => reader.notes(),
        }
    }
}

impl Iterator for PredictionChunks {
    type Item = Result<PredictionTable, PredictionError>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.source {
            Chunks::Memory(table) => table.take().map(Ok),
            Chunks::File { pending, reader } => match pending.take() {
                Some(first) => Some(Ok(first)),
                None => reader.next().map(|chunk: Result<Table, TableError>| {
                    PredictionTable::from_table(chunk?, &self.columns)
                }),
            },
        }
    }
}
