//! Learners by name, and the choice among them on the same folds.
//!
//! Each row of the table fits one kind of model to training rows, and finds its settings (a penalty, the number of
//! rounds) by cross-validation within these rows alone.

mod boosting;
mod choose;
mod decision_tree;
mod forest;
mod logistic;
mod loss;
mod model;
mod nested;
#[cfg(test)]
mod tests;

pub use choose::simplest;
pub use loss::{Loss, log_losses};
pub use model::Model;
pub use nested::{Candidate, Nested, cross_validate};

use crate::error::LearnerError;
use crate::examples::Examples;
use crate::logistic::LogisticParams;
use crate::tree::boosting::BoostingParams;
use crate::tree::decision_tree::TreeParams;
use crate::tree::forest::ForestParams;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A kind of model, the simplest first: of learners that predict alike, the simplest is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Learner {
    Logistic,
    Tree,
    Boosting,
    Forest,
}

/// A row of the table of learners.
struct Row {
    learner: Learner,
    name: &'static str,
    /// In sentences.
    title: &'static str,
    fit: fn(&Task, &LearnerParams) -> Result<Fitted, LearnerError>,
}

const TABLE: [Row; 4] = [
    Row {
        learner: Learner::Logistic,
        name: "logistic",
        title: "logistic regression",
        fit: logistic::fit,
    },
    Row {
        learner: Learner::Tree,
        name: "tree",
        title: "decision tree",
        fit: decision_tree::fit,
    },
    Row {
        learner: Learner::Boosting,
        name: "boosting",
        title: "gradient boosting",
        fit: boosting::fit,
    },
    Row {
        learner: Learner::Forest,
        name: "forest",
        title: "random forest",
        fit: forest::fit,
    },
];

/// Settings of all learners.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LearnerParams {
    pub logistic: LogisticParams,
    pub tree: TreeParams,
    pub boosting: BoostingParams,
    pub forest: ForestParams,
}

/// Rows to fit a model to.
#[derive(Debug, Clone, Copy)]
pub struct Task<'a> {
    pub examples: &'a Examples<'a>,
    /// Rows of the frame.
    pub rows: &'a [usize],
    /// The fold of each of these rows, in which settings are judged; [`NEVER`] for a row that is always learned from.
    pub folds: &'a [usize],
    /// Random seed.
    pub seed: u64,
}

/// The fold of a row that is never held out.
pub const NEVER: usize = usize::MAX;

/// A model, and how it did on rows that it had not seen.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    pub model: Model,
    /// Log loss of each row of the task, by models of the chosen settings that were fitted without it; NaN where there
    /// is none.
    pub losses: Vec<f64>,
    /// Names and values of the settings that were found.
    pub settings: Vec<(String, String)>,
}

impl Learner {
    pub const ALL: [Self; 4] = [Self::Logistic, Self::Tree, Self::Boosting, Self::Forest];

    fn row(self) -> &'static Row {
        let row = TABLE.iter().find(|row| row.learner == self);
        row.expect("every learner is a row of the table")
    }

    /// The name, as in a configuration.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The name in sentences: `gradient boosting`.
    pub fn title(self) -> &'static str {
        self.row().title
    }

    /// Fits a model to the rows of a task, with the settings that do best in its folds.
    ///
    /// # Errors
    /// Rows that no such model can be fitted to.
    pub fn fit(self, task: &Task, params: &LearnerParams) -> Result<Fitted, LearnerError> {
        (self.row().fit)(task, params)
    }
}

impl fmt::Display for Learner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Learner {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let row = TABLE.iter().find(|row| row.name == text);
        row.map(|row| row.learner).ok_or_else(|| {
            let names: Vec<&str> = TABLE.iter().map(|row| row.name).collect();
            format!("`{text}` is no learner; there are {}", names.join(", "))
        })
    }
}

impl Task<'_> {
    /// The numbers of the folds that hold out some row.
    fn fold_numbers(&self) -> Vec<usize> {
        let mut numbers: Vec<usize> = self.folds.to_vec();
        numbers.retain(|&fold| fold != NEVER);
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// The places of the rows that are learned from in a fold, and of those that are held out.
    fn places(&self, fold: usize) -> [Vec<usize>; 2] {
        let (held_out, learned) = (0..self.rows.len()).partition(|&at| self.folds[at] == fold);
        [learned, held_out]
    }

    /// The rows at some places.
    fn rows_at(&self, places: &[usize]) -> Vec<usize> {
        places.iter().map(|&place| self.rows[place]).collect()
    }

    /// The folds of the rows at some places.
    fn folds_at(&self, places: &[usize]) -> Vec<usize> {
        places.iter().map(|&place| self.folds[place]).collect()
    }
}
