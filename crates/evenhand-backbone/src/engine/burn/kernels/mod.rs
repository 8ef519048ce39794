//! Operations with gradients of our own on a CPU, added to Burn's.
//!
//! They keep pixels channel by channel (`[C, N, H, W]` in memory, seen as `[N, C, H, W]`), so that a
//! 1x1 convolution is one matrix product without a copy. Burn's own keep them image by image, and have
//! the gradients of a depthwise one as a transposed convolution and as one convolution a channel.

mod autodiff;
mod clamp;
mod convolution;
mod depthwise;
mod layout;
mod pointwise;

pub use convolution::Convolution;

use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Dispatch, Flex, backend_extension};
use burn::tensor::{Device, Tensor};
use convolution::InputGradients;
use depthwise::Geometry;
use layout::sides;

#[backend_extension(Flex, Autodiff)]
trait Kernels: Backend {
    fn convolve(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        convolution: Convolution,
    ) -> FloatTensor<Self>;

    fn clamp(input: FloatTensor<Self>, low: f32, high: f32) -> FloatTensor<Self>;
}

/// Whether tensors on `device` can be given to this module's functions: a CPU's that keep gradients.
pub fn serve(device: &Device) -> bool {
    device.is_autodiff() && *device == Device::flex()
}

/// `input` `[N, C, H, W]` with `weight` and `bias` `[M]`, in float32.
pub fn convolve(
    input: Tensor<4>,
    weight: Tensor<4>,
    bias: Option<Tensor<1>>,
    convolution: Convolution,
) -> Tensor<4> {
    let bias = bias.unwrap_or_else(|| Tensor::zeros([weight.dims()[0]], &weight.device()));
    let [input, weight] = [input, weight].map(Tensor::into_dispatch);
    let output = <Dispatch as Kernels>::convolve(input, weight, bias.into_dispatch(), convolution);
    Tensor::from_dispatch(output)
}

/// Values below `low` and above `high` become these. No gradient flows through them, nor through values
/// that are a bound, which Burn's clamp passes and its ReLU does not.
pub fn clamp<const D: usize>(input: Tensor<D>, low: f32, high: f32) -> Tensor<D> {
    let clamped = <Dispatch as Kernels>::clamp(input.into_dispatch(), low, high);
    Tensor::from_dispatch(clamped)
}

impl Kernels for Flex {
    fn convolve(
        input: FlexTensor,
        weight: FlexTensor,
        bias: FlexTensor,
        convolution: Convolution,
    ) -> FlexTensor {
        match geometry(&input, &weight, convolution) {
            None => pointwise::forward(&input, &weight, &bias),
            Some(geometry) => depthwise::forward(&input, &weight, &bias, &geometry),
        }
    }

    fn clamp(input: FlexTensor, low: f32, high: f32) -> FlexTensor {
        clamp::forward(input, low, high)
    }
}

/// The backward pass of [`Kernels::convolve`], from the gradient of its output.
fn convolve_back(
    input: &FlexTensor,
    weight: &FlexTensor,
    gradient: &FlexTensor,
    convolution: Convolution,
    wants_input: bool,
) -> InputGradients {
    match geometry(input, weight, convolution) {
        None => pointwise::backward(input, weight, gradient, wants_input),
        Some(geometry) => depthwise::backward(input, weight, gradient, &geometry, wants_input),
    }
}

/// Where a depthwise convolution finds its numbers; `None` for a pointwise one.
fn geometry(input: &FlexTensor, weight: &FlexTensor, convolution: Convolution) -> Option<Geometry> {
    match convolution {
        Convolution::Pointwise => None,
        Convolution::Depthwise { stride, padding } => {
            Some(Geometry::new(sides(input), sides(weight), stride, padding))
        }
    }
}

#[cfg(test)]
mod tests;
