//! Pixels on a device.

use super::value::Value;
use crate::engine::EngineError;
use crate::graph::read::title;
use crate::onnx::data_type;
use crate::onnx::{ModelProto, NodeProto};
use burn::tensor::{DType, Device, FloatDType, Int, Tensor, TensorData};
use std::collections::HashSet;

/// uint8 `[batch, height, width, 3]` on the device, as the floats 0 to 255. Bytes are what is sent;
/// the device makes floats of them.
pub fn pixels(bytes: &[u8], shape: [usize; 4], device: &Device) -> Value {
    let pixels = if device.supports_dtype(DType::U8) {
        let data = TensorData::new(bytes.to_vec(), shape);
        Tensor::<4, Int>::from_data(data, (device, DType::U8))
    } else {
        unpacked(bytes, shape, device)
    };
    pixels.cast(FloatDType::F32).into()
}

/// For devices without bytes, such as those of WebGPU: four of them travel as one integer.
fn unpacked(bytes: &[u8], shape: [usize; 4], device: &Device) -> Tensor<4, Int> {
    let word = |four: &[u8]| {
        let mut word = [0; 4];
        word[..four.len()].copy_from_slice(four);
        i32::from_le_bytes(word)
    };
    let words: Vec<i32> = bytes.chunks(4).map(word).collect();
    let words = TensorData::new(words, [bytes.len().div_ceil(4)]);
    let words = Tensor::<1, Int>::from_data(words, (device, DType::I32));
    let byte = |at: i32| {
        let shifted = words.clone().bitwise_right_shift_scalar(8 * at);
        shifted.bitwise_and_scalar(0xff)
    };
    let bytes_of_words: Tensor<2, Int> = Tensor::stack((0..4).map(byte).collect(), 1);
    let flat: Tensor<1, Int> = bytes_of_words.flatten(0, 1);
    flat.narrow(0, 0, bytes.len()).reshape(shape)
}

/// Operators that move values about without computing.
const MOVES: [&str; 10] = [
    "Concat",
    "Flatten",
    "Gather",
    "Identity",
    "Reshape",
    "Slice",
    "Split",
    "Squeeze",
    "Transpose",
    "Unsqueeze",
];

/// Pixels are floats from the start here, which is the same only if the model casts them to
/// floats before it computes.
///
/// # Errors
/// For the first node that computes with bytes.
pub fn check_bytes(model: &ModelProto, input: &str) -> Result<(), EngineError> {
    let mut bytes = HashSet::from([input]);
    for node in &model.graph.node {
        if !node.input.iter().any(|name| bytes.contains(name.as_str())) {
            continue;
        }
        if MOVES.contains(&node.op_type.as_str()) {
            bytes.extend(node.output.iter().map(String::as_str));
        } else if node.op_type != "Shape" && !makes_floats(node) {
            return Err(EngineError::Unsupported {
                node: title(node),
                op: node.op_type.clone(),
                reason: "it computes with uint8".into(),
            });
        }
    }
    Ok(())
}

fn makes_floats(node: &NodeProto) -> bool {
    let to = node
        .attribute
        .iter()
        .find(|a| a.name == "to")
        .map_or(0, |a| a.i);
    match &node.op_type[..] {
        "Cast" => data_type::is_float(to as i32),
        "DequantizeLinear" => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_bytes_in_one_integer_come_out_in_their_order() {
        let bytes = [0, 1, 127, 128, 255, 254, 200, 100, 3];
        let pixels = unpacked(&bytes, [1, 3, 1, 3], &Device::flex());
        let expected: Vec<i64> = bytes.iter().map(|&byte| byte.into()).collect();
        assert_eq!(pixels.dims(), [1, 3, 1, 3]);
        assert_eq!(pixels.try_into_vec_as::<i64>().unwrap(), expected);
    }
}
