//! Options of an audit.

use super::{Condition, ThresholdChoice};
use crate::margins::Margins;
use crate::predictions::PredictionTable;
use evenhand_stats::audit::{Design, Params};
use evenhand_table::Bands;
use std::path::PathBuf;

/// Options of an audit; by default all rows, without groups.
#[derive(Debug, Clone, Default)]
pub struct AuditOptions {
    /// Only these rows are audited.
    pub only: Option<Condition>,
    /// The positive one of two classes; by default that of the training, or the last in sorted order. A score
    /// needs it.
    pub positive: Option<String>,
    /// Where scores turn positive; by default at 0.5, and predictions stay as they are.
    pub threshold: Option<ThresholdChoice>,
    /// Columns of numbers that are audited as ranges.
    pub bands: Vec<Bands>,
    pub design: Design,
    /// The column that says what each row stands for.
    pub weights: Option<String>,
    /// Known shares that weights are adjusted to.
    pub margins: Option<Margins>,
    pub params: Params,
    pub against: Option<Against>,
    pub detail: Detail,
    /// Features of all rows, a file of `evenhand embed`, for kinds of images that fail.
    pub features: Option<PathBuf>,
}

/// Another classifier's predictions of the same rows.
#[derive(Debug, Clone)]
pub struct Against {
    pub predictions: PredictionTable,
    /// The column that names a row in both tables; by default `id`, or else `path`.
    pub id: Option<String>,
}

/// How far an audit goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Detail {
    #[default]
    Metrics,
    /// Single rows, too: confident errors, likely label errors, kinds of images that fail.
    Rows,
}
