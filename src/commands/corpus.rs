//! The predictions of a corpus, read row by row: there may be ten million of them.

use evenhand::dataset::{DatasetError, TextLines, TextRow};
use evenhand::groups::{Group, UnknownColumn};
use evenhand::hint::{Hint, Message};
use evenhand::record::{Classes, MISSING, Status, natural};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// What may name an image, the first of them that there is.
const IMAGE: [&str; 3] = ["path", "file", "image"];
const PREDICTED: &str = "predicted";
const PROBABILITY: &str = "probability_";

#[derive(Debug, thiserror::Error)]
pub enum CorpusError {
    #[error(transparent)]
    Table(#[from] DatasetError),
    #[error("{}: no column `{PREDICTED}`; the columns are {}", path.display(), columns.join(", "))]
    NoPredictions { path: PathBuf, columns: Vec<String> },
    #[error("{}: no column names the images; the columns are {}", path.display(), columns.join(", "))]
    NoImages { path: PathBuf, columns: Vec<String> },
    #[error("{}: {reason}", path.display())]
    Column {
        path: PathBuf,
        reason: UnknownColumn,
    },
    #[error("{}:{line}: `{column}` is `{value}`, not {allowed}", path.display())]
    BadValue {
        path: PathBuf,
        line: u64,
        column: String,
        value: String,
        allowed: String,
    },
    #[error("{}: no row has a prediction", path.display())]
    NoRows { path: PathBuf },
    #[error("{}: every prediction is `{class}`, and nothing says what other classes there are", path.display())]
    OneClass { path: PathBuf, class: String },
    #[error("`{class}` is not one of the classes {}", classes.join(", "))]
    UnknownClass { class: String, classes: Vec<String> },
}

impl Hint for CorpusError {
    fn hint(&self) -> Option<Message> {
        let hint = match self {
            Self::Table(reason) => return reason.hint(),
            Self::Column { reason, .. } => return reason.hint(),
            Self::NoPredictions { .. } | Self::NoImages { .. } => {
                "give a table such as `evenhand predict` writes"
            }
            Self::BadValue { .. } => "correct the row or leave it out",
            Self::NoRows { .. } => "the column `error` says what became of each",
            Self::OneClass { .. } => "keep the columns of probabilities: they name the classes",
            Self::UnknownClass { .. } => "classes are written as the classifier writes them",
        };
        Some(hint.into())
    }
}

/// An open table of predictions.
pub(super) struct CorpusLines {
    pub path: PathBuf,
    lines: TextLines,
    image_at: usize,
    predicted_at: usize,
    status_at: Option<usize>,
    /// By the columns of probabilities, where there are at least two.
    pub classes: Option<Classes>,
    probabilities_at: Vec<usize>,
    /// How many rows have no prediction, by the reason.
    pub without: BTreeMap<String, u64>,
}

impl CorpusLines {
    /// # Errors
    /// The file is no table of predictions.
    pub fn open(path: &Path) -> Result<Self, CorpusError> {
        let lines = TextLines::open(path)?;
        let columns = || lines.columns().to_vec();
        let first = |names: &[&str]| names.iter().find_map(|name| lines.column(name).ok());
        let path = path.to_owned();
        let Some(predicted_at) = first(&[PREDICTED]) else {
            let columns = columns();
            return Err(CorpusError::NoPredictions { path, columns });
        };
        let Some(image_at) = first(&IMAGE) else {
            let columns = columns();
            return Err(CorpusError::NoImages { path, columns });
        };
        let (classes, probabilities_at) = probabilities(lines.columns());
        Ok(Self {
            path,
            image_at,
            predicted_at,
            status_at: first(&["status"]),
            classes,
            probabilities_at,
            without: BTreeMap::new(),
            lines,
        })
    }

    pub fn columns(&self) -> &[String] {
        self.lines.columns()
    }

    /// What to say of how it is read.
    pub fn note(&self) -> Option<String> {
        self.lines.note()
    }

    /// The places of a group's columns.
    pub fn places(&self, group: &Group) -> Result<Vec<usize>, CorpusError> {
        group
            .columns(self.columns())
            .map_err(|reason| CorpusError::Column {
                path: self.path.clone(),
                reason,
            })
    }

    /// The next row that has a prediction.
    pub fn next(&mut self) -> Result<Option<TextRow>, CorpusError> {
        for row in self.lines.by_ref() {
            let row = row?;
            let status = self.status_at.map_or("", |at| row.values[at].as_str());
            let is_predicted = !row.values[self.predicted_at].is_empty();
            if is_predicted && has_answer(status) {
                return Ok(Some(row));
            }
            let reason = if has_answer(status) {
                "without a prediction"
            } else {
                status
            };
            *self.without.entry(reason.to_owned()).or_default() += 1;
        }
        Ok(None)
    }

    pub fn image<'r>(&self, row: &'r TextRow) -> &'r str {
        &row.values[self.image_at]
    }

    pub fn predicted<'r>(&self, row: &'r TextRow) -> &'r str {
        &row.values[self.predicted_at]
    }

    /// The probability of a class of [`CorpusLines::classes`].
    ///
    /// # Errors
    /// What stands there is none.
    pub fn probability(&self, row: &TextRow, class: usize) -> Result<f32, CorpusError> {
        let at = self.probabilities_at[class];
        let value = &row.values[at];
        probability(value).ok_or_else(|| self.bad(row, at, "a number from 0 to 1"))
    }

    /// The class of a prediction.
    ///
    /// # Errors
    /// It is none of those that have a column of probabilities.
    pub fn class(&self, row: &TextRow, classes: &Classes) -> Result<usize, CorpusError> {
        let found = classes.index(self.predicted(row));
        let allowed = || format!("one of {}", classes.names().join(", "));
        found.ok_or_else(|| self.bad(row, self.predicted_at, &allowed()))
    }

    fn bad(&self, row: &TextRow, at: usize, allowed: &str) -> CorpusError {
        CorpusError::BadValue {
            path: self.path.clone(),
            line: row.line,
            column: self.columns()[at].clone(),
            value: row.values[at].clone(),
            allowed: allowed.to_owned(),
        }
    }
}

/// A table that somebody else wrote may have no status, or others than ours.
fn has_answer(status: &str) -> bool {
    let failed = |of: Status| matches!(of, Status::Missing | Status::Unreadable | Status::TooLarge);
    !status.parse().is_ok_and(failed)
}

/// The classes that have a column of probabilities, and where.
pub(super) fn probabilities(columns: &[String]) -> (Option<Classes>, Vec<usize>) {
    let found = columns.iter().enumerate();
    let found = found.filter_map(|(at, name)| Some((name.strip_prefix(PROBABILITY)?, at)));
    let (names, places): (Vec<String>, Vec<usize>) =
        found.map(|(name, at)| (name.to_owned(), at)).unzip();
    (Classes::new(names), places)
}

/// A number from 0 to 1.
pub(super) fn probability(text: &str) -> Option<f32> {
    let number = text.parse().ok();
    number.filter(|number| (0.0..=1.0).contains(number))
}

/// Numbers the values of a column as they come.
#[derive(Debug, Default)]
pub(super) struct Coding {
    codes: HashMap<String, u32>,
    pub of: Vec<u32>,
}

impl Coding {
    pub fn code(&mut self, value: &str) -> u32 {
        let next = self.codes.len() as u32;
        match self.codes.get(value) {
            Some(code) => *code,
            None => *self.codes.entry(value.to_owned()).or_insert(next),
        }
    }

    pub fn push(&mut self, value: &str) {
        let code = self.code(value);
        self.of.push(code);
    }

    /// The values in the order of their codes.
    pub fn names(&self) -> Vec<&str> {
        let mut coded: Vec<(u32, &str)> = (self.codes.iter())
            .map(|(value, code)| (*code, value.as_str()))
            .collect();
        coded.sort_unstable();
        coded.into_iter().map(|(_, value)| value).collect()
    }

    /// The values in natural order, and what each code becomes.
    pub fn sorted(&self) -> (Vec<String>, Vec<u32>) {
        let mut coded: Vec<(&String, u32)> = self.codes.iter().map(|(of, at)| (of, *at)).collect();
        coded.sort_by(|(a, _), (b, _)| natural(a).cmp(&natural(b)).then_with(|| a.cmp(b)));
        let mut rank = vec![0; coded.len()];
        for (place, (_, code)) in (0u32..).zip(&coded) {
            rank[*code as usize] = place;
        }
        let values = coded.into_iter().map(|(value, _)| value.clone()).collect();
        (values, rank)
    }
}

/// The values of a row at these places, joined by `*`.
pub(super) fn crossed<'a>(values: impl Iterator<Item = &'a str>) -> String {
    let shown = |value: &'a str| if value.is_empty() { MISSING } else { value };
    values.map(shown).collect::<Vec<_>>().join("*")
}
