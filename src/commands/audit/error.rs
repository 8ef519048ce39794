//! What can be wrong with a file of predictions, or with what is asked of it.

use evenhand::hint::{Hint, Message};
use std::io;
use std::path::PathBuf;

use super::Judged;
use crate::commands::run_dir::write_hint;
use evenhand::audit::ParamsError;
use evenhand::groups::{GroupError, UnknownColumn};
use evenhand::report::ReportError;
use evenhand::stats::kmeans::KMeansError;

#[derive(Debug, thiserror::Error)]
pub enum AuditCommandError {
    #[error(transparent)]
    Params(#[from] ParamsError),
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
    #[error("{}: the file is empty", path.display())]
    Empty { path: PathBuf },
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
    #[error("{}: no row with {condition}", path.display())]
    NoSuchValue {
        path: PathBuf,
        condition: String,
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
    #[error(
        "{}: the classes are {}, not {}",
        path.display(), classes.join(", "), expected.join(", ")
    )]
    OtherClasses {
        path: PathBuf,
        classes: Vec<String>,
        expected: Vec<String>,
    },
    #[error("{}: no row has the `{id}` of one that is audited", path.display())]
    NoCommonRows { path: PathBuf, id: String },
    #[error(
        "{}: `{name}` in `{id}` is labelled `{label}`, and in the audited file `{expected}`",
        path.display()
    )]
    OtherLabel {
        path: PathBuf,
        id: String,
        name: String,
        label: String,
        expected: String,
    },
    #[error(
        "{} and {} have no column `id` or `path` in common",
        paths[0].display(), paths[1].display()
    )]
    NoId { paths: [PathBuf; 2] },
    /// `only` counts the rows that the other has not.
    #[error(
        "{} and {} have not judged the same {judged} rows: {} are only in the first, {} only in the second",
        paths[0].display(), paths[1].display(), only[0], only[1]
    )]
    OtherRows {
        paths: [PathBuf; 2],
        judged: Judged,
        only: [u64; 2],
    },
    #[error(
        "`{name}` is another image in {} than in {}",
        paths[0].display(), paths[1].display()
    )]
    OtherImage { paths: [PathBuf; 2], name: String },
    #[error("{}: two rows have `{name}` as their `{id}`", path.display())]
    NamedTwice {
        path: PathBuf,
        id: String,
        name: String,
    },
    #[error("{}: {reason}", path.display())]
    BadFeatures { path: PathBuf, reason: String },
    #[error("features: {0}")]
    Features(KMeansError),
    #[error("two outputs go to `{}`", .0.display())]
    SameOutput(PathBuf),
    #[error(
        "{}: {classes} classes; with clusters, strata or another file at most {most} are audited",
        path.display()
    )]
    ManyClasses {
        path: PathBuf,
        classes: usize,
        most: usize,
    },
    #[error("`{}` is read, and would be replaced", .0.display())]
    ReplacesInput(PathBuf),
    #[error("features are for a report or for JSON, and neither is asked for")]
    FeaturesForNothing,
    #[error("a report needs a file that ends in .html, not `{}`", .0.display())]
    NoHtml(PathBuf),
    #[error(transparent)]
    Report(#[from] ReportError),
    #[error("cannot write `{}`: {reason}", path.display())]
    Write { path: PathBuf, reason: io::Error },
    #[error("cannot write: {0}")]
    Output(#[from] io::Error),
}

impl Hint for AuditCommandError {
    fn hint(&self) -> Option<Message> {
        let hint = match self {
            Self::Params(reason) => return reason.hint(),
            Self::Column { reason, .. } => {
                let named = "name columns with --label, --predicted, --score, --id";
                return reason.hint().or(Some(named.into()));
            }
            Self::Groups { reason, .. } => return reason.hint(),
            Self::NoSuchValue { values, .. } => {
                return Some(Message::new("the values there are: {}", &[values]));
            }
            Self::Read { .. } | Self::Empty { .. } => {
                "give a CSV file with a header, such as a run's predictions.csv"
            }
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
            Self::Threshold(_) => "rules are max-accuracy, max-balanced and equal-error",
            Self::NoRowsForThreshold { .. } => "name them, as in --threshold-on part=tune",
            Self::RowsForNoRule => "leave out --threshold-on, or name a rule such as max-balanced",
            Self::NoScores { .. } => "name the column of scores with --score",
            Self::NoThreshold { .. } => "name other rows with --threshold-on",
            Self::NoCondition(_) => "write it as in fold=test or fold!=test",
            Self::OtherClasses { .. } => "compare classifiers of the same classes",
            Self::NoCommonRows { .. } => "name the column that tells rows apart with --id",
            Self::OtherLabel { .. } => "compare classifiers on the same labels",
            Self::OtherRows { .. } | Self::OtherImage { .. } => {
                "train both runs on the same images, with the same --test, --split or --holdout and seed"
            }
            Self::NoId { .. } => "name the column that tells rows apart with --id",
            Self::NamedTwice { .. } => "name another column with --id, or leave one of them out",
            Self::BadFeatures { .. } => {
                "write them with `evenhand embed`, from the same images by the same names"
            }
            Self::Features(_) => "write the features again with `evenhand embed`",
            Self::ManyClasses { .. } => "leave out --cluster, --strata and --against",
            Self::ReplacesInput(_) => "write to another file",
            Self::FeaturesForNothing => "add --out audit.html or --json audit.json",
            Self::SameOutput(_) => "give each output its own name",
            Self::NoHtml(_) => "write --out audit.html; --json, --csv and --markdown are for data",
            Self::Report(reason) => return reason.hint(),
            Self::UnknownPositive { .. } | Self::Output(_) => return None,
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
