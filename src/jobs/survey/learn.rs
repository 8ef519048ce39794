//! Cross-validation of the learners, the final fit, and the test.

use super::config::SurveyConfig;
use super::data::SurveyData;
use super::explain::Explanation;
use super::source::OpenSource;
use super::transfer::TransferResult;
use crate::audit::Design;
use crate::error::Error;
use crate::events::{Events, Stage};
use crate::head;
use crate::jobs::training::{Split, grouped_by};
use crate::learners::examples::{Examples, mean_one};
use crate::learners::learner::{Nested, Selector, Task, auto};
use crate::learners::transfer;
use std::borrow::Cow;

/// Learners that were cross-validated, and the probabilities of training and test rows.
pub struct Learned {
    pub nested: Nested,
    /// The final model's probabilities, `[test rows, classes]`.
    pub test: Vec<f32>,
    /// What the source brought, where there is one.
    pub transfer: Option<TransferResult>,
    pub explanation: Explanation,
}

/// Cross-validates the learners, and the ways to use a source where there is one; fits the one that is chosen to all
/// training rows, and applies it to the test rows.
///
/// # Errors
/// Rows that no learner can be fitted to.
pub fn learn(
    data: &SurveyData,
    (split, design): (&Split, &Design),
    config: &SurveyConfig,
    source: Option<&OpenSource>,
    on: &mut dyn Events,
) -> Result<Learned, Error> {
    let records = data.dataset.records.iter();
    let mut labels: Vec<usize> = records
        .map(|record| record.label.unwrap_or_default())
        .collect();
    let mut weights = weights(data, split, config, &labels);
    let mut frame = Cow::Borrowed(&data.frame);
    let of_source = source.map(|source| source.labelled_rows(config.columns.weights.as_deref()));
    if let Some(rows) = of_source.transpose()?.flatten() {
        frame.to_mut().append(rows.frame);
        labels.extend(rows.labels);
        weights.extend(rows.weights);
    }
    let source_rows: Vec<usize> = (data.frame.rows()..frame.rows()).collect();
    let examples = Examples {
        frame: &frame,
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
    let params = &config.learner.params;
    let mut progress = |done| on.progress(Stage::Training, done as u64, None);
    progress(0);
    let selector = config.select.selector(params);
    let selector = selector.as_ref().map(|of| of as &dyn Selector);
    let found = match source {
        None => {
            let nested = auto(&task, &learners, params, selector, &mut progress);
            nested.map(|nested| (nested, None))
        }
        Some(source) => {
            let source = transfer::Source {
                rows: &source_rows,
                ..source.model()
            };
            let ladder = transfer::ladder(&task, source, &learners, params, &mut progress);
            ladder.map(|ladder| {
                let groups = grouped_by(&config.data, &data.dataset.attributes);
                let result = TransferResult::new(&task, &ladder, &data.dataset, &groups);
                (ladder.nested, Some(result))
            })
        }
    };
    on.finished(Stage::Training);
    let (nested, transfer) = found?;
    on.go_on()?;
    let explanation = Explanation::new(&task, &nested, (data, split, design), params);
    let narrow = nested.narrowed(&data.frame);
    let test = nested.fitted.model.probabilities(&narrow, &split.test);
    Ok(Learned {
        nested,
        test,
        transfer,
        explanation,
    })
}

/// Survey weights times those that balance labels, of mean 1 over the training rows.
fn weights(data: &SurveyData, split: &Split, config: &SurveyConfig, labels: &[usize]) -> Vec<f64> {
    let mut weights = data.weights.clone();
    let train_labels: Vec<usize> = split.train.iter().map(|&record| labels[record]).collect();
    let balance = config.validation.balance;
    let balanced = head::sample_weights(balance, &train_labels, &split.strata);
    for (&record, balanced) in split.train.iter().zip(balanced) {
        weights[record] *= f64::from(balanced);
    }
    mean_one(&weights, &split.train)
}
