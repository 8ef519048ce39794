//! Errors between coded rows and the cells of a census.

use crate::words::counted;
use evenhand_stats::groups::UnknownColumn;
use evenhand_stats::hint::{Hint, Message};
use evenhand_stats::text::{listed, quoted};
use evenhand_table::TableError;
use std::collections::BTreeMap;

/// So many cells are named.
const NAMED: usize = 10;

/// Why shares can't be estimated by cells. `table` is `coded.csv: `, and empty for a table from memory.
#[derive(Debug, thiserror::Error)]
pub enum PoststratifyError {
    #[error(transparent)]
    Table(#[from] TableError),
    #[error("{table}no column of counts; the columns are {}", columns.join(", "))]
    NoCounts { table: String, columns: Vec<String> },
    #[error("{place}: `{column}` is `{count}`, not a number from 0")]
    BadCount {
        place: String,
        column: String,
        count: String,
    },
    #[error("{table}all counts are 0")]
    Nobody { table: String },
    #[error("{table}{source}")]
    UnknownColumn {
        table: String,
        source: UnknownColumn,
    },
    #[error("{table}no label is `{class}`; the labels are {}", quoted(labels))]
    UnknownClass {
        table: String,
        class: String,
        labels: Vec<String>,
    },
    #[error(
        "{table}{} in no cell of {census}; {columns}: {}",
        are(cells),
        named(cells)
    )]
    NoCell {
        table: String,
        census: String,
        columns: String,
        /// Numbers of rows, by cell.
        cells: BTreeMap<String, u64>,
    },
    #[error("{table}every row with a label lacks a value that says which cell it is in")]
    OnlyGaps { table: String },
}

impl Hint for PoststratifyError {
    fn hint(&self) -> Option<Message> {
        let hint = match self {
            Self::Table(reason) => return reason.hint(),
            Self::UnknownColumn { source, .. } => return source.hint(),
            Self::NoCounts { .. } => "call it n, count or weight, or name it with {count}",
            Self::BadCount { .. } => "write how many people are in the cell, as 1200",
            Self::Nobody { .. } => "name the column of counts with {count}",
            Self::UnknownClass { .. } => "name one of them with {class}",
            Self::NoCell { .. } => {
                "name values in both tables alike, with {map} COLUMN:OLD=NEW for the rows, or add the cells to the \
                 census"
            }
            Self::OnlyGaps { .. } => "fill them in, or name fewer columns with {groups}",
        };
        Some(hint.into())
    }
}

fn are(cells: &BTreeMap<String, u64>) -> String {
    let rows = cells.values().sum::<u64>();
    let verb = if rows == 1 { "is" } else { "are" };
    format!("{} {verb}", counted(rows, "row"))
}

fn named(cells: &BTreeMap<String, u64>) -> String {
    let cells = cells
        .iter()
        .map(|(cell, rows)| format!("`{cell}` ({rows})"));
    listed(cells, NAMED)
}
