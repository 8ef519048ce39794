//! Data set of a training, and how its rows are divided.

use crate::dataset::{Layout, Preset};
use crate::head::Balance;
use crate::record::LabelSource;
use crate::report::Source;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Data set: where it is and how it is laid out.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataConfig {
    /// A folder of class folders, a table, an archive, or a pattern of archives.
    pub path: PathBuf,
    /// What the report says of the data: where it is from, its licence, how to cite it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    #[serde(default)]
    pub label_source: LabelSource,
    /// A second data set to test on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<PathBuf>,
    /// Share of the rows to test on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holdout: Option<f64>,
    #[serde(default)]
    pub layout: Layout,
}

impl DataConfig {
    /// Fills in what a preset says of a well-known data set, where nothing else is set.
    pub fn fill(&mut self, preset: Preset) {
        self.about = Some(preset.about());
        self.layout.fill(preset.layout);
    }
}

/// Cross-validation: how training rows are divided and weighted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValidationConfig {
    /// Folds of the cross-validation.
    pub folds: usize,
    pub balance: Balance,
    /// Random seed of folds and splits.
    pub seed: u64,
}

impl ValidationConfig {
    /// The kind of predictions that training rows get.
    pub fn source(&self) -> Source {
        match self.folds {
            1 => Source::HeldOut,
            _ => Source::CrossValidation,
        }
    }
}

impl Default for ValidationConfig {
    fn default() -> Self {
        Self {
            folds: 5,
            balance: Balance::None,
            seed: 0,
        }
    }
}
