//! A graph: its nodes with their attributes, weights, inputs and outputs.

use super::field::{messages, oneof, open_enum};
use super::{
    Dimension, SparseTensorProto, StringStringEntryProto, TensorProto, TensorShapeProto,
    TensorTypeProto, TypeProto, TypeValue,
};
use bytes::Bytes;

messages! {
    /// Nodes, and what goes in and out.
    pub struct GraphProto {
        node: Vec<NodeProto> = 1,
        name: String = 2,
        /// Weights and other constants, by name.
        initializer: Vec<TensorProto> = 5,
        sparse_initializer: Vec<SparseTensorProto> = 15,
        doc_string: String = 10,
        input: Vec<ValueInfoProto> = 11,
        output: Vec<ValueInfoProto> = 12,
        /// Types of tensors between the nodes.
        value_info: Vec<ValueInfoProto> = 13,
        quantization_annotation: Vec<TensorAnnotation> = 14,
        metadata_props: Vec<StringStringEntryProto> = 16,
    }

    /// One operation. An input that is left out has an empty name.
    pub struct NodeProto {
        input: Vec<String> = 1,
        output: Vec<String> = 2,
        name: String = 3,
        op_type: String = 4,
        domain: String = 7,
        overload: String = 8,
        attribute: Vec<AttributeProto> = 5,
        doc_string: String = 6,
        metadata_props: Vec<StringStringEntryProto> = 9,
        device_configurations: Vec<NodeDeviceConfigurationProto> = 10,
    }

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

    /// The name and type of a tensor.
    pub struct ValueInfoProto {
        name: String = 1,
        type_: Option<TypeProto> = 2,
        doc_string: String = 3,
        metadata_props: Vec<StringStringEntryProto> = 4,
    }

    /// The tensors that hold a tensor's scale and zero point.
    pub struct TensorAnnotation {
        tensor_name: String = 1,
        quant_parameter_tensor_names: Vec<StringStringEntryProto> = 2,
    }

    /// The devices that a node runs on.
    pub struct NodeDeviceConfigurationProto {
        configuration_id: String = 1,
        sharding_spec: Vec<ShardingSpecProto> = 2,
        pipeline_stage: i32 = 3,
    }

    /// How a tensor is spread over devices.
    pub struct ShardingSpecProto {
        tensor_name: String = 1,
        device: Vec<i64> = 2,
        index_to_device_group_map: Vec<IntIntListEntryProto> = 3,
        sharded_dim: Vec<ShardedDimProto> = 4,
    }

    /// A group of devices, by index.
    pub struct IntIntListEntryProto {
        key: i64 = 1,
        value: Vec<i64> = 2,
    }

    /// How one axis of a tensor is spread over devices.
    pub struct ShardedDimProto {
        axis: i64 = 1,
        simple_sharding: Vec<SimpleShardedDimProto> = 2,
    }

    /// The number of parts of an axis, or of a part of it.
    pub struct SimpleShardedDimProto {
        num_shards: i64 = 3,
        ; dim: oneof ShardedSize
    }
}

oneof! {
    /// The size of an axis that is spread over devices.
    pub enum ShardedSize {
        DimValue(i64) = 1,
        DimParam(String) = 2,
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

impl ValueInfoProto {
    /// A tensor of this element type; without dimensions its shape is not declared.
    pub fn tensor(name: &str, elem_type: i32, dims: impl Into<Option<Vec<Dimension>>>) -> Self {
        let shape = |dim| TensorShapeProto {
            dim,
            ..Default::default()
        };
        let tensor = TensorTypeProto {
            elem_type,
            shape: dims.into().map(shape),
            ..Default::default()
        };
        Self {
            name: name.to_owned(),
            type_: Some(TypeProto {
                value: Some(TypeValue::Tensor(tensor)),
                ..Default::default()
            }),
            ..Default::default()
        }
    }

    /// The type, where it is declared and that of a tensor.
    pub fn tensor_type(&self) -> Option<&TensorTypeProto> {
        match self.type_.as_ref()?.value.as_ref()? {
            TypeValue::Tensor(tensor) => Some(tensor),
            _ => None,
        }
    }

    /// As [`Self::tensor_type`], to be changed.
    pub fn tensor_type_mut(&mut self) -> Option<&mut TensorTypeProto> {
        match self.type_.as_mut()?.value.as_mut()? {
            TypeValue::Tensor(tensor) => Some(tensor),
            _ => None,
        }
    }

    /// The element type, 0 where it is not declared or not that of a tensor.
    pub fn elem_type(&self) -> i32 {
        self.tensor_type().map_or(0, |tensor| tensor.elem_type)
    }

    /// The sizes of the axes, `None` where the shape is not declared.
    pub fn dims(&self) -> Option<&[Dimension]> {
        Some(&self.tensor_type()?.shape.as_ref()?.dim)
    }

    /// As [`Self::dims`], to be changed.
    pub fn dims_mut(&mut self) -> Option<&mut Vec<Dimension>> {
        Some(&mut self.tensor_type_mut()?.shape.as_mut()?.dim)
    }
}
