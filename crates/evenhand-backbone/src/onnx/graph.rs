//! A graph: its nodes, weights, inputs and outputs.

use super::field::{messages, oneof};
use super::{AttributeProto, SparseTensorProto, StringStringEntryProto, TensorProto, TypeProto};

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
