//! What the report of a training tells.

use super::config::Config;
use super::finetune::FinetuneConfig;
use super::fit::Fitted;
use super::material::{Material, Plan};
use super::results::Results;
use crate::commands::setup::Backbone;
use evenhand::audit::Audit;
use evenhand::backbone::engine::EngineInfo;
use evenhand::backbone::unfreeze::Unfreeze;
use evenhand::head::Epoch;
use evenhand::record::{BadImage, Prediction, Status};
use evenhand::report::gallery;
use evenhand::report::{self, Closeup, Face, Maps, Report};
use serde::Serialize;
use std::collections::BTreeSet;
use std::time::Instant;

/// Bad rows that the report shows in full.
const SHOWN: usize = 20;

/// What the report tells beside the results.
pub struct Told<'a> {
    pub backbone: &'a Backbone,
    pub engine: &'a EngineInfo,
    pub start: Instant,
    pub maps: Option<Maps>,
}

impl Results {
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
            maps,
        } = told;
        let dataset = &material.dataset;
        let taps = &backbone.spec.taps;
        let pooling: BTreeSet<String> = taps.iter().map(|tap| tap.pool.to_string()).collect();
        let part = |source, audit: &Audit| report::Part {
            source,
            audit: audit.clone(),
        };
        let mut parts = vec![part(self.source, &self.out_of_fold)];
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
                finetuning: config
                    .finetune
                    .as_ref()
                    .map_or(Vec::new(), finetuning_facts),
                folds: config.validation.folds as u32,
                seed: config.validation.seed,
                seconds: start.elapsed().as_secs_f64(),
                curves: curves(fitted),
            }),
            parts,
            closeup: Some(self.closeup(config, material, maps)),
            comparison: None,
        }
    }

    fn closeup(&self, config: &Config, material: &Material, maps: Option<Maps>) -> Closeup {
        let rows = report::pictured(&self.examination);
        let record = |row: usize| &material.dataset.records[self.examined[row]];
        let images: Vec<_> = rows.iter().map(|&row| record(row).image.clone()).collect();
        let images = gallery::thumbnails(&images, config.report.images);
        let about_images = gallery::about(&images, config.report.images);
        let places = grouped_by(config, &material.dataset.attributes);
        let face = |(&row, image): (&usize, Option<Vec<u8>>)| {
            (row, self.face(material, &places, row, image))
        };
        Closeup {
            source: self.source,
            examination: self.examination.clone(),
            about_images,
            rows: rows.iter().zip(images).map(face).collect(),
            maps,
        }
    }

    /// A row of the examination as it is shown, with the attributes at `places`.
    pub(super) fn face(
        &self,
        material: &Material,
        places: &[usize],
        row: usize,
        image: Option<Vec<u8>>,
    ) -> Face {
        let at = self.examined[row];
        let predicted = &self.predictions.rows[at].outcome;
        let record = &material.dataset.records[at];
        let groups: Vec<&str> = places
            .iter()
            .map(|&place| record.attributes[place].as_str())
            .collect();
        Face {
            name: record.path.clone(),
            label: record.label.unwrap_or_default(),
            predicted: predicted.as_ref().map_or(0, |scores| scores.predicted),
            groups: groups.join(", "),
            image,
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
                // Nothing was wrong with them, and there are many.
                Err(bad) if bad.status == Status::NoHeldOut => None,
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

/// The places of the attributes that make groups, each once.
pub(super) fn grouped_by(config: &Config, attributes: &[String]) -> Vec<usize> {
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
        Status::NoHeldOut => "learned from, and never held out",
        Status::LeftOut => "the same person or bytes as a test row, so left out of training",
    }
}

fn status_of(row: &Prediction) -> Status {
    row.outcome
        .as_ref()
        .map_or_else(|bad| bad.status, |_| Status::Ok)
}

fn finetuning_facts(config: &FinetuneConfig) -> Vec<(String, String)> {
    let unfrozen = match &config.unfreeze {
        Unfreeze::Stages(1) => "the uppermost stage".to_owned(),
        Unfreeze::Stages(stages) => format!("the upper {stages} stages"),
        Unfreeze::After(tensor) => format!("what comes after {tensor}"),
        Unfreeze::All => "everything".to_owned(),
    };
    std::iter::once(("unfrozen".to_owned(), unfrozen))
        .chain(facts(&config.params))
        .collect()
}

/// The names and values of parameters, in words.
fn facts(params: &impl Serialize) -> impl Iterator<Item = (String, String)> {
    let facts = serde_json::to_value(params).unwrap_or_default();
    let facts = facts.as_object().cloned().unwrap_or_default();
    facts.into_iter().map(|(name, value)| {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        (name.replace('_', " "), value)
    })
}

fn head_facts(config: &Config) -> Vec<(String, String)> {
    let views = config.backbone.views;
    facts(&config.head)
        .chain([("balance".to_owned(), config.validation.balance.to_string())])
        .chain((views > 1).then(|| ("views".to_owned(), views.to_string())))
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
