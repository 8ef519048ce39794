//! Convolutions that have kernels here, and their gradients.

use burn::backend::flex::FlexTensor;

/// A convolution that there is a kernel for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Convolution {
    /// 1x1, without stride or padding: weights `[M, C, 1, 1]`.
    Pointwise,
    /// A kernel for each channel: weights `[C, 1, kH, kW]`. Strides and padding (begin, end) of height
    /// and width.
    Depthwise {
        stride: [usize; 2],
        padding: [(usize, usize); 2],
    },
}

/// Gradients by a convolution's input, weights and bias.
pub struct InputGradients {
    /// Where it is wanted.
    pub input: Option<FlexTensor>,
    pub weight: FlexTensor,
    pub bias: FlexTensor,
}
