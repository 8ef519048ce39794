//! Operators of `ai.onnx.ml`, and attributes that they take.

use crate::backbone::graph::build;
use crate::backbone::onnx::{AttributeProto, AttributeType, NodeProto, TensorProto};

/// The operators for tables and trees.
pub const DOMAIN: &str = "ai.onnx.ml";
/// Its version that has `TreeEnsemble`.
pub const VERSION: i64 = 5;

/// A node of `ai.onnx.ml`.
pub fn node(
    op: &str,
    inputs: &[&str],
    output: &str,
    attributes: impl IntoIterator<Item = AttributeProto>,
) -> NodeProto {
    NodeProto {
        domain: DOMAIN.to_owned(),
        ..build::node(op, inputs, output, attributes)
    }
}

fn attribute(name: &str, type_: AttributeType) -> AttributeProto {
    AttributeProto {
        name: name.to_owned(),
        type_,
        ..Default::default()
    }
}

pub fn float(name: &str, value: f32) -> AttributeProto {
    AttributeProto {
        f: value,
        ..attribute(name, AttributeType::FLOAT)
    }
}

pub fn floats(name: &str, values: Vec<f32>) -> AttributeProto {
    AttributeProto {
        floats: values,
        ..attribute(name, AttributeType::FLOATS)
    }
}

fn strings<'a>(name: &str, values: impl Iterator<Item = &'a String>) -> AttributeProto {
    AttributeProto {
        strings: values
            .map(|value| value.clone().into_bytes().into())
            .collect(),
        ..attribute(name, AttributeType::STRINGS)
    }
}

/// A tensor as an attribute.
pub fn tensor(name: &str, value: TensorProto) -> AttributeProto {
    AttributeProto {
        t: Some(Box::new(value)),
        ..attribute(name, AttributeType::TENSOR)
    }
}

/// Texts become numbers, and a text that is not among them becomes `other`.
pub fn label_encoder<'a>(
    input: &str,
    output: &str,
    texts: impl Iterator<Item = &'a String>,
    numbers: Vec<f32>,
    other: f32,
) -> NodeProto {
    node(
        "LabelEncoder",
        &[input],
        output,
        [
            strings("keys_strings", texts),
            floats("values_floats", numbers),
            float("default_float", other),
        ],
    )
}
