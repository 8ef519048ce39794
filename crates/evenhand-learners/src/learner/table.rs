//! The table of learners, and the choice among them.

use super::choose::simplest;
use super::kind::Learner;
use super::nested::{Nested, cross_validate};
use super::params::LearnerParams;
use super::recipe::{Recipe, Selector};
use super::task::{Fitted, Task};
use super::{boosting, decision_tree, forest, logistic};
use crate::error::LearnerError;
use std::fmt;
use std::str::FromStr;

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

/// Cross-validates several learners and takes the simplest that is about as good as any. A selector chooses columns
/// before.
///
/// # Errors
/// As of [`cross_validate`].
pub fn auto(
    task: &Task,
    learners: &[Learner],
    params: &LearnerParams,
    selector: Option<&dyn Selector>,
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
    cross_validate(task, &recipes, selector, simplest, progress)
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
