//! The kernels held to Burn's convolutions and clamps, and to their gradients.

use super::{Convolution, clamp, convolve};
use burn::tensor::module::conv2d;
use burn::tensor::ops::{ConvOptions, PadMode};
use burn::tensor::{Device, Tensor, TensorData};
use proptest::prelude::*;

/// Numbers between -1 and 1, in no order.
fn waves(count: usize, seed: f32) -> Vec<f32> {
    let wave = |at: usize| (at as f32 * 1.7 + seed).sin();
    (0..count).map(wave).collect()
}

fn leaf<const D: usize>(shape: [usize; D], seed: f32) -> Tensor<D> {
    let values = waves(shape.iter().product(), seed);
    let device = Device::flex().autodiff();
    Tensor::from_data(TensorData::new(values, shape), &device).require_grad()
}

/// The same tensor, in memory image by image, or channel by channel.
fn lay(tensor: Tensor<4>, by_channel: bool) -> Tensor<4> {
    if !by_channel {
        return tensor;
    }
    let [images, channels, height, width] = tensor.dims();
    let channels_first = tensor.permute([1, 0, 2, 3]);
    let packed = channels_first.reshape([channels, images * height * width]);
    let packed = packed.reshape([channels, images, height, width]);
    packed.permute([1, 0, 2, 3])
}

/// What a convolution gives for the same three leaves: outputs, and gradients of all three.
fn worth(
    shapes: [[usize; 4]; 2],
    by_channel: bool,
    forward: impl Fn(Tensor<4>, Tensor<4>, Tensor<1>) -> Tensor<4>,
) -> [Vec<f32>; 4] {
    let [input, weight] = shapes;
    let bias = leaf([weight[0]], 0.5);
    let (input, weight) = (leaf(input, 0.0), leaf(weight, 0.3));
    let lain = lay(input.clone(), by_channel);
    let output = forward(lain, weight.clone(), bias.clone());
    let shape = output.dims();
    let of_output = waves(shape.iter().product(), 0.9);
    let of_output = Tensor::<4>::from_data(TensorData::new(of_output, shape), &output.device());
    let of_output = lay(of_output, by_channel);
    let mut gradients = (output.clone() * of_output).sum().backward();
    let floats = |tensor: Option<Tensor<4>>| tensor.unwrap().try_into_vec_as::<f32>().unwrap();
    let of_bias = bias.grad_remove(&mut gradients).unwrap();
    [
        floats(Some(output)),
        floats(input.grad_remove(&mut gradients)),
        floats(weight.grad_remove(&mut gradients)),
        of_bias.try_into_vec_as::<f32>().unwrap(),
    ]
}

fn alike(ours: &[Vec<f32>; 4], theirs: &[Vec<f32>; 4]) {
    for (ours, theirs) in ours.iter().zip(theirs) {
        assert_eq!(ours.len(), theirs.len());
        let scale = theirs
            .iter()
            .fold(1.0, |largest: f32, value| largest.max(value.abs()));
        let far = |(a, b): (&f32, &f32)| (a - b).abs() > 1e-4 * scale;
        let first = ours.iter().zip(theirs).position(far);
        assert_eq!(first, None, "{ours:?} is not {theirs:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_kernel_for_each_channel_is_what_burn_makes_of_it(
        images in 1..4usize,
        channels in 1..40usize,
        input in [1..12usize, 1..12usize],
        kernel in [1..6usize, 1..6usize],
        stride in [1..4usize, 1..4usize],
        padding in [(0..4usize, 0..4usize), (0..4usize, 0..4usize)],
        by_channel: bool,
    ) {
        let fits = |side: usize| input[side] + padding[side].0 + padding[side].1 >= kernel[side];
        prop_assume!(fits(0) && fits(1));
        let shapes = [[images, channels, input[0], input[1]], [channels, 1, kernel[0], kernel[1]]];
        let ours = worth(shapes, by_channel, |input, weight, bias| {
            let convolution = Convolution::Depthwise { stride, padding };
            convolve(input, weight, Some(bias), convolution)
        });
        let theirs = worth(shapes, by_channel, |input, weight, bias| {
            let padding = [(0, 0), (0, 0), padding[0], padding[1]];
            let padded = input.pad(padding, PadMode::Constant(0.0));
            let options = ConvOptions::new(stride, [0, 0], [1, 1], channels);
            conv2d(padded, weight, Some(bias), options)
        });
        alike(&ours, &theirs);
    }

    #[test]
    fn a_product_with_pixels_is_what_burn_makes_of_it(
        shape in [1..4usize, 1..40usize, 1..12usize, 1..12usize],
        outputs in 1..40usize,
        by_channel: bool,
    ) {
        let shapes = [shape, [outputs, shape[1], 1, 1]];
        let ours = worth(shapes, by_channel, |input, weight, bias| {
            convolve(input, weight, Some(bias), Convolution::Pointwise)
        });
        let theirs = worth(shapes, by_channel, |input, weight, bias| {
            conv2d(input, weight, Some(bias), ConvOptions::new([1, 1], [0, 0], [1, 1], 1))
        });
        alike(&ours, &theirs);
    }
}

/// Output and gradient of a clamp between -0.5 and 0.6, seen through `view`.
fn clamped(
    clamp: impl Fn(Tensor<3>) -> Tensor<3>,
    view: impl Fn(Tensor<3>) -> Tensor<3>,
) -> [Vec<f32>; 2] {
    let input = leaf([3, 4, 5], 0.2);
    let output = view(clamp(view(input.clone())));
    let shape = output.dims();
    let of_output = waves(shape.iter().product(), 0.4);
    let of_output = Tensor::from_data(TensorData::new(of_output, shape), &output.device());
    let mut gradients = (output.clone() * of_output).sum().backward();
    let of_input = input.grad_remove(&mut gradients).unwrap();
    [output, of_input].map(|tensor| tensor.try_into_vec_as::<f32>().unwrap())
}

#[test]
fn a_clamp_is_what_burn_makes_of_it_however_its_input_lies_in_memory() {
    let views: [fn(Tensor<3>) -> Tensor<3>; 3] = [
        |tensor| tensor,
        |tensor| tensor.permute([2, 0, 1]),
        |tensor| tensor.slice([0..3, 1..4, 0..5]),
    ];
    for view in views {
        let ours = clamped(|tensor| clamp(tensor, -0.5, 0.6), view);
        let theirs = clamped(|tensor| tensor.clamp(-0.5, 0.6), view);
        assert_eq!(ours, theirs);
    }
}

#[test]
fn an_input_without_a_gradient_and_no_bias_change_nothing_else() {
    let device = Device::flex().autodiff();
    let ways = [
        ([3, 3, 1, 1], Convolution::Pointwise),
        (
            [3, 1, 2, 2],
            Convolution::Depthwise {
                stride: [1, 1],
                padding: [(0, 1); 2],
            },
        ),
    ];
    for (shape, convolution) in ways {
        let gradient = |input: Tensor<4>, bias| {
            let weight = leaf(shape, 0.3);
            let output = convolve(input, weight.clone(), bias, convolution);
            let mut gradients = output.powi_scalar(2).sum().backward();
            let gradient = weight.grad_remove(&mut gradients).unwrap();
            gradient.try_into_vec_as::<f32>().unwrap()
        };
        let input = leaf([2, 3, 4, 5], 0.0);
        let fixed = Tensor::from_inner(input.clone().inner());
        let zeros = Tensor::zeros([3], &device);
        assert_eq!(gradient(fixed, None), gradient(input, Some(zeros)));
    }
}

#[test]
fn values_at_a_bound_have_no_gradient() {
    let device = Device::flex().autodiff();
    let input = Tensor::<1>::from_floats([-2.0, -1.0, 0.5, 1.0, 2.0], &device).require_grad();
    let mut gradients = clamp(input.clone(), -1.0, 1.0).sum().backward();
    let gradient = input.grad_remove(&mut gradients).unwrap();
    assert_eq!(
        gradient.try_into_vec_as::<f32>().unwrap(),
        [0.0, 0.0, 1.0, 0.0, 0.0]
    );
}

#[test]
fn a_clamp_leaves_an_input_that_others_hold_and_what_is_not_a_number() {
    let device = Device::flex().autodiff();
    let input = Tensor::<1>::from_floats([-2.0, f32::NAN, 0.5, 2.0], &device);
    let output = clamp(input.clone(), -1.0, 1.0)
        .try_into_vec_as::<f32>()
        .unwrap();
    assert!(output[1].is_nan());
    assert_eq!([output[0], output[2], output[3]], [-1.0, 0.5, 1.0]);
    let input = input.try_into_vec_as::<f32>().unwrap();
    assert_eq!([input[0], input[3]], [-2.0, 2.0]);
}

#[test]
fn the_same_bits_come_from_one_thread_and_from_many() {
    let shapes = [[2, 64, 9, 9], [64, 1, 3, 3]];
    let bits = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap().install(|| {
            worth(shapes, true, |input, weight, bias| {
                let (stride, padding) = ([2, 1], [(1, 1), (1, 1)]);
                convolve(
                    input,
                    weight,
                    Some(bias),
                    Convolution::Depthwise { stride, padding },
                )
            })
        })
    };
    assert_eq!(bits(1), bits(4));
}
