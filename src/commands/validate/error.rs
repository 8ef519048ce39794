//! What can be wrong between codes and predictions.

use evenhand::hint::{Hint, Message};
use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum ValidateError {
    #[error("{}: no column names the images; the columns are {}", path.display(), columns.join(", "))]
    NoId { path: PathBuf, columns: Vec<String> },
    #[error(
        "none of the items of {} is among the predictions of {}: not `{item}`, where there is `{row}`",
        codes.display(), predictions.display()
    )]
    NothingMatches {
        codes: PathBuf,
        predictions: PathBuf,
        item: String,
        row: String,
    },
    #[error(
        "{}: the classifier does not know {}, as {} coded; it knows {}",
        codes.display(), quoted(labels), items(*count), quoted(classes)
    )]
    UnknownLabels {
        codes: PathBuf,
        labels: Vec<String>,
        /// Items with such a label.
        count: usize,
        classes: Vec<String>,
    },
    #[error("{}: no coded item that matches has both a consensus and a prediction", codes.display())]
    NoConsensus { codes: PathBuf },
    #[error(
        "every item is coded `{class}`, and so predicted: one class leaves nothing to tell apart"
    )]
    OneClass { class: String },
}

impl Hint for ValidateError {
    fn hint(&self) -> Option<Message> {
        let hint = match self {
            Self::NoId { .. } => "name it with --id COLUMN",
            Self::NothingMatches { .. } => {
                "items are found by the same path, or by the end of one; name columns with --item and --id"
            }
            Self::UnknownLabels { .. } => {
                "give labels the names of the classes, and leave cells empty for what is none of them"
            }
            Self::NoConsensus { .. } => "let a further coder decide ties",
            Self::OneClass { .. } => "code more items, also of other classes",
        };
        Some(hint.into())
    }
}

fn quoted(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

fn items(n: usize) -> String {
    match n {
        1 => "1 item is".to_owned(),
        n => format!("{n} items are"),
    }
}
