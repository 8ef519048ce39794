//! What can be wrong with a table, and what to do about it.

use arrow_schema::ArrowError;
use evenhand_stats::groups::UnknownColumn;
use evenhand_stats::hint::{Hint, Message};
use evenhand_stats::text::{counted, quoted};
use std::io;
use std::path::PathBuf;

/// Why a table, or a column of it, can't be read. `place` is a line or row, `faces.csv:17`; `table` is
/// `faces.csv: `, and empty for a table from memory.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    #[error("{}: there is no such file", path.display())]
    NotFound { path: PathBuf },
    #[error("{}: a table is read from a plain file, and this is a {kind}", path.display())]
    NotPlainFile { path: PathBuf, kind: &'static str },
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("{table}there are no rows in it")]
    NoRows { table: String },

    #[error("{}: compressed; tables are read as they are", path.display())]
    Compressed { path: PathBuf },
    #[error("{}: neither text nor another format of tables", path.display())]
    NotText { path: PathBuf },
    #[error("{place}: not {encoding} text, as the lines before it are")]
    Encoding {
        place: String,
        encoding: &'static str,
    },

    #[error("{place}: a quote opens here and is never closed")]
    UnclosedQuote { place: String },
    #[error("{place}: {} in a table of {}", counted(*found, "value"), counted(*expected, "column"))]
    Ragged {
        place: String,
        found: usize,
        expected: usize,
        cause: RaggedCause,
    },
    #[error("{table}the column `{column}` occurs twice")]
    DuplicateColumn { table: String, column: String },
    #[error("{table}{source}")]
    UnknownColumn {
        table: String,
        source: UnknownColumn,
    },
    #[error("{table}`{column}` holds {kind}, not text or numbers")]
    NotValues {
        table: String,
        column: String,
        kind: &'static str,
    },
    #[error("column `{column}` has {}, the first column {expected}", counted(*found, "value"))]
    ColumnLength {
        column: String,
        found: usize,
        expected: usize,
    },
    #[error("the batch can't be read: {source}")]
    Memory { source: ArrowError },
    #[error("{place}: `{column}` is `{value}`, which is not a finite number")]
    NotNumber {
        place: String,
        column: String,
        value: String,
    },
    #[error(
        "{place}: `{column}` is `{value}`, and `{other}` in another row: is the comma or the point the decimal sign?"
    )]
    TwoDecimalSigns {
        place: String,
        column: String,
        value: String,
        other: String,
    },

    #[error("{place}: not a JSON object of one row: {problem}")]
    Json { place: String, problem: String },
    #[error("{}: a JSON array; rows are read from objects, one on each line", path.display())]
    JsonArray { path: PathBuf },
    #[error("{place}: `{column}` holds a JSON {kind}, not text or a number")]
    NestedJson {
        place: String,
        column: String,
        kind: &'static str,
    },
    #[error("{place}: the key `{key}` is in none of the {} before that decide on the columns", counted(*decided, "row"))]
    NewKey {
        place: String,
        key: String,
        decided: usize,
    },

    #[error("{}: can't be read as {format}: {problem}", path.display())]
    Format {
        path: PathBuf,
        /// `Parquet`, `Arrow`, `a workbook`.
        format: &'static str,
        problem: String,
    },
    #[error("{}: Feather of version 1", path.display())]
    OldFeather { path: PathBuf },
    #[error("{}: there is no sheet `{sheet}`; the sheets are {}", path.display(), quoted(sheets))]
    UnknownSheet {
        path: PathBuf,
        sheet: String,
        sheets: Vec<String>,
    },
}

/// Why a row may have more or fewer values than the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RaggedCause {
    /// It has one more, an empty one at the end.
    DelimiterAtEnd,
    /// A value in quotes goes over several lines.
    LineBreak,
    Unknown,
}

impl Hint for TableError {
    fn hint(&self) -> Option<Message> {
        let hint: &'static str = match self {
            Self::NotFound { .. } | Self::Io { .. } | Self::NoRows { .. } | Self::Memory { .. } => {
                return None;
            }
            Self::UnknownColumn { source, .. } => {
                let any = || Message::from("names of columns are compared letter by letter");
                return Some(source.hint().unwrap_or_else(any));
            }
            Self::UnknownSheet { .. } => "name one of them with {sheet}",
            Self::NotPlainFile { .. } => "write the table to a file first, and name that",
            Self::Compressed { .. } => "decompress it first, as in `gunzip faces.csv.gz`",
            Self::NotText { .. } => "save the table as CSV, Excel, Parquet, Arrow or JSON Lines",
            Self::Encoding { .. } => "save the table as `CSV UTF-8`",
            Self::UnclosedQuote { .. } => {
                "close it, or write a quote that belongs to a value twice, in a value in quotes"
            }
            Self::Ragged {
                cause: RaggedCause::DelimiterAtEnd,
                ..
            } => "take the delimiter at the end of rows off, or add one to the header",
            Self::Ragged {
                cause: RaggedCause::LineBreak,
                ..
            } => "a value in quotes goes over several lines: close the quote where the value ends",
            Self::Ragged { .. } => "quote values that hold the delimiter",
            Self::DuplicateColumn { .. } => "give each column a name of its own",
            Self::NotValues { .. } => "write it as columns of text or numbers",
            Self::ColumnLength { .. } => "give as many values for each column",
            Self::NotNumber { value, .. } if value.contains(',') => {
                "write it with a decimal point, or separate values by semicolons or tabs"
            }
            Self::NotNumber { .. } => {
                "correct it, leave it empty, or name values that stand for missing ones with {missing}"
            }
            Self::TwoDecimalSigns { .. } => "write all numbers of the table with a decimal point",
            Self::Json { .. } | Self::JsonArray { .. } => {
                let example =
                    r#"write one object on each line, as in {"file": "1.jpg", "race": "A"}"#;
                return Some(Message::plain(example));
            }
            Self::NestedJson { .. } => "write each of its values as a key of its own",
            Self::NewKey { .. } => "give it to the first row too, with the value null",
            Self::Format {
                format: "a workbook",
                ..
            } => {
                "open it in a spreadsheet and save it as .xlsx without a password; text is named .csv"
            }
            Self::Format { .. } => "write it again, not encrypted",
            Self::OldFeather { .. } => "write it again as version 2, or as Parquet",
        };
        Some(hint.into())
    }

    fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::NotFound { .. }
                | Self::NotPlainFile { .. }
                | Self::UnknownColumn { .. }
                | Self::NotValues { .. }
                | Self::UnknownSheet { .. }
        )
    }
}
