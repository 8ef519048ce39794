//! Engines run prepared graphs. None of them knows about taps, pooling or preprocessing.

use super::graph::Prepared;
use onnx_ir::ModelProto;

/// What runs a graph, for the user to read.
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
}

#[derive(Debug, thiserror::Error)]
pub enum EngineError {}

/// Which engine to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// ONNX Runtime where its library is found, Burn otherwise.
    Auto,
    OnnxRuntime,
    Burn,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    pub choice: Choice,
    /// `cpu`, `vulkan:0`, ...; the engine's default where `None`.
    pub device: Option<String>,
    pub threads: usize,
}

/// An engine, and what the user should be told about the choice.
pub struct Opened {
    pub engine: Box<dyn Engine>,
    /// Set where a faster engine could be had.
    pub hint: Option<String>,
}

pub fn open(_prepared: &Prepared, _options: &Options) -> Result<Opened, EngineError> {
    todo!()
}

/// The shape of every float tensor of `model`, by name, observed by running it once on a blank
/// image of `[1, 3, height, width]`.
pub fn shapes(
    _model: &ModelProto,
    _height: usize,
    _width: usize,
) -> Result<std::collections::BTreeMap<String, Vec<usize>>, EngineError> {
    todo!()
}
