//! Evaluation of a training: predictions and their audits.

use super::error::TrainError;
use crate::audit::{
    Audit, CheckedParams, Evidence, Examination, ExampleImages, FeatureRows, Params, Table, audit,
    examine, example_images,
};
use crate::error::Error;
use crate::jobs::training::{EmbeddedDataset, FittedClassifier, PreparedTraining, predictions};
use crate::record::{Fold, Predictions};
use crate::report::Source;
use serde_json::{Value, json};

/// Number of right images, and of wrong ones, of everyone and of each group shown.
const EACH: usize = 4;
/// Number of groupings whose worst group is shown.
const GROUPINGS: usize = 2;

/// Predictions of a training and their audits.
pub(super) struct Evaluation {
    pub predictions: Predictions,
    /// The kind of predictions of training rows.
    pub source: Source,
    /// Audit of training rows, by classifiers that did not learn from them.
    pub out_of_fold: Audit,
    /// Audit of the test rows; `None` without any.
    pub test: Option<Audit>,
    /// Error analysis of the out-of-fold predictions.
    pub examination: Examination,
    /// Examples of right and wrong predictions among them.
    pub example_images: Vec<ExampleImages>,
    /// The records of the rows of that audit.
    pub examined: Vec<usize>,
}

impl Evaluation {
    pub fn new(
        prepared: &PreparedTraining,
        fitted: &FittedClassifier,
        source: Source,
    ) -> Result<Self, Error> {
        let PreparedTraining {
            data,
            split,
            design,
            ..
        } = prepared;
        let predictions = predictions(data, split, &fitted.out_of_fold, &fitted.test);
        let params = Params::default().check()?;
        let out_of_fold = |fold| matches!(fold, Fold::Out(_));
        let table = Table::from_predictions(&predictions, design, out_of_fold)?;
        let audited = audit(&table, &params);
        let test = match split.test.is_empty() {
            true => None,
            false => {
                let is_test = |fold| fold == Fold::Test;
                let table = Table::from_predictions(&predictions, design, is_test)?;
                Some(audit(&table, &params))
            }
        };
        let examined = Table::rows_of(&predictions, out_of_fold);
        let examination = examination(data, &predictions, &table, &examined, &params)?;
        Ok(Self {
            source,
            example_images: example_images(&table, &audited, EACH, GROUPINGS),
            predictions,
            out_of_fold: audited,
            test,
            examination,
            examined,
        })
    }

    /// The key of the audit of training rows in JSON.
    fn key(&self) -> &'static str {
        match self.source {
            Source::HeldOut => "held_out",
            _ => "cross_validation",
        }
    }

    /// The metrics that the classifier carries with it.
    pub fn to_json(&self) -> Value {
        json!({
            (self.key()): self.out_of_fold.to_json(),
            "test": self.test.as_ref().map(Audit::to_json),
        })
    }

    /// `metrics.json`: the same, with curves, and errors row by row.
    pub fn to_json_with_rows(&self) -> Value {
        let classes = &self.predictions.classes;
        let name = |row: usize| {
            self.predictions.rows[self.examined[row]]
                .path
                .clone()
                .into()
        };
        let mut json = self.to_json();
        json[self.key()]["curves"] = self.out_of_fold.curves_to_json();
        json[self.key()]["examination"] = self.examination.to_json(classes, &name);
        if let Some(test) = &self.test {
            json["test"]["curves"] = test.curves_to_json();
        }
        json
    }
}

fn examination(
    data: &EmbeddedDataset,
    predictions: &Predictions,
    table: &Table,
    examined: &[usize],
    params: &CheckedParams,
) -> Result<Examination, TrainError> {
    let outcomes = examined
        .iter()
        .map(|&record| predictions.rows[record].outcome.as_ref());
    let probabilities: Vec<f64> = outcomes
        .flatten()
        .flat_map(|scores| (0..scores.probabilities.len()).map(|class| scores.written(class)))
        .collect();
    let rows = examined.iter().map(|&record| data.rows[record].as_ref());
    // Slices are looked for among images as they are, not among their mirror images.
    let rows: Vec<usize> = rows.flatten().map(|&image| image * data.views).collect();
    let evidence = Evidence {
        probabilities: Some(&probabilities),
        features: Some(FeatureRows {
            features: &data.features,
            of: &rows,
        }),
    };
    examine(table, evidence, params).map_err(TrainError::Features)
}
