//! Errors between codes and predictions.

use crate::words::quoted;
use evenhand_stats::hint::{Hint, Message};

/// Why predictions can't be compared with codes. `table` is `codes.csv: `, and empty for a table from memory.
#[derive(Debug, thiserror::Error)]
pub enum ValidationError {
    #[error(
        "none of the items of {codes} is among the predictions of {predictions}: not `{item}`, where there is `{row}`"
    )]
    NothingMatches {
        codes: String,
        predictions: String,
        item: String,
        row: String,
    },
    #[error(
        "{table}the classifier does not know {}, as {} coded; it knows {}",
        quoted(labels), items(*count), quoted(classes)
    )]
    UnknownLabels {
        table: String,
        labels: Vec<String>,
        /// Items with such a label.
        count: usize,
        classes: Vec<String>,
    },
    #[error("{table}no coded item that matches has both a consensus and a prediction")]
    NoConsensus { table: String },
    #[error(
        "every item is coded `{class}`, and so predicted: one class leaves nothing to tell apart"
    )]
    OneClass { class: String },
    #[error("no column `{column}` of weights, neither of the codes nor of the predictions")]
    NoWeights { column: String },
    #[error("`{column}` of `{item}` is `{value}`, not a number above 0")]
    BadWeight {
        column: String,
        item: String,
        value: String,
    },
}

impl Hint for ValidationError {
    fn hint(&self) -> Option<Message> {
        let hint = match self {
            Self::NothingMatches { .. } => {
                "items are found by the same path, or by the end of one; name columns with {item} and {id}"
            }
            Self::UnknownLabels { .. } => {
                "give labels the names of the classes, with {map} OLD=NEW; what is none of them is left out"
            }
            Self::NoConsensus { .. } => "let a further coder decide ties",
            Self::OneClass { .. } => "code more items, also of other classes",
            Self::NoWeights { .. } => "add the column, or leave out {weights}",
            Self::BadWeight { .. } => {
                "a weight is how many rows an item stands for: give each item one"
            }
        };
        Some(hint.into())
    }
}

fn items(n: usize) -> String {
    match n {
        1 => "1 item is".to_owned(),
        n => format!("{n} items are"),
    }
}
