//! A model as it is, with all of its outputs.

use super::place::Place;
use super::runtime::failed;
use super::session::{bytes, session};
use crate::engine::error::EngineError;
use crate::engine::interface::Probe;
use crate::engine::tensor::{Data, HostTensor};
use crate::onnx::ModelProto;
use ort::session::{Session, SessionInputValue};
use ort::value::{Shape, TensorElementType, TensorRef, ValueType};
use std::collections::BTreeMap;

/// On the CPU.
pub struct OnnxRuntimeProbe(Session);

impl OnnxRuntimeProbe {
    /// # Errors
    /// When the library is missing or refuses the model.
    pub fn load(model: &ModelProto, threads: usize) -> Result<Self, EngineError> {
        session(&bytes(model)?, Place::Cpu, threads).map(Self)
    }

    /// The shape of every output of floats, whatever their width.
    ///
    /// # Errors
    /// As [`run`](Probe::run).
    pub fn float_shapes(
        &mut self,
        inputs: &[(&str, HostTensor)],
    ) -> Result<BTreeMap<String, Vec<usize>>, EngineError> {
        let outputs = self.0.run(values(inputs)?).map_err(failed)?;
        let shape = |(name, value): (&str, ort::value::ValueRef<'_>)| match value.dtype() {
            ValueType::Tensor { ty, shape, .. } if FLOATS.contains(ty) => {
                Some((name.to_owned(), sizes(shape)))
            }
            _ => None,
        };
        Ok(outputs.iter().filter_map(shape).collect())
    }
}

/// Element types that engines read as floats.
const FLOATS: [TensorElementType; 4] = [
    TensorElementType::Float32,
    TensorElementType::Float16,
    TensorElementType::Float64,
    TensorElementType::Bfloat16,
];

fn sizes(shape: &Shape) -> Vec<usize> {
    shape.iter().map(|&size| size as usize).collect()
}

/// Inputs as a session takes them.
fn values<'a>(
    inputs: &'a [(&'a str, HostTensor)],
) -> Result<Vec<(&'a str, SessionInputValue<'a>)>, EngineError> {
    let mut values: Vec<(&str, SessionInputValue)> = Vec::new();
    for (name, HostTensor { shape, data }) in inputs {
        let shape = shape.clone();
        let value = match data {
            Data::Float(v) => TensorRef::from_array_view((shape, &v[..])).map(Into::into),
            Data::Byte(v) => TensorRef::from_array_view((shape, &v[..])).map(Into::into),
            Data::Int(v) => TensorRef::from_array_view((shape, &v[..])).map(Into::into),
        };
        values.push((name, value.map_err(failed)?));
    }
    Ok(values)
}

impl Probe for OnnxRuntimeProbe {
    fn run(
        &mut self,
        inputs: &[(&str, HostTensor)],
    ) -> Result<BTreeMap<String, HostTensor>, EngineError> {
        let outputs = self.0.run(values(inputs)?).map_err(failed)?;
        let mut tensors = BTreeMap::new();
        for (name, value) in outputs.iter() {
            let tensor = if let Ok((shape, values)) = value.try_extract_tensor::<f32>() {
                HostTensor {
                    shape: sizes(shape),
                    data: Data::Float(values.to_vec()),
                }
            } else if let Ok((shape, values)) = value.try_extract_tensor::<i64>() {
                HostTensor {
                    shape: sizes(shape),
                    data: Data::Int(values.to_vec()),
                }
            } else {
                continue;
            };
            tensors.insert(name.to_string(), tensor);
        }
        Ok(tensors)
    }
}
