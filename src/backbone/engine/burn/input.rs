//! The one input of a model, in any of the forms that image models have.

use super::plan::input_names;
use super::value::Value;
use super::weights::element;
use crate::backbone::engine::EngineError;
use burn::tensor::{DType, Device, Int, Tensor, TensorData};
use onnx_ir::{ModelProto, NodeProto};
use std::collections::HashSet;

/// How a model takes its images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// uint8 `[N, height, width, 3]`, as every prepared graph.
    Pixels,
    /// float `[N, height, width, 3]`.
    ChannelsLast,
    /// float `[N, 3, height, width]`.
    ChannelsFirst,
}

impl Layout {
    pub fn shape(self, batch: usize, height: usize, width: usize) -> [usize; 4] {
        match self {
            Self::Pixels | Self::ChannelsLast => [batch, height, width, 3],
            Self::ChannelsFirst => [batch, 3, height, width],
        }
    }
}

/// The name and layout of a model's image input.
///
/// # Errors
/// When the model has another number of inputs or the input is not an image.
pub fn layout(model: &ModelProto) -> Result<(String, Layout), EngineError> {
    let names = input_names(&model.graph);
    let [name] = &names[..] else {
        return Err(EngineError::Model(format!(
            "the model has {} inputs ({}), where one, the image, is expected",
            names.len(),
            names.join(", ")
        )));
    };
    let input = model.graph.input.iter().find(|input| input.name == *name);
    let tensor = input
        .map(|input| input.type_.tensor_type().clone())
        .unwrap_or_default();
    let sizes: Vec<i64> = tensor.shape.dim.iter().map(|dim| dim.dim_value()).collect();
    let last = sizes.last() == Some(&3) && sizes.get(1) != Some(&3);
    let layout = match tensor.elem_type {
        element::UINT8 => Layout::Pixels,
        kind if element::is_float(kind) && last => Layout::ChannelsLast,
        kind if element::is_float(kind) => Layout::ChannelsFirst,
        other => {
            return Err(EngineError::Model(format!(
                "input `{name}` has element type {other}, where float or uint8 is expected"
            )));
        }
    };
    Ok((name.clone(), layout))
}

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
const MOVES: [&str; 8] = [
    "Concat",
    "Flatten",
    "Identity",
    "Reshape",
    "Slice",
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
                node: node.name.clone(),
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
