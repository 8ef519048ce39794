//! Configuration of an int8 copy.

use crate::backbone::Precision;
use crate::backbone::source;
use crate::dataset::ListOptions;
use crate::error::Error;
use crate::hint::SettingError;
use crate::jobs::config::{BackboneConfig, EngineConfig, LimitConfig, StoreConfig};
use crate::jobs::files::Overwrite;
use std::path::PathBuf;

/// Configuration of an int8 copy.
#[derive(Debug, Clone, PartialEq)]
pub struct QuantizeConfig {
    /// The float32 backbone.
    pub backbone: BackboneConfig,
    /// Images like those that it will see: folders, image files, tables, archives, or patterns.
    pub inputs: Vec<String>,
    /// Where the images of lists are, and how tables are read.
    pub list: ListOptions,
    /// Number of images to calibrate with, drawn at random.
    pub images: usize,
    /// The copy; its spec is written beside it.
    pub out: PathBuf,
    pub overwrite: Overwrite,
    /// Percentile at which activation ranges are clipped.
    pub percentile: f64,
    /// Layers that stay float.
    pub skip: Vec<String>,
    /// A layer that alone changes the features by more than this stays float.
    pub max_error: f64,
    /// Random seed of the draw.
    pub seed: u64,
    pub limits: LimitConfig,
    pub engine: EngineConfig,
    /// Store of the features that both backbones are compared on.
    pub store: StoreConfig,
}

impl QuantizeConfig {
    /// The defaults: 200 images of `inputs`, a copy `<name>-int8.onnx`.
    pub fn new<I: Into<String>>(
        backbone: BackboneConfig,
        inputs: impl IntoIterator<Item = I>,
    ) -> Self {
        Self {
            out: beside(&backbone.model),
            backbone,
            inputs: inputs.into_iter().map(Into::into).collect(),
            list: ListOptions::default(),
            images: 200,
            overwrite: Overwrite::No,
            percentile: 99.999,
            skip: Vec::new(),
            max_error: 0.01,
            seed: 0,
            limits: LimitConfig::row_by_row(),
            engine: EngineConfig::default(),
            store: StoreConfig::default(),
        }
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        let Self {
            out, percentile, ..
        } = self;
        self.overwrite
            .check([&**out, &out.with_extension("toml")])?;
        if !(*percentile > 50.0 && *percentile <= 100.0) {
            let allowed = "above 50 and at most 100 is allowed";
            let error = SettingError::new("percentile", percentile, allowed);
            return Err(error
                .with_hint("99.99 cuts off one value in ten thousand")
                .into());
        }
        self.limits.check()?;
        Ok(self.engine.check()?)
    }
}

/// `<name>-int8.onnx`: beside a file, or in the current folder for a backbone that ships.
fn beside(backbone: &str) -> PathBuf {
    let file = match source::is_shipped(backbone) {
        true => format!("{backbone}.onnx"),
        false => backbone.to_owned(),
    };
    source::other_name(&file, Precision::Int8)
        .unwrap_or(file)
        .into()
}
