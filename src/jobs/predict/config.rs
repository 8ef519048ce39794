//! Configuration of predictions.

use crate::classifier::Classifier;
use crate::dataset::{self, DatasetError, Inputs, ListOptions};
use crate::error::Error;
use crate::events::Events;
use crate::hint::SettingError;
use crate::jobs::config::{EngineConfig, LimitConfig, StoreConfig};
use crate::jobs::files::{Overwrite, is_taken};
use crate::jobs::pipeline::{OpenPipeline, Setup};
use crate::jobs::run_dir::classifier_file;
use crate::predict::{Abstain, Format, JobError, Manifest, Parts, Shard};
use crate::table::plain_file;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Classifier, images and engine of predictions.
#[derive(Debug, Clone, PartialEq)]
pub struct PredictConfig {
    /// A run, or a `classifier.onnx`.
    pub classifier: PathBuf,
    /// Folders, image files, tables, archives, or patterns.
    pub inputs: Vec<String>,
    /// Where the images of lists are, and how tables are read.
    pub list: ListOptions,
    pub limits: LimitConfig,
    pub engine: EngineConfig,
    pub store: StoreConfig,
}

/// Table of predictions that is written.
#[derive(Debug, Clone, PartialEq)]
pub struct TableOptions {
    /// The extension names the format: `.csv`, `.tsv`, `.jsonl` or `.parquet`.
    pub out: PathBuf,
    /// Whether to replace a table, and to start over where another list or classifier was begun.
    pub overwrite: Overwrite,
    /// The part of the list that this machine predicts.
    pub shard: Shard,
    /// Which images are left to people.
    pub abstain: Option<Abstain>,
}

impl PredictConfig {
    /// The defaults for some images.
    pub fn new<I: Into<String>>(
        classifier: impl Into<PathBuf>,
        inputs: impl IntoIterator<Item = I>,
    ) -> Self {
        Self {
            classifier: classifier.into(),
            inputs: inputs.into_iter().map(Into::into).collect(),
            list: ListOptions::default(),
            limits: LimitConfig::row_by_row(),
            engine: EngineConfig::default(),
            store: StoreConfig::default(),
        }
    }

    pub(super) fn check(&self) -> Result<(), SettingError> {
        self.limits.check()?;
        self.engine.check()
    }

    /// The list of images, from its beginning.
    pub(super) fn list(&self) -> Result<Inputs, DatasetError> {
        dataset::inputs_with(&self.inputs, &self.list)
    }

    /// A run's classifier, or the file itself.
    pub(super) fn model_file(&self) -> PathBuf {
        classifier_file(&self.classifier)
    }

    /// Opens the classifier.
    pub(super) fn open(&self) -> Result<Classifier, Error> {
        let classifier = Classifier::open(&self.model_file())?;
        self.engine.check_trained(&classifier.prepared)?;
        Ok(classifier)
    }

    /// Opens engine and store for a classifier.
    pub(super) fn pipeline(
        &self,
        classifier: &Classifier,
        on: &mut dyn Events,
    ) -> Result<OpenPipeline, Error> {
        let setup = Setup {
            engine: &self.engine,
            store: &self.store,
            limits: self.limits,
        };
        setup.embedder(&classifier.prepared, classifier.card.geometry, on)
    }
}

impl TableOptions {
    /// One whole table, that replaces none.
    pub fn new(out: impl Into<PathBuf>) -> Self {
        Self {
            out: out.into(),
            overwrite: Overwrite::No,
            shard: Shard::WHOLE,
            abstain: None,
        }
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        let Self {
            out,
            overwrite,
            shard,
            abstain,
        } = self;
        check_abstain(abstain.as_ref())?;
        match abstain {
            Some(Abstain::Share(share)) if *shard != Shard::WHOLE => {
                return Err(JobError::AbstainInShard { share: *share }.into());
            }
            Some(Abstain::Risk { risk, .. }) if *shard != Shard::WHOLE => {
                return Err(JobError::PromiseInShard { risk: *risk }.into());
            }
            _ => {}
        }
        check_extension(out)?;
        match Parts::begun(out) || self.is_there() && Manifest::path(out).exists() {
            true => Ok(()),
            false => Ok(overwrite.check(outputs(out).iter().map(PathBuf::as_path))?),
        }
    }

    /// Whether the table is there, and neither to be replaced nor unfinished.
    pub(super) fn is_there(&self) -> bool {
        self.overwrite == Overwrite::No && !Parts::begun(&self.out) && is_taken(&self.out)
    }
}

/// A table, and what is beside it under the names of its manifest and its drift, unless evenhand wrote it:
/// these two make way where their table is gone.
pub(super) fn outputs(out: &Path) -> Vec<PathBuf> {
    let mut outputs = vec![out.to_owned()];
    if Manifest::read(out).is_err() {
        outputs.push(Manifest::path(out));
    }
    let path = drift_path(out);
    let drift = plain_file::read_text(&path).ok();
    let drift = drift.and_then(|text| serde_json::from_str::<Value>(&text).ok());
    if drift.is_none_or(|drift| drift.get("images").is_none()) {
        outputs.push(path);
    }
    outputs
}

/// The drift of a table, beside it.
pub(super) fn drift_path(out: &Path) -> PathBuf {
    out.with_added_extension("drift.json")
}

/// # Errors
/// The share to abstain from, or of errors, is none.
pub(super) fn check_abstain(abstain: Option<&Abstain>) -> Result<(), SettingError> {
    let (name, share, hint) = match abstain {
        None => return Ok(()),
        Some(Abstain::Share(share)) => (
            "abstain",
            *share,
            "0.1 leaves the least certain tenth to humans",
        ),
        Some(Abstain::Risk { risk, .. }) => (
            "abstain_risk",
            *risk,
            "0.05: at most 5 % of the predictions that are kept are wrong",
        ),
    };
    match share > 0.0 && share < 1.0 {
        true => Ok(()),
        false => Err(
            SettingError::new(name, share, "a share is more than 0 and less than 1")
                .with_hint(hint),
        ),
    }
}

/// # Errors
/// The name says no format.
pub(super) fn check_extension(out: &Path) -> Result<(), JobError> {
    match Format::of(out) {
        Some(_) => Ok(()),
        None => Err(JobError::Extension {
            path: out.to_owned(),
        }),
    }
}
