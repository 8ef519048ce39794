//! What a training came to: predictions, audits, and what the report tells of them.

use super::config::Config;
use super::fit::{Fitted, THRESHOLD};
use super::material::{Material, Plan};
use crate::audit::groups::Group;
use crate::audit::{Audit, Params, Table, audit};
use crate::backbone::engine::EngineInfo;
use crate::backbone::store;
use crate::classifier::decide;
use crate::commands::failure::Failure;
use crate::commands::setup::Backbone;
use crate::head::Epoch;
use crate::predict::PredictionWriter;
use crate::record::{BadImage, Fold, Part, Prediction, Predictions, Status};
use crate::report;
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
        groups: &[Group],
    ) -> Result<Self, Failure> {
        let predictions = predictions(material, plan, fitted);
        let params = Params::default().check()?;
        let part = |keep: fn(Fold) -> bool| -> Result<Audit, Failure> {
            Ok(audit(
                &Table::from_predictions(&predictions, groups, keep)?,
                &params,
            ))
        };
        let cross_validation = part(|fold| matches!(fold, Fold::Out(_)))?;
        let test = match plan.test.is_empty() {
            true => None,
            false => Some(part(|fold| fold == Fold::Test)?),
        };
        Ok(Self {
            predictions,
            cross_validation,
            test,
        })
    }

    /// `metrics.json`.
    pub fn to_json(&self) -> serde_json::Value {
        json!({
            "cross_validation": self.cross_validation.to_json(),
            "test": self.test.as_ref().map(Audit::to_json),
        })
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

    /// `report.html`.
    pub fn report(
        &self,
        config: &Config,
        material: &Material,
        plan: &Plan,
        fitted: &Fitted,
        told: Told,
    ) -> Result<String, Failure> {
        let Told {
            backbone,
            engine,
            start,
        } = told;
        let dataset = &material.dataset;
        let taps = &backbone.spec.taps;
        let pooling: BTreeSet<String> = taps.iter().map(|tap| tap.pool.to_string()).collect();
        let run = report::Run {
            title: format!("Classifying {}", dataset.label),
            created: None,
            label: dataset.label.clone(),
            classes: dataset.classes.names().to_vec(),
            positive: dataset
                .classes
                .positive()
                .map(|at| dataset.classes.name(at).to_owned()),
            dataset: self.summary(config, material, plan),
            bad_rows: self.bad_rows(),
            training: report::Training {
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
            },
            cross_validation: self.cross_validation.clone(),
            test: self.test.clone(),
            curves: curves(fitted),
        };
        Ok(report::render(&run)?)
    }

    fn summary(&self, config: &Config, material: &Material, plan: &Plan) -> report::DatasetSummary {
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
        report::DatasetSummary {
            source: sources.join(" and "),
            about: config.data.about.clone(),
            label_source: config.data.label_source,
            rows: rows.len() as u64,
            statuses: Status::ALL
                .into_iter()
                .map(|status| (status, count(status)))
                .collect(),
            train: plan.train.len() as u64,
            test: plan.test.len() as u64,
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
