//! Errors of tables of codes.

use evenhand_stats::coders::CodesError;
use evenhand_stats::hint::{Hint, Message};
use evenhand_table::TableError;

/// Why a table can't be read as codes. `table` is `codes.csv: `, and empty for a table from memory.
#[derive(Debug, thiserror::Error)]
pub enum CodeError {
    #[error(transparent)]
    Table(#[from] TableError),
    #[error("{table}no column names the items; the columns are {}", columns.join(", "))]
    NoItem { table: String, columns: Vec<String> },
    #[error("{table}no column holds codes; the columns are {}", columns.join(", "))]
    NoCodes { table: String, columns: Vec<String> },
    #[error("{table}`{column}` cannot be both the item and a code")]
    ItemIsCode { table: String, column: String },
    #[error("{table}{reason}")]
    Codes {
        table: String,
        reason: Box<CodesError>,
    },
    #[error("{table}the labels {} have no known order", labels.join(", "))]
    NoOrder { table: String, labels: Vec<String> },
    #[error("{table}the labels {} are not all numbers", labels.join(", "))]
    NoNumbers { table: String, labels: Vec<String> },
}

impl Hint for CodeError {
    fn hint(&self) -> Option<Message> {
        let hint = match self {
            Self::Table(reason) => return reason.hint(),
            Self::Codes { reason, .. } => return reason.hint(),
            Self::NoItem { .. } => "name the column of items with {item}",
            Self::NoCodes { .. } => {
                "name a column for each coder with {coders}, or the column of labels with {label} and that of \
                 coders with {coder}"
            }
            Self::NoOrder { .. } => "name them from the lowest to the highest with {order}",
            Self::NoNumbers { .. } => "take {scale} ordinal with {order}, or {scale} nominal",
            Self::ItemIsCode { .. } => "name another column with {item}",
        };
        Some(hint.into())
    }
}
