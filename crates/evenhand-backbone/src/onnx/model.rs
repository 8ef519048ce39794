//! A model around its graph: versions, metadata, functions, training, devices.

use super::field::messages;
use super::{AttributeProto, GraphProto, NodeProto, StringStringEntryProto, ValueInfoProto};

messages! {
    /// A file: one graph and what is said of it.
    pub struct ModelProto {
        /// Version of the file format.
        ir_version: i64 = 1,
        /// Operator sets that the nodes are from.
        opset_import: Vec<OperatorSetIdProto> = 8,
        producer_name: String = 2,
        producer_version: String = 3,
        domain: String = 4,
        model_version: i64 = 5,
        doc_string: String = 6,
        /// Every file that is read has one. A model without nodes is written without its graph.
        graph: GraphProto = 7,
        metadata_props: Vec<StringStringEntryProto> = 14,
        training_info: Vec<TrainingInfoProto> = 20,
        functions: Vec<FunctionProto> = 25,
        configuration: Vec<DeviceConfigurationProto> = 26,
    }

    /// A version of a set of operators; the default set has no domain.
    pub struct OperatorSetIdProto {
        domain: String = 1,
        version: i64 = 2,
    }

    /// An operator that is made of others.
    pub struct FunctionProto {
        name: String = 1,
        input: Vec<String> = 4,
        output: Vec<String> = 5,
        /// Names of attributes that a node has to give.
        attribute: Vec<String> = 6,
        /// Attributes with their values where a node gives none.
        attribute_proto: Vec<AttributeProto> = 11,
        node: Vec<NodeProto> = 7,
        doc_string: String = 8,
        opset_import: Vec<OperatorSetIdProto> = 9,
        domain: String = 10,
        overload: String = 13,
        value_info: Vec<ValueInfoProto> = 12,
        metadata_props: Vec<StringStringEntryProto> = 14,
    }

    /// How a training begins, and what a step of it does.
    pub struct TrainingInfoProto {
        initialization: Option<GraphProto> = 1,
        algorithm: Option<GraphProto> = 2,
        initialization_binding: Vec<StringStringEntryProto> = 3,
        update_binding: Vec<StringStringEntryProto> = 4,
    }

    /// Devices that nodes may be spread over.
    pub struct DeviceConfigurationProto {
        name: String = 1,
        num_devices: i32 = 2,
        device: Vec<String> = 3,
    }
}

impl OperatorSetIdProto {
    /// A version of ONNX's own operators.
    pub fn standard(version: i64) -> Self {
        Self {
            version,
            ..Default::default()
        }
    }
}
