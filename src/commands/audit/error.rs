//! What can be wrong with a file of predictions, or with what is asked of it.

use std::io;
use std::path::PathBuf;

use crate::audit::ParamsError;
use crate::audit::groups::{GroupError, UnknownColumn};
use crate::commands::run_dir::write_hint;

#[derive(Debug, thiserror::Error)]
pub enum AuditCommandError {
    #[error(transparent)]
    Params(#[from] ParamsError),
    #[error("threshold {0} is not from 0 to 1")]
    Threshold(f64),
    #[error("{}: {reason}", path.display())]
    Read { path: PathBuf, reason: io::Error },
    #[error("{}:{line}: not text in UTF-8", path.display())]
    NotText { path: PathBuf, line: u64 },
    #[error("{}:{line}: {fields} fields where the header has {columns}", path.display())]
    Fields {
        path: PathBuf,
        line: u64,
        fields: u64,
        columns: u64,
    },
    #[error("{}: two columns are named `{column}`", path.display())]
    DuplicateColumn { path: PathBuf, column: String },
    #[error("{}: {reason}", path.display())]
    Column {
        path: PathBuf,
        reason: UnknownColumn,
    },
    #[error("{}: {reason}", path.display())]
    Groups { path: PathBuf, reason: GroupError },
    /// `values` are those of the column, in words.
    #[error("{}: no row has `{value}` as its `{column}`", path.display())]
    NoSuchValue {
        path: PathBuf,
        column: String,
        value: String,
        values: String,
    },
    /// `left_out` counts rows by the reason, in words; empty where there was none.
    #[error("{}: no row to audit{}", path.display(), but(left_out))]
    NoRows { path: PathBuf, left_out: String },
    #[error(
        "{}: every `{column}` is `{class}`, and one class leaves nothing to tell apart",
        path.display()
    )]
    OneClass {
        path: PathBuf,
        column: String,
        class: String,
    },
    /// Columns, and their values in words.
    #[error(
        "{}: `{}` ({}) and `{}` ({}) have no value in common",
        path.display(), predicted.0, predicted.1, label.0, label.1
    )]
    NothingInCommon {
        path: PathBuf,
        predicted: (String, String),
        label: (String, String),
    },
    #[error(
        "{}:{line}: `{column}` is `{value}`, not {allowed}{}",
        path.display(), also_bad(others)
    )]
    BadAnswer {
        path: PathBuf,
        line: u64,
        column: String,
        value: String,
        allowed: &'static str,
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
    #[error("cannot write `{}`: {reason}", path.display())]
    Write { path: PathBuf, reason: io::Error },
    #[error("cannot write: {0}")]
    Output(#[from] io::Error),
}

impl AuditCommandError {
    /// The next step, where there is one to tell.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Params(reason) => return reason.hint(),
            Self::Column { reason, .. } => return reason.hint(),
            Self::Groups { reason, .. } => return reason.hint(),
            Self::NoSuchValue { values, .. } => {
                return Some(format!("the values there are: {values}"));
            }
            Self::Read { .. } => "give a CSV file with a header, such as a run's predictions.csv",
            Self::NotText { .. } => "save the file as CSV in UTF-8",
            Self::Fields { .. } => "a value that has a comma in it must stand in double quotes",
            Self::DuplicateColumn { .. } => "rename one of them",
            Self::NoRows { .. } => "rows need a prediction and a label to be audited",
            Self::OneClass { .. } => "choose another column with --label",
            Self::NothingInCommon { .. } => "give both columns the same names for the classes",
            Self::NotTwoClasses { is_score: true, .. } => {
                "name a column of predicted classes with --predicted instead"
            }
            Self::NotTwoClasses {
                is_score: false, ..
            } => "leave out --positive",
            Self::NoPositive { .. } => "name it with --positive",
            Self::BadAnswer { .. } => "correct the rows or leave them out of the file",
            Self::Write { reason, .. } => write_hint(reason),
            Self::Threshold(_) | Self::UnknownPositive { .. } | Self::Output(_) => return None,
        };
        Some(hint.to_owned())
    }
}

fn but(left_out: &str) -> String {
    if left_out.is_empty() {
        String::new()
    } else {
        format!("; left out: {left_out}")
    }
}

/// The first ten of them.
fn also_bad(lines: &[u64]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let shown: Vec<String> = lines.iter().take(10).map(u64::to_string).collect();
    let more = match lines.len() - shown.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let word = if lines.len() == 1 {
        "so is line"
    } else {
        "so are lines"
    };
    format!(", and {word} {}{more}", shown.join(", "))
}

fn quoted(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
