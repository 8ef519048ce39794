//! Evaluation of a training: predictions and their audits.

use super::Split;
use super::audits::{audited, is_out_of_fold, is_test, test_audit};
use crate::abstain::Confidences;
use crate::analysis::Weighted;
use crate::audit::{
    Audit, CheckedParams, Design, Estimate, Evidence, Examination, ExampleImages, FeatureRows,
    Params, Table, confidences, examine, example_images,
};
use crate::error::Error;
use crate::features::Features;
use crate::hint::Hint;
use crate::jobs::config::ValidationConfig;
use crate::record::{Fold, Predictions};
use crate::report::Source;
use crate::stats::kmeans::KMeansError;
use crate::stats::survey::Survey;
use serde_json::{Value, json};

/// Features that no slice can be looked for in.
#[derive(Debug, thiserror::Error)]
#[error("the features cannot be looked at: {0}")]
pub struct FeaturesError(KMeansError);

impl Hint for FeaturesError {}

/// Number of right images, and of wrong ones, of everyone and of each group shown.
const EACH: usize = 4;
/// Number of groupings whose worst group is shown.
const GROUPINGS: usize = 2;

/// Predictions of a training and their audits.
pub struct Evaluation {
    pub predictions: Predictions,
    /// The kind of predictions of training rows.
    pub source: Source,
    /// Folds of the cross-validation.
    folds: usize,
    /// Audit of training rows, by classifiers that did not learn from them.
    pub out_of_fold: Audit,
    /// Audit of the test rows; `None` without any.
    pub test: Option<Audit>,
    /// The same by weights, where rows have some.
    pub weighted: Option<WeightedParts>,
    /// Error analysis of the out-of-fold predictions.
    pub examination: Examination,
    /// Examples of right and wrong predictions among them.
    pub example_images: Vec<ExampleImages>,
    /// The records of the rows of that audit.
    pub examined: Vec<usize>,
}

/// Audits of rows that count by weights.
pub struct WeightedParts {
    pub out_of_fold: Weighted,
    /// `None` without test rows.
    pub test: Option<Weighted>,
}

/// Features of records, in which slices of many errors are looked for.
pub struct RecordFeatures<'a> {
    pub features: &'a Features,
    /// The row of the features that each record has.
    pub rows: Vec<Option<usize>>,
}

impl Evaluation {
    /// Audits predictions, and examines those out of fold row by row.
    ///
    /// # Errors
    /// Groups that no audit takes, and features that cannot be clustered.
    pub fn new(
        predictions: Predictions,
        (split, design): (&Split, &Design),
        validation: &ValidationConfig,
        features: Option<&RecordFeatures>,
    ) -> Result<Self, Error> {
        let params = Params::default().check()?;
        let (table, audited) = audited(&predictions, design, is_out_of_fold, &params)?;
        let test = test_audit(&predictions, design, split, &params)?;
        let examined = Table::rows_of(&predictions, is_out_of_fold);
        let examination = examination(features, &predictions, &table, &examined, &params)?;
        Ok(Self {
            source: validation.source(),
            folds: validation.folds,
            example_images: example_images(&table, &audited, EACH, GROUPINGS),
            predictions,
            out_of_fold: audited,
            test,
            weighted: None,
            examination,
            examined,
        })
    }

    /// Audits the same rows by weights, one a record; `by` says where they are from.
    ///
    /// # Errors
    /// As of the audit.
    pub fn weigh(&mut self, weights: &[f64], by: &str, design: &Design) -> Result<(), Error> {
        let params = Params::default().check()?;
        let weighted = |is_judged: fn(Fold) -> bool| -> Result<Weighted, Error> {
            let table = Table::from_predictions(&self.predictions, design, is_judged)?;
            let rows = Table::rows_of(&self.predictions, is_judged);
            let survey = Survey {
                weights: rows.iter().map(|&row| weights[row]).collect(),
                ..Survey::default()
            };
            Ok(Weighted {
                by: format!("`{by}`"),
                audit: table.weighted(&survey, &params),
            })
        };
        let test = self.test.as_ref().map(|_| weighted(is_test));
        self.weighted = Some(WeightedParts {
            out_of_fold: weighted(is_out_of_fold)?,
            test: test.transpose()?,
        });
        Ok(())
    }

    /// Confidences of rows that were held out, for promises about errors: by the classifier itself where test rows
    /// were drawn at random (`is_drawn`), otherwise by those of the folds.
    ///
    /// # Errors
    /// As of the audit.
    pub fn confidences(
        &self,
        design: &Design,
        is_drawn: bool,
    ) -> Result<Option<Confidences>, Error> {
        if !is_drawn || self.test.is_none() {
            let abstention = self.examination.abstention.as_ref();
            return Ok(abstention.map(|found| found.confidences.clone()));
        }
        let table = Table::from_predictions(&self.predictions, design, is_test)?;
        let rows = Table::rows_of(&self.predictions, is_test);
        let probabilities = probabilities(&self.predictions, &rows);
        Ok(confidences(
            &table,
            &probabilities,
            &Params::default().check()?,
        ))
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
        let mut judged = self.out_of_fold.to_json();
        let of_final = self.out_of_fold.of_final_classifier(self.folds);
        judged["final_classifier"] =
            of_final.map_or(Value::Null, |Estimate { value, interval }| {
                json!({
                    "accuracy": value,
                    "accuracy_low": interval.low,
                    "accuracy_high": interval.high,
                })
            });
        let weighted = self.weighted.as_ref();
        judged["weighted"] = weighted.map(|of| of.out_of_fold.to_json()).into();
        let mut test = self.test.as_ref().map_or(Value::Null, Audit::to_json);
        if !test.is_null() {
            let of_test = weighted.and_then(|of| of.test.as_ref());
            test["weighted"] = of_test.map(Weighted::to_json).into();
        }
        json!({ (self.key()): judged, "test": test })
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
    features: Option<&RecordFeatures>,
    predictions: &Predictions,
    table: &Table,
    examined: &[usize],
    params: &CheckedParams,
) -> Result<Examination, FeaturesError> {
    let probabilities = probabilities(predictions, examined);
    let rows = features.map(|of| examined.iter().filter_map(|&record| of.rows[record]));
    let rows: Vec<usize> = rows.into_iter().flatten().collect();
    let evidence = Evidence {
        probabilities: Some(&probabilities),
        features: features.map(|of| FeatureRows {
            features: of.features,
            of: &rows,
        }),
    };
    examine(table, evidence, params).map_err(FeaturesError)
}

/// Probabilities of some records as they are written, `[records, classes]`.
fn probabilities(predictions: &Predictions, records: &[usize]) -> Vec<f64> {
    let outcomes = records
        .iter()
        .map(|&record| predictions.rows[record].outcome.as_ref());
    outcomes
        .flatten()
        .flat_map(|scores| (0..scores.probabilities.len()).map(|class| scores.written(class)))
        .collect()
}
