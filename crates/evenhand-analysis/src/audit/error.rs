//! Errors of audits and comparisons.

use super::judged::JudgedRows;
use crate::predictions::PredictionError;
use crate::words::quoted;
use evenhand_stats::groups::GroupError;
use evenhand_stats::hint::{Hint, Message};
use evenhand_stats::stats::kmeans::KMeansError;
use std::path::PathBuf;

/// Why predictions can't be audited or compared. `table` is `faces.csv: `, and empty for a table from memory.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    #[error(transparent)]
    Predictions(#[from] PredictionError),
    #[error("{table}no column `{column}` of weights")]
    NoWeights { table: String, column: String },
    #[error("{place}: `{column}` is `{value}`, not a number above 0")]
    BadWeight {
        place: String,
        column: String,
        value: String,
    },
    #[error("threshold `{0}` is no number from 0 to 1, and no rule")]
    Threshold(String),
    #[error("rule {rule} needs rows to find the threshold on, other than those it is reported on")]
    NoRowsForThreshold { rule: &'static str },
    #[error("a threshold that is a number needs no rows to be found on")]
    RowsForNoRule,
    #[error("a threshold is for scores of two classes{}", of_these(*classes))]
    NoScores { classes: usize },
    #[error(
        "no threshold follows from {rule} on the rows of {condition}: they have not both of {}",
        quoted(classes)
    )]
    NoThreshold {
        condition: String,
        rule: &'static str,
        classes: Vec<String>,
    },
    #[error("`{0}` is no condition on a column")]
    NoCondition(String),
    #[error("{table}{reason}")]
    Groups { table: String, reason: GroupError },
    /// `values` are those of the column, in words.
    #[error("{table}no row with {condition}")]
    NoSuchValue {
        table: String,
        condition: String,
        values: String,
    },
    /// `left_out` counts rows by the reason, in words; empty where there was none.
    #[error("{table}no row to audit{}", but(left_out))]
    NoRows { table: String, left_out: String },
    #[error("{table}every `{column}` is `{class}`, and one class leaves nothing to tell apart")]
    OneClass {
        table: String,
        column: String,
        class: String,
    },
    /// Columns, and their values in words.
    #[error(
        "{table}`{}` ({}) and `{}` ({}) have no value in common",
        predicted.0, predicted.1, label.0, label.1
    )]
    NothingInCommon {
        table: String,
        predicted: (String, String),
        label: (String, String),
    },
    #[error(
        "{place}: `{column}` is `{value}`, not a number from 0 to 1{}",
        also_bad(counted_by, others)
    )]
    BadScore {
        place: String,
        column: String,
        value: String,
        counted_by: &'static str,
        /// The lines of the other bad rows.
        others: Vec<u64>,
    },
    #[error(
        "a score or a positive class needs two classes, but there are {}: {}",
        classes.len(), classes.join(", ")
    )]
    NotTwoClasses {
        classes: Vec<String>,
        is_score: bool,
    },
    #[error(
        "a score needs to know which of {} is the positive class",
        quoted(classes)
    )]
    NoPositive { classes: Vec<String> },
    #[error("positive class `{positive}` is not one of {}", quoted(classes))]
    UnknownPositive {
        positive: String,
        classes: Vec<String>,
    },
    #[error("{table}the classes are {}, not {}", classes.join(", "), expected.join(", "))]
    OtherClasses {
        table: String,
        classes: Vec<String>,
        expected: Vec<String>,
    },
    #[error("{table}no row has the `{id}` of one that is audited")]
    NoCommonRows { table: String, id: String },
    #[error(
        "{table}`{name}` in `{id}` is labelled `{label}`, and in the audited file `{expected}`"
    )]
    OtherLabel {
        table: String,
        id: String,
        name: String,
        label: String,
        expected: String,
    },
    #[error("{} and {} have no column `id` or `path` in common", tables[0], tables[1])]
    NoId { tables: [String; 2] },
    /// `only` counts the rows that the other has not.
    #[error(
        "{} and {} have not judged the same {judged} rows: {} are only in the first, {} only in the second",
        tables[0], tables[1], only[0], only[1]
    )]
    OtherRows {
        tables: [String; 2],
        judged: JudgedRows,
        only: [u64; 2],
    },
    #[error("`{name}` is another image in {} than in {}", tables[0], tables[1])]
    OtherImage { tables: [String; 2], name: String },
    #[error("{table}two rows have `{name}` as their `{id}`")]
    NamedTwice {
        table: String,
        id: String,
        name: String,
    },
    #[error("{}: {reason}", path.display())]
    BadFeatures { path: PathBuf, reason: String },
    #[error("features: {0}")]
    Features(KMeansError),
    #[error(
        "{table}{classes} classes; with clusters, strata or another file at most {most} are audited"
    )]
    ManyClasses {
        table: String,
        classes: usize,
        most: usize,
    },
    #[error("{}: no run of evenhand: {problem}", path.display())]
    NoRun { path: PathBuf, problem: String },
}

impl Hint for AuditError {
    fn hint(&self) -> Option<Message> {
        let hint = match self {
            Self::Predictions(reason) => return reason.hint(),
            Self::Groups { reason, .. } => return reason.hint(),
            Self::NoSuchValue { values, .. } => {
                return Some(Message::new("the values there are: {}", &[values]));
            }
            Self::NoWeights { .. } => "add the column, or leave out {weights}",
            Self::BadWeight { .. } => {
                "a weight is how many rows of the population a row stands for: give each row one"
            }
            Self::NoRows { .. } => "rows need a prediction and a label to be audited",
            Self::OneClass { .. } => "choose another column with {label}",
            Self::NothingInCommon { .. } => {
                "give both columns the same names for the classes, with {map} OLD=NEW"
            }
            Self::NotTwoClasses { is_score: true, .. } => {
                "name a column of predicted classes with {predicted} instead"
            }
            Self::NotTwoClasses {
                is_score: false, ..
            } => "leave out {positive}",
            Self::NoPositive { .. } => "name it with {positive}",
            Self::BadScore { .. } => "correct the rows or leave them out of the file",
            Self::Threshold(_) => "rules are max-accuracy, max-balanced and equal-error",
            Self::NoRowsForThreshold { .. } => "name them, as in {threshold_on} part=tune",
            Self::RowsForNoRule => "leave out {threshold_on}, or name a rule such as max-balanced",
            Self::NoScores { .. } => "name the column of scores with {score}",
            Self::NoThreshold { .. } => "name other rows with {threshold_on}",
            Self::NoCondition(_) => "write it as in fold=test or fold!=test",
            Self::OtherClasses { .. } => "compare classifiers of the same classes",
            Self::NoCommonRows { .. } => "name the column that tells rows apart with {id}",
            Self::OtherLabel { .. } => "compare classifiers on the same labels",
            Self::OtherRows { .. } | Self::OtherImage { .. } => {
                "train both runs on the same images, with the same {test}, {split} or {holdout} and seed"
            }
            Self::NoId { .. } => "name the column that tells rows apart with {id}",
            Self::NamedTwice { .. } => "name another column with {id}, or leave one of them out",
            Self::BadFeatures { .. } => {
                "write them with `evenhand embed`, from the same images by the same names"
            }
            Self::Features(_) => "write the features again with `evenhand embed`",
            Self::ManyClasses { .. } => "leave out {cluster}, {strata} and {against}",
            Self::NoRun { .. } => "name the folders of two runs of `evenhand train`",
            Self::UnknownPositive { .. } => return None,
        };
        Some(hint.into())
    }
}

fn of_these(classes: usize) -> String {
    match classes {
        2 => ", and this file has none beside its predictions".to_owned(),
        more => format!(", but there are {more}"),
    }
}

fn but(left_out: &str) -> String {
    match left_out {
        "" => String::new(),
        left_out => format!("; left out: {left_out}"),
    }
}

/// The first ten of them.
fn also_bad(counted_by: &str, lines: &[u64]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let shown: Vec<String> = lines.iter().take(10).map(u64::to_string).collect();
    let more = match lines.len() - shown.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let verb = if lines.len() == 1 { "is" } else { "are" };
    let plural = if lines.len() == 1 { "" } else { "s" };
    format!(
        ", and so {verb} {counted_by}{plural} {}{more}",
        shown.join(", ")
    )
}
