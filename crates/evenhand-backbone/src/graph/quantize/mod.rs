//! From float32 to int8: which nodes compute on integers, and the graph that says so in ONNX's QDQ
//! form, which engines either run in integers or imitate in float.
//!
//! Weights are int8 and symmetric, with a scale for each output channel; activations are uint8 with
//! one scale and zero point a tensor (Jacob et al. 2018, sections 2.1 and 3). A quantised tensor keeps
//! its name for everybody who reads it, taps included.

mod select;
mod write;

pub use select::{Layer, Selection, Weight, select};
pub use write::{Quantised, quantise};

use super::read;
use crate::onnx::GraphProto;

/// Where the real number `x` is `scale * (q - zero)` for a `q` from 0 to 255.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Affine {
    pub scale: f32,
    pub zero: u8,
}

/// The weights of a layer on integers, and what their rounding adds to its bias.
#[derive(Debug, Clone, PartialEq)]
pub struct IntWeights {
    /// As many as the layer has weights, in their order.
    pub values: Vec<i8>,
    /// One for each output channel.
    pub scales: Vec<f32>,
    /// To be added to the bias of each output channel; empty for nothing.
    pub shift: Vec<f32>,
}

/// The title of the first node of a graph that makes integers of activations, where there is one.
pub fn on_integers(graph: &GraphProto) -> Option<String> {
    let rounds = |node: &&crate::onnx::NodeProto| node.op_type == "QuantizeLinear";
    graph.node.iter().find(rounds).map(read::title)
}
