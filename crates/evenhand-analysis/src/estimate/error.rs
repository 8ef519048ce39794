//! Errors between a corpus and its coded rows.

use crate::codes::CodeError;
use crate::margins::MarginsError;
use crate::predictions::PredictionError;
use crate::words::quoted;
use evenhand_stats::hint::{Hint, Message};

/// Why shares can't be estimated. `table` is `coded.csv: `, and empty for a table from memory.
#[derive(Debug, thiserror::Error)]
pub enum EstimateError {
    #[error(transparent)]
    Predictions(#[from] PredictionError),
    #[error(transparent)]
    Codes(#[from] CodeError),
    #[error(transparent)]
    Margins(#[from] MarginsError),
    #[error("{table}no row that is labelled is in {corpus}; the first is `{example}`")]
    NoneInCorpus {
        table: String,
        corpus: String,
        example: String,
    },
    #[error("{place}: a second row has the path `{image}`, which is labelled")]
    TwiceInCorpus { place: String, image: String },
    #[error("{table}labels {} are not among the classes {}", quoted(labels), classes.join(", "))]
    UnknownLabels {
        table: String,
        labels: Vec<String>,
        classes: Vec<String>,
    },
    #[error("{table}no row has a label{}", but_tied(*.tied))]
    NothingCoded { table: String, tied: usize },
    #[error("{table}`{column}` of `{item}` is `{value}`, not {allowed}")]
    BadValue {
        table: String,
        column: String,
        item: String,
        value: String,
        allowed: String,
    },
    #[error("{table}no column `{column}`, which says what rows hang together")]
    NoCluster { table: String, column: String },
    #[error("{table}no column `{column}` of weights")]
    NoWeights { table: String, column: String },
    #[error(
        "shares of exactly these rows need coded rows among them: those that are coded are from elsewhere"
    )]
    FiniteFromElsewhere,
    #[error("shares of exactly these rows are not estimated in clusters")]
    FiniteOfClusters,
}

impl Hint for EstimateError {
    fn hint(&self) -> Option<Message> {
        let hint = match self {
            Self::Predictions(reason) => return reason.hint(),
            Self::Codes(reason) => return reason.hint(),
            Self::Margins(reason) => return reason.hint(),
            Self::NoneInCorpus { .. } => {
                "write paths as the predictions have them, or give a table with a column `predicted` \
                 of its own"
            }
            Self::TwiceInCorpus { .. } => "keep one of them",
            Self::UnknownLabels { .. } => {
                "name labels as the classifier names its classes, with {map} OLD=NEW"
            }
            Self::NothingCoded { .. } => "fill in the coders' columns, or name them with {coders}",
            Self::BadValue { .. } => "write it as `evenhand sample` or `evenhand predict` do",
            Self::NoWeights { .. } => "add the column, or leave out {weights}",
            Self::NoCluster { .. } => "add the column, or leave out {cluster}",
            Self::FiniteFromElsewhere => "code rows of the corpus, or leave out {finite}",
            Self::FiniteOfClusters => "leave out {finite} or {cluster}",
        };
        Some(hint.into())
    }
}

fn but_tied(items: usize) -> String {
    match items {
        0 => String::new(),
        items => format!(": coders are tied on {items}"),
    }
}
