//! Data set of a training, and how its rows are divided.

use crate::dataset::{Layout, Preset};
use crate::head::Balance;
use crate::record::LabelSource;
use crate::report::Source;
use crate::stats::resample::mix;
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
    /// Number of the draw of folds. The test part is the same in every draw.
    #[serde(default, skip_serializing_if = "is_first")]
    pub draw: u64,
    /// Number of trainings that differ by chance alone. The first is the result, the others say how far it could
    /// have been another one.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub seeds: usize,
    /// Column of the sources of images: classifiers of one source, and of all but one, are tested on every other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leave_out: Option<String>,
}

fn one() -> usize {
    1
}

fn is_one(seeds: &usize) -> bool {
    *seeds == 1
}

fn is_first(draw: &u64) -> bool {
    *draw == 0
}

impl ValidationConfig {
    /// Random seed of this draw of folds.
    pub(crate) fn fold_seed(&self) -> u64 {
        match self.draw {
            0 => self.seed,
            draw => mix(self.seed, draw),
        }
    }

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
            draw: 0,
            seeds: 1,
            leave_out: None,
        }
    }
}
