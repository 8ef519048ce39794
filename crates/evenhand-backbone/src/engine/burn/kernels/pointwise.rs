//! 1x1 convolutions: products of the weights with the pixels of all images.

use super::convolution::InputGradients;
use super::layout::{by_channel, contiguous, dims, floats, sum};
use burn::backend::Flex;
use burn::backend::flex::FlexTensor;
use burn::backend::ops::FloatTensorOps;
use burn::tensor::{Shape, TensorData};

pub fn forward(input: &FlexTensor, weight: &FlexTensor, bias: &FlexTensor) -> FlexTensor {
    let [images, _, height, width] = dims(input);
    let outputs = dims(weight)[0];
    let mut product = Flex::float_matmul(matrix(weight), pixels(input));
    let bias = contiguous(bias);
    let rows = product.storage_mut::<f32>();
    let rows = rows.chunks_mut((images * height * width).max(1));
    for (row, bias) in rows.zip(floats(&bias)) {
        row.iter_mut().for_each(|value| *value += bias);
    }
    let planes = product.reshape(Shape::new([outputs, images, height, width]));
    planes.permute(&[1, 0, 2, 3])
}

pub fn backward(
    input: &FlexTensor,
    weight: &FlexTensor,
    gradient: &FlexTensor,
    wants_input: bool,
) -> InputGradients {
    let [images, channels, height, width] = dims(input);
    let gradient = pixels(gradient);
    let bias = floats(&gradient).chunks((images * height * width).max(1));
    let bias: Vec<f32> = bias.map(sum).collect();
    let outputs = bias.len();
    let of_weight = Flex::float_matmul(gradient.clone(), pixels(input).transpose(0, 1));
    let of_input = wants_input.then(|| {
        let product = Flex::float_matmul(matrix(weight).transpose(0, 1), gradient);
        let planes = product.reshape(Shape::new([channels, images, height, width]));
        planes.permute(&[1, 0, 2, 3])
    });
    InputGradients {
        input: of_input,
        weight: of_weight.reshape(weight.layout().shape().clone()),
        bias: FlexTensor::from_data(TensorData::new(bias, [outputs])),
    }
}

/// `[N, C, H, W]` as `[C, N * H * W]`.
fn pixels(tensor: &FlexTensor) -> FlexTensor {
    let [images, channels, height, width] = dims(tensor);
    by_channel(tensor).reshape(Shape::new([channels, images * height * width]))
}

/// `[M, C, 1, 1]` as `[M, C]`.
fn matrix(weight: &FlexTensor) -> FlexTensor {
    let [outputs, channels, _, _] = dims(weight);
    weight.reshape(Shape::new([outputs, channels]))
}
