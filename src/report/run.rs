//! What a report is made from: plain results, with nothing in them of how they were come by.

use crate::audit::Audit;
use crate::record::{LabelSource, Status};

/// One training, as its report tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    pub title: String,
    /// Date and time in words, as the caller wants them shown. The library has no clock.
    pub created: Option<String>,
    /// The name of the label: `gender`.
    pub label: String,
    /// The class names, in the order of the probability columns.
    pub classes: Vec<String>,
    /// The positive class; `None` for more than two classes.
    pub positive: Option<String>,
    pub dataset: DatasetSummary,
    pub bad_rows: BadRows,
    pub training: Training,
    /// From out-of-fold predictions of the training rows.
    pub cross_validation: Audit,
    /// From the final classifier's predictions of the untouched test rows. `None` without a test
    /// part.
    pub test: Option<Audit>,
    pub curves: Vec<Curve>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct DatasetSummary {
    /// Where the rows came from, in the user's words: `train.csv and val.csv`.
    pub source: String,
    /// Whose data it is, its licence, how to cite it: sentences for the reader.
    pub about: Option<String>,
    pub label_source: LabelSource,
    /// Every input row, whatever became of it.
    pub rows: u64,
    /// How many rows ended in each status; statuses without rows may be left out.
    pub statuses: Vec<(Status, u64)>,
    /// Usable rows to train on.
    pub train: u64,
    /// Usable rows to test on.
    pub test: u64,
    /// What was said aloud while reading: the positive class that was chosen, restored values.
    pub notes: Vec<String>,
}

/// Rows without a prediction: some of them in full, all of them counted.
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

/// How the classifier was trained.
#[derive(Debug, Clone, PartialEq)]
pub struct Training {
    pub backbone: String,
    pub engine: String,
    pub engine_version: String,
    pub device: String,
    pub taps: Vec<String>,
    pub pooling: String,
    /// The length of one image's feature vector.
    pub features: u64,
    /// Names and values of the head's parameters, in the order in which to show them.
    pub head: Vec<(String, String)>,
    pub folds: u32,
    pub seed: u64,
    /// Wall-clock time of the whole run.
    pub seconds: f64,
}

/// One fit of the head, epoch by epoch.
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
