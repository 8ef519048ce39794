//! Values between bounds: what ReLU and its kin are.

use super::layout::is_dense;
use burn::backend::flex::FlexTensor;

pub fn forward(mut input: FlexTensor, low: f32, high: f32) -> FlexTensor {
    if !is_dense(&input) {
        input = input.to_contiguous();
    }
    for value in input.storage_mut::<f32>() {
        // Not `max` and `min`, which would make a bound of what is not a number.
        *value = if *value < low { low } else { *value };
        *value = if *value > high { high } else { *value };
    }
    input
}

/// From what [`forward`] gave and the gradient of that, which does not pass a value at a bound.
pub fn backward(output: &FlexTensor, mut gradient: FlexTensor, low: f32, high: f32) -> FlexTensor {
    let is_alike = output.layout().strides() == gradient.layout().strides();
    let mut output = output.clone();
    if !(is_alike && is_dense(&output) && is_dense(&gradient)) {
        output = output.to_contiguous();
        gradient = gradient.to_contiguous();
    }
    let values = output.storage::<f32>();
    for (passed, &value) in gradient.storage_mut::<f32>().iter_mut().zip(values) {
        // What is not a number passes, so that it is noticed.
        let is_at_bound = value <= low || value >= high;
        *passed = if is_at_bound { 0.0 } else { *passed };
    }
    gradient
}
