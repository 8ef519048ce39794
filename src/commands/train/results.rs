//! What a training came to: predictions, audits, and what the report tells of them.

use super::config::Config;
use super::fit::{Fitted, THRESHOLD};
use super::material::{Material, Plan};
use crate::audit::{
    Audit, CheckedParams, Design, Evidence, Examination, FeatureRows, Params, Table, audit, examine,
};
use crate::backbone::engine::EngineInfo;
use crate::backbone::store;
use crate::classifier::decide;
use crate::commands::failure::Failure;
use crate::commands::gallery;
use crate::commands::setup::Backbone;
use crate::head::Epoch;
use crate::predict::PredictionWriter;
use crate::record::{BadImage, Fold, Part, Prediction, Predictions, Status};
use crate::report::{self, Closeup, Face, Report};
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Instant;

/// Bad rows that the report shows in full.
const SHOWN: usize = 20;

pub struct Results {
    predictions: Predictions,
    pub cross_validation: Audit,
    /// `None` without test rows.
    pub test: Option<Audit>,
    /// Of the out-of-fold predictions.
    examination: Examination,
    /// The records that these are of.
    examined: Vec<usize>,
}

/// What the report tells beside the results.
pub struct Told<'a> {
    pub backbone: &'a Backbone,
    pub engine: &'a EngineInfo,
    pub start: Instant,
}

impl Results {
    pub fn new(
        material: &Material,
        plan: &Plan,
        fitted: &Fitted,
        design: &Design,
    ) -> Result<Self, Failure> {
        let predictions = predictions(material, plan, fitted);
        let params = Params::default().check()?;
        let out_of_fold = |fold| matches!(fold, Fold::Out(_));
        let table = Table::from_predictions(&predictions, design, out_of_fold)?;
        let cross_validation = audit(&table, &params);
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
            predictions,
            cross_validation,
            test,
            examination,
            examined,
        })
    }

    /// What the classifier carries with it.
    pub fn to_json(&self) -> serde_json::Value {
        json!({
            "cross_validation": self.cross_validation.to_json(),
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
        json["cross_validation"]["curves"] = self.cross_validation.curves_to_json();
        json["cross_validation"]["examination"] = self.examination.to_json(classes, &name);
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

    /// What `report.html` and `model_card.json` say.
    pub fn report(
        &self,
        config: &Config,
        material: &Material,
        plan: &Plan,
        fitted: &Fitted,
        told: Told,
    ) -> Report {
        let Told {
            backbone,
            engine,
            start,
        } = told;
        let dataset = &material.dataset;
        let taps = &backbone.spec.taps;
        let pooling: BTreeSet<String> = taps.iter().map(|tap| tap.pool.to_string()).collect();
        let part = |source, audit: &Audit| report::Part {
            source,
            audit: audit.clone(),
        };
        let mut parts = vec![part(
            report::Source::CrossValidation,
            &self.cross_validation,
        )];
        parts.extend(
            self.test
                .iter()
                .map(|test| part(report::Source::Test, test)),
        );
        Report {
            title: format!("Classifying {}", dataset.label),
            created: None,
            label: dataset.label.clone(),
            classes: dataset.classes.clone(),
            data: self.data(config, material, plan),
            training: Some(report::Training {
                train: plan.train.len() as u64,
                test: plan.test.len() as u64,
                backbone: backbone.spec.name.clone(),
                engine: engine.name.to_owned(),
                engine_version: engine.version.clone(),
                device: engine.device.clone(),
                taps: taps.iter().map(|tap| tap.tensor.clone()).collect(),
                pooling: pooling.into_iter().collect::<Vec<_>>().join(", "),
                features: backbone.prepared.dim() as u64,
                head: head_facts(config),
                folds: config.validation.folds as u32,
                seed: config.validation.seed,
                seconds: start.elapsed().as_secs_f64(),
                curves: curves(fitted),
            }),
            parts,
            closeup: Some(self.closeup(config, material)),
            comparison: None,
        }
    }

    fn closeup(&self, config: &Config, material: &Material) -> Closeup {
        let rows = report::pictured(&self.examination);
        let record = |row: usize| &material.dataset.records[self.examined[row]];
        let files: Vec<_> = rows
            .iter()
            .map(|&row| Some(record(row).file.clone()))
            .collect();
        let images = gallery::thumbnails(&files, config.report.images);
        let about_images = gallery::about(&images, config.report.images);
        let places = grouped_by(config, &material.dataset.attributes);
        let face = |(&row, image): (&usize, Option<Vec<u8>>)| {
            let predicted = &self.predictions.rows[self.examined[row]].outcome;
            let record = record(row);
            let groups: Vec<&str> = places
                .iter()
                .map(|&at| record.attributes[at].as_str())
                .collect();
            let face = Face {
                name: record.path.clone(),
                label: record.label.unwrap_or_default(),
                predicted: predicted.as_ref().map_or(0, |scores| scores.predicted),
                groups: groups.join(", "),
                image,
            };
            (row, face)
        };
        Closeup {
            source: report::Source::CrossValidation,
            examination: self.examination.clone(),
            about_images,
            rows: rows.iter().zip(images).map(face).collect(),
        }
    }

    fn data(&self, config: &Config, material: &Material, plan: &Plan) -> report::Data {
        let name = |path: &std::path::Path| {
            path.file_name()
                .unwrap_or(path.as_os_str())
                .to_string_lossy()
                .into_owned()
        };
        let mut sources = vec![name(&config.data.path)];
        sources.extend(config.data.test.as_deref().map(name));
        let rows = &self.predictions.rows;
        let count = |status| rows.iter().filter(|row| status_of(row) == status).count() as u64;
        report::Data {
            source: sources.join(" and "),
            about: config.data.about.clone(),
            label_source: config.data.label_source,
            rows: rows.len() as u64,
            outcomes: Status::ALL
                .into_iter()
                .map(|status| report::Outcome {
                    name: status.to_string(),
                    n: count(status),
                    meaning: meaning(status).to_owned(),
                })
                .collect(),
            bad_rows: self.bad_rows(),
            notes: material
                .dataset
                .notes
                .iter()
                .chain(&plan.notes)
                .cloned()
                .collect(),
        }
    }

    fn bad_rows(&self) -> report::BadRows {
        let bad = self
            .predictions
            .rows
            .iter()
            .filter_map(|row| match &row.outcome {
                Err(BadImage { status, reason }) => Some(report::BadRow {
                    path: row.path.clone(),
                    status: *status,
                    reason: reason.clone(),
                }),
                Ok(_) => None,
            });
        report::BadRows {
            first: bad.clone().take(SHOWN).collect(),
            total: bad.count() as u64,
        }
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
    let rows: Vec<usize> = rows.flatten().copied().collect();
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

/// The places of the attributes that make groups, each once.
fn grouped_by(config: &Config, attributes: &[String]) -> Vec<usize> {
    let groups = config.data.layout.groups.iter();
    let named: BTreeSet<&str> = groups
        .flat_map(|group| group.split('*'))
        .map(str::trim)
        .collect();
    let places = attributes.iter().enumerate();
    places
        .filter(|(_, name)| named.contains(name.as_str()))
        .map(|(at, _)| at)
        .collect()
}

fn meaning(status: Status) -> &'static str {
    match status {
        Status::Ok => "used",
        Status::Missing => "there is no such file",
        Status::Unreadable => "the file is not an image that can be decoded",
        Status::TooLarge => "beyond the limit on pixels or bytes",
        Status::Unlabelled => "no label, so no part in training or results",
        Status::LeftOut => "the same person or bytes as a test row, so left out of training",
    }
}

/// One prediction a record, in their order: out of fold for training rows, by the final head for
/// test rows.
fn predictions(material: &Material, plan: &Plan, fitted: &Fitted) -> Predictions {
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
    for (at, &record) in plan.train.iter().enumerate() {
        found[record] = Some((scored(&fitted.out_of_fold, at), Fold::Out(plan.folds[at])));
    }
    for (at, &record) in plan.test.iter().enumerate() {
        found[record] = Some((scored(&fitted.test, at), Fold::Test));
    }
    let left_out = BadImage {
        status: Status::LeftOut,
        reason: "a test row shows the same person or has the same bytes".to_owned(),
    };
    let row = |(at, record): (usize, &crate::record::Record)| {
        let (outcome, fold) = match (&rows[at], found[at].take()) {
            (Err(bad), _) => (Err(bad.clone()), fold_without_prediction(record.part)),
            (Ok(_), Some((scores, fold))) => (Ok(scores), fold),
            (Ok(_), None) => (Err(left_out.clone()), Fold::New),
        };
        Prediction {
            path: record.path.clone(),
            sha: keys[at].as_ref().map(store::hex),
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

fn status_of(row: &Prediction) -> Status {
    row.outcome
        .as_ref()
        .map_or_else(|bad| bad.status, |_| Status::Ok)
}

fn head_facts(config: &Config) -> Vec<(String, String)> {
    let facts = serde_json::to_value(&config.head).unwrap_or_default();
    let facts = facts.as_object().cloned().unwrap_or_default();
    let named = facts
        .into_iter()
        .map(|(name, value)| (name.replace('_', " "), value.to_string()));
    named
        .chain([("balance".to_owned(), config.validation.balance.to_string())])
        .collect()
}

fn curves(fitted: &Fitted) -> Vec<report::Curve> {
    let points = |curve: &[Epoch]| -> Vec<report::CurvePoint> {
        let point = |epoch: &Epoch| report::CurvePoint {
            epoch: epoch.number as u32,
            train_loss: epoch.train_loss,
            validation_loss: epoch.validation.map(|found| found.loss),
            validation_accuracy: epoch.validation.map(|found| found.accuracy),
        };
        curve.iter().map(point).collect()
    };
    let folds = fitted.curves.iter().enumerate();
    let folds = folds.map(|(at, curve)| (report::Fit::Fold(at), curve));
    folds
        .chain([(report::Fit::Final, &fitted.final_curve)])
        .map(|(fit, curve)| report::Curve {
            fit,
            points: points(curve),
        })
        .collect()
}
