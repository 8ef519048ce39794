//! Tensors on the host: what goes into an engine and comes out of it when a model is run as it is.

/// Numbers, row-major of `shape`.
#[derive(Debug, Clone, PartialEq)]
pub struct HostTensor {
    pub shape: Vec<usize>,
    pub data: Data,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    Float(Vec<f32>),
    Byte(Vec<u8>),
    Int(Vec<i64>),
}

impl HostTensor {
    pub fn float(shape: &[usize], values: Vec<f32>) -> Self {
        Self {
            shape: shape.to_vec(),
            data: Data::Float(values),
        }
    }

    pub fn bytes(shape: &[usize], values: Vec<u8>) -> Self {
        Self {
            shape: shape.to_vec(),
            data: Data::Byte(values),
        }
    }

    pub fn ints(shape: &[usize], values: Vec<i64>) -> Self {
        Self {
            shape: shape.to_vec(),
            data: Data::Int(values),
        }
    }
}
