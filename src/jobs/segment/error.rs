//! Tables that no segments are made of.

use crate::hint::{Hint, Message};
use crate::text::{counted, quoted};
use std::path::PathBuf;

/// Why a table has no segments.
#[derive(Debug, thiserror::Error)]
pub enum SegmentTableError {
    #[error("{place}: `{column}` is `{value}`, and its other values are numbers")]
    NotNumber {
        place: String,
        column: String,
        value: String,
    },
    #[error("`{column}` has no numbers: {kind} ({why})")]
    NoNumbers {
        column: String,
        kind: &'static str,
        why: String,
    },
    #[error("{place}: the weight `{column}` is {found}; a number above 0 is allowed")]
    Weight {
        place: String,
        column: String,
        found: String,
    },
    #[error("{second}: {} was there before, {first}", quoted(.id))]
    DuplicateId {
        id: Vec<String>,
        /// Places of the rows.
        first: String,
        second: String,
    },
    #[error(
        "no row has a number in every column; `{column}` has gaps in {} of {}",
        gaps,
        counted(*rows as u64, "row")
    )]
    NoCompleteRow {
        /// The column with the most gaps.
        column: String,
        gaps: usize,
        rows: usize,
    },
    #[error("two components are named `{0}`")]
    SameName(String),
    #[error("`{}` is no segmentation of evenhand: {problem}", path.display())]
    Damaged { path: PathBuf, problem: String },
    #[error("{table}no column {}, which the segments were made with; the columns are: {}", quoted(missing), known.join(", "))]
    MissingColumns {
        /// `counties.csv: `.
        table: String,
        missing: Vec<String>,
        known: Vec<String>,
    },
    #[error("`{column}` is none of the columns that name rows of the segments: {}", known.join(", "))]
    UnknownId { column: String, known: Vec<String> },
    #[error("`{column}` is renamed, and the segments were made without it; their columns are: {}", known.join(", "))]
    Renamed { column: String, known: Vec<String> },
}

impl Hint for SegmentTableError {
    fn hint(&self) -> Option<Message> {
        Some(match self {
            Self::NotNumber { value, column, .. } => Message::new(
                "correct it, name it as a gap code with {gaps} {}:{}, or leave the column out with {columns} 'all,!{}'",
                &[column, value, column],
            ),
            Self::NoNumbers { .. } => "name columns of numbers with {columns}".into(),
            Self::Weight { .. } => {
                "leave rows without a weight out of the table, or give them one".into()
            }
            Self::DuplicateId { .. } => {
                "name all columns that tell rows apart with {id}, as in {id} State,County".into()
            }
            Self::NoCompleteRow { column, .. } => {
                Message::new("leave it out with {columns} 'all,!{}'", &[column])
            }
            Self::SameName(_) => "give each component a name of its own with {name}".into(),
            Self::Damaged { .. } => "make the segments anew from their table".into(),
            Self::UnknownId { .. } => {
                "name some of them with {id}; those of the new table with {rename} old=new".into()
            }
            Self::Renamed { .. } => "write the old name first: {rename} old=new".into(),
            Self::MissingColumns { .. } => {
                "say what a column is called in the new table with {rename}, as in {rename} old=new"
                    .into()
            }
        })
    }

    fn is_usage(&self) -> bool {
        true
    }
}
