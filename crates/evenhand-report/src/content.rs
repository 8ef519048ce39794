//! Inputs of a report: plain results, without a trace of how they were computed.

use crate::activation_map::ActivationMap;
use crate::audit::across::AcrossSources;
use crate::audit::{Audit, Comparison, Examination, ExampleImages};
use crate::method::Method;
use crate::record::{Classes, LabelSource, Status, Unit};
use evenhand_stats::text::TextTable;
use std::collections::BTreeMap;

/// An account of a classifier's errors, of our own training or of anybody's predictions.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    pub title: String,
    /// Date and time in words, as the caller wants them shown. The library has no clock.
    pub created: Option<String>,
    /// Kind of the rows: what the page calls them.
    pub unit: Unit,
    /// The name of the label: `gender`.
    pub label: String,
    pub classes: Classes,
    pub data: Data,
    /// `None` where somebody else trained it.
    pub training: Option<Training>,
    /// At least one; all with the same groupings.
    pub parts: Vec<Part>,
    /// Errors of one part, row by row.
    pub error_analysis: Option<ErrorAnalysis>,
    /// The classifier held against another one.
    pub comparison: Option<Compared>,
}

impl Report {
    /// Origin of the labels, in a sentence.
    pub fn labels(&self) -> &'static str {
        match (self.data.label_source, self.unit) {
            (LabelSource::Perceived, Unit::Image) => "The labels are what coders perceived.",
            (LabelSource::Recorded, _) | (LabelSource::Perceived, Unit::Row) => {
                "The labels are what people answered or what was recorded."
            }
            (LabelSource::Drawn, _) => "The labels are what was drawn.",
        }
    }

    /// The parts, the largest first.
    pub(super) fn by_size(&self) -> Vec<&Part> {
        let mut parts: Vec<&Part> = self.parts.iter().collect();
        parts.sort_by_key(|part| std::cmp::Reverse(part.audit.overall.n));
        parts
    }
}

/// Some predictions and their audit.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    pub source: Source,
    pub audit: Audit,
    /// The same rows by weights; `None` where they count alike.
    pub weighted: Option<WeightedPart>,
}

/// Metrics of rows that count by weights.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightedPart {
    /// Where weights are from, and what they come to.
    pub sentence: String,
    /// Of each grouping its groups, and its groups less the rest; the first column names the group.
    pub tables: Vec<TextTable>,
}

/// Origin of predictions: folds, held-out rows, a test part, or a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Out of fold, of the training rows.
    CrossValidation,
    /// The final classifier's, of validation rows: not learned from, but used for early stopping.
    HeldOut,
    /// The final classifier's, of untouched rows.
    Test,
    /// Whatever somebody's table has.
    Table,
}

impl Source {
    pub fn name(self, unit: Unit) -> &'static str {
        match (self, unit) {
            (Self::CrossValidation, _) => "Cross-validation",
            (Self::HeldOut, Unit::Image) => "Held-out images",
            (Self::HeldOut, Unit::Row) => "Held-out rows",
            (Self::Test, _) => "Test set",
            (Self::Table, _) => "Predictions",
        }
    }

    /// Role of the rows: seen in training or not.
    pub(super) fn role(self) -> &'static str {
        match self {
            Self::CrossValidation => ", each judged by a model trained without it",
            Self::HeldOut => " that it did not learn from, although they said when to stop",
            Self::Test => " that it had never seen",
            Self::Table => "",
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Data {
    /// Origin of the rows, in the user's words: `train.csv and val.csv`.
    pub source: String,
    /// Whose data it is, its licence, how to cite it: sentences for the reader.
    pub about: Option<String>,
    pub label_source: LabelSource,
    /// Every input row, whatever became of it.
    pub rows: u64,
    pub outcomes: Vec<Outcome>,
    pub bad_rows: BadRows,
    /// Notes made while reading: the positive class that was chosen, restored values.
    pub notes: Vec<String>,
}

/// Number of rows with one status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub name: String,
    pub n: u64,
    pub meaning: String,
}

/// Rows that are neither judged nor learned from: some of them in full, all of them counted.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BadRows {
    pub first: Vec<BadRow>,
    pub total: u64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct BadRow {
    pub path: String,
    pub status: Status,
    pub reason: String,
}

/// An examination, with what its rows are called and look like.
#[derive(Debug, Clone, PartialEq)]
pub struct ErrorAnalysis {
    pub source: Source,
    pub examination: Examination,
    /// Those that [`pictured_rows`](super::pictured_rows) names, at least.
    pub rows: BTreeMap<usize, RowImage>,
    /// Why no images are shown, or what was done to them.
    pub about_images: Option<String>,
    /// `None` where features keep no places, or are not at hand.
    pub maps: Option<Maps>,
}

/// Class activation maps of some images.
#[derive(Debug, Clone, PartialEq)]
pub struct Maps {
    pub example_images: Vec<ExampleImages>,
    /// By row, those of the specimens.
    pub images: BTreeMap<usize, Mapped>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Mapped {
    /// Its image is what the backbone sees.
    pub face: RowImage,
    /// `None` where no part of the image speaks for the prediction.
    pub map: Option<ActivationMap>,
}

/// One row, as the report shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct RowImage {
    pub name: String,
    pub label: usize,
    pub predicted: usize,
    /// Its groups: `Black, 20-29`.
    pub groups: String,
    /// A JPEG file; `None` where there is no image, or none is to be shown.
    pub image: Option<Vec<u8>>,
}

/// Another classifier's predictions of the same rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// Name of the other one: that of its file.
    pub with: String,
    pub comparison: Comparison,
}

/// How the classifier was trained.
#[derive(Debug, Clone, PartialEq)]
pub struct Training {
    /// Usable rows to train on.
    pub train: u64,
    /// Usable rows to test on.
    pub test: u64,
    pub method: Method,
    /// 1 where a part was held out once.
    pub folds: u32,
    pub seed: u64,
    /// Wall-clock time of the whole run.
    pub seconds: f64,
    pub curves: Vec<Curve>,
    /// What other seeds would have given, in sentences; empty where there was one alone.
    pub seeds: Vec<String>,
    /// Accuracy across sources, where one after the other was left out.
    pub across: Option<AcrossSources>,
}

impl Training {
    pub(super) fn is_cross_validated(&self) -> bool {
        self.folds > 1
    }
}

/// One fit, epoch by epoch.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    pub fit: Fit,
    pub points: Vec<CurvePoint>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// The fit without this cross-validation fold (from 0).
    Fold(usize),
    /// The fit on all training rows, which became the classifier.
    Final,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurvePoint {
    /// From 1.
    pub epoch: u32,
    pub train_loss: f64,
    /// `None` where no part was kept for validation.
    pub validation_loss: Option<f64>,
    /// A share between 0 and 1. `None` where no part was kept for validation.
    pub validation_accuracy: Option<f64>,
}
