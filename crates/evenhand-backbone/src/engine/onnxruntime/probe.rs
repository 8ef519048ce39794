//! A model as it is, with all of its outputs.

use super::place::Place;
use super::runtime::failed;
use super::session::{bytes, session};
use crate::engine::error::EngineError;
use crate::engine::interface::Probe;
use crate::engine::tensor::{Data, HostTensor};
use crate::onnx::ModelProto;
use ort::session::{Session, SessionInputValue};
use ort::value::TensorRef;
use std::collections::BTreeMap;

/// On the CPU.
pub struct OnnxRuntimeProbe(Session);

impl OnnxRuntimeProbe {
    /// # Errors
    /// When the library is missing or refuses the model.
    pub fn load(model: &ModelProto, threads: usize) -> Result<Self, EngineError> {
        session(&bytes(model)?, Place::Cpu, threads).map(Self)
    }
}

impl Probe for OnnxRuntimeProbe {
    fn run(
        &mut self,
        inputs: &[(&str, HostTensor)],
    ) -> Result<BTreeMap<String, HostTensor>, EngineError> {
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
        let outputs = self.0.run(values).map_err(failed)?;
        let mut tensors = BTreeMap::new();
        for (name, value) in outputs.iter() {
            let sizes =
                |shape: &ort::value::Shape| shape.iter().map(|&size| size as usize).collect();
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
