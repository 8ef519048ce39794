//! Run of a survey: everything that one training produced.

use super::config::SurveyConfig;
use super::transfer::TransferResult;
use crate::analysis::Weighted;
use crate::audit::Audit;
use crate::classifier::survey::SurveyClassifier;
use crate::error::Error;
use crate::jobs::files::Overwrite;
use crate::jobs::run_dir::RunDir;
use crate::jobs::training::RunFiles;
use crate::learners::columns::Codebook;
use crate::learners::learner::Nested;
use crate::record::Predictions;
use crate::report::Report;
use serde_json::Value;
use std::path::Path;

/// Everything that one training on a survey produced.
#[derive(Debug)]
pub struct SurveyRun {
    /// The final classifier, fitted to all training rows.
    pub classifier: SurveyClassifier,
    /// What the columns of the training table hold.
    pub codebook: Codebook,
    /// The learners on the same folds, the simplest first, and the choice among them.
    pub nested: Nested,
    /// What the source brought, where there is one.
    pub transfer: Option<TransferResult>,
    /// One a row of the data set: out of fold for training rows, by the final classifier for test rows.
    pub predictions: Predictions,
    /// Audit of training rows, by classifiers that did not learn from them.
    pub out_of_fold: Audit,
    /// Audit of the test rows; `None` without any.
    pub test: Option<Audit>,
    /// Both by survey weights, where rows have some.
    pub weighted: Option<Weighted>,
    pub weighted_test: Option<Weighted>,
    /// The configuration, with nothing left open.
    pub config: SurveyConfig,
    /// The content of `metrics.json`.
    pub metrics: Value,
    pub(super) report: Report,
}

impl SurveyRun {
    /// Content of the report, for [`render`](crate::report::render) and [`model_card`](crate::report::model_card).
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// Writes a run directory with the files of any run: `classifier.onnx`, `config.toml`, `predictions.csv`,
    /// `metrics.json`, `model_card.json` and `report.html`, and `codebook.json`. It appears whole or not at all.
    ///
    /// # Errors
    /// The folder holds something else, a run that may not be replaced, or cannot be written.
    pub fn save(&self, folder: &Path, overwrite: Overwrite) -> Result<(), Error> {
        self.save_in(RunDir::create(folder, overwrite)?)
    }

    /// As [`save`](Self::save), in a folder that was reserved before the training.
    ///
    /// # Errors
    /// As there.
    pub fn save_in(&self, folder: RunDir) -> Result<(), Error> {
        let codebook = serde_json::to_value(&self.codebook).expect("a codebook is data");
        let files = RunFiles {
            config: &self.classifier.card.config,
            classifier: &self.classifier.to_bytes()?,
            predictions: &self.predictions,
            metrics: &self.metrics,
            report: &self.report,
        };
        files.write(&folder)?;
        folder.write("codebook.json", format!("{codebook:#}\n").as_bytes())?;
        Ok(folder.commit()?)
    }
}
