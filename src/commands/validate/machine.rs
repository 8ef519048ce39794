//! A classifier's answers as a table of predictions has them.

use super::ValidateError;
use crate::commands::codes::ITEM;
use crate::commands::failure::Failure;
use evenhand::dataset::{TextRow, TextTable};
use evenhand::record::Status;
use std::path::Path;

const PROBABILITY: &str = "probability_";
/// What our own tables have before the attributes.
const OURS: [&str; 7] = [
    "path",
    "sha",
    "status",
    "error",
    "label",
    "fold",
    "predicted",
];

/// A table of predictions, with the places of what is needed of it.
#[derive(Debug)]
pub(super) struct Predictions {
    pub table: TextTable,
    id: usize,
    predicted: usize,
    status: Option<usize>,
    fold: Option<usize>,
    /// Each class with the column of its probability; none in foreign tables.
    probabilities: Vec<(String, usize)>,
}

/// Which models made some predictions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Origin {
    pub out_of_fold: usize,
    pub test: usize,
    /// By a classifier of which the table does not say what it was trained on.
    pub unknown: usize,
}

impl Predictions {
    /// Reads a table, or that of a run.
    pub fn read(path: &Path, id: Option<&str>, predicted: &str) -> Result<Self, Failure> {
        let file = match path.is_dir() {
            true => path.join("predictions.csv"),
            false => path.to_owned(),
        };
        let table = TextTable::read(&file)?;
        let id = match id {
            Some(name) => table.column(name)?,
            None => table.first_column(&ITEM).ok_or_else(|| {
                let (path, columns) = (file.clone(), table.columns.clone());
                ValidateError::NoId { path, columns }
            })?,
        };
        let predicted = table.column(predicted)?;
        let is_ours =
            table.first_column(&["sha"]).is_some() && table.first_column(&["status"]).is_some();
        let ours = |name: &str| table.first_column(&[name]).filter(|_| is_ours);
        let (status, fold) = (ours("status"), ours("fold"));
        let columns = table.columns.iter().enumerate();
        let probabilities = columns.filter_map(|(at, name)| {
            let class = name.strip_prefix(PROBABILITY).filter(|_| is_ours)?;
            Some((class.to_owned(), at))
        });
        Ok(Self {
            probabilities: probabilities.collect(),
            table,
            id,
            predicted,
            status,
            fold,
        })
    }

    pub fn names(&self) -> Vec<&str> {
        let rows = self.table.rows.iter();
        rows.map(|row| row.values[self.id].as_str()).collect()
    }

    /// What the classifier can answer, where the table says.
    pub fn classes(&self) -> Option<Vec<String>> {
        let classes: Vec<String> = (self.probabilities.iter())
            .map(|(class, _)| class.clone())
            .collect();
        (!classes.is_empty()).then_some(classes)
    }

    /// The predicted label; `None` of an image that could not be read.
    pub fn answer(&self, row: usize) -> Option<&str> {
        let values = &self.row(row).values;
        let is_ok = |at: usize| values[at] == Status::Ok.name();
        let answer = values[self.predicted].as_str();
        (self.status.is_none_or(is_ok) && !answer.is_empty()).then_some(answer)
    }

    /// The probability of a class, where there is one.
    pub fn probability(&self, row: usize, class: &str) -> Option<f64> {
        let (_, at) = self
            .probabilities
            .iter()
            .find(|(known, _)| known == class)?;
        let score: f64 = self.row(row).values[*at].parse().ok()?;
        (0.0..=1.0).contains(&score).then_some(score)
    }

    pub fn origin(&self, rows: impl Iterator<Item = usize>) -> Origin {
        let mut origin = Origin::default();
        for row in rows {
            let fold = self.fold.map_or("", |at| self.row(row).values[at].as_str());
            match fold {
                "test" => origin.test += 1,
                fold if fold.parse::<usize>().is_ok() => origin.out_of_fold += 1,
                _ => origin.unknown += 1,
            }
        }
        origin
    }

    /// The columns that describe the images.
    pub fn attributes(&self) -> Vec<usize> {
        let columns = self.table.columns.iter().enumerate();
        let ours = |at: usize, name: &str| {
            at == self.id
                || at == self.predicted
                || self.status.is_some() && OURS.contains(&name)
                || self.probabilities.iter().any(|(_, column)| *column == at)
        };
        let described = columns.filter(|(at, name)| !ours(*at, name));
        described.map(|(at, _)| at).collect()
    }

    pub fn row(&self, row: usize) -> &TextRow {
        &self.table.rows[row]
    }
}

impl Origin {
    /// In a sentence for people.
    pub fn in_words(self) -> String {
        let Self {
            out_of_fold,
            test,
            unknown,
        } = self;
        let mut said = Vec::new();
        if out_of_fold > 0 {
            said.push(format!(
                "{out_of_fold} are of training images, each by a model that did not learn from it"
            ));
        }
        if test > 0 {
            said.push(format!("{test} are of test images"));
        }
        if unknown > 0 {
            said.push(format!(
                "{unknown} do not say whether the classifier learned from the image; if it did, they look \
                 better than they are"
            ));
        }
        format!("Of the predictions, {}.", said.join("; "))
    }
}
