//! Training examples of the head, addressed by image.

use super::{EmbeddedDataset, Split};
use crate::head::{self, Balance, Folds, Stop};
use crate::jobs::config::ValidationConfig;

/// Labels, weights and strata of images, where their features lie.
pub struct TrainingExamples {
    /// Training images, and test images.
    pub train: Vec<usize>,
    pub test: Vec<usize>,
    labels: Vec<usize>,
    weights: Vec<f32>,
    strata: Vec<usize>,
    oversample: bool,
}

/// Images that the final classifier learns from, and those of a validation part that it stops by.
pub struct LastTraining {
    pub train: Vec<usize>,
    pub validation: Vec<usize>,
}

impl LastTraining {
    /// By the validation part; without one all rows are learned from, so that none is left to stop by, and
    /// the folds have found the number of `epochs`.
    pub fn stop(&self, epochs: usize) -> Stop<'_> {
        Stop::of_last(&self.validation, epochs)
    }
}

impl TrainingExamples {
    pub fn new(data: &EmbeddedDataset, split: &Split, config: &ValidationConfig) -> Self {
        let (train, test) = (data.images(&split.train), data.images(&split.test));
        let records = &data.dataset.records;
        let train_labels: Vec<usize> = split
            .train
            .iter()
            .filter_map(|&at| records[at].label)
            .collect();
        let train_weights = head::sample_weights(config.balance, &train_labels, &split.strata);
        // The head addresses images by number, so labels, weights and strata lie where their features do.
        let images = data.features.rows() / data.views;
        let mut labels = vec![0; images];
        let mut weights = vec![0.0; images];
        let mut strata = vec![0; images];
        for (at, &row) in train.iter().enumerate() {
            labels[row] = train_labels[at];
            weights[row] = train_weights[at];
            strata[row] = split.strata[at];
        }
        Self {
            train,
            test,
            labels,
            weights,
            strata,
            oversample: config.balance == Balance::Oversample,
        }
    }

    /// The same for [`head::fit`].
    pub fn of<'a>(&'a self, data: &'a EmbeddedDataset) -> head::Examples<'a> {
        head::Examples {
            features: &data.features,
            views: data.views,
            labels: &self.labels,
            classes: data.dataset.classes.len(),
            weights: &self.weights,
            strata: &self.strata,
            oversample: self.oversample,
        }
    }

    /// The last training, which makes the classifier.
    pub fn last(&self, split: &Split) -> LastTraining {
        let images = self.train.iter().zip(&split.validation);
        let (stopping, learned): (Vec<_>, Vec<_>) =
            images.partition(|(_, is_stop)| split.has_validation_part && **is_stop);
        let images = |of: Vec<(&usize, &bool)>| of.into_iter().map(|(&image, _)| image).collect();
        LastTraining {
            train: images(learned),
            validation: images(stopping),
        }
    }

    /// The folds of the training images.
    pub fn folds<'a>(&'a self, split: &'a Split) -> Folds<'a> {
        Folds {
            rows: &self.train,
            fold: &split.folds,
            validation: &split.validation,
        }
    }
}
