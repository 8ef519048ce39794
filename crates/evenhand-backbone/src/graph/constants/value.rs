//! A constant as numbers.

use crate::graph::build;
use crate::graph::read;
use crate::onnx::TensorProto;
use crate::onnx::data_type::{BOOL, DOUBLE, FLOAT, FLOAT16, INT32, INT64};
use half::f16;

/// Larger results are left to the engine, unless they are a weight in another form.
pub const MOST: usize = 1 << 16;

/// A tensor whose values are known.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// `TensorProto.DataType`: float, int32, int64 or bool; float16 and double only to be cast.
    pub element: i32,
    pub dims: Vec<usize>,
    pub data: Data,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    Ints(Vec<i64>),
    Floats(Vec<f32>),
    /// As the model stores it; large weights are not read before they are needed.
    Stored(Box<TensorProto>),
}

impl Known {
    pub fn ints(element: i32, dims: Vec<usize>, values: Vec<i64>) -> Self {
        let data = Data::Ints(values);
        Self {
            element,
            dims,
            data,
        }
    }

    /// `None` for a type that nothing here computes with.
    pub fn read(tensor: &TensorProto) -> Option<Self> {
        let element = tensor.data_type;
        let dims = tensor.dims.iter().map(|&dim| usize::try_from(dim).ok());
        let dims: Vec<usize> = dims.collect::<Option<_>>()?;
        let data = match element {
            INT32 | INT64 => Data::Ints(read::i64_values(tensor)?),
            BOOL => Data::Ints(match tensor.raw_data.is_empty() {
                true => tensor.int32_data.iter().map(|&bit| bit.into()).collect(),
                false => tensor.raw_data.iter().map(|&byte| byte.into()).collect(),
            }),
            FLOAT | FLOAT16 | DOUBLE => Data::Stored(Box::new(tensor.clone())),
            _ => return None,
        };
        let known = Self {
            element,
            dims,
            data,
        };
        let whole = match &known.data {
            Data::Ints(values) => values.len() == known.len(),
            _ => true,
        };
        whole.then_some(known)
    }

    /// The number of values.
    pub fn len(&self) -> usize {
        self.dims.iter().product()
    }

    /// The integers of a tensor of integers or truth values.
    pub fn integers(&self) -> Option<&[i64]> {
        match &self.data {
            Data::Ints(values) => Some(values),
            _ => None,
        }
    }

    /// The floats of a tensor of floats, in float32.
    pub fn floats(&self) -> Option<Vec<f32>> {
        let values = match &self.data {
            Data::Ints(_) => return None,
            Data::Floats(values) => values.clone(),
            Data::Stored(tensor) => stored_floats(tensor)?,
        };
        (values.len() == self.len()).then_some(values)
    }

    /// As an initializer.
    pub fn write(&self, name: &str) -> TensorProto {
        let narrow = |values: &[i64]| -> Vec<i32> { values.iter().map(|&v| v as i32).collect() };
        match &self.data {
            Data::Stored(tensor) => TensorProto {
                name: name.to_owned(),
                ..(**tensor).clone()
            },
            Data::Floats(values) => build::f32s(name, &self.dims, values),
            Data::Ints(values) => match self.element {
                INT32 => build::i32s(name, &self.dims, &narrow(values)),
                BOOL => TensorProto {
                    data_type: BOOL,
                    raw_data: values.iter().map(|&v| u8::from(v != 0)).collect(),
                    ..build::i64s(name, &self.dims, values)
                },
                _ => build::i64s(name, &self.dims, values),
            },
        }
    }
}

fn stored_floats(tensor: &TensorProto) -> Option<Vec<f32>> {
    let raw = &tensor.raw_data;
    Some(match (tensor.data_type, raw.is_empty()) {
        (FLOAT, _) => return read::f32_values(tensor),
        (FLOAT16, true) => {
            let bits = tensor.int32_data.iter();
            bits.map(|&bits| f16::from_bits(bits as u16).to_f32())
                .collect()
        }
        (FLOAT16, false) => {
            let (chunks, _) = raw.as_chunks::<2>();
            let half = |&bytes: &[u8; 2]| f16::from_le_bytes(bytes).to_f32();
            chunks.iter().map(half).collect()
        }
        (DOUBLE, true) => tensor.double_data.iter().map(|&v| v as f32).collect(),
        (DOUBLE, false) => {
            let (chunks, _) = raw.as_chunks::<8>();
            let single = |&bytes: &[u8; 8]| f64::from_le_bytes(bytes) as f32;
            chunks.iter().map(single).collect()
        }
        _ => return None,
    })
}
