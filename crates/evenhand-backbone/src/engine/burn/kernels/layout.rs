//! How tensors lie in memory.

use burn::backend::flex::FlexTensor;
use burn::tensor::TensorData;

/// As many numbers as are worked on together: a few of any processor's registers.
pub const LANES: usize = 32;

/// The sizes of a tensor of rank 4.
pub fn dims(tensor: &FlexTensor) -> [usize; 4] {
    let shape = tensor.layout().shape();
    [shape[0], shape[1], shape[2], shape[3]]
}

/// The last two of them.
pub fn sides(tensor: &FlexTensor) -> [usize; 2] {
    let [_, _, height, width] = dims(tensor);
    [height, width]
}

/// `[N, C, H, W]` as `[C, N, H, W]`, which is how it lies in memory then.
pub fn by_channel(tensor: &FlexTensor) -> FlexTensor {
    contiguous(&tensor.permute(&[1, 0, 2, 3]))
}

/// `[C, N, H, W]` of these numbers as `[N, C, H, W]`.
pub fn by_image(values: Vec<f32>, shape: [usize; 4]) -> FlexTensor {
    FlexTensor::from_data(TensorData::new(values, shape)).permute(&[1, 0, 2, 3])
}

/// The same tensor, in memory as its shape says. Burn's `to_contiguous` alone would copy a part of a
/// larger tensor, too, such as the half of the channels that a `Split` gives.
pub fn contiguous(tensor: &FlexTensor) -> FlexTensor {
    match tensor.is_contiguous() {
        true => tensor.clone(),
        false => tensor.to_contiguous(),
    }
}

/// The numbers of a contiguous tensor.
pub fn floats(tensor: &FlexTensor) -> &[f32] {
    let floats = tensor.as_slice::<f32>();
    floats.expect("a contiguous tensor of float32")
}

/// Whether the tensor is all that its memory holds, in whatever order.
pub fn is_dense(tensor: &FlexTensor) -> bool {
    let layout = tensor.layout();
    let has_steps = layout.strides().iter().all(|&stride| stride > 0);
    has_steps && tensor.storage::<f32>().len() == layout.num_elements()
}

/// A sum in a fixed order that fills vector registers.
#[inline(always)]
pub fn sum(values: &[f32]) -> f32 {
    let chunks = values.chunks_exact(LANES);
    let rest: f32 = chunks.remainder().iter().sum();
    let mut lanes = [0.0; LANES];
    for chunk in chunks {
        let lanes = lanes.iter_mut().zip(chunk);
        lanes.for_each(|(sum, value)| *sum += value);
    }
    lanes.iter().sum::<f32>() + rest
}
