//! Examples: rows of a frame with their labels and weights.

use crate::error::LearnerError;
use crate::frame::Frame;

/// Rows to learn from. Labels, weights and margins are addressed by the number of a row in the frame.
#[derive(Debug, Clone, Copy)]
pub struct Examples<'a> {
    pub frame: &'a Frame,
    /// Below `classes`; what it is for rows that are neither learned from nor judged has no meaning.
    pub labels: &'a [usize],
    pub classes: usize,
    /// Of mean 1 over the rows that are learned from, so that penalties mean the same with and without weights
    /// ([`mean_one`]).
    pub weights: &'a [f64],
    /// Margins (log-odds, `[rows, outputs]`) that a model is added to, such as those of a source model; `None` to
    /// start from the constant.
    pub margins: Option<&'a [f64]>,
}

/// The number of outputs of a model: the log-odds of the second class of two, or a score a class of more.
pub fn outputs(classes: usize) -> usize {
    match classes {
        2 => 1,
        more => more,
    }
}

/// Weights of mean 1 over `rows`; those of other rows are scaled alike.
pub fn mean_one(weights: &[f64], rows: &[usize]) -> Vec<f64> {
    let sum: f64 = rows.iter().map(|&row| weights[row]).sum();
    let factor = rows.len() as f64 / sum;
    weights.iter().map(|weight| weight * factor).collect()
}

impl Examples<'_> {
    /// # Errors
    /// Fewer than two of `rows`, or all of one label.
    pub fn check(&self, rows: &[usize], learner: &'static str) -> Result<(), LearnerError> {
        if rows.len() < 2 {
            return Err(LearnerError::TooFewRows {
                learner,
                rows: rows.len(),
                least: 2,
            });
        }
        let class = self.labels[rows[0]];
        match rows.iter().all(|&row| self.labels[row] == class) {
            true => Err(LearnerError::OneClass {
                class,
                rows: rows.len(),
            }),
            false => Ok(()),
        }
    }

    /// The number of outputs of a model of these classes.
    pub fn outputs(&self) -> usize {
        outputs(self.classes)
    }
}
