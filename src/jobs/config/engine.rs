//! Inference engine: which one, on which device, in which precision.

use super::ConfigError;
use crate::backbone::engine::onnxruntime::{self, Place};
use crate::backbone::engine::{self, Choice};
use crate::backbone::graph::Prepared;
use crate::backbone::graph::quantize::on_integers;
use crate::backbone::{spec, store};
use crate::dataset::preprocess::Geometry;
use crate::hint::SettingError;
use serde::{Deserialize, Serialize};
use std::thread::available_parallelism;

/// Numeric precision of the backbone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// The fastest that engine and device have.
    #[default]
    Auto,
    F32,
    Int8,
    F16,
}

impl Precision {
    /// The precision that `Auto` becomes for a backbone.
    pub fn settled(self, backbone: spec::Precision) -> Self {
        match (self, backbone) {
            (Self::Auto, spec::Precision::F32) => Self::F32,
            (Self::Auto, spec::Precision::Int8) => Self::Int8,
            (asked, _) => asked,
        }
    }
}

/// Inference engine and its settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EngineConfig {
    /// `auto`, `onnxruntime` or `burn`.
    pub engine: Choice,
    /// `cpu`, `cuda:0`, `vulkan:0`, …; the CPU where `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    #[serde(default)]
    pub precision: Precision,
    pub threads: usize,
}

impl Default for EngineConfig {
    fn default() -> Self {
        let threads = available_parallelism().map_or(1, usize::from);
        Self {
            engine: Choice::Auto,
            device: None,
            precision: Precision::Auto,
            threads,
        }
    }
}

impl EngineConfig {
    /// # Errors
    /// No thread is to be used.
    pub fn check(&self) -> Result<(), SettingError> {
        match self.threads {
            0 => Err(
                SettingError::new("threads", 0, "at least one thread is needed")
                    .with_hint("leave {threads} out to use every core"),
            ),
            _ => Ok(()),
        }
    }

    /// Whether the device is the CPU.
    pub fn is_on_cpu(&self) -> bool {
        let device = self.device.as_deref();
        device.is_none_or(engine::on_cpu)
    }

    /// Whether the backbone runs in half precision: as asked, or where the burn engine has a GPU.
    fn is_half(&self) -> bool {
        let device = self.device.as_deref().unwrap_or(engine::CPU);
        let by_burn = self.engine == Choice::Burn || Place::of(device).is_none();
        match self.precision {
            Precision::Auto => by_burn && !self.is_on_cpu(),
            precision => precision == Precision::F16,
        }
    }

    /// Key of the features of a prepared graph on this engine. Half precision makes others than single.
    pub fn digest(&self, prepared: &Prepared, geometry: Geometry) -> String {
        match self.is_half() {
            false => store::digest(&prepared.digest, geometry),
            true => store::digest(&format!("{} in f16", prepared.digest), geometry),
        }
    }

    /// Whether int8 is worth its while: on a CPU that has instructions for it, by ONNX Runtime.
    pub fn is_fast_on_int8(&self) -> bool {
        let there = self.engine != Choice::Burn && onnxruntime::runtime().is_ok();
        self.is_on_cpu() && there && onnxruntime::has_int8_instructions()
    }

    /// Checks the precision of a trained classifier, which computes with what it was trained with.
    ///
    /// # Errors
    /// Another precision is asked for.
    pub fn check_trained(&self, prepared: &Prepared) -> Result<(), ConfigError> {
        let int8 = on_integers(&prepared.model.graph).is_some();
        let (trained, other) = match (self.precision, int8) {
            (Precision::F32 | Precision::F16, true) => ("int8", "f32"),
            (Precision::Int8, false) => ("f32", "int8"),
            _ => return Ok(()),
        };
        Err(ConfigError::OtherPrecision { trained, other })
    }

    /// The same for [`engine::open`].
    pub fn options(&self) -> engine::Options {
        let Self {
            engine: choice,
            device,
            precision: _,
            threads,
        } = self.clone();
        engine::Options {
            choice,
            device,
            threads,
            precision: match self.is_half() {
                true => engine::Precision::F16,
                false => engine::Precision::F32,
            },
        }
    }
}
