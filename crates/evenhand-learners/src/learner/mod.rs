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

pub use boosting::{Boosted, boost, small};
pub use choose::{least_loss, simplest};
pub use logistic::along_path;
pub use loss::{Loss, log_losses};
pub use model::{Model, margin_frame};
pub use nested::{Candidate, Nested, Recipe, Rule, cross_validate};

use crate::error::LearnerError;
use crate::examples::Examples;
use crate::logistic::LogisticParams;
use crate::tree::{boosting as boosted, decision_tree as pruned, forest as bagged};
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
    pub tree: pruned::Params,
    pub boosting: boosted::Params,
    pub forest: bagged::Params,
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

/// A learner with its settings.
#[derive(Debug, Clone, Copy)]
pub struct Configured<'a> {
    pub learner: Learner,
    pub params: &'a LearnerParams,
}

impl Recipe for Configured<'_> {
    fn name(&self) -> &'static str {
        self.learner.name()
    }

    fn title(&self) -> &'static str {
        self.learner.title()
    }

    fn fit(&self, task: &Task) -> Result<Fitted, LearnerError> {
        self.learner.fit(task, self.params)
    }
}

/// Cross-validates several learners and takes the simplest that is about as good as any.
///
/// # Errors
/// As of [`cross_validate`].
pub fn auto(
    task: &Task,
    learners: &[Learner],
    params: &LearnerParams,
    progress: &mut dyn FnMut(usize),
) -> Result<Nested, LearnerError> {
    let mut learners = learners.to_vec();
    learners.sort_unstable();
    learners.dedup();
    let configured: Vec<Configured> = learners
        .into_iter()
        .map(|learner| Configured { learner, params })
        .collect();
    let recipes: Vec<&dyn Recipe> = configured.iter().map(|of| of as &dyn Recipe).collect();
    cross_validate(task, &recipes, simplest, progress)
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

    /// The weights of its rows.
    pub(crate) fn weights(&self) -> Vec<f64> {
        self.rows
            .iter()
            .map(|&row| self.examples.weights[row])
            .collect()
    }

    /// The weights of the rows at some places.
    pub(crate) fn weights_at(&self, places: &[usize]) -> Vec<f64> {
        let rows = places.iter().map(|&place| self.rows[place]);
        rows.map(|row| self.examples.weights[row]).collect()
    }

    /// Probabilities `[rows, classes]` of the rows of the task, each by a model that was fitted without its fold: `fit`
    /// takes rows to learn from and rows to judge, and gives probabilities of the latter. NaN for rows that no fold
    /// holds out.
    ///
    /// # Errors
    /// Those of `fit`.
    pub fn held_out(
        &self,
        mut fit: impl FnMut(&[usize], &[usize]) -> Result<Vec<f32>, LearnerError>,
    ) -> Result<Vec<f32>, LearnerError> {
        let classes = self.examples.classes;
        let mut found = vec![f32::NAN; self.rows.len() * classes];
        for fold in self.fold_numbers() {
            let [learned, judged] = self.places(fold);
            let of_fold = fit(&self.rows_at(&learned), &self.rows_at(&judged))?;
            for (&place, of) in judged.iter().zip(of_fold.chunks_exact(classes)) {
                found[place * classes..(place + 1) * classes].copy_from_slice(of);
            }
        }
        Ok(found)
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
