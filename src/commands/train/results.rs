//! What a training came to: predictions and their audits.

use super::fit::{Fitted, THRESHOLD};
use super::maps::{EACH, GROUPINGS};
use super::material::{Material, Plan};
use crate::commands::failure::Failure;
use evenhand::audit::{
    Audit, CheckedParams, Design, Evidence, Examination, FeatureRows, Params, Specimens, Table,
    audit, examine, specimens,
};
use evenhand::backbone::store;
use evenhand::classifier::decide;
use evenhand::predict::PredictionWriter;
use evenhand::record::{BadImage, Fold, Part, Prediction, Predictions, Status};
use evenhand::report::Source;
use serde_json::json;

pub struct Results {
    pub(super) predictions: Predictions,
    /// What the predictions of training rows are.
    pub(super) source: Source,
    /// Of training rows, by classifiers that did not learn from them.
    pub out_of_fold: Audit,
    /// `None` without test rows.
    pub test: Option<Audit>,
    /// Of the out-of-fold predictions.
    pub(super) examination: Examination,
    /// Of the same.
    pub(super) specimens: Vec<Specimens>,
    /// The records that these are of.
    pub(super) examined: Vec<usize>,
}

impl Results {
    pub fn new(
        material: &Material,
        plan: &Plan,
        fitted: &Fitted,
        design: &Design,
        source: Source,
    ) -> Result<Self, Failure> {
        let predictions = predictions(material, plan, &fitted.out_of_fold, &fitted.test);
        let params = Params::default().check()?;
        let out_of_fold = |fold| matches!(fold, Fold::Out(_));
        let table = Table::from_predictions(&predictions, design, out_of_fold)?;
        let audited = audit(&table, &params);
        let test = match plan.test.is_empty() {
            true => None,
            false => {
                let is_test = |fold| fold == Fold::Test;
                let table = Table::from_predictions(&predictions, design, is_test)?;
                Some(audit(&table, &params))
            }
        };
        let examined = Table::rows_of(&predictions, out_of_fold);
        let examination = examination(material, &predictions, &table, &examined, &params)?;
        Ok(Self {
            source,
            specimens: specimens(&table, &audited, EACH, GROUPINGS),
            predictions,
            out_of_fold: audited,
            test,
            examination,
            examined,
        })
    }

    /// What the predictions of training rows are called in JSON.
    fn key(&self) -> &'static str {
        match self.source {
            Source::HeldOut => "held_out",
            _ => "cross_validation",
        }
    }

    /// What the classifier carries with it.
    pub fn to_json(&self) -> serde_json::Value {
        json!({
            (self.key()): self.out_of_fold.to_json(),
            "test": self.test.as_ref().map(Audit::to_json),
        })
    }

    /// `metrics.json`: the same, with what is drawn, and errors row by row.
    pub fn to_json_with_rows(&self) -> serde_json::Value {
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

    /// `predictions.csv`.
    pub fn table(&self) -> Result<Vec<u8>, Failure> {
        let Predictions {
            classes,
            attributes,
            rows,
        } = &self.predictions;
        let write = || -> csv::Result<Vec<u8>> {
            let mut writer = PredictionWriter::new(Vec::new(), classes, attributes)?;
            rows.iter().try_for_each(|row| writer.write(row))?;
            Ok(writer.finish()?)
        };
        write().map_err(|error| Failure::new(format!("predictions cannot be written: {error}")))
    }
}

fn examination(
    material: &Material,
    predictions: &Predictions,
    table: &Table,
    examined: &[usize],
    params: &CheckedParams,
) -> Result<Examination, Failure> {
    let outcomes = examined
        .iter()
        .map(|&record| predictions.rows[record].outcome.as_ref());
    let probabilities: Vec<f64> = outcomes
        .flatten()
        .flat_map(|scores| (0..scores.probabilities.len()).map(|class| scores.written(class)))
        .collect();
    let rows = examined
        .iter()
        .map(|&record| material.rows[record].as_ref());
    // Slices are looked for among images as they are, not among their mirror images.
    let rows: Vec<usize> = rows
        .flatten()
        .map(|&image| image * material.views)
        .collect();
    let evidence = Evidence {
        probabilities: Some(&probabilities),
        features: Some(FeatureRows {
            features: &material.features,
            of: &rows,
        }),
    };
    examine(table, evidence, params)
        .map_err(|error| Failure::new(format!("the features cannot be looked at: {error}")))
}

/// One prediction a record, in their order, from probabilities out of fold for training rows and by
/// the final head for test rows.
pub fn predictions(
    material: &Material,
    plan: &Plan,
    out_of_fold: &[f32],
    test: &[f32],
) -> Predictions {
    let Material {
        dataset,
        keys,
        rows,
        ..
    } = material;
    let classes = dataset.classes.len();
    let scored = |probabilities: &[f32], at: usize| {
        decide(&probabilities[at * classes..(at + 1) * classes], THRESHOLD)
    };
    let mut found = vec![None; dataset.records.len()];
    let mut unjudged = vec![false; dataset.records.len()];
    for (at, &record) in plan.train.iter().enumerate() {
        if out_of_fold[at * classes].is_nan() {
            unjudged[record] = true;
            continue;
        }
        found[record] = Some((scored(out_of_fold, at), Fold::Out(plan.folds[at])));
    }
    for (at, &record) in plan.test.iter().enumerate() {
        found[record] = Some((scored(test, at), Fold::Test));
    }
    let left_out = BadImage {
        status: Status::LeftOut,
        reason: "a test row shows the same person or has the same bytes".to_owned(),
    };
    let learned = BadImage {
        status: Status::NoHeldOut,
        reason: "the classifier learned from it, and no other was trained without it".to_owned(),
    };
    let row = |(at, record): (usize, &evenhand::record::Record)| {
        let (outcome, fold) = match (&rows[at], found[at].take()) {
            (Err(bad), _) => (Err(bad.clone()), fold_without_prediction(record.part)),
            (Ok(_), Some((scores, fold))) => (Ok(scores), fold),
            (Ok(_), None) if unjudged[at] => (Err(learned.clone()), Fold::New),
            (Ok(_), None) => (Err(left_out.clone()), Fold::New),
        };
        Prediction {
            path: record.path.clone(),
            blake3: keys[at].as_ref().map(store::hex),
            outcome,
            label: record.label,
            fold,
            attributes: record.attributes.clone(),
        }
    };
    Predictions {
        classes: dataset.classes.clone(),
        attributes: dataset.attributes.clone(),
        rows: dataset.records.iter().enumerate().map(row).collect(),
    }
}

fn fold_without_prediction(part: Option<Part>) -> Fold {
    match part {
        Some(Part::Test) => Fold::Test,
        _ => Fold::New,
    }
}
