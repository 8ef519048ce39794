//! A model as it is, with all of its outputs.

use super::input;
use super::plan::{Plan, Purpose};
use super::value::{Array, Ints, Value};
use crate::engine::image::input_names;
use crate::engine::tensor::{Data, HostTensor};
use crate::engine::{EngineError, Probe};
use crate::onnx::{ModelProto, data_type};
use burn::tensor::Device;
use std::collections::{BTreeMap, HashSet};

/// On the CPU.
pub struct BurnProbe {
    plan: Plan,
    device: Device,
    inputs: Vec<String>,
    outputs: HashSet<String>,
}

impl BurnProbe {
    /// # Errors
    /// For the first node that cannot be run.
    pub fn load(model: &ModelProto) -> Result<Self, EngineError> {
        let device = Device::flex();
        let inputs = input_names(&model.graph);
        let declared = model.graph.input.iter();
        let bytes = declared.filter(|info| info.elem_type() == data_type::UINT8);
        for info in bytes {
            input::check_bytes(model, &info.name)?;
        }
        let outputs = model.graph.output.iter().map(|info| info.name.clone());
        Ok(Self {
            plan: Plan::load(model, &device, Purpose::Shapes)?,
            device,
            inputs,
            outputs: outputs.collect(),
        })
    }

    fn upload(&self, tensor: &HostTensor) -> Result<Value, EngineError> {
        let HostTensor { shape, data } = tensor;
        let floats = |values: Vec<f32>| {
            let array = Array::upload(values, shape, &self.device);
            array.map(Value::from).map_err(EngineError::Model)
        };
        match data {
            Data::Float(values) => floats(values.clone()),
            Data::Byte(bytes) => floats(bytes.iter().map(|&byte| f32::from(byte)).collect()),
            Data::Int(data) => Ok(Ints {
                shape: shape.clone(),
                data: data.clone(),
            }
            .into()),
        }
    }
}

impl Probe for BurnProbe {
    fn run(
        &mut self,
        inputs: &[(&str, HostTensor)],
    ) -> Result<BTreeMap<String, HostTensor>, EngineError> {
        let mut values = Vec::new();
        for name in &self.inputs {
            let given = inputs.iter().find(|(given, _)| given == name);
            let missing = || EngineError::Model(format!("no value for input `{name}`"));
            values.push(self.upload(&given.ok_or_else(missing)?.1)?);
        }
        let mut outputs = BTreeMap::new();
        self.plan.run_observed(values, |name, value| {
            if self.outputs.contains(name) {
                outputs.insert(name.to_owned(), value.clone());
            }
        })?;
        let host = |(name, value): (String, Value)| {
            let tensor = match value {
                Value::Float(array) => HostTensor::float(&array.shape(), array.download()?),
                Value::Int(ints) => HostTensor::ints(&ints.shape, ints.data),
            };
            Ok::<_, String>((name, tensor))
        };
        let outputs: Result<_, String> = outputs.into_iter().map(host).collect();
        outputs.map_err(EngineError::Model)
    }
}
