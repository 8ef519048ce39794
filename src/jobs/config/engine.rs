//! Inference engine: which one, on which device, in which precision.

use super::ConfigError;
use crate::backbone::Precision;
use crate::backbone::engine::onnxruntime::{self, Place};
use crate::backbone::engine::{self, Choice, EngineIdentity, EngineInfo};
use crate::backbone::graph::Prepared;
use crate::backbone::graph::quantize::on_integers;
use crate::backbone::store;
use crate::dataset::preprocess::Geometry;
use crate::hint::SettingError;
use serde::de::{self, IntoDeserializer};
use serde::{Deserialize, Deserializer, Serialize};
use std::thread::available_parallelism;

/// Inference engine and its settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EngineConfig {
    /// `auto`, `onnxruntime` or `burn`.
    pub engine: Choice,
    /// `cpu`, `cuda:0`, `vulkan:0`, …; the CPU where `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Numeric precision of the backbone; the fastest that engine and device have where `None`,
    /// which is written as `auto` or not at all.
    #[serde(
        default,
        deserialize_with = "auto_or_precision",
        skip_serializing_if = "Option::is_none"
    )]
    pub precision: Option<Precision>,
    pub threads: usize,
}

/// `auto`, or the name of a [`Precision`].
fn auto_or_precision<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Precision>, D::Error> {
    let word = String::deserialize(value)?;
    if word == "auto" {
        return Ok(None);
    }
    let named: Result<_, de::value::Error> =
        Precision::deserialize(word.as_str().into_deserializer());
    named.map(Some).map_err(|_| {
        let message = format!("`{word}` is no precision; write auto, f32, f16 or int8");
        de::Error::custom(message)
    })
}

impl Default for EngineConfig {
    fn default() -> Self {
        let threads = available_parallelism().map_or(1, usize::from);
        Self {
            engine: Choice::Auto,
            device: None,
            precision: None,
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

    /// Precision in which a backbone is run: as asked, or the fastest that engine and device have.
    pub fn precision_of(&self, backbone: Precision) -> Precision {
        match self.precision {
            Some(asked) => asked,
            None if backbone == Precision::F32 && self.is_half() => Precision::F16,
            None => backbone,
        }
    }

    /// Whether the backbone runs in half precision: as asked, or where the burn engine has a GPU.
    fn is_half(&self) -> bool {
        let device = self.device.as_deref().unwrap_or(engine::CPU);
        let by_burn = self.engine == Choice::Burn || Place::of(device).is_none();
        match self.precision {
            None => by_burn && !self.is_on_cpu(),
            Some(precision) => precision == Precision::F16,
        }
    }

    /// Identity of an engine that was opened as configured.
    pub fn identity(&self, info: &EngineInfo) -> EngineIdentity {
        EngineIdentity::new(info, self.device.as_deref())
    }

    /// Key of the features of a prepared graph by an engine. Another engine, kind of device or precision
    /// makes others.
    pub fn digest(
        &self,
        prepared: &Prepared,
        geometry: Geometry,
        engine: &EngineIdentity,
    ) -> String {
        let half = if self.is_half() { " in f16" } else { "" };
        let kernels = match engine.kernels() {
            // As it was when keys named no engine: nobody's store is computed again.
            usual if usual == "onnxruntime on cpu" => String::new(),
            other => format!(" by {other}"),
        };
        store::digest(&format!("{}{half}{kernels}", prepared.digest), geometry)
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
            (Some(Precision::F32 | Precision::F16), true) => ("int8", "f32"),
            (Some(Precision::Int8), false) => ("f32", "int8"),
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
                true => Precision::F16,
                false => Precision::F32,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_precision_is_settled_where_burn_has_a_gpu() {
        let on = |device: &str, engine| EngineConfig {
            engine,
            device: Some(device.to_owned()),
            ..EngineConfig::default()
        };
        let gpu = on("vulkan:0", Choice::Burn);
        assert_eq!(gpu.precision_of(Precision::F32), Precision::F16);
        assert_eq!(gpu.precision_of(Precision::Int8), Precision::Int8);
        let settled = EngineConfig {
            precision: Some(gpu.precision_of(Precision::F32)),
            ..gpu
        };
        assert!(settled.is_half(), "settling changes nothing");
        let cpu = on("cpu", Choice::Burn);
        assert_eq!(cpu.precision_of(Precision::F32), Precision::F32);
        let asked = EngineConfig {
            precision: Some(Precision::F32),
            ..on("vulkan:0", Choice::Burn)
        };
        assert_eq!(asked.precision_of(Precision::F32), Precision::F32);
    }

    #[test]
    fn the_key_of_features_names_the_engine() {
        let config = EngineConfig::default();
        let backbone = crate::backbone::source::open(&Default::default()).unwrap();
        let prepared = crate::backbone::prepare::prepare(&backbone.model, &backbone.spec).unwrap();
        let geometry = backbone.spec.geometry();
        let of = |engine: &str, version: &str, device: &str| {
            let identity = EngineIdentity {
                engine: engine.into(),
                version: version.into(),
                device: device.into(),
                hardware: "any".into(),
            };
            config.digest(&prepared, geometry, &identity)
        };
        let usual = of("onnxruntime", "1.23.2", "cpu");
        // Stores of earlier versions, which named no engine, go on being served.
        assert_eq!(usual, store::digest(&prepared.digest, geometry));
        assert_eq!(usual, of("onnxruntime", "1.20.1", "cpu"));
        let all = [
            usual,
            of("burn", "0.22", "cpu"),
            of("burn", "0.22", "vulkan"),
            of("onnxruntime", "1.23.2", "cuda"),
        ];
        for (at, one) in all.iter().enumerate() {
            assert!(!all[..at].contains(one));
        }
    }

    #[test]
    fn precisions_are_read_by_name() {
        let read = |precision: &str| {
            let text = format!("engine = 'auto'\nthreads = 1\nprecision = '{precision}'\n");
            toml::from_str::<EngineConfig>(&text).map(|config| config.precision)
        };
        assert_eq!(read("auto").unwrap(), None);
        assert_eq!(read("int8").unwrap(), Some(Precision::Int8));
        let error = read("fp16").unwrap_err();
        let allowed = "`fp16` is no precision; write auto, f32, f16 or int8";
        assert_eq!(error.message(), allowed);
        assert!(error.span().is_some());
    }
}
