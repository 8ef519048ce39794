//! Tensors with their values, and the entries of metadata that every message may have.

use super::field::{messages, open_enum};
use bytes::Bytes;

messages! {
    /// A constant: its values are in `raw_data`, little endian and row-major, or else in the list
    /// for its element type, or in another file.
    pub struct TensorProto {
        dims: Vec<i64> = 1,
        /// One of [`data_type`](super::data_type).
        data_type: i32 = 2,
        segment: Option<TensorSegment> = 3,
        float_data: Vec<f32> = 4,
        /// Also holds integers of fewer bits, booleans, and the bits of 16-bit floats.
        int32_data: Vec<i32> = 5,
        string_data: Vec<Bytes> = 6,
        int64_data: Vec<i64> = 7,
        name: String = 8,
        doc_string: String = 12,
        raw_data: Bytes = 9,
        /// Where in which file the values are.
        external_data: Vec<StringStringEntryProto> = 13,
        data_location: DataLocation = 14,
        double_data: Vec<f64> = 10,
        uint64_data: Vec<u64> = 11,
        metadata_props: Vec<StringStringEntryProto> = 16,
    }

    /// An entry of metadata, or of any other list of names and texts.
    pub struct StringStringEntryProto {
        key: String = 1,
        value: String = 2,
    }

    /// The part of a tensor that is stored in pieces.
    pub struct TensorSegment {
        begin: i64 = 1,
        end: i64 = 2,
    }

    /// A constant that is zero almost everywhere.
    pub struct SparseTensorProto {
        values: Option<TensorProto> = 1,
        indices: Option<TensorProto> = 2,
        dims: Vec<i64> = 3,
    }
}

open_enum! {
    /// Whether a tensor's values are in the model or in a file beside it.
    pub enum DataLocation {
        DEFAULT = 0,
        EXTERNAL = 1,
    }
}
