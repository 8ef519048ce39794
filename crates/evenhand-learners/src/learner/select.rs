//! Ways to select columns of the data by the training rows alone.

use super::kind::Learner;
use super::logistic::along_path;
use super::loss::Loss;
use super::params::LearnerParams;
use super::recipe::Selector;
use super::table::auto;
use super::task::Task;
use crate::error::LearnerError;
use crate::importance::{PermutationParams, StabilityParams, permutation, sample, stability};
use crate::logistic::{L1Params, Logistic};
use evenhand_stats::stats::Level;
use evenhand_stats::stats::survey::Survey;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Penalties of the lasso in relation to the number of rows: largest, smallest, number. At the largest no coefficient of
/// a standardised column is left.
const PENALTIES: (f64, f64, usize) = (0.5, 2e-3, 16);
/// The last step of a lasso moves margins by no more than this.
const TOLERANCE: f64 = 1e-3;
/// Learners of which the better one says what columns are worth.
const JUDGES: [Learner; 2] = [Learner::Logistic, Learner::Boosting];
/// Rows that columns are shuffled among, and how often.
const SHUFFLED: (usize, usize) = (4_000, 3);
/// Of intervals of importance.
const LEVEL: f64 = 0.95;

/// A way to select columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Select {
    /// All columns are kept.
    #[default]
    None,
    /// Columns with a coefficient, at the largest L1 penalty whose cross-validated loss is within one standard error of
    /// the least.
    Lasso,
    /// Columns that a lasso of few columns chooses in most halves of the rows (stability selection).
    Stability,
    /// Columns whose permutation importance has an interval above 0.
    Importance,
}

/// How columns are selected.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SelectParams {
    pub by: Select,
    /// Stability selection: the share of halves that choose a column, above 0.5. The lasso takes as many columns in each
    /// as make one column of noise expected among those that are kept ([`crate::importance::Stability::expected_false`]).
    pub share: f64,
}

impl Default for SelectParams {
    fn default() -> Self {
        Self {
            by: Select::None,
            share: 0.75,
        }
    }
}

impl SelectParams {
    /// The selector; `None` where all columns are kept.
    pub fn selector(self, learners: &LearnerParams) -> Option<Selecting<'_>> {
        (self.by != Select::None).then_some(Selecting {
            params: self,
            learners,
        })
    }
}

/// A way to select columns, with its settings.
#[derive(Debug, Clone, Copy)]
pub struct Selecting<'a> {
    params: SelectParams,
    learners: &'a LearnerParams,
}

impl Selector for Selecting<'_> {
    /// The columns that are kept; where there would be none, the one that comes closest.
    fn select(&self, task: &Task) -> Result<Vec<String>, LearnerError> {
        let judged = match self.params.by {
            Select::None => return Ok(task.examples.frame.sources()),
            Select::Lasso => self.lasso(task),
            Select::Stability => self.stability(task),
            Select::Importance => self.importance(task),
        }?;
        let kept: Vec<String> = judged
            .iter()
            .filter(|column| column.is_kept)
            .map(|column| column.source.clone())
            .collect();
        if !kept.is_empty() {
            return Ok(kept);
        }
        let best = judged
            .into_iter()
            .max_by(|a, b| a.score.total_cmp(&b.score));
        best.map(|column| vec![column.source])
            .ok_or(LearnerError::NoFeature)
    }
}

/// A column of the data as it was judged.
struct Judged {
    source: String,
    score: f64,
    is_kept: bool,
}

impl Selecting<'_> {
    /// Which coefficients are 0 is known long before the others have all their digits.
    fn l1(&self) -> L1Params {
        let mut logistic = self.learners.logistic;
        logistic.stop.tolerance = logistic.stop.tolerance.max(TOLERANCE);
        L1Params {
            logistic,
            ..L1Params::default()
        }
    }

    /// The score is the place in the path of the first model that has the column, from the end.
    fn lasso(&self, task: &Task) -> Result<Vec<Judged>, LearnerError> {
        let path = |rows: &[usize], penalties: &[f64]| {
            let params = L1Params {
                penalties: penalties.to_vec(),
                ..self.l1()
            };
            Logistic::fit_l1_path(task.examples, rows, &params)
        };
        let (model, _) = along_path(task, PENALTIES, sparsest, &path)?;
        let kept = model.selected();
        let path = match kept.is_empty() {
            true => Logistic::fit_l1_path(task.examples, task.rows, &self.l1())?,
            false => Vec::new(),
        };
        let first = |source: &String| {
            let at = path
                .iter()
                .position(|of| of.selected().contains(source.as_str()));
            at.map_or(f64::NEG_INFINITY, |at| -(at as f64))
        };
        let sources = task.examples.frame.sources().into_iter();
        let judged = sources.map(|source| Judged {
            score: first(&source),
            is_kept: kept.contains(source.as_str()),
            source,
        });
        Ok(judged.collect())
    }

    fn stability(&self, task: &Task) -> Result<Vec<Judged>, LearnerError> {
        let columns = task.examples.frame.sources().len() as f64;
        let share = self.params.share;
        let most = ((2.0 * share - 1.0) * columns).sqrt();
        let params = StabilityParams {
            most_sources: (most as usize).max(1),
            seed: task.seed,
            l1: self.l1(),
            ..StabilityParams::default()
        };
        let found = stability(task.examples, task.rows, &params)?;
        let judged = found.frequencies.into_iter();
        let judged = judged.map(|(source, frequency)| Judged {
            source,
            score: frequency,
            is_kept: frequency >= share,
        });
        Ok(judged.collect())
    }

    fn importance(&self, task: &Task) -> Result<Vec<Judged>, LearnerError> {
        let nested = auto(task, &JUDGES, self.learners, None, &mut |_| ())?;
        let survey = Survey {
            weights: task.examples.weights.to_vec(),
            ..Survey::default()
        };
        let (most, repeats) = SHUFFLED;
        let rows = sample(&nested.held_out_rows(), most, task.seed);
        let classes = task.examples.classes;
        let found = permutation(
            task.examples,
            &rows,
            &survey,
            |frame, rows| nested.held_out(frame, rows, classes),
            PermutationParams {
                repeats,
                seed: task.seed,
                level: Level::new(LEVEL).expect("the level is a share"),
            },
        );
        let judged = found.sources.into_iter().map(|of| Judged {
            source: of.source,
            score: of.log_loss.value,
            is_kept: of
                .log_loss
                .interval
                .is_some_and(|interval| interval.low > 0.0),
        });
        Ok(judged.collect())
    }
}

/// The first candidate, the sparsest one, whose loss is within one standard error of the least (Hastie, T., Tibshirani, R.
/// and Friedman, J. (2009), The Elements of Statistical Learning, section 7.10). The standard error is that of the least
/// loss itself: by that of the paired difference, which is smaller, hardly a column of noise would be left out.
fn sparsest(losses: &[Vec<f64>], weights: &[f64]) -> usize {
    let losses = losses.iter().map(|of| Loss::of(of, weights));
    let losses: Vec<Loss> = losses.collect();
    let least = losses.iter().min_by(|a, b| a.mean.total_cmp(&b.mean));
    let enough = least.map_or(f64::INFINITY, |least| least.mean + least.standard_error);
    let is_close = |loss: &Loss| loss.mean <= enough;
    losses.iter().position(is_close).unwrap_or(0)
}

impl Select {
    pub const ALL: [Self; 4] = [Self::None, Self::Lasso, Self::Stability, Self::Importance];

    /// The name, as in a configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Lasso => "lasso",
            Self::Stability => "stability",
            Self::Importance => "importance",
        }
    }
}

impl fmt::Display for Select {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Select {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|of| of.name() == text);
        found.ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            format!("`{text}` is no way to select columns; there are {names}")
        })
    }
}

#[cfg(test)]
mod tests;
