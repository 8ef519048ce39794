//! Makes nodes, attributes, initializers and the descriptions of inputs and outputs.

pub use crate::onnx::data_type::{DOUBLE, FLOAT, INT8, INT32, INT64, UINT8};
use crate::onnx::{
    AttributeProto, AttributeType, Dimension, NodeProto, TensorProto, ValueInfoProto,
};

/// One entry of a declared shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dim {
    Fixed(usize),
    /// Any size; the same name is the same size.
    Any(&'static str),
}

/// The batch dimension.
pub const BATCH: Dim = Dim::Any("N");

/// A node of the default operator set, named like its one output.
pub fn node(
    op: &str,
    inputs: &[&str],
    output: &str,
    attributes: impl IntoIterator<Item = AttributeProto>,
) -> NodeProto {
    NodeProto {
        name: output.to_owned(),
        op_type: op.to_owned(),
        input: inputs.iter().map(|&name| name.to_owned()).collect(),
        output: vec![output.to_owned()],
        attribute: attributes.into_iter().collect(),
        ..Default::default()
    }
}

pub fn int(name: &str, value: i64) -> AttributeProto {
    let (name, type_) = (name.to_owned(), AttributeType::INT);
    AttributeProto {
        name,
        type_,
        i: value,
        ..Default::default()
    }
}

pub fn ints(name: &str, values: &[i64]) -> AttributeProto {
    let (name, type_) = (name.to_owned(), AttributeType::INTS);
    AttributeProto {
        name,
        type_,
        ints: values.to_vec(),
        ..Default::default()
    }
}

/// An initializer of float32 values, row-major.
pub fn f32s(name: &str, dims: &[usize], values: &[f32]) -> TensorProto {
    let bytes = values.iter().flat_map(|value| value.to_le_bytes());
    tensor(name, FLOAT, dims, values.len(), bytes.collect())
}

/// An initializer of float64 values, row-major.
pub fn f64s(name: &str, dims: &[usize], values: &[f64]) -> TensorProto {
    let bytes = values.iter().flat_map(|value| value.to_le_bytes());
    tensor(name, DOUBLE, dims, values.len(), bytes.collect())
}

/// An initializer of int64 values, row-major.
pub fn i64s(name: &str, dims: &[usize], values: &[i64]) -> TensorProto {
    let bytes = values.iter().flat_map(|value| value.to_le_bytes());
    tensor(name, INT64, dims, values.len(), bytes.collect())
}

/// An initializer of int32 values, row-major.
pub fn i32s(name: &str, dims: &[usize], values: &[i32]) -> TensorProto {
    let bytes = values.iter().flat_map(|value| value.to_le_bytes());
    tensor(name, INT32, dims, values.len(), bytes.collect())
}

/// An initializer of int8 values, row-major.
pub fn i8s(name: &str, dims: &[usize], values: &[i8]) -> TensorProto {
    let bytes = values.iter().map(|&value| value as u8);
    tensor(name, INT8, dims, values.len(), bytes.collect())
}

/// An initializer of uint8 values, row-major.
pub fn u8s(name: &str, dims: &[usize], values: &[u8]) -> TensorProto {
    tensor(name, UINT8, dims, values.len(), values.to_vec())
}

fn tensor(name: &str, kind: i32, dims: &[usize], len: usize, bytes: Vec<u8>) -> TensorProto {
    assert_eq!(
        dims.iter().product::<usize>(),
        len,
        "the values fill the shape of `{name}`"
    );
    TensorProto {
        name: name.to_owned(),
        data_type: kind,
        dims: dims.iter().map(|&dim| dim as i64).collect(),
        raw_data: bytes.into(),
        ..Default::default()
    }
}

/// The declaration of an input or output.
pub fn value(name: &str, kind: i32, dims: &[Dim]) -> ValueInfoProto {
    let dims = dims.iter().map(|&dim| match dim {
        Dim::Fixed(size) => Dimension::fixed(size),
        Dim::Any(name) => Dimension::any(name),
    });
    ValueInfoProto::tensor(name, kind, dims.collect::<Vec<_>>())
}
