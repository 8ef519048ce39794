//! Attributes of nodes.

use super::field::{messages, open_enum};
use super::{GraphProto, SparseTensorProto, TensorProto, TypeProto};
use bytes::Bytes;

messages! {
    /// A named constant of a node, in the one field that `type_` says.
    pub struct AttributeProto {
        name: String = 1,
        /// Within a function: the attribute of the function that this one is.
        ref_attr_name: String = 21,
        doc_string: String = 13,
        type_: AttributeType = 20,
        f: f32 = 2,
        i: i64 = 3,
        s: Bytes = 4,
        t: Option<Box<TensorProto>> = 5,
        g: Option<Box<GraphProto>> = 6,
        sparse_tensor: Option<Box<SparseTensorProto>> = 22,
        tp: Option<Box<TypeProto>> = 14,
        floats: Vec<f32> = 7,
        ints: Vec<i64> = 8,
        strings: Vec<Bytes> = 9,
        tensors: Vec<TensorProto> = 10,
        graphs: Vec<GraphProto> = 11,
        sparse_tensors: Vec<SparseTensorProto> = 23,
        type_protos: Vec<TypeProto> = 15,
    }
}

open_enum! {
    /// Which field of an attribute holds its value.
    pub enum AttributeType {
        UNDEFINED = 0,
        FLOAT = 1,
        INT = 2,
        STRING = 3,
        TENSOR = 4,
        GRAPH = 5,
        FLOATS = 6,
        INTS = 7,
        STRINGS = 8,
        TENSORS = 9,
        GRAPHS = 10,
        SPARSE_TENSOR = 11,
        SPARSE_TENSORS = 12,
        TYPE_PROTO = 13,
        TYPE_PROTOS = 14,
    }
}
