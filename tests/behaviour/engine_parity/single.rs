//! Models of a single node, one for each way in which an operator is used.

use evenhand::backbone::engine::tensor::HostTensor;
use evenhand::backbone::onnx::{
    AttributeProto, AttributeType, Dimension, GraphProto, ModelProto, NodeProto,
    OperatorSetIdProto, TensorProto, ValueInfoProto,
};

/// The same numbers between -1 and 1 for the same seed.
pub fn noise(count: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(12_345);
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// A model of one node on inputs `x0`, `x1`, ..., some of them constants.
pub struct Single {
    pub node: NodeProto,
    pub opset: i64,
    pub inputs: Vec<(String, HostTensor)>,
    constants: Vec<TensorProto>,
}

impl Single {
    fn new(opset: i64, op: &str) -> Self {
        let node = NodeProto {
            name: op.into(),
            op_type: op.into(),
            output: vec!["y".into()],
            ..Default::default()
        };
        Self {
            node,
            opset,
            inputs: Vec::new(),
            constants: Vec::new(),
        }
    }

    fn attribute(mut self, name: &str, kind: AttributeType, value: AttributeProto) -> Self {
        let attribute = AttributeProto {
            name: name.into(),
            type_: kind,
            ..value
        };
        self.node.attribute.push(attribute);
        self
    }

    fn int(self, name: &str, i: i64) -> Self {
        self.attribute(
            name,
            AttributeType::INT,
            AttributeProto {
                i,
                ..Default::default()
            },
        )
    }

    fn ints(self, name: &str, ints: &[i64]) -> Self {
        let value = AttributeProto {
            ints: ints.to_vec(),
            ..Default::default()
        };
        self.attribute(name, AttributeType::INTS, value)
    }

    fn real(self, name: &str, f: f32) -> Self {
        self.attribute(
            name,
            AttributeType::FLOAT,
            AttributeProto {
                f,
                ..Default::default()
            },
        )
    }

    fn text(self, name: &str, text: &str) -> Self {
        let value = AttributeProto {
            s: text.as_bytes().to_vec().into(),
            ..Default::default()
        };
        self.attribute(name, AttributeType::STRING, value)
    }

    fn name(&mut self) -> String {
        let name = format!("x{}", self.node.input.len());
        self.node.input.push(name.clone());
        name
    }

    /// A computed input of noise.
    fn input(mut self, shape: &[usize]) -> Self {
        let name = self.name();
        let seed = self.node.input.len() as u32;
        let values = noise(shape.iter().product(), seed)
            .iter()
            .map(|v| 3.0 * v)
            .collect();
        self.inputs.push((name, HostTensor::float(shape, values)));
        self
    }

    fn weight(self, shape: &[usize]) -> Self {
        let seed = 100 + self.node.input.len() as u32;
        let values = noise(shape.iter().product(), seed);
        self.constant(shape, values)
    }

    fn positive(self, shape: &[usize]) -> Self {
        let seed = 200 + self.node.input.len() as u32;
        let values = noise(shape.iter().product(), seed)
            .iter()
            .map(|v| 1.5 + v)
            .collect();
        self.constant(shape, values)
    }

    fn constant(mut self, shape: &[usize], float_data: Vec<f32>) -> Self {
        let name = self.name();
        let dims = shape.iter().map(|&d| d as i64).collect();
        self.constants.push(TensorProto {
            name,
            dims,
            data_type: 1,
            float_data,
            ..Default::default()
        });
        self
    }

    fn integers(mut self, int64_data: &[i64]) -> Self {
        let name = self.name();
        let dims = vec![int64_data.len() as i64];
        let int64_data = int64_data.to_vec();
        self.constants.push(TensorProto {
            name,
            dims,
            data_type: 7,
            int64_data,
            ..Default::default()
        });
        self
    }

    fn absent(mut self) -> Self {
        self.node.input.push(String::new());
        self
    }

    pub fn model(&self) -> ModelProto {
        let float = |(name, tensor): &(String, HostTensor)| {
            let dims: Vec<_> = tensor.shape.iter().map(|&d| Dimension::fixed(d)).collect();
            ValueInfoProto::tensor(name, 1, dims)
        };
        let output = ValueInfoProto {
            name: "y".into(),
            ..Default::default()
        };
        let graph = GraphProto {
            name: "single".into(),
            node: vec![self.node.clone()],
            input: self.inputs.iter().map(float).collect(),
            output: vec![output],
            initializer: self.constants.clone(),
            ..Default::default()
        };
        let mut model = ModelProto {
            ir_version: 8,
            graph,
            ..Default::default()
        };
        model
            .opset_import
            .push(OperatorSetIdProto::standard(self.opset));
        model
    }
}

pub fn cases() -> Vec<Single> {
    let new = Single::new;
    let mut cases = vec![
        new(11, "Conv")
            .ints("pads", &[1, 0, 2, 1])
            .ints("strides", &[2, 1])
            .input(&[2, 4, 9, 8])
            .weight(&[6, 4, 3, 2])
            .weight(&[6]),
        new(11, "Conv")
            .int("group", 2)
            .ints("dilations", &[2, 2])
            .input(&[1, 4, 9, 9])
            .weight(&[6, 2, 3, 3]),
        new(11, "Conv")
            .int("group", 4)
            .ints("pads", &[0, 0, 1, 1])
            .ints("strides", &[2, 2])
            .input(&[1, 4, 8, 8])
            .weight(&[4, 1, 3, 3]),
        new(11, "Conv")
            .ints("strides", &[2, 2])
            .input(&[2, 4, 7, 7])
            .weight(&[3, 4, 1, 1]),
        new(17, "Conv")
            .text("auto_pad", "SAME_UPPER")
            .ints("strides", &[2, 2])
            .input(&[1, 3, 8, 7])
            .weight(&[2, 3, 3, 3]),
        new(17, "Conv")
            .text("auto_pad", "SAME_LOWER")
            .ints("strides", &[2, 2])
            .input(&[1, 3, 8, 7])
            .weight(&[2, 3, 3, 3]),
        new(17, "Conv")
            .text("auto_pad", "SAME_LOWER")
            .input(&[1, 3, 8, 7])
            .weight(&[2, 3, 2, 4]),
        new(17, "Conv")
            .text("auto_pad", "VALID")
            .input(&[1, 3, 8, 7])
            .weight(&[2, 3, 3, 3]),
        new(9, "BatchNormalization")
            .real("epsilon", 1e-3)
            .input(&[2, 3, 4, 4])
            .weight(&[3])
            .weight(&[3])
            .weight(&[3])
            .positive(&[3]),
        new(15, "BatchNormalization")
            .input(&[5, 3])
            .weight(&[3])
            .weight(&[3])
            .weight(&[3])
            .positive(&[3]),
        new(10, "Clip")
            .real("min", -1.0)
            .real("max", 0.5)
            .input(&[2, 7]),
        new(10, "Clip").real("min", 0.0).input(&[2, 7]),
        new(13, "Clip")
            .input(&[2, 7])
            .constant(&[], vec![-1.0])
            .absent(),
        new(11, "Softmax").input(&[2, 3, 4]),
        new(13, "Softmax").int("axis", 1).input(&[2, 3, 4]),
        new(16, "PRelu").input(&[2, 3, 4, 4]).weight(&[3, 1, 1]),
        new(7, "LeakyRelu").real("alpha", 0.2).input(&[2, 9]),
        new(20, "Gelu").text("approximate", "tanh").input(&[2, 9]),
        new(7, "HardSigmoid").real("alpha", 0.166).input(&[2, 9]),
        new(8, "MaxPool")
            .ints("kernel_shape", &[3, 3])
            .ints("strides", &[2, 2])
            .ints("pads", &[1, 1, 1, 1])
            .input(&[1, 2, 8, 9]),
        new(12, "MaxPool")
            .ints("kernel_shape", &[3, 2])
            .ints("strides", &[2, 2])
            .int("ceil_mode", 1)
            .input(&[1, 2, 8, 9]),
        new(12, "MaxPool")
            .ints("kernel_shape", &[3, 3])
            .ints("strides", &[2, 2])
            .ints("pads", &[0, 0, 1, 1])
            .int("ceil_mode", 1)
            .input(&[1, 2, 7, 8]),
        new(12, "MaxPool")
            .ints("kernel_shape", &[2, 2])
            .ints("dilations", &[2, 2])
            .input(&[1, 2, 8, 9]),
        new(12, "MaxPool")
            .ints("kernel_shape", &[3, 3])
            .ints("strides", &[2, 2])
            .text("auto_pad", "SAME_UPPER")
            .input(&[1, 2, 8, 9]),
        new(11, "AveragePool")
            .ints("kernel_shape", &[3, 3])
            .ints("pads", &[1, 1, 1, 1])
            .input(&[1, 2, 8, 9]),
        new(11, "AveragePool")
            .ints("kernel_shape", &[3, 3])
            .ints("pads", &[1, 0, 2, 1])
            .int("count_include_pad", 1)
            .input(&[1, 2, 8, 9]),
        new(11, "AveragePool")
            .ints("kernel_shape", &[3, 3])
            .ints("pads", &[1, 0, 2, 1])
            .input(&[1, 2, 8, 9]),
        new(19, "AveragePool")
            .ints("kernel_shape", &[2, 2])
            .ints("strides", &[2, 2])
            .int("ceil_mode", 1)
            .input(&[1, 2, 7, 9]),
        new(19, "AveragePool")
            .ints("kernel_shape", &[3, 3])
            .ints("strides", &[2, 2])
            .ints("pads", &[1, 1, 1, 1])
            .int("ceil_mode", 1)
            .int("count_include_pad", 1)
            .input(&[1, 2, 8, 9]),
        new(11, "AveragePool")
            .ints("kernel_shape", &[3, 3])
            .ints("strides", &[2, 2])
            .text("auto_pad", "SAME_LOWER")
            .input(&[1, 2, 8, 9]),
        new(11, "GlobalAveragePool").input(&[2, 3, 4, 5]),
        new(11, "GlobalMaxPool").input(&[2, 3, 4, 5]),
        new(11, "Gemm")
            .real("alpha", 0.5)
            .real("beta", 2.0)
            .int("transA", 1)
            .input(&[4, 2])
            .weight(&[4, 3])
            .weight(&[2, 1]),
        new(13, "Gemm")
            .int("transB", 1)
            .input(&[2, 4])
            .weight(&[3, 4]),
        new(13, "MatMul").input(&[2, 3, 4, 5]).weight(&[3, 5, 2]),
        new(13, "MatMul").input(&[2, 3, 4, 5]).weight(&[5, 2]),
        new(13, "MatMul").input(&[5]).weight(&[3, 5, 2]),
        new(17, "LayerNormalization")
            .int("axis", 2)
            .input(&[2, 3, 4, 5])
            .weight(&[4, 5])
            .weight(&[4, 5]),
        new(17, "LayerNormalization").input(&[2, 3, 5]).weight(&[5]),
        new(6 + 1, "InstanceNormalization")
            .input(&[2, 3, 4, 5])
            .weight(&[3])
            .weight(&[3]),
        new(13, "LRN")
            .int("size", 5)
            .real("alpha", 0.1)
            .input(&[2, 7, 4, 5]),
        new(11, "ReduceMean")
            .ints("axes", &[2, 3])
            .int("keepdims", 0)
            .input(&[2, 3, 4, 5]),
        new(18, "ReduceMean").input(&[2, 3, 4, 5]).integers(&[-1]),
        new(13, "ReduceSum").input(&[2, 3, 4, 5]),
        new(13, "ReduceMax").ints("axes", &[1]).input(&[2, 3, 4, 5]),
        new(9, "Slice")
            .ints("starts", &[1, -3])
            .ints("ends", &[9, -1])
            .ints("axes", &[1, 3])
            .input(&[2, 3, 4, 5]),
        new(13, "Slice")
            .input(&[2, 3, 4, 9])
            .integers(&[-1, 1])
            .integers(&[-9, 8])
            .integers(&[2, 3])
            .integers(&[-2, 3]),
        new(10, "Pad")
            .ints("pads", &[0, 0, 1, 2, 0, 0, 3, 0])
            .real("value", 0.5)
            .input(&[1, 2, 3, 4]),
        new(18, "Pad")
            .text("mode", "edge")
            .input(&[1, 2, 3, 4])
            .integers(&[1, 2])
            .absent()
            .integers(&[3]),
        new(13, "Pad")
            .text("mode", "reflect")
            .input(&[1, 2, 3, 4])
            .integers(&[0, 0, 1, 2, 0, 0, 2, 1]),
        new(13, "Transpose")
            .ints("perm", &[0, 2, 3, 1])
            .input(&[2, 3, 4, 5]),
        new(13, "Expand").input(&[3, 1]).integers(&[2, 1, 4]),
        new(11, "Gather")
            .int("axis", 2)
            .input(&[2, 3, 4])
            .integers(&[3, 0, 0]),
        new(13, "Concat")
            .int("axis", -2)
            .input(&[2, 3, 4])
            .input(&[2, 1, 4]),
        new(13, "Pow").input(&[2, 3]).constant(&[], vec![3.0]),
        new(13, "Max").input(&[2, 1]).input(&[1, 3]).weight(&[]),
        new(13, "Squeeze").input(&[2, 1, 3, 1]).integers(&[1, -1]),
        new(14, "Reshape").input(&[2, 3, 4]).integers(&[0, -1]),
        new(13, "Flatten").int("axis", -1).input(&[2, 3, 4]),
        new(13, "Shape").input(&[2, 3, 4]),
    ];
    for op in ["Add", "Sub", "Mul", "Div"] {
        cases.push(new(7, op).input(&[2, 3, 4, 4]).positive(&[3, 1, 1]));
        cases.push(new(14, op).input(&[2, 3]).positive(&[]));
        cases.push(new(14, op).positive(&[1, 4]).input(&[3, 1]));
    }
    for op in [
        "Relu", "Sigmoid", "Tanh", "Erf", "Exp", "Abs", "Neg", "Floor", "Ceil", "Softplus", "Elu",
    ] {
        cases.push(new(13, op).input(&[2, 3, 5]));
    }
    for op in ["HardSwish", "Mish"] {
        cases.push(new(18, op).input(&[2, 3, 5]));
    }
    cases
}
