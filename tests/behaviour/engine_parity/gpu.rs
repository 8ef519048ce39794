//! A GPU gives the features of the CPU, in float32 and in half precision.
//!
//! `EVENHAND_GPU` names one of the build's devices, such as `vulkan:0`, which may be a software one:
//! the network is as small as can be, and has what backbones have, save for matrix products, which
//! software devices cannot do.

use super::relative;
use super::single::noise;
use evenhand::backbone::Precision;
use evenhand::backbone::engine::{CPU, Choice, Engine, EngineError, Options, open, run_all};
use evenhand::backbone::graph::Prepared;
use evenhand::backbone::onnx::{
    AttributeProto, AttributeType, GraphProto, ModelProto, NodeProto, OperatorSetIdProto,
    TensorProto, ValueInfoProto,
};
use std::sync::mpsc::channel;

const SIDE: usize = 32;
/// 16 x 16 positions of each image are enough for the rule about 96 channels.
const BATCH: usize = 128;

/// Nodes one after the other, each on the output of the last.
#[derive(Default)]
struct Chain {
    nodes: Vec<NodeProto>,
    weights: Vec<TensorProto>,
    last: String,
}

impl Chain {
    fn then(&mut self, op: &str, weights: &[(&[usize], Vec<f32>)], attributes: &[(&str, &[i64])]) {
        let number = self.nodes.len();
        let mut input = vec![self.last.clone()];
        for (index, (shape, values)) in weights.iter().enumerate() {
            let name = format!("weight{number}.{index}");
            self.weights.push(TensorProto {
                name: name.clone(),
                dims: shape.iter().map(|&size| size as i64).collect(),
                data_type: 1,
                float_data: values.clone(),
                ..Default::default()
            });
            input.push(name);
        }
        self.last = format!("value{number}");
        let attribute = attributes.iter().map(|(name, ints)| AttributeProto {
            name: name.to_string(),
            type_: match ints {
                [_] => AttributeType::INT,
                _ => AttributeType::INTS,
            },
            i: ints[0],
            ints: ints.to_vec(),
            ..Default::default()
        });
        self.nodes.push(NodeProto {
            op_type: op.into(),
            input,
            output: vec![self.last.clone()],
            attribute: attribute.collect(),
            ..Default::default()
        });
    }

    /// A convolution with weights that keep the size of its input's numbers, and a ReLU6.
    fn conv(&mut self, shape: [usize; 4], group: usize, stride: i64) {
        let inputs: usize = shape[1..].iter().product();
        let scale = (3.0 / inputs as f32).sqrt();
        let weights = noise(shape.iter().product(), self.nodes.len() as u32);
        let weights = weights.iter().map(|weight| weight * scale).collect();
        let pad = (shape[2] / 2) as i64;
        let attributes: &[(&str, &[i64])] = &[
            ("group", &[group as i64]),
            ("strides", &[stride, stride]),
            ("pads", &[pad, pad, pad, pad]),
        ];
        let bias = noise(shape[0], 77).iter().map(|b| 0.5 + b / 4.0).collect();
        self.then(
            "Conv",
            &[(&shape, weights), (&shape[..1], bias)],
            attributes,
        );
        self.then("Clip", &[(&[], vec![0.0]), (&[], vec![6.0])], &[]);
    }
}

/// Normalisation, a 3x3, a depthwise, an expanding and a narrowing convolution, a residual sum and
/// a mean.
fn network() -> Prepared {
    let mut chain = Chain {
        last: "pixels".into(),
        ..Default::default()
    };
    chain.then("Cast", &[], &[("to", &[1])]);
    chain.then("Transpose", &[], &[("perm", &[0, 3, 1, 2])]);
    let mean = vec![123.675, 116.28, 103.53];
    chain.then("Sub", &[(&[1, 3, 1, 1], mean)], &[]);
    chain.then("Mul", &[(&[1, 3, 1, 1], vec![0.017; 3])], &[]);
    chain.conv([16, 3, 3, 3], 1, 2);
    let early = chain.last.clone();
    chain.conv([16, 1, 3, 3], 16, 1);
    chain.conv([96, 16, 1, 1], 1, 1);
    chain.conv([16, 96, 1, 1], 1, 1);
    chain.then("Add", &[], &[]);
    chain.nodes.last_mut().unwrap().input.push(early);
    chain.then("GlobalAveragePool", &[], &[]);
    chain.then("Flatten", &[], &[]);
    let pixels = ValueInfoProto::tensor("pixels", 2, None);
    let output = ValueInfoProto {
        name: chain.last.clone(),
        ..Default::default()
    };
    let graph = GraphProto {
        node: chain.nodes,
        initializer: chain.weights,
        input: vec![pixels],
        output: vec![output],
        ..Default::default()
    };
    let mut model = ModelProto {
        graph,
        ..Default::default()
    };
    model.opset_import.push(OperatorSetIdProto::standard(13));
    Prepared {
        model,
        height: SIDE,
        width: SIDE,
        digest: String::new(),
    }
}

fn engine(device: &str, precision: Precision) -> Result<Box<dyn Engine>, EngineError> {
    let options = Options {
        choice: Choice::Burn,
        device: Some(device.into()),
        threads: 2,
        precision,
    };
    let opened = open(&network(), &options)?;
    eprintln!("{:?} {:?}", opened.engine.info(), opened.note);
    Ok(opened.engine)
}

/// The features of three batches, as the pipeline gets them.
fn features(mut engine: Box<dyn Engine>) -> Vec<f32> {
    let (sender, batches) = channel();
    for seed in 0..3 {
        let bytes = noise(BATCH * SIDE * SIDE * 3, seed);
        let bytes = bytes.iter().map(|v| (127.5 * (v + 1.0)) as u8).collect();
        sender.send(bytes).unwrap();
    }
    drop(sender);
    let mut features = Vec::new();
    run_all(engine.as_mut(), BATCH, &batches, &mut |run| {
        features.extend(run.answer.unwrap());
        true
    });
    assert_eq!(features.len(), 3 * BATCH * 16);
    features
}

#[test]
fn a_gpu_gives_the_features_of_the_cpu() {
    let Some(device) = std::env::var_os("EVENHAND_GPU") else {
        eprintln!("skipped: EVENHAND_GPU does not name a device");
        return;
    };
    let device = device.to_str().unwrap();
    let expected = features(engine(CPU, Precision::F32).unwrap());
    for (precision, tolerance) in [(Precision::F32, 1e-4), (Precision::F16, 5e-3)] {
        let found = match engine(device, precision) {
            Err(error @ EngineError::NoHalf(_)) => {
                eprintln!("skipped: {error}");
                continue;
            }
            opened => features(opened.unwrap()),
        };
        let difference = relative(&found, &expected);
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
        let lengths = dot(&found, &found) * dot(&expected, &expected);
        let cosine = dot(&found, &expected) / lengths.sqrt();
        eprintln!("{precision:?}: relative difference {difference:e}, cosine {cosine}");
        assert!(difference < tolerance, "{precision:?}: {difference:e}");
    }
}
