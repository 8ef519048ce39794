//! Report of a training.

use super::Split;
use super::evaluation::Evaluation;
use crate::analysis::Weighted;
use crate::audit::Audit;
use crate::dataset::Dataset;
use crate::jobs::config::DataConfig;
use crate::record::{BadImage, Prediction, Status, Unit};
use crate::report::gallery::{self, Images};
use crate::report::{self, ErrorAnalysis, Maps, Report, RowImage};
use std::collections::BTreeSet;
use std::path::Path;

/// Bad rows that the report shows in full.
const SHOWN: usize = 20;

/// Inputs of a report beside the evaluation.
pub struct ReportInputs<'a> {
    pub config: &'a DataConfig,
    /// How images are shown.
    pub images: Images,
    pub dataset: &'a Dataset,
    pub split: &'a Split,
    pub training: report::Training,
    pub maps: Option<Maps>,
}

impl Evaluation {
    /// The content of `report.html` and `model_card.json`.
    pub fn report(&self, inputs: ReportInputs) -> Report {
        let ReportInputs {
            config,
            images,
            dataset,
            split,
            training,
            maps,
        } = inputs;
        let weighted = self.weighted.as_ref();
        let of_folds = weighted.map(|of| &of.out_of_fold);
        let of_test = weighted.and_then(|of| of.test.as_ref());
        let mut parts = vec![part(self.source, &self.out_of_fold, of_folds)];
        let test = self.test.iter();
        parts.extend(test.map(|test| part(report::Source::Test, test, of_test)));
        let unit = training.method.unit();
        Report {
            title: format!("Classifying {}", dataset.label),
            created: None,
            unit,
            label: dataset.label.clone(),
            classes: dataset.classes.clone(),
            data: self.data(config, dataset, split, unit),
            training: Some(training),
            parts,
            error_analysis: Some(ErrorAnalysis {
                maps,
                ..self.error_analysis(config, images, dataset, unit)
            }),
            comparison: None,
        }
    }

    fn error_analysis(
        &self,
        config: &DataConfig,
        images: Images,
        dataset: &Dataset,
        unit: Unit,
    ) -> ErrorAnalysis {
        let rows = report::pictured_rows(&self.examination);
        let record = |row: usize| &dataset.records[self.examined[row]];
        let locations: Vec<_> = rows.iter().map(|&row| record(row).image.clone()).collect();
        let thumbnails = gallery::thumbnails(&locations, images);
        let about_images = match unit {
            Unit::Image => gallery::about(&thumbnails, images),
            Unit::Row => None,
        };
        let places = grouped_by(config, &dataset.attributes);
        let face = |(&row, image): (&usize, Option<Vec<u8>>)| {
            (row, self.face(dataset, &places, row, image))
        };
        ErrorAnalysis {
            source: self.source,
            examination: self.examination.clone(),
            about_images,
            rows: rows.iter().zip(thumbnails).map(face).collect(),
            maps: None,
        }
    }

    /// A row of the examination as it is shown, with the attributes at `places`.
    pub fn face(
        &self,
        dataset: &Dataset,
        places: &[usize],
        row: usize,
        image: Option<Vec<u8>>,
    ) -> RowImage {
        let at = self.examined[row];
        let predicted = &self.predictions.rows[at].outcome;
        let record = &dataset.records[at];
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

    fn data(
        &self,
        config: &DataConfig,
        dataset: &Dataset,
        split: &Split,
        unit: Unit,
    ) -> report::Data {
        let name = |path: &Path| {
            path.file_name()
                .unwrap_or(path.as_os_str())
                .to_string_lossy()
                .into_owned()
        };
        let mut sources = vec![name(&config.path)];
        sources.extend(config.test.as_deref().map(name));
        let rows = &self.predictions.rows;
        let count = |status| rows.iter().filter(|row| status_of(row) == status).count() as u64;
        report::Data {
            source: sources.join(" and "),
            about: config.about.clone(),
            label_source: config.label_source,
            rows: rows.len() as u64,
            outcomes: Status::ALL
                .into_iter()
                .filter(|&status| unit == Unit::Image || !is_of_files(status) || count(status) > 0)
                .map(|status| report::Outcome {
                    name: status.to_string(),
                    n: count(status),
                    meaning: meaning(status, unit).to_owned(),
                })
                .collect(),
            bad_rows: self.bad_rows(),
            notes: dataset
                .notes
                .iter()
                .map(ToString::to_string)
                .chain(split.notes.iter().cloned())
                .chain(dataset.warnings.iter().map(ToString::to_string))
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

fn part(source: report::Source, audit: &Audit, weighted: Option<&Weighted>) -> report::Part {
    report::Part {
        source,
        audit: audit.clone(),
        weighted: weighted.map(Weighted::part),
    }
}

/// The positions of the attributes that make groups, each once.
pub fn grouped_by(config: &DataConfig, attributes: &[String]) -> Vec<usize> {
    let groups = config.layout.groups.iter();
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

/// True of what happens to files, which the rows of a survey have none of.
fn is_of_files(status: Status) -> bool {
    matches!(
        status,
        Status::Missing | Status::Unreadable | Status::TooLarge
    )
}

fn meaning(status: Status, unit: Unit) -> &'static str {
    match (status, unit) {
        (Status::Ok, _) => "used",
        (Status::Missing, _) => "there is no such file",
        (Status::Unreadable, Unit::Image) => "the file is not an image that can be decoded",
        (Status::Unreadable, Unit::Row) => "the row cannot be read",
        (Status::TooLarge, _) => "beyond the limit on pixels or bytes",
        (Status::Unlabelled, _) => "no label, so no part in training or results",
        (Status::NoHeldOut, _) => "learned from or stopped by, and never held out",
        (Status::Invalid, _) => "a value that the classifier cannot take",
        (Status::LeftOut, Unit::Image) => {
            "the same person or bytes as a test row, so left out of training"
        }
        (Status::LeftOut, Unit::Row) => "the same person as a test row, so left out of training",
    }
}

fn status_of(row: &Prediction) -> Status {
    row.outcome
        .as_ref()
        .map_or_else(|bad| bad.status, |_| Status::Ok)
}
