//! Both engines give the same features.
//!
//! Relative difference of two tensors: the largest absolute difference over the largest absolute
//! value of ONNX Runtime's. It must stay below [`TOLERANCE`]. Without ONNX Runtime's library the
//! tests say so and pass.

use evenhand::backbone::engine::tensor::{Data, HostTensor};
use evenhand::backbone::engine::{EngineError, burn, onnxruntime};
use onnx_ir::{
    AttributeProto, AttributeType, GraphProto, Message, ModelProto, NodeProto, TensorProto,
    ValueInfoProto,
};
use std::path::Path;

const TOLERANCE: f32 = 1e-4;

/// The same numbers between -1 and 1 for the same seed.
fn noise(count: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(12_345);
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

fn missing() -> bool {
    let missing = onnxruntime::runtime().is_err();
    if missing {
        println!("skipped: ONNX Runtime's library was not found");
    }
    missing
}

fn floats(tensor: &HostTensor) -> &[f32] {
    match &tensor.data {
        Data::Float(values) => values,
        other => panic!("floats expected, got {other:?}"),
    }
}

fn relative(ours: &[f32], theirs: &[f32]) -> f32 {
    assert_eq!(ours.len(), theirs.len());
    let largest = theirs.iter().fold(0.0f32, |a, b| a.max(b.abs()));
    let difference = ours
        .iter()
        .zip(theirs)
        .fold(0.0f32, |d, (a, b)| d.max((a - b).abs()));
    assert!(ours.iter().all(|v| v.is_finite()), "not finite");
    difference / largest.max(f32::MIN_POSITIVE)
}

/// The largest relative difference over the outputs of `model`.
fn difference(model: &ModelProto, inputs: &[(&str, HostTensor)]) -> Result<f32, EngineError> {
    let theirs = onnxruntime::run_once(model, inputs)?;
    let ours = burn::run_once(model, inputs)?;
    assert_eq!(
        ours.keys().collect::<Vec<_>>(),
        theirs.keys().collect::<Vec<_>>()
    );
    let compare = |(name, theirs): (&String, &HostTensor)| {
        let ours = &ours[name];
        assert_eq!(ours.shape, theirs.shape, "{name}");
        match (&ours.data, &theirs.data) {
            (Data::Int(ours), Data::Int(theirs)) => {
                if ours == theirs {
                    0.0
                } else {
                    f32::INFINITY
                }
            }
            _ => relative(floats(ours), floats(theirs)),
        }
    };
    Ok(theirs.iter().map(compare).fold(0.0, f32::max))
}

fn read(path: &Path) -> ModelProto {
    ModelProto::parse_from_bytes(&std::fs::read(path).unwrap()).unwrap()
}

fn image_size(model: &ModelProto) -> usize {
    let shape = &model.graph.input[0].type_.tensor_type().shape;
    shape.dim[2].dim_value() as usize
}

fn check_model(path: &Path) {
    let model = read(path);
    let size = image_size(&model);
    let shape = [2, 3, size, size];
    let image = HostTensor::float(&shape, noise(2 * 3 * size * size, 7));
    let name = model.graph.input[0].name.clone();
    let difference = difference(&model, &[(&name, image)]).unwrap();
    println!("{}: relative difference {difference:e}", path.display());
    assert!(difference < TOLERANCE, "{}: {difference:e}", path.display());
}

#[test]
fn the_shipped_backbone_agrees() {
    if !missing() {
        check_model(Path::new(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/models/efficientnet-lite0.onnx"
        )));
    }
}

#[test]
fn a_resnet_50_with_its_own_batch_norms_agrees() {
    match std::env::var_os("EVENHAND_RESNET50") {
        Some(path) if !missing() => check_model(Path::new(&path)),
        Some(_) => (),
        None => println!("skipped: EVENHAND_RESNET50 does not name a resnet50.onnx"),
    }
}

/// Every model of the folder that `EVENHAND_ZOO` names, one after the other.
#[test]
fn a_zoo_of_exported_models_agrees() {
    let Some(folder) = std::env::var_os("EVENHAND_ZOO") else {
        println!("skipped: EVENHAND_ZOO does not name a folder of models");
        return;
    };
    if missing() {
        return;
    }
    let mut paths: Vec<_> = Path::new(&folder)
        .read_dir()
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "onnx"));
    paths.sort();
    let mut failed = Vec::new();
    for path in paths {
        let checked = std::panic::catch_unwind(|| check_model(&path));
        if checked.is_err() {
            failed.push(path);
        }
    }
    assert!(failed.is_empty(), "{failed:?}");
}

/// A model of one node on inputs `x0`, `x1`, ...; integers and what is marked so are constants.
struct Single {
    node: NodeProto,
    opset: i64,
    inputs: Vec<(String, HostTensor)>,
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
            type_: kind.into(),
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

    fn model(&self) -> ModelProto {
        let typed = |name: &str, shape: Option<&[usize]>| {
            let mut value = ValueInfoProto {
                name: name.into(),
                ..Default::default()
            };
            if let Some(shape) = shape {
                let tensor = value.type_.mut_or_insert_default().mut_tensor_type();
                tensor.elem_type = 1;
                let dims = &mut tensor.shape.mut_or_insert_default().dim;
                for &size in shape {
                    dims.push(Default::default());
                    dims.last_mut().unwrap().set_dim_value(size as i64);
                }
            }
            value
        };
        let graph = GraphProto {
            name: "single".into(),
            node: vec![self.node.clone()],
            input: self
                .inputs
                .iter()
                .map(|(name, t)| typed(name, Some(&t.shape)))
                .collect(),
            output: vec![typed("y", None)],
            initializer: self.constants.clone(),
            ..Default::default()
        };
        let mut model = ModelProto {
            ir_version: 8,
            graph: Some(graph).into(),
            ..Default::default()
        };
        model.opset_import.push(Default::default());
        model.opset_import[0].version = self.opset;
        model
    }
}

fn cases() -> Vec<Single> {
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
        new(13, "LRN")
            .int("size", 4)
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

#[test]
fn every_operator_agrees_on_noise() {
    if missing() {
        return;
    }
    let mut failed = Vec::new();
    for case in cases() {
        let inputs: Vec<(&str, HostTensor)> = case
            .inputs
            .iter()
            .map(|(name, tensor)| (name.as_str(), tensor.clone()))
            .collect();
        let said = match difference(&case.model(), &inputs) {
            Ok(difference) if difference < TOLERANCE => continue,
            Ok(difference) => format!("{difference:e}"),
            Err(error) => error.to_string(),
        };
        failed.push(format!(
            "{} (opset {}) {:?}: {said}",
            case.node.op_type, case.opset, case.node.attribute
        ));
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
