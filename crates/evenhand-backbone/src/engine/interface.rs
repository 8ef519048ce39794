//! The interface of engines: a graph is loaded, batches go in, features come out.

use super::error::EngineError;
use super::tensor::HostTensor;
use crate::Precision;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Name, version and device of an engine, for the user to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineInfo {
    /// `onnxruntime` or `burn`.
    pub name: &'static str,
    pub version: String,
    pub device: String,
}

/// A loaded prepared graph.
pub trait Engine: Send {
    fn info(&self) -> EngineInfo;

    /// Runs one batch: `pixels` is uint8 `[batch, height, width, 3]`, row-major; the answer is
    /// the graph's first output, `[batch, dim]`, row-major.
    fn run(&mut self, pixels: &[u8], batch: usize) -> Result<Vec<f32>, EngineError>;

    /// Starts what [`run`](Self::run) does. An engine on a device of its own returns at once, so
    /// that the next batch can be sent while it computes; any other computes here.
    fn submit(&mut self, pixels: &[u8], batch: usize) -> Result<Pending, EngineError> {
        self.run(pixels, batch).map(Pending::Done)
    }
}

/// A loaded model, all of whose outputs are wanted, for looking into it; always on the CPU.
pub trait Probe {
    /// Every output for these inputs, by name.
    ///
    /// # Errors
    /// When an input is missing or refused, and for a node that fails.
    fn run(
        &mut self,
        inputs: &[(&str, HostTensor)],
    ) -> Result<BTreeMap<String, HostTensor>, EngineError>;
}

/// Which engine to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Choice {
    /// ONNX Runtime where its library is found and has the device, Burn otherwise.
    Auto,
    OnnxRuntime,
    Burn,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    pub choice: Choice,
    /// `cpu`, `vulkan:0`, `cuda:0`, ...; the CPU where `None`.
    pub device: Option<String>,
    pub threads: usize,
    /// Of the floats; a graph on integers keeps them.
    pub precision: Precision,
}

/// An engine, and what the user should be told about the choice.
pub struct Opened {
    pub engine: Box<dyn Engine>,
    /// Set where a faster engine could be had.
    pub hint: Option<String>,
    /// Set where this run takes longer than later ones will.
    pub note: Option<String>,
}

/// A batch that an engine was given.
pub enum Pending {
    /// Its features, as [`Engine::run`] returns them.
    Done(Vec<f32>),
    /// A device is at it; the call waits for its features.
    Running(Box<dyn FnOnce() -> Result<Vec<f32>, EngineError> + Send>),
}

impl Pending {
    /// The features, waited for where they are not there yet.
    ///
    /// # Errors
    /// Those of [`Engine::run`].
    pub fn collect(self) -> Result<Vec<f32>, EngineError> {
        match self {
            Self::Done(features) => Ok(features),
            Self::Running(wait) => wait(),
        }
    }
}
