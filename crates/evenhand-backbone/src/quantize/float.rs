//! The float model that is quantised.

use crate::engine;
use crate::graph::ImageInput;
use crate::onnx::ModelProto;
use crate::spec::Spec;

/// How far the work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// So many of so many images were looked at.
    Calibrating(usize, usize),
    /// So many of so many layers were tried alone.
    Trying(usize, usize),
}

/// The float model, and what it is run with.
pub struct Float<'a> {
    /// With batch norms folded, for batches of any size.
    pub model: ModelProto,
    pub input: ImageInput,
    pub spec: &'a Spec,
    pub engine: &'a engine::Options,
}
