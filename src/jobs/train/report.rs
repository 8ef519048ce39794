//! Report of a training.

use super::evaluation::Evaluation;
use super::facts::{curves, training};
use super::seeds::SeedResults;
use crate::audit::Audit;
use crate::jobs::config::TrainConfig;
use crate::jobs::training::{EmbeddedDataset, FittedClassifier, PreparedTraining, Split};
use crate::record::{BadImage, Prediction, Status};
use crate::report::gallery;
use crate::report::{self, ErrorAnalysis, Maps, Report, RowImage};
use std::collections::BTreeSet;
use std::path::Path;

/// Bad rows that the report shows in full.
const SHOWN: usize = 20;

/// Inputs of a report beside the evaluation.
pub(super) struct ReportInputs<'a> {
    pub config: &'a TrainConfig,
    pub prepared: &'a PreparedTraining,
    pub fitted: &'a FittedClassifier,
    pub maps: Option<Maps>,
    /// Duration of the training.
    pub seconds: f64,
}

impl Evaluation {
    /// The content of `report.html` and `model_card.json`.
    pub fn report(&self, inputs: ReportInputs) -> Report {
        let ReportInputs {
            config,
            prepared,
            fitted,
            maps,
            seconds,
        } = inputs;
        let PreparedTraining { data, split, .. } = prepared;
        let mut parts = vec![part(self.source, &self.out_of_fold)];
        let test = self.test.iter();
        parts.extend(test.map(|test| part(report::Source::Test, test)));
        Report {
            title: format!("Classifying {}", data.dataset.label),
            created: None,
            label: data.dataset.label.clone(),
            classes: data.dataset.classes.clone(),
            data: self.data(config, data, split),
            training: Some(report::Training {
                seconds,
                curves: curves(fitted),
                seeds: (self.seeds.as_ref()).map_or(Vec::new(), SeedResults::sentences),
                across: self.across.clone(),
                ..training(config, prepared)
            }),
            parts,
            error_analysis: Some(self.error_analysis(config, data, maps)),
            comparison: None,
        }
    }

    fn error_analysis(
        &self,
        config: &TrainConfig,
        data: &EmbeddedDataset,
        maps: Option<Maps>,
    ) -> ErrorAnalysis {
        let rows = report::pictured_rows(&self.examination);
        let record = |row: usize| &data.dataset.records[self.examined[row]];
        let images: Vec<_> = rows.iter().map(|&row| record(row).image.clone()).collect();
        let images = gallery::thumbnails(&images, config.report.images);
        let about_images = gallery::about(&images, config.report.images);
        let places = grouped_by(config, &data.dataset.attributes);
        let face =
            |(&row, image): (&usize, Option<Vec<u8>>)| (row, self.face(data, &places, row, image));
        ErrorAnalysis {
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
        data: &EmbeddedDataset,
        places: &[usize],
        row: usize,
        image: Option<Vec<u8>>,
    ) -> RowImage {
        let at = self.examined[row];
        let predicted = &self.predictions.rows[at].outcome;
        let record = &data.dataset.records[at];
        let groups: Vec<&str> = places
            .iter()
            .map(|&place| record.attributes[place].as_str())
            .collect();
        RowImage {
            name: record.path.clone(),
            label: record.label.unwrap_or_default(),
            predicted: predicted.as_ref().map_or(0, |scores| scores.predicted),
            groups: groups.join(", "),
            image,
        }
    }

    fn data(&self, config: &TrainConfig, data: &EmbeddedDataset, split: &Split) -> report::Data {
        let name = |path: &Path| {
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
            notes: data
                .dataset
                .notes
                .iter()
                .map(ToString::to_string)
                .chain(split.notes.iter().cloned())
                .chain(data.dataset.warnings.iter().map(ToString::to_string))
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

fn part(source: report::Source, audit: &Audit) -> report::Part {
    report::Part {
        source,
        audit: audit.clone(),
    }
}

/// The positions of the attributes that make groups, each once.
pub(super) fn grouped_by(config: &TrainConfig, attributes: &[String]) -> Vec<usize> {
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
        Status::NoHeldOut => "learned from or stopped by, and never held out",
        Status::LeftOut => "the same person or bytes as a test row, so left out of training",
    }
}

fn status_of(row: &Prediction) -> Status {
    row.outcome
        .as_ref()
        .map_or_else(|bad| bad.status, |_| Status::Ok)
}
