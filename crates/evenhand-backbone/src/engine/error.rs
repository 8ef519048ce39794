//! Errors of engines, and their next steps.

use super::install::{INSTALL, INSTALL_CUDA, OLDEST, VARIABLE};
use crate::graph::{EXPORT_FREE, MOST_AXES};
use crate::hint::{Hint, Message};
use std::path::PathBuf;

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
    #[error("node `{node}`: no gradient flows through operator {op}")]
    NoGradient { node: String, op: String },
    #[error("the model uses opset {version}, where the burn engine knows {oldest} to {newest}")]
    Opset {
        version: i64,
        oldest: i64,
        newest: i64,
    },
    #[error(
        "{by}: the shape {shape:?} takes memory for {values} values; at most {most} are held at a time"
    )]
    TooLarge {
        by: String,
        shape: Vec<u64>,
        values: u64,
        most: u64,
    },
    #[error("{by}: it puts a border of {pad} around an image; at most {most} are allowed")]
    Border { by: String, pad: i64, most: u64 },
    #[error("{by}: it makes a tensor of more than {MOST_AXES} axes")]
    Axes { by: String },
    #[error("{0}")]
    Model(String),
    #[error("device `{device}` is not one of {known}")]
    UnknownDevice { device: String, known: String },
    #[error("device `{device}` is not there: {count} of its kind were found")]
    NoSuchDevice { device: String, count: usize },
    #[error("{0} does not compute in half precision")]
    NoHalf(String),
    #[error("cannot start threads: {0}")]
    Threads(String),
    #[error("ONNX Runtime's library was not found")]
    NoOnnxRuntime { misnamed: Option<PathBuf> },
    #[error("{VARIABLE} names {}, where there is no ONNX Runtime", .0.display())]
    MisnamedOnnxRuntime(PathBuf),
    #[error("cannot load ONNX Runtime from {path}: {reason}")]
    BadOnnxRuntime { path: String, reason: String },
    #[error("{device} computes {wrong} of {dim} features otherwise than the CPU does")]
    Disagrees {
        device: String,
        wrong: usize,
        dim: usize,
    },
    #[error("ONNX Runtime {version} from {} was built without CUDA", path.display())]
    NoCuda { version: String, path: PathBuf },
    #[error("ONNX Runtime cannot use `{device}`: {reason}")]
    Cuda { device: String, reason: String },
    #[error(
        "no engine can use `{device}`: {onnxruntime}; the burn engine of this build has {burn}"
    )]
    NobodyHas {
        device: String,
        onnxruntime: String,
        burn: String,
    },
    #[error("{burn}; nor can ONNX Runtime: {onnxruntime}")]
    Neither {
        burn: Box<EngineError>,
        onnxruntime: Box<EngineError>,
    },
    #[error("ONNX Runtime: {0}")]
    OnnxRuntime(String),
    #[error(
        "the network gives an output of shape {found:?} for {batch} images, where [{batch}, {dim}] belongs"
    )]
    Output {
        found: Vec<usize>,
        batch: usize,
        dim: usize,
    },
    #[error("{bytes} bytes are not {batch} images of {height} x {width} x 3")]
    Batch {
        bytes: usize,
        batch: usize,
        height: usize,
        width: usize,
    },
}

impl Hint for EngineError {
    fn hint(&self) -> Option<Message> {
        let with_cuda = |template| Message::new(template, &[&INSTALL_CUDA]);
        Some(match self {
            Self::Unsupported { .. } | Self::Opset { .. } => {
                Message::new("ONNX Runtime can run it: {}, then {engine} onnxruntime", &[&INSTALL])
            }
            Self::NoGradient { .. } => {
                "unfreeze only what comes after it, with {unfreeze} TENSOR (`evenhand backbone inspect` \
                 lists tensors); a model on integers is fine-tuned with {precision} f32"
                    .into()
            }
            Self::Axes { .. } | Self::Border { .. } => "the file is damaged: check it with `onnx.checker`".into(),
            Self::TooLarge { .. } => {
                "take smaller images with {size}; a model that makes this of small ones is damaged".into()
            }
            Self::UnknownDevice { .. } => {
                "GPUs need a build with `--features vulkan`, `metal`, `wgpu` or `cuda`, and {engine} burn"
                    .into()
            }
            Self::NoHalf(_) => {
                "half precision is for the burn engine on a GPU that has it; leave {precision} out"
                    .into()
            }
            Self::Disagrees { .. } => {
                "its driver is wrong, or a kernel that was chosen for it; update the driver, or take another \
                 device or engine"
                    .into()
            }
            Self::NoCuda { .. } => {
                with_cuda("{} in place of `onnxruntime`; `evenhand doctor` says which one is found")
            }
            Self::Cuda { .. } => {
                with_cuda("a driver, CUDA and cuDNN are needed beside it: {} brings the last two")
            }
            Self::NobodyHas { .. } => {
                with_cuda("{}, or build with `--features cuda`; `evenhand doctor` lists the devices")
            }
            Self::NoSuchDevice { .. } => "`evenhand doctor` lists the devices".into(),
            Self::NoOnnxRuntime { .. } => {
                Message::new("{}; `evenhand doctor` lists where it is looked for", &[&INSTALL])
            }
            Self::MisnamedOnnxRuntime(_) => {
                Message::new("let {} name the library, or unset it to have it looked for", &[&VARIABLE])
            }
            Self::BadOnnxRuntime { .. } => {
                Message::new("ONNX Runtime {} or newer is needed: {}", &[&OLDEST, &INSTALL])
            }
            Self::Output { .. } => EXPORT_FREE.into(),
            Self::Neither { .. } => {
                "check the model in the program that exported it, or export it with another opset"
                    .into()
            }
            Self::Node { .. } => Message::new(
                "ONNX Runtime may run it, where it is a fault of the burn engine: {}, then {engine} onnxruntime",
                &[&INSTALL],
            ),
            Self::Model(_)
            | Self::Threads(_)
            | Self::OnnxRuntime(_)
            | Self::Batch { .. } => return None,
        })
    }
}
