//! Graph surgery: a model in, a prepared graph out.
//!
//! Everything here rewrites ONNX protobuf messages and nothing runs them. What `parse` and `load`
//! return is in one plain form that the rest relies on: nodes in topological order, constants as
//! initializers, weights inside the model.

mod batch;
pub mod build;
mod check;
mod constants;
mod dequantise;
pub mod divide;
mod edit;
mod error;
mod external;
mod fold;
mod input;
mod io;
mod layout;
mod mirror;
mod plain;
mod pool;
mod preprocess;
pub mod quantize;
pub mod read;
mod seam;
mod stages;
mod taps;
mod tensors;
mod writer;

pub use batch::{declared_batch, fix_batch, free_batch};
pub use check::{LARGEST, MOST_AXES};
pub use constants::fold_constants;
pub use dequantise::dequantise;
pub use edit::{append, cut, metadata, prune, rename, set_metadata, split_at};
pub use error::{EXPORT_FREE, GraphError};
pub use fold::fold_batch_norms;
pub use input::{ImageInput, Layout, image_input, own_arithmetic, resize_input};
pub use io::{OPSETS, load, opset, parse, serialise};
pub use layout::{Order, orders, turn};
pub use mirror::with_mirror_image;
pub use plain::refuse_training;
pub use pool::{Tapped, pool};
pub use preprocess::prepend;
pub use stages::{Stage, stages};
pub use taps::{Doubt, Feed, classifier_feed};
pub use writer::{Names, Writer};

use crate::onnx::ModelProto;

/// A backbone cut at its taps, pooled, with its preprocessing in front: input `pixels`, uint8
/// `[N, height, width, 3]` RGB; output `features`, float32 `[N, dim]`. Engines run nothing else.
#[derive(Debug, Clone)]
pub struct Prepared {
    pub model: ModelProto,
    pub height: usize,
    pub width: usize,
    /// BLAKE3 of the serialised model, in hex: names the features it makes.
    pub digest: String,
}

pub const INPUT: &str = "pixels";
pub const OUTPUT: &str = "features";

impl Prepared {
    /// Takes a graph that already has the prepared form: the work of `prepare`, or the front part
    /// of a classifier as [`split_at`] gives it, which has the digest it had before.
    ///
    /// # Errors
    /// [`GraphError::NotPrepared`] for any other graph.
    pub fn new(model: ModelProto) -> Result<Self, GraphError> {
        let shape = |infos: &[crate::onnx::ValueInfoProto], name: &str| {
            let info = infos.iter().find(|info| info.name == name)?;
            read::shape(info)
        };
        let (Some(input), Some(output)) = (
            shape(&model.graph.input, INPUT),
            shape(&model.graph.output, OUTPUT),
        ) else {
            return Err(GraphError::NotPrepared);
        };
        let ([_, Some(height), Some(width), Some(3)], [_, Some(_)]) = (&input[..], &output[..])
        else {
            return Err(GraphError::NotPrepared);
        };
        let (height, width) = (*height, *width);
        let digest = blake3::hash(&serialise(&model)?).to_hex().to_string();
        Ok(Self {
            model,
            height,
            width,
            digest,
        })
    }

    /// How many images the graph takes at a time, where the model it was made of takes no other number.
    pub fn fixed_batch(&self) -> Option<usize> {
        declared_batch(&self.model)
    }

    /// The number of features of an image; 0 for a graph that does not say.
    pub fn dim(&self) -> usize {
        let output = self
            .model
            .graph
            .output
            .iter()
            .find(|info| info.name == OUTPUT);
        let shape = output.and_then(read::shape).unwrap_or_default();
        shape.last().copied().flatten().unwrap_or(0)
    }
}

#[doc(hidden)]
pub mod samples;
