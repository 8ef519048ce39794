//! Cross-validation of the learners, the final fit, and the test.

use super::config::SurveyConfig;
use super::data::SurveyData;
use crate::error::Error;
use crate::events::{Events, Stage};
use crate::head;
use crate::jobs::training::Split;
use crate::learners::examples::{Examples, mean_one};
use crate::learners::learner::{Learner, Nested, Task, cross_validate};

/// Learners that were cross-validated, and the probabilities of training and test rows.
pub struct Learned {
    pub nested: Nested,
    /// The final model's probabilities, `[test rows, classes]`.
    pub test: Vec<f32>,
}

/// Cross-validates the learners, fits the one that is chosen to all training rows, and applies it to the test rows.
///
/// # Errors
/// Rows that no learner can be fitted to.
pub fn learn(
    data: &SurveyData,
    split: &Split,
    config: &SurveyConfig,
    on: &mut dyn Events,
) -> Result<Learned, Error> {
    let records = &data.dataset.records;
    let labels: Vec<usize> = records
        .iter()
        .map(|record| record.label.unwrap_or_default())
        .collect();
    let weights = weights(data, split, config, &labels);
    let examples = Examples {
        frame: &data.frame,
        labels: &labels,
        classes: data.dataset.classes.len(),
        weights: &weights,
        margins: None,
    };
    let task = Task {
        examples: &examples,
        rows: &split.train,
        folds: &split.folds,
        seed: config.validation.seed,
    };
    let learners = config.learner.learners();
    let of = Some(learners.len() as u64);
    let mut done = 0;
    on.progress(Stage::Training, done, of);
    let mut progress = |_: Learner| {
        done += 1;
        on.progress(Stage::Training, done, of);
    };
    let nested = cross_validate(&task, &learners, &config.learner.params, &mut progress);
    on.finished(Stage::Training);
    let nested = nested?;
    on.go_on()?;
    let test = nested.fitted.model.probabilities(&data.frame, &split.test);
    Ok(Learned { nested, test })
}

/// Survey weights times those that balance labels, of mean 1 over the training rows.
fn weights(
    data: &SurveyData,
    split: &Split,
    config: &SurveyConfig,
    labels: &[usize],
) -> Vec<f64> {
    let mut weights = data.weights.clone();
    let train_labels: Vec<usize> = split.train.iter().map(|&record| labels[record]).collect();
    let balance = config.validation.balance;
    let balanced = head::sample_weights(balance, &train_labels, &split.strata);
    for (&record, balanced) in split.train.iter().zip(balanced) {
        weights[record] *= f64::from(balanced);
    }
    mean_one(&weights, &split.train)
}
