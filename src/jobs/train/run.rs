//! Run: everything that one training produced.

use super::seeds::SeedResults;
use crate::audit::Audit;
use crate::audit::across::AcrossSources;
use crate::classifier::Classifier;
use crate::error::Error;
use crate::head::HeadChoice;
use crate::jobs::config::TrainConfig;
use crate::jobs::files::Overwrite;
use crate::jobs::run_dir::RunDir;
use crate::jobs::training::{Evaluation, RunFiles};
use crate::record::Predictions;
use crate::report::{Report, Source};
use crate::staging::Staging;
use serde_json::Value;
use std::path::Path;

/// Everything that one training produced.
#[derive(Debug)]
pub struct Run {
    /// The final classifier, fitted on all training rows.
    pub classifier: Classifier,
    /// One a row of the data set: out of fold for training rows, by the final classifier for test rows.
    pub predictions: Predictions,
    /// The kind of predictions of training rows: out of fold, or of a part that was held out.
    pub source: Source,
    /// Audit of training rows, by classifiers that did not learn from them.
    pub out_of_fold: Audit,
    /// Audit of the test rows; `None` without any.
    pub test: Option<Audit>,
    /// What other seeds would have given; `None` where there was one alone.
    pub seeds: Option<SeedResults>,
    /// Accuracy across sources, where one after the other was left out.
    pub across: Option<AcrossSources>,
    /// The configuration, with nothing left open.
    pub config: TrainConfig,
    /// The content of `metrics.json`.
    pub metrics: Value,
    report: Report,
}

impl Run {
    pub(super) fn new(
        config: TrainConfig,
        classifier: Classifier,
        (evaluation, seeds, across): (Evaluation, Option<SeedResults>, Option<AcrossSources>),
        choice: Option<&HeadChoice>,
        report: Report,
    ) -> Self {
        let mut metrics = evaluation.to_json_with_rows();
        metrics["seeds"] = seeds.as_ref().map_or(Value::Null, SeedResults::to_json);
        metrics["across"] = across.as_ref().map_or(Value::Null, AcrossSources::to_json);
        if let Some(choice) = choice {
            metrics["learners"] = choice.to_json();
        }
        let Evaluation {
            predictions,
            source,
            out_of_fold,
            test,
            ..
        } = evaluation;
        Self {
            classifier,
            predictions,
            source,
            out_of_fold,
            test,
            seeds,
            across,
            config,
            metrics,
            report,
        }
    }

    /// Content of the report, for [`render`](crate::report::render) and [`model_card`](crate::report::model_card).
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// Writes a run directory: `classifier.onnx`, `config.toml`, `predictions.csv`, `metrics.json`,
    /// `model_card.json` and `report.html`. It appears whole or not at all.
    ///
    /// # Errors
    /// The folder holds something else, a run that may not be replaced, or cannot be written.
    pub fn save(&self, folder: &Path, overwrite: Overwrite) -> Result<(), Error> {
        self.save_in(RunDir::create(folder, overwrite)?)
    }

    /// As [`save`](Self::save), in a folder that was reserved before the training, which then need no
    /// checkpoints any more.
    ///
    /// # Errors
    /// As there.
    pub fn save_in(&self, folder: RunDir) -> Result<(), Error> {
        let files = RunFiles {
            config: &self.classifier.card.config,
            classifier: &self.classifier.to_bytes()?,
            predictions: &self.predictions,
            metrics: &self.metrics,
            report: &self.report,
        };
        files.write(&folder)?;
        folder.commit()?;
        match &self.config.checkpoints {
            Some(folder) if self.config.finetune.is_some() => Ok(Staging::open(folder)?.remove()?),
            _ => Ok(()),
        }
    }
}
