//! Models of a single node, to hold operators against numbers worked out by hand.

use crate::Precision;
use crate::engine::EngineError;
use crate::engine::burn::plan::{Plan, Purpose};
use crate::engine::burn::value::{Array, Ints, Value};
use crate::onnx::data_type;
use crate::onnx::{
    AttributeProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, TensorProto,
    ValueInfoProto,
};
use burn::tensor::{Device, FloatDType, Tensor};

pub fn floats(count: usize) -> Vec<f32> {
    (0..count).map(|i| i as f32).collect()
}

pub struct Case {
    node: NodeProto,
    opset: i64,
    precision: Precision,
    inputs: Vec<(String, Value)>,
    constants: Vec<TensorProto>,
}

impl Case {
    pub fn new(op: &str) -> Self {
        let node = NodeProto {
            name: "node".into(),
            op_type: op.into(),
            output: vec!["y".into()],
            ..Default::default()
        };
        Self {
            node,
            opset: 21,
            precision: Precision::F32,
            inputs: Vec::new(),
            constants: Vec::new(),
        }
    }

    pub fn opset(mut self, opset: i64) -> Self {
        self.opset = opset;
        self
    }

    /// In a plan of half precision; inputs stay as wide as they are.
    pub fn half(mut self) -> Self {
        self.precision = Precision::F16;
        self
    }

    pub fn outputs(mut self, count: usize) -> Self {
        self.node.output.extend((1..count).map(|i| format!("y{i}")));
        self
    }

    fn attribute(mut self, name: &str, value: AttributeProto) -> Self {
        self.node.attribute.push(AttributeProto {
            name: name.into(),
            ..value
        });
        self
    }

    pub fn int(self, name: &str, i: i64) -> Self {
        self.attribute(
            name,
            AttributeProto {
                i,
                ..Default::default()
            },
        )
    }

    pub fn ints(self, name: &str, ints: &[i64]) -> Self {
        self.attribute(
            name,
            AttributeProto {
                ints: ints.to_vec(),
                ..Default::default()
            },
        )
    }

    pub fn real(self, name: &str, f: f32) -> Self {
        self.attribute(
            name,
            AttributeProto {
                f,
                ..Default::default()
            },
        )
    }

    pub fn text(self, name: &str, s: &str) -> Self {
        let s = s.as_bytes().to_vec().into();
        self.attribute(
            name,
            AttributeProto {
                s,
                ..Default::default()
            },
        )
    }

    fn name(&mut self) -> String {
        let name = format!("x{}", self.node.input.len());
        self.node.input.push(name.clone());
        name
    }

    pub fn absent(mut self) -> Self {
        self.node.input.push(String::new());
        self
    }

    pub fn float(mut self, shape: &[usize], values: &[f32]) -> Self {
        let name = self.name();
        let array = Array::upload(values.to_vec(), shape, &Device::flex()).unwrap();
        self.inputs.push((name, array.into()));
        self
    }

    /// An input of half precision, as from a step before.
    pub fn float16(self, shape: &[usize], values: &[f32]) -> Self {
        let mut case = self.float(shape, values);
        let (_, input) = case.inputs.last_mut().unwrap();
        *input = input.clone().cast(FloatDType::F16);
        case
    }

    pub fn integer(mut self, shape: &[usize], values: &[i64]) -> Self {
        let name = self.name();
        let ints = Ints {
            shape: shape.to_vec(),
            data: values.to_vec(),
        };
        self.inputs.push((name, ints.into()));
        self
    }

    pub fn constant(mut self, shape: &[usize], values: &[f32]) -> Self {
        let name = self.name();
        self.constants.push(TensorProto {
            name,
            dims: shape.iter().map(|&d| d as i64).collect(),
            data_type: data_type::FLOAT,
            float_data: values.to_vec(),
            ..Default::default()
        });
        self
    }

    pub fn constant_integers(mut self, element: i32, values: &[i32]) -> Self {
        let name = self.name();
        self.constants.push(TensorProto {
            name,
            dims: vec![values.len() as i64],
            data_type: element,
            int32_data: values.to_vec(),
            ..Default::default()
        });
        self
    }

    fn model(&self) -> ModelProto {
        let named = |name: &str| ValueInfoProto {
            name: name.into(),
            ..Default::default()
        };
        let graph = GraphProto {
            input: self.inputs.iter().map(|(name, _)| named(name)).collect(),
            output: vec![named("y")],
            node: vec![self.node.clone()],
            initializer: self.constants.clone(),
            ..Default::default()
        };
        let mut model = ModelProto {
            graph,
            ..Default::default()
        };
        model
            .opset_import
            .push(OperatorSetIdProto::standard(self.opset));
        model
    }

    fn run(self) -> Result<Value, EngineError> {
        let purpose = Purpose::Features(self.precision);
        let plan = Plan::load(&self.model(), &Device::flex(), purpose)?;
        let inputs = self.inputs.into_iter().map(|(_, value)| value).collect();
        plan.run(inputs)
    }

    /// Holds the gradient of a weighted sum of the output by each float input to central differences.
    pub fn gradient_is_right(self) -> Result<(), String> {
        const STEP: f32 = 1e-2;
        let model = self.model();
        let load = |device: &Device| Plan::load(&model, device, Purpose::Gradient);
        let plan = load(&Device::flex()).map_err(|error| error.to_string())?;
        let taped = load(&Device::flex().autodiff()).map_err(|error| error.to_string())?;
        let inputs: Vec<Value> = self.inputs.iter().map(|(_, value)| value.clone()).collect();
        let float = |plan: &Plan, inputs: Vec<Value>| match plan.run(inputs) {
            Ok(Value::Float(array)) => Ok(array),
            other => Err(format!("floats expected, got {other:?}")),
        };
        let share = |at: usize| 0.5 + (at * 3 % 7) as f32 / 7.0;
        let sum = |inputs: Vec<Value>| -> Result<f64, String> {
            let output = float(&plan, inputs)?.download()?;
            let terms = output.iter().enumerate();
            Ok(terms.map(|(at, &value)| f64::from(value * share(at))).sum())
        };
        let leaves: Vec<Value> = inputs
            .iter()
            .map(|value| match value {
                Value::Float(array) => Value::Float(array.tracked()),
                ints => ints.clone(),
            })
            .collect();
        let output = float(&taped, leaves.clone())?.vector()?;
        let shares: Vec<f32> = (0..output.dims()[0]).map(share).collect();
        let shares = Tensor::<1>::from_data(&shares[..], &Device::flex().autodiff());
        let mut gradients = (output * shares).sum().backward();
        for (at, (leaf, input)) in leaves.iter().zip(&inputs).enumerate() {
            let (Value::Float(leaf), Value::Float(input)) = (leaf, input) else {
                continue;
            };
            let gradient = leaf.gradient(&mut gradients);
            let gradient = gradient.ok_or(format!("no gradient reaches input {at}"))?;
            let gradient = gradient.download()?;
            let (values, shape) = (input.clone().download()?, input.shape());
            for (place, computed) in gradient.into_iter().enumerate() {
                let moved = |by: f32| {
                    let mut values = values.clone();
                    values[place] += by;
                    let mut inputs = inputs.clone();
                    inputs[at] = Array::upload(values, &shape, &Device::flex())?.into();
                    sum(inputs)
                };
                let found = (moved(STEP)? - moved(-STEP)?) / f64::from(2.0 * STEP);
                if (found - f64::from(computed)).abs() > 5e-3 * found.abs().max(1.0) {
                    return Err(format!(
                        "input {at}, place {place}: {computed} is not {found}"
                    ));
                }
            }
        }
        Ok(())
    }

    #[track_caller]
    pub fn gives(self, shape: &[usize], values: &[f32]) {
        let output = self.run().unwrap();
        assert_eq!(output.shape(), shape);
        let Value::Float(array) = output else {
            panic!("floats expected, got {output:?}")
        };
        let got = array.download().unwrap();
        let close = |(a, b): (&f32, &f32)| (a - b).abs() <= 1e-5 * b.abs().max(1.0);
        assert!(
            got.iter().zip(values).all(close),
            "{got:?} is not {values:?}"
        );
    }

    #[track_caller]
    pub fn gives_ints(self, shape: &[usize], values: &[i64]) {
        let output = self.run().unwrap();
        let Value::Int(ints) = output else {
            panic!("integers expected, got {output:?}")
        };
        assert_eq!((&ints.shape[..], &ints.data[..]), (shape, values));
    }

    #[track_caller]
    pub fn refused_with(self, reason: &str) {
        match self.run() {
            Err(EngineError::Unsupported { reason: said, .. }) => {
                assert!(said.contains(reason), "{said}")
            }
            other => panic!("not refused: {other:?}"),
        }
    }

    #[track_caller]
    pub fn fails_with(self, reason: &str) {
        match self.run() {
            Err(EngineError::Node { reason: said, .. }) => assert!(said.contains(reason), "{said}"),
            other => panic!("did not fail: {other:?}"),
        }
    }
}
