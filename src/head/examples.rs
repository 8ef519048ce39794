//! Training examples, and the checks before a training.

use super::HeadError;
use crate::features::Features;

/// What heads learn from. `labels` (below `classes`), `weights` and `strata` have one entry for each
/// image; those of images that no training names are never looked at.
///
/// An image is a row of the features, or `views` rows one after another. Whoever names rows from
/// outside names images, so that its views are never on two sides of a split.
#[derive(Debug, Clone, Copy)]
pub struct Examples<'a> {
    pub features: &'a Features,
    /// Rows of the features that an image has.
    pub views: usize,
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
    /// Those of `rows` that count.
    pub(super) fn weighted(&self, rows: &[usize]) -> Vec<usize> {
        rows.iter()
            .copied()
            .filter(|&row| self.weights[row] > 0.0)
            .collect()
    }

    /// The number of images.
    fn images(&self) -> usize {
        self.features.rows() / self.views
    }

    /// The rows of the features that images have.
    pub(super) fn views_of(&self, images: &[usize]) -> Vec<usize> {
        views_of(images, self.views)
    }

    /// The label of the image that a row of the features shows.
    pub(super) fn label(&self, row: usize) -> usize {
        self.labels[row / self.views]
    }

    /// The weight of the image that a row of the features shows.
    pub(super) fn weight(&self, row: usize) -> f32 {
        self.weights[row / self.views]
    }

    /// Weight of a row within a step.
    pub(super) fn weight_in_step(&self, row: usize) -> f32 {
        match self.oversample {
            true => 1.0,
            false => self.weight(row),
        }
    }

    /// The stratum of the image that a row of the features shows.
    pub(super) fn stratum(&self, row: usize) -> usize {
        self.strata[row / self.views]
    }

    pub(super) fn check_training(&self, train: &[usize]) -> Result<(), HeadError> {
        assert_eq!(self.labels.len(), self.images(), "one label an image");
        assert_eq!(self.weights.len(), self.images(), "one weight an image");
        assert_eq!(self.strata.len(), self.images(), "one stratum an image");
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

/// The rows of features in which images have `views` rows each, one after another.
pub(super) fn views_of(images: &[usize], views: usize) -> Vec<usize> {
    let rows = |&image: &usize| image * views..(image + 1) * views;
    images.iter().flat_map(rows).collect()
}
