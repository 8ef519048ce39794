//! Headers of safetensors files, for tensors that are written row by row and never held whole.

use half::f16;
use safetensors::tensor::{Dtype, TensorInfo};
use serde_json::{Map, Value, json};

/// A tensor's name, type and shape.
pub type Tensor<'a> = (&'a str, Dtype, &'a [usize]);

/// The bytes in front of the data: the header's length and the header, padded with blanks to at
/// least `size` bytes in all. The data follows in the order of `tensors`; names must differ.
///
/// A number of rows that is known only at the end needs no second pass: leave room for the header,
/// write the rows, and come back.
pub fn header(metadata: &[(&str, &str)], tensors: &[Tensor], size: usize) -> Vec<u8> {
    let mut fields = Map::new();
    let metadata: Map<_, _> = metadata
        .iter()
        .map(|&(key, value)| (key.to_owned(), Value::from(value)))
        .collect();
    fields.insert("__metadata__".into(), metadata.into());
    let mut start = 0;
    for &(name, dtype, shape) in tensors {
        let end = start + shape.iter().product::<usize>() * dtype.bitsize() / 8;
        let info = TensorInfo {
            dtype,
            shape: shape.to_vec(),
            data_offsets: (start, end),
        };
        fields.insert(name.to_owned(), json!(info));
        start = end;
    }
    let mut text = Value::from(fields).to_string().into_bytes();
    let length = (8 + text.len()).max(size).next_multiple_of(8) - 8;
    text.resize(length, b' ');
    let mut bytes = (length as u64).to_le_bytes().to_vec();
    bytes.append(&mut text);
    bytes
}

/// Half-precision values as a file holds them.
pub fn to_bytes(values: &[f16]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

/// The inverse of [`to_bytes`].
pub fn from_bytes(bytes: &[u8]) -> Vec<f16> {
    bytes
        .chunks_exact(2)
        .map(|pair| f16::from_le_bytes([pair[0], pair[1]]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use safetensors::SafeTensors;

    #[test]
    fn a_padded_header_is_read_by_safetensors() {
        let tensors: [Tensor; 2] = [("a", Dtype::F16, &[2, 1]), ("b", Dtype::U8, &[3])];
        for size in [0, 512] {
            let mut file = header(&[("k", "v")], &tensors, size);
            assert!(file.len() >= size && file.len().is_multiple_of(8));
            file.extend([0, 0x3c, 0, 0x40, 7, 8, 9]);
            let read = SafeTensors::deserialize(&file).unwrap();
            let a = from_bytes(read.tensor("a").unwrap().data());
            assert_eq!(a, [f16::from_f32(1.0), f16::from_f32(2.0)]);
            assert_eq!(to_bytes(&a), [0, 0x3c, 0, 0x40]);
            assert_eq!(read.tensor("b").unwrap().data(), [7, 8, 9]);
        }
    }
}
