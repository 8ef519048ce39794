//! Errors of tables of predictions.

use crate::words::quoted;
use evenhand_stats::groups::UnknownColumn;
use evenhand_stats::hint::{Hint, Message};
use evenhand_table::TableError;

/// Why a table can't be read as predictions. `table` is `faces.csv: `, and empty for a table from memory;
/// `place` is a line or row, `faces.csv:17`.
#[derive(Debug, thiserror::Error)]
pub enum PredictionError {
    #[error(transparent)]
    Table(#[from] TableError),
    #[error("{table}{source}")]
    Column {
        table: String,
        source: UnknownColumn,
        /// The setting that names the column.
        setting: &'static str,
    },
    #[error("{table}no column `predicted`; the columns are {}", columns.join(", "))]
    NoPredictions { table: String, columns: Vec<String> },
    #[error("{table}no column names the images; the columns are {}", columns.join(", "))]
    NoNames { table: String, columns: Vec<String> },
    #[error("{place}: `{column}` is `{value}`, not {allowed}")]
    BadValue {
        place: String,
        column: String,
        value: String,
        allowed: String,
    },
    #[error("{table}no row has a prediction")]
    NoRows { table: String },
    #[error("{table}every prediction is `{class}`, and nothing says what other classes there are")]
    OneClass { table: String, class: String },
    #[error("`{class}` is not one of the classes {}", quoted(classes))]
    UnknownClass { class: String, classes: Vec<String> },
}

impl Hint for PredictionError {
    fn hint(&self) -> Option<Message> {
        let hint = match self {
            Self::Table(source) => return source.hint(),
            Self::Column {
                source, setting, ..
            } => return source.hint().or_else(|| Some(named_by(setting))),
            Self::NoPredictions { .. } => "give a table such as `evenhand predict` writes",
            Self::NoNames { .. } => "call one of them path, file, image, item or id",
            Self::BadValue { .. } => "correct the row or leave it out",
            Self::NoRows { .. } => "the column `error` says what became of each",
            Self::OneClass { .. } => "keep the columns of probabilities: they name the classes",
            Self::UnknownClass { .. } => "classes are written as the classifier writes them",
        };
        Some(hint.into())
    }
}

fn named_by(setting: &str) -> Message {
    let hint = match setting {
        "label" => "name the column of labels with {label}",
        "predicted" => {
            "name the column of predicted labels with {predicted}, or of scores with {score}"
        }
        "score" => "name the column of scores with {score}",
        "formula" => {
            "{formula} names columns of the predictions, and the predicted class; {class} gender=Female names it"
        }
        "id" => "name the column that names the rows with {id}",
        "only" => "name another column with {only}",
        "threshold_on" => "name another column with {threshold_on}",
        _ => "names of columns are compared letter by letter",
    };
    hint.into()
}
