//! Pixels on a device.

use super::value::Value;
use crate::backbone::engine::{EngineError, element};
use crate::backbone::graph::read::title;
use burn::tensor::{DType, Device, Int, Tensor, TensorData};
use onnx_ir::{ModelProto, NodeProto};
use std::collections::HashSet;

/// uint8 `[batch, height, width, 3]` on the device, as the floats 0 to 255.
pub fn pixels(bytes: &[u8], shape: [usize; 4], device: &Device) -> Value {
    if device.supports_dtype(DType::U8) {
        let data = TensorData::new(bytes.to_vec(), shape);
        return Tensor::<4, Int>::from_data(data, (device, DType::U8))
            .float()
            .into();
    }
    let floats: Vec<f32> = bytes.iter().map(|&byte| f32::from(byte)).collect();
    Tensor::<4>::from_data(TensorData::new(floats, shape), device).into()
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
        } else if node.op_type != "Shape" && !casts_to_float(node) {
            return Err(EngineError::Unsupported {
                node: title(node),
                op: node.op_type.clone(),
                reason: "it computes with uint8".into(),
            });
        }
    }
    Ok(())
}

fn casts_to_float(node: &NodeProto) -> bool {
    let to = node
        .attribute
        .iter()
        .find(|a| a.name == "to")
        .map_or(0, |a| a.i);
    node.op_type == "Cast" && element::is_float(to as i32)
}
