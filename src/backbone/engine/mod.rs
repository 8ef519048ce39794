//! Engines run prepared graphs. None of them knows about taps, pooling or preprocessing.

pub mod burn;

use super::graph::Prepared;
use onnx_ir::ModelProto;
use std::collections::BTreeMap;

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
pub enum EngineError {
    #[error("node `{node}`: the burn engine cannot run operator {op}: {reason}")]
    Unsupported {
        node: String,
        op: String,
        reason: String,
    },
    #[error("node `{node}` ({op}) failed: {reason}")]
    Node {
        node: String,
        op: String,
        reason: String,
    },
    #[error("{0}")]
    Model(String),
    #[error("device `{device}` is not one of {known}")]
    UnknownDevice { device: String, known: String },
    #[error("device `{device}` is not there: {count} of its kind were found")]
    NoSuchDevice { device: String, count: usize },
    #[error("cannot start threads: {0}")]
    Threads(String),
    #[error("{bytes} bytes are not {batch} images of {height} x {width} x 3")]
    Batch {
        bytes: usize,
        batch: usize,
        height: usize,
        width: usize,
    },
}

impl EngineError {
    /// What the user can do next.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unsupported { .. } => Some(
                "ONNX Runtime can run it: `pip install onnxruntime`, then `--engine onnxruntime`"
                    .into(),
            ),
            Self::UnknownDevice { .. } => {
                Some("GPUs need a build with `--features vulkan`, `metal`, `wgpu` or `cuda`".into())
            }
            Self::NoSuchDevice { .. } => Some("`evenhand doctor` lists the devices".into()),
            _ => None,
        }
    }
}

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

pub fn open(prepared: &Prepared, options: &Options) -> Result<Opened, EngineError> {
    let device = options.device.as_deref().unwrap_or(burn::CPU);
    let engine = Box::new(burn::BurnEngine::load(prepared, device, options.threads)?);
    Ok(Opened { engine, hint: None })
}

/// The shape of every float tensor of `model`, by name, observed by running it once on a blank
/// image of `[1, 3, height, width]`.
pub fn shapes(
    model: &ModelProto,
    height: usize,
    width: usize,
) -> Result<BTreeMap<String, Vec<usize>>, EngineError> {
    burn::shapes(model, height, width)
}

fn check_length(
    pixels: &[u8],
    batch: usize,
    height: usize,
    width: usize,
) -> Result<(), EngineError> {
    let bytes = pixels.len();
    if bytes == batch * height * width * 3 {
        return Ok(());
    }
    Err(EngineError::Batch {
        bytes,
        batch,
        height,
        width,
    })
}
