//! What can be wrong with a corpus, with the labels it is held against, or with what is asked.

use evenhand::hint::{Hint, Message};
use std::io;
use std::path::PathBuf;

use crate::commands::codes::CodesFileError;
use crate::commands::corpus::CorpusError;
use crate::commands::run_dir::write_hint;
use evenhand::groups::GroupError;
use evenhand::report::ReportError;

#[derive(Debug, thiserror::Error)]
pub enum EstimateCommandError {
    #[error(transparent)]
    Corpus(#[from] CorpusError),
    #[error(transparent)]
    Codes(#[from] CodesFileError),
    #[error(transparent)]
    By(#[from] GroupError),
    #[error("--level {0} is not between 0 and 1")]
    Level(f64),
    #[error(
        "{}: no row that is labelled is in {}; the first is `{example}`",
        validation.display(), corpus.display()
    )]
    NoneInCorpus {
        validation: PathBuf,
        corpus: PathBuf,
        example: String,
    },
    #[error("{}: two rows have the path `{image}`, which is labelled", path.display())]
    TwiceInCorpus { path: PathBuf, image: String },
    #[error(
        "{}: labels {} are not among the classes {}",
        path.display(), quoted(labels), classes.join(", ")
    )]
    UnknownLabels {
        path: PathBuf,
        labels: Vec<String>,
        classes: Vec<String>,
    },
    #[error("{}: no row has a label{}", path.display(), but_tied(*.tied))]
    NothingCoded { path: PathBuf, tied: usize },
    #[error("{}: `{column}` of `{item}` is `{value}`, not {allowed}", path.display())]
    BadValue {
        path: PathBuf,
        column: String,
        item: String,
        value: String,
        allowed: String,
    },
    #[error("{}: no column `{column}`, which says what rows hang together", path.display())]
    NoCluster { path: PathBuf, column: String },
    #[error("a page needs a file that ends in .html, not `{}`", .0.display())]
    NoHtml(PathBuf),
    #[error("`{}` is read, or written twice", .0.display())]
    SameFile(PathBuf),
    #[error(transparent)]
    Report(#[from] ReportError),
    #[error("cannot write `{}`: {reason}", path.display())]
    Write { path: PathBuf, reason: io::Error },
}

impl Hint for EstimateCommandError {
    fn hint(&self) -> Option<Message> {
        let hint = match self {
            Self::Corpus(reason) => return reason.hint(),
            Self::Codes(reason) => return reason.hint(),
            Self::By(reason) => return reason.hint(),
            Self::Report(reason) => return reason.hint(),
            Self::Level(_) => "0.95 is usual",
            Self::NoneInCorpus { .. } => {
                "write paths as the predictions have them, or give a table with a column `predicted` \
                 of its own"
            }
            Self::TwiceInCorpus { .. } => "keep one of them",
            Self::UnknownLabels { .. } => "write labels as the classifier writes its classes",
            Self::NothingCoded { .. } => "fill in the coders' columns, or name them with --coders",
            Self::BadValue { .. } => "write it as `evenhand sample` or `evenhand predict` do",
            Self::NoCluster { .. } => "add the column, or leave out --cluster",
            Self::NoHtml(_) => "write --out shares.html; --json and --csv are for data",
            Self::SameFile(_) => "write to another file",
            Self::Write { reason, .. } => write_hint(reason),
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

fn quoted(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
