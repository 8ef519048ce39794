use crate::hint::{Hint, Message};
use crate::plain_file;
use std::path::PathBuf;

/// The oldest operator set with scales for each channel.
pub(super) const OLDEST_OPSET: i64 = 13;

/// What frees the batch of a model that was exported for one number of images.
pub const EXPORT_FREE: &str = "export it with a free batch: `dynamic_shapes` of `torch.onnx.export`, `dynamic_axes` of older ones";

/// Why a model file is refused, or cannot be changed as asked.
#[derive(Debug, thiserror::Error)]
pub enum GraphError {
    #[error("cannot read {}: {source}", path.display())]
    Read {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{origin} is not an ONNX model: {why}")]
    NotOnnx { origin: String, why: String },
    #[error("{origin}: the weights of `{tensor}` are in another file: {why}")]
    External {
        origin: String,
        tensor: String,
        why: String,
    },
    #[error("{origin}: `{name}` is made twice; every value of an ONNX graph has one maker")]
    MadeTwice { origin: String, name: String },
    #[error("{origin}: the tensor `{tensor}` {why}")]
    Tensor {
        origin: String,
        tensor: String,
        why: String,
    },
    #[error("{origin} has opset {found}; opsets from {oldest} on are supported")]
    Opset {
        origin: String,
        found: i64,
        oldest: i64,
    },
    #[error(
        "the model has opset {found}; int8 weights need opset {} or newer",
        OLDEST_OPSET
    )]
    TooOldToQuantise { found: i64 },
    #[error("node `{node}` reads `{tensor}`, which nothing before it makes")]
    Dangling { node: String, tensor: String },
    #[error("the model has {count} inputs ({names}); exactly one, the image, is supported")]
    Inputs { count: usize, names: String },
    #[error("input `{name}` {why}")]
    Input { name: String, why: String },
    #[error("the model has no tensor `{name}`{}", near(nearest))]
    NoSuchTensor {
        name: String,
        nearest: Option<String>,
    },
    #[error("`{tensor}` is no seam: node `{node}` behind it also reads `{other}` from before it")]
    NotASeam {
        tensor: String,
        node: String,
        other: String,
    },
    #[error("nothing that could be trained comes after `{tensor}`")]
    NothingToTrain { tensor: String },
    #[error(
        "nothing that could be trained comes after `{tensor}`: the weights there are {element}, and \
         float32 is needed"
    )]
    NarrowWeights {
        tensor: String,
        element: &'static str,
    },
    #[error(
        "the model takes {} at a time, since it was exported so or mixes the images of a batch, and cannot \
         {purpose}",
        images(*batch)
    )]
    FixedBatch { batch: usize, purpose: &'static str },
    #[error(
        "node `{node}` ({op}) is in training mode: an image's features would depend on the others of its \
         batch, or on chance"
    )]
    TrainingMode { node: String, op: String },
    #[error("at `{tensor}` the model cannot be cut: `{other}` passes by, which is no float tensor")]
    NotFloatAtCut { tensor: String, other: String },
    #[error("the graph does not go from `pixels` uint8 [N, height, width, 3] to `features` [N, D]")]
    NotPrepared,
    #[error("tap `{tensor}` has shape {shape:?}; [N, D] and [N, C, H, W] can be features")]
    TapShape { tensor: String, shape: Vec<usize> },
    #[error(
        "tap `{tensor}` is {height}x{width}; a grid of {cells}x{cells} is finer than its pixels"
    )]
    GridTooFine {
        tensor: String,
        height: usize,
        width: usize,
        cells: usize,
    },
    #[error("the model cannot be written: {0}")]
    Write(String),
}

fn images(count: usize) -> String {
    match count {
        1 => "one image".to_owned(),
        count => format!("{count} images"),
    }
}

fn near(nearest: &Option<String>) -> String {
    nearest.as_ref().map_or_else(String::new, |name| {
        format!("; the nearest name is `{name}`")
    })
}

impl Hint for GraphError {
    fn hint(&self) -> Option<Message> {
        let hint = match self {
            Self::Read { source, .. } => return plain_file::hint(source).map(Message::from),
            Self::Write(_) | Self::NotASeam { .. } => return None,
            Self::NotOnnx { .. } => {
                "export the model with `torch.onnx.export` or tf2onnx and give the .onnx file"
            }
            Self::External { .. } => {
                "keep the model and its data files, as plain files, in one folder"
            }
            Self::Opset { .. } | Self::TooOldToQuantise { .. } => {
                "convert it with `onnx.version_converter`, or export it again"
            }
            Self::Dangling { .. } | Self::MadeTwice { .. } | Self::Tensor { .. } => {
                "the file is damaged: check it with `onnx.checker`"
            }
            Self::Inputs { .. } | Self::Input { .. } => {
                "export the network with one float image input, [N, 3, H, W] or [N, H, W, 3]"
            }
            Self::NoSuchTensor { .. } | Self::TapShape { .. } => {
                "`evenhand backbone inspect FILE` lists the tensors that can be taps"
            }
            Self::NothingToTrain { .. } | Self::NotFloatAtCut { .. } => {
                "`evenhand backbone inspect FILE` lists the tensors that end stages; {unfreeze} all trains everything"
            }
            Self::NarrowWeights { .. } => {
                "export it in float32: without `.half()`, `.double()` or a conversion after the export"
            }
            Self::FixedBatch { .. } => EXPORT_FREE,
            Self::TrainingMode { .. } => "call `model.eval()` before the export",
            Self::NotPrepared => "give a classifier.onnx that evenhand wrote",
            Self::GridTooFine { .. } => "take a coarser grid, or `gap`",
        };
        Some(hint.into())
    }
}
