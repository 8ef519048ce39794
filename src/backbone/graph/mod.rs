//! Graph surgery: a model in, a prepared graph out.

use onnx_ir::ModelProto;

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
