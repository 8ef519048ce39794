//! Convolutions whose gradients are wanted. Burn has no kernels for these gradients: those of the weights
//! of a depthwise one it computes channel by channel.

use crate::engine::burn::kernels::{self, Convolution};
use burn::tensor::ops::PadMode;
use burn::tensor::{Device, Slice, Tensor};

/// How convolutions are computed where gradients will be wanted.
#[derive(Debug, Clone, Copy)]
pub enum Training {
    /// By kernels that have gradients: on a CPU.
    Kernels,
    /// As a matrix product, or as a sum of shifted planes. That takes a GPU some launches where channel
    /// by channel takes it thousands.
    Composed,
}

impl Training {
    pub fn on(device: &Device) -> Option<Self> {
        let way = match kernels::serve(device) {
            true => Self::Kernels,
            false => Self::Composed,
        };
        device.is_autodiff().then_some(way)
    }

    pub fn convolve(
        self,
        input: Tensor<4>,
        weight: Tensor<4>,
        bias: Option<Tensor<1>>,
        convolution: Convolution,
    ) -> Tensor<4> {
        match (self, convolution) {
            (Self::Kernels, _) => kernels::convolve(input, weight, bias, convolution),
            (Self::Composed, Convolution::Pointwise) => pointwise(input, weight, bias),
            (Self::Composed, Convolution::Depthwise { stride, padding }) => {
                depthwise(input, weight, bias, padding, stride)
            }
        }
    }
}

/// A 1x1 kernel without stride: one product of the weights with the pixels of all images.
fn pointwise(input: Tensor<4>, weight: Tensor<4>, bias: Option<Tensor<1>>) -> Tensor<4> {
    let [images, channels, height, width] = input.dims();
    let outputs = weight.dims()[0];
    let pixels = input.permute([1, 0, 2, 3]);
    let pixels = pixels.reshape([channels, images * height * width]);
    let product = weight.reshape([outputs, channels]).matmul(pixels);
    let product = match bias {
        Some(bias) => product + bias.reshape([outputs, 1]),
        None => product,
    };
    let planes = product.reshape([outputs, images, height, width]);
    planes.permute([1, 0, 2, 3])
}

/// A kernel for each channel: for each of its places, the plane that lies under it times its weight.
fn depthwise(
    input: Tensor<4>,
    weight: Tensor<4>,
    bias: Option<Tensor<1>>,
    padding: [(usize, usize); 2],
    stride: [usize; 2],
) -> Tensor<4> {
    let [channels, _, kernel_height, kernel_width] = weight.dims();
    let padding = [(0, 0), (0, 0), padding[0], padding[1]];
    let input = input.pad(padding, PadMode::Constant(0.0));
    let [_, _, height, width] = input.dims();
    let under = |at: usize, size: usize, kernel: usize, stride: usize| {
        let last = (size - kernel) / stride * stride;
        let end = Some((at + last + 1) as isize);
        Slice::new(at as isize, end, stride as isize)
    };
    let places = (0..kernel_height).flat_map(|row| (0..kernel_width).map(move |at| (row, at)));
    let terms = places.map(|(row, column)| {
        let rows = under(row, height, kernel_height, stride[0]);
        let columns = under(column, width, kernel_width, stride[1]);
        let plane = input
            .clone()
            .slice([Slice::full(), Slice::full(), rows, columns]);
        let (row, column) = (Slice::from(row..row + 1), Slice::from(column..column + 1));
        let weight = weight
            .clone()
            .slice([Slice::full(), Slice::full(), row, column]);
        plane * weight.reshape([1, channels, 1, 1])
    });
    let sum = terms.reduce(|sum, term| sum + term);
    let sum = sum.expect("a kernel has a place");
    match bias {
        Some(bias) => sum + bias.reshape([1, channels, 1, 1]),
        None => sum,
    }
}

#[cfg(test)]
mod tests {
    use super::Training;
    use crate::engine::burn::kernels::Convolution;
    use burn::tensor::{Device, Int, Tensor};

    /// Outputs, and what input, weight and bias are worth if outputs are worth their squares.
    fn worth(way: Training, weight: [usize; 4], convolution: Convolution) -> Vec<Vec<f32>> {
        let device = Device::flex().autodiff();
        let waves = |shape: [usize; 4]| {
            let count = shape.iter().product::<usize>() as i64;
            let waves = Tensor::<1, Int>::arange(0..count, &device).float().sin();
            waves.reshape(shape).require_grad()
        };
        let leaves = [[2, 4, 7, 6], weight, [1, 1, 1, weight[0]]].map(waves);
        let [input, kernel, bias] = leaves.clone();
        let bias = Some(bias.reshape([weight[0]]));
        let output = way.convolve(input, kernel, bias, convolution);
        let mut gradients = output.clone().powi_scalar(2).sum().backward();
        let of_leaves = leaves.map(|leaf| leaf.grad_remove(&mut gradients).unwrap());
        let all = std::iter::once(output).chain(of_leaves);
        all.map(|tensor| tensor.try_into_vec_as().unwrap())
            .collect()
    }

    #[test]
    fn what_gpus_compose_is_what_the_kernels_of_cpus_give() {
        let depthwise = |stride, padding| Convolution::Depthwise { stride, padding };
        let cases = [
            ([6, 4, 1, 1], Convolution::Pointwise),
            ([4, 1, 3, 3], depthwise([1, 1], [(1, 1), (1, 1)])),
            ([4, 1, 5, 3], depthwise([2, 1], [(1, 2), (0, 1)])),
        ];
        for (weight, convolution) in cases {
            let composed = worth(Training::Composed, weight, convolution);
            let ours = worth(Training::Kernels, weight, convolution);
            let (composed, ours) = (composed.concat(), ours.concat());
            assert_eq!(composed.len(), ours.len());
            let far = |(a, b): (&f32, &f32)| (a - b).abs() > 1e-5 * (1.0 + a.abs());
            let differ = composed.iter().zip(&ours).filter(|&(a, b)| far((a, b)));
            assert_eq!(differ.collect::<Vec<_>>(), [], "{convolution:?}");
        }
    }
}
