//! Convolution over height and width.

use super::conv_gradient::Training;
use super::window::Window;
use crate::engine::burn::kernels::Convolution;
use crate::engine::burn::node::{Kernel, Node};
use burn::tensor::ops::{ConvOptions, PadMode};
use burn::tensor::{DType, Slice, Tensor, module::conv2d};

/// `Conv`: `[N, C, H, W]` and weights `[M, C / group, kH, kW]` to `[N, M, H', W']`.
pub fn conv(node: &Node) -> Result<Kernel, String> {
    let window = Window::of(node)?;
    let groups = usize::try_from(node.int("group", 1)).unwrap_or(0).max(1);
    if let Some(weight) = node.constant(1) {
        let rank = weight.shape().len();
        if rank != 4 {
            return Err(format!(
                "convolution over {} axes, not 2",
                rank.saturating_sub(2)
            ));
        }
    }
    let training = Training::on(node.device);
    Ok(Box::new(move |mut args| {
        let input = args.array(0)?.rank4()?;
        let weight = args.array(1)?.rank4()?;
        let bias = args
            .optional_array(2)?
            .map(|bias| bias.vector())
            .transpose()?;
        let [_, channels, height, width] = input.dims();
        let [outputs, per_group, kernel_height, kernel_width] = weight.dims();
        if channels != per_group * groups || outputs % groups != 0 {
            return Err(format!(
                "{channels} channels do not fit weights of shape {:?} in {groups} groups",
                weight.dims()
            ));
        }
        if let Some(bias) = &bias
            && bias.dims() != [outputs]
        {
            return Err(format!(
                "a bias of {:?} does not fit {outputs} outputs",
                bias.dims()
            ));
        }
        let kernel = [kernel_height, kernel_width];
        let padding = window.padding([height, width], kernel)?;
        let is_linear = kernel == [1, 1] && padding == [(0, 0); 2];
        let (input, weight, stride) = if is_linear {
            let (input, weight) = evade(every(input, window.stride), weight);
            (input, weight, [1, 1])
        } else {
            (input, weight, window.stride)
        };
        let is_depthwise = groups == channels && groups == outputs && window.dilation == [1, 1];
        let convolution = if is_linear && groups == 1 {
            Some(Convolution::Pointwise)
        } else {
            is_depthwise.then_some(Convolution::Depthwise { stride, padding })
        };
        if let (Some(training), Some(convolution)) = (training, convolution) {
            let output = training.convolve(input, weight, bias, convolution);
            return Ok(vec![output.into()]);
        }
        let options = ConvOptions::new_with_padding(stride, padding, window.dilation, groups);
        Ok(vec![conv2d(input, weight, bias, options).into()])
    }))
}

/// Every `stride`-th row and column. A 1x1 kernel reads nothing else, and without a stride it is
/// a plain matrix product.
fn every(input: Tensor<4>, stride: [usize; 2]) -> Tensor<4> {
    if stride == [1, 1] {
        return input;
    }
    let step = |stride: usize| Slice::new(0, None, stride as isize);
    input.slice([
        Slice::full(),
        Slice::full(),
        step(stride[0]),
        step(stride[1]),
    ])
}

/// From 2^15 positions on, a half-precision 1x1 kernel over 96 channels gave wrong sums on a GPU,
/// and over 128 right ones (issue 519 of `tracel-ai/cubek`, reported for Burn 0.21). So 96 channels
/// get 32 more, of zeros.
fn evade(input: Tensor<4>, weight: Tensor<4>) -> (Tensor<4>, Tensor<4>) {
    let [batch, _, height, width] = input.dims();
    let hit = input.dtype() == DType::F16 && weight.dims()[1] == 96;
    if !hit || batch * height * width < 1 << 15 {
        return (input, weight);
    }
    let padding = [(0, 0), (0, 32), (0, 0), (0, 0)];
    let pad = |tensor: Tensor<4>| tensor.pad(padding, PadMode::Constant(0.0));
    (pad(input), pad(weight))
}

#[cfg(test)]
mod tests {
    use super::evade;
    use crate::engine::burn::ops::testing::{Case, floats};
    use burn::tensor::module::conv2d;
    use burn::tensor::ops::ConvOptions;
    use burn::tensor::{Device, FloatDType, Int, Tensor};

    #[test]
    fn ninety_six_half_precision_channels_over_a_large_plane_become_128() {
        let device = Device::flex();
        let evaded = |channels: usize, height: usize, float: FloatDType| {
            let input = Tensor::<4>::ones([2, channels, height, 128], &device).cast(float);
            let weight = Tensor::<4>::ones([1, channels, 1, 1], &device).cast(float);
            evade(input, weight)
        };
        let channels = |(input, weight): (Tensor<4>, Tensor<4>)| {
            assert_eq!(input.dims()[1], weight.dims()[1]);
            input.dims()[1]
        };
        assert_eq!(channels(evaded(96, 128, FloatDType::F16)), 128);
        assert_eq!(channels(evaded(96, 127, FloatDType::F16)), 96);
        assert_eq!(channels(evaded(97, 128, FloatDType::F16)), 97);
        assert_eq!(channels(evaded(96, 128, FloatDType::F32)), 96);
    }

    #[test]
    fn channels_of_zeros_change_no_sum() {
        let device = Device::flex();
        let waves = |shape: [usize; 4]| {
            let count = shape.iter().product::<usize>() as i64;
            let waves = Tensor::<1, Int>::arange(0..count, &device).float().sin();
            waves.reshape(shape).cast(FloatDType::F16)
        };
        let (input, weight) = (waves([1, 96, 256, 128]), waves([2, 96, 1, 1]));
        let sums = |(input, weight)| {
            let options = ConvOptions::new([1, 1], [0, 0], [1, 1], 1);
            let sums = conv2d(input, weight, None, options);
            sums.try_into_vec_as::<f32>().unwrap()
        };
        let (plain, evaded) = (
            sums((input.clone(), weight.clone())),
            sums(evade(input, weight)),
        );
        let close = |(a, b): (&f32, &f32)| (a - b).abs() <= 2e-2;
        assert!(plain.iter().zip(&evaded).all(close));
    }

    #[test]
    fn a_window_without_padding_sums_its_products() {
        Case::new("Conv")
            .float(&[1, 1, 2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
            .float(&[1, 1, 2, 2], &[1.0, 0.0, 0.0, 10.0])
            .float(&[1], &[0.5])
            .gives(&[1, 1, 1, 2], &[51.5, 62.5]);
    }

    #[test]
    fn automatic_padding_puts_the_odd_column_where_the_mode_says() {
        let case = || {
            Case::new("Conv")
                .float(&[1, 1, 1, 3], &[1.0, 2.0, 3.0])
                .float(&[1, 1, 1, 2], &[1.0, 10.0])
        };
        case()
            .text("auto_pad", "SAME_UPPER")
            .gives(&[1, 1, 1, 3], &[21.0, 32.0, 3.0]);
        case()
            .text("auto_pad", "SAME_LOWER")
            .gives(&[1, 1, 1, 3], &[10.0, 21.0, 32.0]);
    }

    #[test]
    fn a_bias_of_another_length_is_refused() {
        Case::new("Conv")
            .float(&[1, 1, 1, 2], &[1.0, 2.0])
            .float(&[2, 1, 1, 1], &[1.0, -1.0])
            .float(&[1], &[0.5])
            .fails_with("does not fit 2 outputs");
    }

    #[test]
    fn a_strided_pointwise_window_skips_rows_and_columns() {
        Case::new("Conv")
            .ints("strides", &[2, 2])
            .float(&[1, 1, 3, 3], &floats(9))
            .float(&[2, 1, 1, 1], &[1.0, -1.0])
            .gives(&[1, 2, 2, 2], &[0.0, 2.0, 6.0, 8.0, 0.0, -2.0, -6.0, -8.0]);
    }

    #[test]
    fn three_axes_are_refused_when_the_model_is_loaded() {
        Case::new("Conv")
            .float(&[1, 1, 1, 1, 1], &[1.0])
            .constant(&[1, 1, 1, 1, 1], &[1.0])
            .refused_with("3 axes");
    }
}
