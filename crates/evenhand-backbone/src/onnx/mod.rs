//! Messages of the ONNX format up to version 13 of its IR, and how they are read and written.
//!
//! Names and numbers of fields are those of the specification,
//! <https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3>. The codec is this crate's own, because
//! digests of prepared graphs and classifiers depend on the order of fields: `prost` writes them by
//! number, other programs as they are declared. Fields of newer versions stay in `unknown` and are
//! written back.

pub mod data_type;
mod field;
mod graph;
mod model;
mod tensor;
mod types;
mod wire;

pub use graph::{
    AttributeProto, AttributeType, GraphProto, IntIntListEntryProto, NodeDeviceConfigurationProto,
    NodeProto, ShardedDimProto, ShardedSize, ShardingSpecProto, SimpleShardedDimProto,
    TensorAnnotation, ValueInfoProto,
};
pub use model::{
    DeviceConfigurationProto, FunctionProto, ModelProto, OperatorSetIdProto, TrainingInfoProto,
};
pub use tensor::{
    DataLocation, SparseTensorProto, StringStringEntryProto, TensorProto, TensorSegment,
};
pub use types::{
    Dimension, DimensionValue, MapTypeProto, OptionalTypeProto, SequenceTypeProto,
    SparseTensorTypeProto, TensorShapeProto, TensorTypeProto, TypeProto, TypeValue,
};
pub use wire::DecodeError;

use bytes::Bytes;
use field::Message;
use wire::Reader;

impl ModelProto {
    /// Reads a model. Weights share the memory of `bytes`.
    ///
    /// # Errors
    /// [`DecodeError`], for bytes that are no model.
    pub fn decode(bytes: impl Into<Bytes>) -> Result<Self, DecodeError> {
        let mut model = Self::default();
        model.merge_fields(&mut Reader::new(bytes.into()))?;
        Ok(model)
    }

    /// The bytes of a file. The same model is the same bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.encoded_size());
        self.write_fields(&mut bytes);
        bytes
    }

    /// The number of bytes of a file.
    pub fn encoded_size(&self) -> usize {
        self.fields_size()
    }
}

#[cfg(test)]
mod tests;
