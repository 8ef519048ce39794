//! Training on a survey: from a table of people to a classifier of its columns and an audit of its errors.

mod config;
mod data;
mod error;
mod explain;
mod learn;
mod predict;
mod report;
mod run;
mod source;
mod transfer;
mod uses;
mod weights;

pub use config::{ColumnsConfig, LearnerConfig, SurveyConfig, TransferConfig};
pub use error::SurveyError;
pub use predict::{PredictedRows, SurveyPredictConfig, Unseen, predict_survey, predict_survey_to};
pub use run::SurveyRun;
pub use transfer::{GroupResult, RungResult, TransferResult};

use super::training::{self, Evaluation, Outcomes, Split, THRESHOLD, predictions};
use crate::classifier::survey::{SurveyCard, SurveyClassifier};
use crate::error::Error;
use crate::events::Events;
use crate::hint::Message;
use crate::learners::learner::Model;
use data::SurveyData;
use learn::learn;
use source::OpenSource;
use std::time::Instant;

/// Trains a classifier on the columns of a table: finds out what they hold, cross-validates learners on the same folds,
/// fits the one that is chosen, tests it, and audits all predictions by group.
///
/// # Errors
/// Settings or data that cannot be used, and rows that no learner can be fitted to.
///
/// ```no_run
/// let config = evenhand::SurveyConfig::new("survey.csv").label("care").groups(["race"]);
/// let run = evenhand::train_survey(&config, &mut ())?;
/// println!("accuracy {:?}", run.out_of_fold.overall.accuracy().estimate);
/// run.save("run".as_ref(), evenhand::Overwrite::No)?;
/// # Ok::<(), evenhand::Error>(())
/// ```
pub fn train_survey(config: &SurveyConfig, on: &mut dyn Events) -> Result<SurveyRun, Error> {
    let start = Instant::now();
    let mut config = config.clone();
    config.settle()?;
    let source = config.transfer.as_ref();
    let source = source.map(|transfer| OpenSource::open(transfer, &config));
    let source = source.transpose()?;
    if let Some(source) = &source {
        source.fill(&mut config);
    }
    let mut data = SurveyData::new(&config, source.as_ref(), on)?;
    if let Some(source) = &source {
        source.check_classes(&data.dataset)?;
    }
    let design = training::design(&config.data.layout, &data.dataset)?;
    let keys = vec![None; data.dataset.records.len()];
    let usable = data.usable();
    let split = Split::new(&mut data.dataset, &keys, usable, config.split())?;
    for note in &split.notes {
        on.info(Message::plain(note));
    }
    let learned = learn(&data, (&split, &design), &config, source.as_ref(), on)?;
    if let Some(selected) = &learned.nested.selected {
        data.keep(selected, config.select.by);
    }
    let outcomes = Outcomes {
        dataset: &data.dataset,
        keys: &keys,
        rows: &data.rows,
    };
    let predictions = predictions(
        outcomes,
        &split,
        &learned.nested.probabilities,
        &learned.test,
    );
    let mut evaluation = Evaluation::new(predictions, (&split, &design), &config.validation, None)?;
    if let Some(column) = &config.columns.weights {
        evaluation.weigh(&data.weights, column, &design)?;
    }
    for warning in evaluation.out_of_fold.imbalance_warnings() {
        on.warn(warning);
    }
    let confidences = evaluation.confidences(&design, config.data.holdout.is_some())?;
    let report = report::report(
        &evaluation,
        &config,
        (&data, &split),
        &learned,
        start.elapsed(),
    );
    let mut metrics = evaluation.to_json_with_rows();
    metrics["columns"] = report::columns_to_json(&learned.explanation);
    metrics["learners"] = report::learners_to_json(&learned.nested, config.select.by);
    let transfer = learned.transfer.as_ref();
    metrics["transfer"] = transfer.map_or(serde_json::Value::Null, TransferResult::to_json);
    let is_linear = matches!(learned.nested.fitted.model, Model::Logistic(_));
    let classifier = SurveyClassifier {
        card: SurveyCard {
            evenhand: env!("CARGO_PKG_VERSION").to_owned(),
            label: data.dataset.label.clone(),
            classes: data.dataset.classes.names().to_vec(),
            threshold: THRESHOLD,
            features: data.spec,
            importance: learned.explanation.importance_by_column(),
            config: config.to_toml()?,
            metrics: evaluation.to_json(),
            confidences,
        },
        model: learned.nested.fitted.model.clone(),
        linear: learned.explanation.linear.filter(|_| !is_linear),
        classes: data.dataset.classes,
    };
    let weighted = evaluation.weighted.map(|of| (of.out_of_fold, of.test));
    let (weighted, weighted_test) = weighted.unzip();
    let weighted_test = weighted_test.flatten();
    Ok(SurveyRun {
        classifier,
        codebook: data.codebook,
        nested: learned.nested,
        transfer: learned.transfer,
        weighted,
        weighted_test,
        predictions: evaluation.predictions,
        out_of_fold: evaluation.out_of_fold,
        test: evaluation.test,
        config,
        metrics,
        report,
    })
}
