//! The steps of one fine-tuning, and how fast each learns.

use super::params::CheckedFinetuneParams;
use crate::head::warm_up_and_cosine;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    pub batch: usize,
    steps: usize,
}

impl Schedule {
    /// For `rows` rows an epoch: batches of nearly equal size.
    pub fn new(rows: usize, params: &CheckedFinetuneParams) -> Self {
        let steps_an_epoch = rows.div_ceil(params.batch_size).max(1);
        Self {
            batch: rows.div_ceil(steps_an_epoch).max(1),
            steps: steps_an_epoch * params.epochs,
        }
    }

    /// The learning rate of the uppermost map at a step, counted from 0.
    pub fn learning_rate(&self, step: usize, params: &CheckedFinetuneParams) -> f64 {
        let rise = params.warm_up * self.steps as f64;
        params.learning_rate * warm_up_and_cosine(step, self.steps, rise)
    }
}
