//! Files that every run has, of images or of a survey.

use crate::error::Error;
use crate::hint::Hint;
use crate::jobs::run_dir::RunDir;
use crate::predict::PredictionWriter;
use crate::record::Predictions;
use crate::report::{self, Report};
use serde_json::Value;

/// Predictions that have no form as a table.
#[derive(Debug, thiserror::Error)]
#[error("predictions cannot be written: {0}")]
pub struct PredictionsError(#[from] csv::Error);

impl Hint for PredictionsError {}

/// Contents of the files of a run.
pub struct RunFiles<'a> {
    pub config: &'a str,
    /// The bytes of `classifier.onnx`.
    pub classifier: &'a [u8],
    pub predictions: &'a Predictions,
    pub metrics: &'a Value,
    pub report: &'a Report,
}

impl RunFiles<'_> {
    /// Writes `config.toml`, `classifier.onnx`, `predictions.csv`, `metrics.json`, `model_card.json` and `report.html`.
    ///
    /// # Errors
    /// A file cannot be made or written.
    pub fn write(&self, folder: &RunDir) -> Result<(), Error> {
        let model_card = format!("{:#}\n", report::model_card(self.report));
        let page = report::render(self.report)?;
        let metrics = format!("{:#}\n", self.metrics);
        folder.write("config.toml", self.config.as_bytes())?;
        folder.write("classifier.onnx", self.classifier)?;
        folder.write("predictions.csv", &self.table()?)?;
        folder.write("metrics.json", metrics.as_bytes())?;
        folder.write("model_card.json", model_card.as_bytes())?;
        folder.write("report.html", page.as_bytes())?;
        Ok(())
    }

    /// `predictions.csv`.
    fn table(&self) -> Result<Vec<u8>, PredictionsError> {
        let Predictions {
            classes,
            attributes,
            rows,
        } = self.predictions;
        let label = &self.report.label;
        let mut writer = PredictionWriter::new(Vec::new(), classes, attributes, label)?;
        rows.iter().try_for_each(|row| writer.write(row))?;
        Ok(writer.finish().map_err(csv::Error::from)?)
    }
}
