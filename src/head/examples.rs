//! What heads learn from, and whether a training can learn from it.

use super::HeadError;
use crate::features::Features;

/// What heads learn from. `labels` (below `classes`), `weights` and `strata` have one entry for each
/// row of the features; those of rows that no training names are never looked at.
#[derive(Debug, Clone, Copy)]
pub struct Examples<'a> {
    pub features: &'a Features,
    pub labels: &'a [usize],
    pub classes: usize,
    /// Not negative, with a mean near 1 over the training rows. A row of weight 0 counts for
    /// nothing, the standardisation included.
    pub weights: &'a [f32],
    /// Numbers the label and group of each row, of which a robust loss has the worst at heart.
    pub strata: &'a [usize],
    /// Whether an epoch draws rows as often as their weights say, with replacement, and weighs them
    /// alike; otherwise it has each row once, and weighs it.
    pub oversample: bool,
}

impl Examples<'_> {
    /// What a row that a step has counts in it.
    pub(super) fn weight(&self, row: usize) -> f32 {
        match self.oversample {
            true => 1.0,
            false => self.weights[row],
        }
    }

    /// Those of `rows` that count.
    pub(super) fn weighted(&self, rows: &[usize]) -> Vec<usize> {
        rows.iter()
            .copied()
            .filter(|&row| self.weights[row] > 0.0)
            .collect()
    }

    pub(super) fn check_training(&self, train: &[usize]) -> Result<(), HeadError> {
        assert_eq!(
            self.labels.len(),
            self.features.rows(),
            "one label a row of features"
        );
        assert_eq!(
            self.weights.len(),
            self.features.rows(),
            "one weight a row of features"
        );
        assert_eq!(
            self.strata.len(),
            self.features.rows(),
            "one stratum a row of features"
        );
        self.check("training", train, 2)?;
        let class = self.labels[train[0]];
        if train.iter().all(|&row| self.labels[row] == class) {
            return Err(HeadError::OneClass {
                class,
                rows: train.len(),
            });
        }
        Ok(())
    }

    pub(super) fn check(
        &self,
        part: &'static str,
        rows: &[usize],
        least: usize,
    ) -> Result<(), HeadError> {
        if rows.len() < least {
            return Err(HeadError::TooFewRows {
                part,
                rows: rows.len(),
                least,
            });
        }
        let fits = rows.iter().all(|&row| self.labels[row] < self.classes);
        assert!(fits, "labels are below the number of classes");
        Ok(())
    }
}
