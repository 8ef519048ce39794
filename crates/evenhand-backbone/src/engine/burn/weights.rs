//! ONNX tensors to values. Whatever kind of float a file stores, the engine computes in float32.

use super::value::{Array, Ints, Value};
use crate::onnx::TensorProto;
use crate::onnx::data_type;
use burn::tensor::Device;
use half::{bf16, f16};

/// Numbers of an ONNX tensor on the host.
pub enum Numbers {
    Float(Vec<f32>),
    Int(Vec<i64>),
}

/// Reads a tensor's shape and numbers.
///
/// # Errors
/// When its data is in another file, its type has no numbers, or its length does not fit its shape.
pub fn numbers(tensor: &TensorProto) -> Result<(Vec<usize>, Numbers), String> {
    let name = &tensor.name;
    if !tensor.external_data.is_empty() {
        return Err(format!(
            "tensor `{name}` keeps its data in another file, which is not supported"
        ));
    }
    let shape = tensor
        .dims
        .iter()
        .map(|&d| usize::try_from(d).map_err(|_| format!("tensor `{name}` has a dimension of {d}")))
        .collect::<Result<Vec<_>, _>>()?;
    let numbers = read(tensor)
        .ok_or_else(|| format!("tensor `{name}` has the element type {}", tensor.data_type))?;
    let count = match &numbers {
        Numbers::Float(values) => values.len(),
        Numbers::Int(values) => values.len(),
    };
    if count != shape.iter().product::<usize>() {
        return Err(format!(
            "tensor `{name}` has {count} values for its shape {shape:?}"
        ));
    }
    Ok((shape, numbers))
}

pub fn upload(tensor: &TensorProto, device: &Device) -> Result<Value, String> {
    let (shape, numbers) = numbers(tensor)?;
    Ok(match numbers {
        Numbers::Float(values) => Array::upload(values, &shape, device)?.into(),
        Numbers::Int(data) => Ints { shape, data }.into(),
    })
}

fn read(tensor: &TensorProto) -> Option<Numbers> {
    let raw = &tensor.raw_data[..];
    let is_raw = !raw.is_empty();
    macro_rules! ints {
        ($kind:ty, $typed:expr) => {
            Numbers::Int(if is_raw {
                words(raw, |b| <$kind>::from_le_bytes(b) as i64)
            } else {
                $typed.iter().map(|&v| v as i64).collect()
            })
        };
    }
    // float16 and bfloat16 that are not raw are bit patterns in `int32_data`.
    macro_rules! halves {
        ($kind:ty) => {
            Numbers::Float(if is_raw {
                words(raw, |b| <$kind>::from_le_bytes(b).to_f32())
            } else {
                let bits = tensor.int32_data.iter();
                bits.map(|&v| <$kind>::from_bits(v as u16).to_f32())
                    .collect()
            })
        };
    }
    Some(match tensor.data_type {
        data_type::FLOAT if is_raw => Numbers::Float(words(raw, f32::from_le_bytes)),
        data_type::FLOAT => Numbers::Float(tensor.float_data.clone()),
        data_type::DOUBLE if is_raw => Numbers::Float(words(raw, |b| f64::from_le_bytes(b) as f32)),
        data_type::DOUBLE => Numbers::Float(tensor.double_data.iter().map(|&v| v as f32).collect()),
        data_type::FLOAT16 => halves!(f16),
        data_type::BFLOAT16 => halves!(bf16),
        data_type::INT64 => ints!(i64, tensor.int64_data),
        data_type::INT32 => ints!(i32, tensor.int32_data),
        data_type::INT16 => ints!(i16, tensor.int32_data),
        data_type::INT8 => ints!(i8, tensor.int32_data),
        data_type::UINT16 => ints!(u16, tensor.int32_data),
        data_type::UINT8 | data_type::BOOL => ints!(u8, tensor.int32_data),
        data_type::UINT32 => ints!(u32, tensor.uint64_data),
        data_type::UINT64 => ints!(u64, tensor.uint64_data),
        _ => return None,
    })
}

fn words<const N: usize, T>(raw: &[u8], value: impl Fn([u8; N]) -> T) -> Vec<T> {
    raw.as_chunks::<N>()
        .0
        .iter()
        .map(|&bytes| value(bytes))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_store_a_number_reads_the_same() {
        let raw_half = TensorProto {
            dims: vec![2],
            data_type: data_type::FLOAT16,
            raw_data: [f16::from_f32(1.5), f16::from_f32(-2.0)]
                .iter()
                .flat_map(|v| v.to_le_bytes())
                .collect::<Vec<u8>>()
                .into(),
            ..Default::default()
        };
        let typed_half = TensorProto {
            dims: vec![2],
            data_type: data_type::FLOAT16,
            int32_data: vec![
                f16::from_f32(1.5).to_bits().into(),
                f16::from_f32(-2.0).to_bits().into(),
            ],
            ..Default::default()
        };
        let typed = TensorProto {
            dims: vec![2],
            data_type: data_type::DOUBLE,
            double_data: vec![1.5, -2.0],
            ..Default::default()
        };
        for tensor in [raw_half, typed_half, typed] {
            let (shape, Numbers::Float(values)) = numbers(&tensor).unwrap() else {
                panic!("floats expected")
            };
            assert_eq!((shape, values), (vec![2], vec![1.5, -2.0]));
        }
    }

    #[test]
    fn a_tensor_shorter_than_its_shape_is_refused() {
        let tensor = TensorProto {
            name: "w".into(),
            dims: vec![3],
            data_type: data_type::FLOAT,
            float_data: vec![1.0],
            ..Default::default()
        };
        assert!(numbers(&tensor).is_err_and(|e| e.contains("`w` has 1 values")));
    }
}
