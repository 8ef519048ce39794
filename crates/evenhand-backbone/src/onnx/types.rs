//! Types of inputs, outputs and everything between.

use super::field::{messages, oneof};

messages! {
    /// The type of a value.
    pub struct TypeProto {
        denotation: String = 6,
        ; value: oneof TypeValue
    }

    /// An element type and, where it is known, a shape.
    pub struct TensorTypeProto {
        /// One of [`data_type`](super::data_type).
        elem_type: i32 = 1,
        shape: Option<TensorShapeProto> = 2,
    }

    /// A list of values of one type.
    pub struct SequenceTypeProto {
        elem_type: Option<Box<TypeProto>> = 1,
    }

    /// Values by key.
    pub struct MapTypeProto {
        /// One of [`data_type`](super::data_type): a string or an integer.
        key_type: i32 = 1,
        value_type: Option<Box<TypeProto>> = 2,
    }

    /// A value that may be missing.
    pub struct OptionalTypeProto {
        elem_type: Option<Box<TypeProto>> = 1,
    }

    /// As [`TensorTypeProto`], of sparse tensors.
    pub struct SparseTensorTypeProto {
        elem_type: i32 = 1,
        shape: Option<TensorShapeProto> = 2,
    }

    /// The sizes of all axes.
    pub struct TensorShapeProto {
        dim: Vec<Dimension> = 1,
    }

    /// The size of one axis.
    pub struct Dimension {
        denotation: String = 3,
        ; value: oneof DimensionValue
    }
}

oneof! {
    /// The kinds of values.
    pub enum TypeValue {
        Tensor(TensorTypeProto) = 1,
        Sequence(SequenceTypeProto) = 4,
        Map(MapTypeProto) = 5,
        Optional(OptionalTypeProto) = 9,
        SparseTensor(SparseTensorTypeProto) = 8,
    }
}

oneof! {
    /// A number, or the name of a size that is not known: the same name is the same size.
    pub enum DimensionValue {
        DimValue(i64) = 1,
        DimParam(String) = 2,
    }
}

impl Dimension {
    pub fn fixed(size: usize) -> Self {
        DimensionValue::DimValue(size as i64).into()
    }

    /// Any size; the same name is the same size.
    pub fn any(name: &str) -> Self {
        DimensionValue::DimParam(name.to_owned()).into()
    }

    /// The size where it is fixed.
    pub fn size(&self) -> Option<usize> {
        match self.value {
            Some(DimensionValue::DimValue(size)) => {
                usize::try_from(size).ok().filter(|&size| size > 0)
            }
            _ => None,
        }
    }
}

impl From<DimensionValue> for Dimension {
    fn from(value: DimensionValue) -> Self {
        Self {
            value: Some(value),
            ..Default::default()
        }
    }
}
