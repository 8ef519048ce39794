//! Tasks: rows to fit a model to, and what a fit gives.

use super::model::Model;
use crate::error::LearnerError;
use crate::examples::Examples;

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

impl Task<'_> {
    /// The numbers of the folds that hold out some row.
    pub(super) fn fold_numbers(&self) -> Vec<usize> {
        let mut numbers: Vec<usize> = self.folds.to_vec();
        numbers.retain(|&fold| fold != NEVER);
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// The places of the rows that are learned from in a fold, and of those that are held out.
    pub(super) fn places(&self, fold: usize) -> [Vec<usize>; 2] {
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
    pub(super) fn rows_at(&self, places: &[usize]) -> Vec<usize> {
        places.iter().map(|&place| self.rows[place]).collect()
    }

    /// The folds of the rows at some places.
    pub(super) fn folds_at(&self, places: &[usize]) -> Vec<usize> {
        places.iter().map(|&place| self.folds[place]).collect()
    }
}
