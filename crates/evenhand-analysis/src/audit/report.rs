//! Report of an audit, with the images that its rows name.

use super::{AuditResult, AuditRow};
use crate::weighted::Weighted;
use evenhand_data::dataset::archive;
use evenhand_report::gallery::{self, Images};
use evenhand_report::{
    BadRows, Compared, Data, ErrorAnalysis, Outcome, Part, Report, RowImage, Source, pictured_rows,
};
use evenhand_stats::audit::Examination;
use evenhand_stats::record::{LabelSource, Unit};
use evenhand_table::{TextColumn, schema};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Options of a report.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReportOptions {
    /// The folder of the images; by default that of the table.
    pub images: Option<PathBuf>,
    pub shown: Images,
    /// Kind of the table's rows, such as [`AuditResult::unit`] finds it.
    pub unit: Unit,
}

impl AuditResult {
    /// The audit as a report shows it. Images are read here.
    pub fn report(&self, options: &ReportOptions) -> Report {
        let compared = self.comparison.as_ref().zip(self.summary.compared.as_ref());
        Report {
            title: format!("Audit of {}", self.predictions.name()),
            created: None,
            unit: options.unit,
            label: self.predictions.columns().label.clone(),
            classes: self.classes.clone(),
            data: self.data(options.unit),
            training: None,
            parts: vec![Part {
                source: Source::Table,
                audit: self.audit.clone(),
                weighted: self.weighted.as_ref().map(Weighted::part),
            }],
            error_analysis: (self.examination.as_ref())
                .map(|examination| self.error_analysis(examination, options)),
            comparison: compared.map(|(comparison, pair)| Compared {
                with: pair.with.clone(),
                comparison: comparison.clone(),
            }),
        }
    }

    /// The kind of the rows: evenhand writes a hash of each image, and none of a row that has no image. Tables of others
    /// are taken to be of images.
    pub fn unit(&self) -> Unit {
        let table = self.predictions.table();
        let hashes = schema::blake3(table.columns()).map(|at| table.text(at));
        let has_image = |row: &AuditRow| hashes.as_ref().is_none_or(|of| of.get(row.row).is_some());
        match schema::is_ours(table.columns()) && !self.rows.iter().any(has_image) {
            true => Unit::Row,
            false => Unit::Image,
        }
    }

    fn data(&self, unit: Unit) -> Data {
        let summary = &self.summary;
        let used = Outcome {
            name: "audited".to_owned(),
            n: summary.audited,
            meaning: "with a label and a prediction".to_owned(),
        };
        let left_out = summary.left_out.iter().map(|(reason, n)| Outcome {
            name: "left out".to_owned(),
            n: *n,
            meaning: reason.clone(),
        });
        let outcomes: Vec<Outcome> = std::iter::once(used).chain(left_out).collect();
        let threshold = summary.threshold.iter().map(ToString::to_string);
        let said = self.notes.iter().chain(&self.warnings);
        Data {
            source: self.predictions.name(),
            about: None,
            label_source: match unit {
                Unit::Image => LabelSource::Perceived,
                Unit::Row => LabelSource::Recorded,
            },
            rows: outcomes.iter().map(|outcome| outcome.n).sum(),
            outcomes,
            bad_rows: BadRows::default(),
            notes: threshold.chain(said.map(ToString::to_string)).collect(),
        }
    }

    fn error_analysis(&self, examination: &Examination, options: &ReportOptions) -> ErrorAnalysis {
        let rows = pictured_rows(examination);
        let table = self.predictions.table();
        let files = table.first_column(&schema::IMAGE).map(|at| table.text(at));
        let beside = table.path().and_then(Path::parent).unwrap_or(Path::new(""));
        let folder = options.images.as_deref().unwrap_or(beside);
        let file = |row: &usize| {
            let name = files.as_ref().and_then(|of| of.get(self.rows[*row].row));
            name.map_or_else(PathBuf::new, |name| folder.join(name))
        };
        let images = archive::locate(rows.iter().map(file).collect());
        let images = gallery::thumbnails(&images, options.shown);
        let (names, groups) = (self.row_names(), self.group_columns());
        let face = |(&row, image): (&usize, Option<Vec<u8>>)| {
            let of = &self.rows[row];
            let values = groups.iter().filter_map(|column| column.get(of.row));
            let face = RowImage {
                name: names[row].clone(),
                label: of.label,
                predicted: of.predicted,
                groups: values.collect::<Vec<_>>().join(", "),
                image,
            };
            (row, face)
        };
        ErrorAnalysis {
            source: Source::Table,
            examination: examination.clone(),
            about_images: match options.unit {
                Unit::Image => gallery::about(&images, options.shown),
                Unit::Row => None,
            },
            rows: rows
                .iter()
                .zip(images)
                .map(face)
                .collect::<BTreeMap<_, _>>(),
            maps: None,
        }
    }

    /// The attributes that make groups, each once.
    fn group_columns(&self) -> Vec<TextColumn> {
        let table = self.predictions.table();
        let mut names: Vec<&String> = Vec::new();
        for attribute in self.design.groups.iter().flat_map(|of| of.attributes()) {
            if !names.contains(&attribute) {
                names.push(attribute);
            }
        }
        let columns = names
            .into_iter()
            .filter_map(|name| table.first_column(&[name.as_str()]));
        columns.map(|at| table.text(at)).collect()
    }
}
