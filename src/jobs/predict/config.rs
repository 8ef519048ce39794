//! Configuration of predictions.

use crate::backbone::embed::Embedder;
use crate::classifier::Classifier;
use crate::dataset::{self, DatasetError, Inputs, ListOptions};
use crate::error::Error;
use crate::events::Events;
use crate::hint::SettingError;
use crate::jobs::config::{EngineConfig, LimitConfig, StoreConfig};
use crate::jobs::files::Overwrite;
use crate::jobs::pipeline::Setup;
use crate::predict::{Format, JobError, Parts, Shard};
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
    /// Share of least certain images that are left to people.
    pub abstain: Option<f64>,
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
        match self.classifier.is_dir() {
            true => self.classifier.join("classifier.onnx"),
            false => self.classifier.clone(),
        }
    }

    /// Opens the classifier.
    pub(super) fn open(&self) -> Result<Classifier, Error> {
        let classifier = Classifier::open(&self.model_file())?;
        self.engine.check_trained(&classifier.prepared)?;
        Ok(classifier)
    }

    /// Opens engine and store for a classifier.
    pub(super) fn embedder(
        &self,
        classifier: &Classifier,
        on: &mut dyn Events,
    ) -> Result<Embedder, Error> {
        let setup = Setup {
            engine: &self.engine,
            store: &self.store,
            limits: self.limits,
        };
        let (embedder, _) = setup.embedder(&classifier.prepared, classifier.card.geometry, on)?;
        Ok(embedder)
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
        check_abstain(*abstain)?;
        if let Some(share) = abstain
            && *shard != Shard::WHOLE
        {
            return Err(JobError::AbstainInShard { share: *share }.into());
        }
        check_out(out, *overwrite)
    }
}

/// # Errors
/// The share to abstain from is none.
pub(super) fn check_abstain(abstain: Option<f64>) -> Result<(), SettingError> {
    match abstain {
        Some(share) if !(share > 0.0 && share < 1.0) => {
            Err(
                SettingError::new("abstain", share, "a share is more than 0 and less than 1")
                    .with_hint("0.1 leaves the least certain tenth to humans"),
            )
        }
        _ => Ok(()),
    }
}

/// # Errors
/// The name says no format, or the table is there already and is neither to be replaced nor unfinished.
pub(super) fn check_out(out: &Path, overwrite: Overwrite) -> Result<(), Error> {
    if Format::of(out).is_none() {
        let path = out.to_owned();
        return Err(JobError::Extension { path }.into());
    }
    match Parts::begun(out) {
        true => Ok(()),
        false => Ok(overwrite.check([out])?),
    }
}
