//! Both engines give the same features.
//!
//! Relative difference of two tensors: the largest absolute difference over the largest absolute
//! value of ONNX Runtime's. It must stay below [`TOLERANCE`]. Without ONNX Runtime's library the
//! tests say so and pass.

use evenhand::backbone::Precision;
use evenhand::backbone::engine::burn::BurnProbe;
use evenhand::backbone::engine::onnxruntime::{self, OnnxRuntimeProbe};
use evenhand::backbone::engine::tensor::{Data, HostTensor};
use evenhand::backbone::engine::{Choice, EngineError, Options, Probe, open};
use evenhand::backbone::graph::Prepared;
use evenhand::backbone::onnx::{
    AttributeProto, AttributeType, Dimension, ModelProto, NodeProto, TensorProto,
};
use evenhand::backbone::prepare::prepare;
use evenhand::backbone::source;
use single::{cases, noise};
use std::path::Path;

mod gpu;
mod single;

const TOLERANCE: f32 = 1e-4;

const SHIPPED: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/crates/evenhand-backbone/models/efficientnet-lite0.onnx"
);

fn missing() -> bool {
    let missing = onnxruntime::runtime().is_err();
    if missing {
        eprintln!("skipped: ONNX Runtime's library was not found");
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
    let theirs = OnnxRuntimeProbe::load(model, 1)?.run(inputs)?;
    let ours = BurnProbe::load(model)?.run(inputs)?;
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
    ModelProto::decode(std::fs::read(path).unwrap()).unwrap()
}

fn image_size(model: &ModelProto) -> usize {
    model.graph.input[0].dims().unwrap()[2].size().unwrap()
}

fn check_model(path: &Path) {
    let model = read(path);
    let size = image_size(&model);
    let shape = [2, 3, size, size];
    let image = HostTensor::float(&shape, noise(2 * 3 * size * size, 7));
    let name = model.graph.input[0].name.clone();
    let difference = difference(&model, &[(&name, image)]).unwrap();
    eprintln!("{}: relative difference {difference:e}", path.display());
    assert!(difference < TOLERANCE, "{}: {difference:e}", path.display());
}

#[test]
fn the_shipped_backbone_agrees() {
    if !missing() {
        check_model(Path::new(SHIPPED));
    }
}

/// ONNX Runtime computes on integers what Burn computes with rounded floats. A sum near the middle of
/// two integers may go either way, and what follows with it: ONNX Runtime, told to compute with rounded
/// floats itself, agrees with its integers to 0.997 on such noise, and with float32 to 0.991.
#[test]
fn the_shipped_int8_backbone_agrees() {
    if missing() {
        return;
    }
    let named = source::Source {
        backbone: Some("efficientnet-lite0-int8".to_owned()),
        ..Default::default()
    };
    let backbone = source::open(&named).unwrap();
    let prepared = prepare(&backbone.model, &backbone.spec).unwrap();
    let pixels: Vec<u8> = noise(224 * 224 * 3, 3)
        .iter()
        .map(|v| (127.5 * (v + 1.0)) as u8)
        .collect();
    let features = |choice| {
        let options = Options {
            choice,
            device: None,
            threads: 2,
            precision: Precision::F32,
        };
        open(&prepared, &options)
            .unwrap()
            .engine
            .run(&pixels, 1)
            .unwrap()
    };
    let (ours, theirs) = (features(Choice::Burn), features(Choice::OnnxRuntime));
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    let cosine = dot(&ours, &theirs) / (dot(&ours, &ours) * dot(&theirs, &theirs)).sqrt();
    assert!(cosine > 0.995, "{cosine}");
}

/// `model` with pixels in front: uint8 `[N, H, W, 3]`, divided by 255.
fn prepared(mut model: ModelProto) -> Prepared {
    let size = image_size(&model);
    let graph = &mut model.graph;
    let image = std::mem::replace(&mut graph.input[0].name, "pixels".into());
    let tensor = graph.input[0].tensor_type_mut().unwrap();
    tensor.elem_type = 2;
    tensor.shape.as_mut().unwrap().dim.swap(1, 3);
    let node =
        |op: &str, inputs: &[&str], output: &str, attribute: Option<AttributeProto>| NodeProto {
            op_type: op.into(),
            input: inputs.iter().map(|&name| name.into()).collect(),
            output: vec![output.into()],
            attribute: attribute.into_iter().collect(),
            ..Default::default()
        };
    let to = AttributeProto {
        name: "to".into(),
        type_: AttributeType::INT,
        i: 1,
        ..Default::default()
    };
    let perm = AttributeProto {
        name: "perm".into(),
        type_: AttributeType::INTS,
        ints: vec![0, 3, 1, 2],
        ..Default::default()
    };
    let front = [
        node("Transpose", &["pixels"], "planes", Some(perm)),
        node("Cast", &["planes"], "floats", Some(to)),
        node("Div", &["floats", "whole"], &image, None),
    ];
    graph.node.splice(0..0, front);
    graph.initializer.push(TensorProto {
        name: "whole".into(),
        data_type: 1,
        float_data: vec![255.0],
        ..Default::default()
    });
    Prepared {
        model,
        height: size,
        width: size,
        digest: String::new(),
    }
}

#[test]
fn a_batch_of_pixels_gives_the_same_features_however_it_is_cut() {
    if missing() {
        return;
    }
    let free = prepared(read(Path::new(SHIPPED)));
    let mut fixed = free.clone();
    fixed.model.graph.input[0].dims_mut().unwrap()[0] = Dimension::fixed(2);
    let count = 3 * free.height * free.width * 3;
    let pixels: Vec<u8> = noise(count, 9)
        .iter()
        .map(|v| (127.5 * (v + 1.0)) as u8)
        .collect();
    let run = |prepared, choice| {
        let options = Options {
            choice,
            device: None,
            threads: 2,
            precision: Precision::F32,
        };
        let mut opened = open(prepared, &options).unwrap();
        opened.engine.run(&pixels, 3).unwrap()
    };
    let theirs = run(&free, Choice::OnnxRuntime);
    assert_eq!(theirs.len(), 3 * 1000);
    for ours in [
        run(&free, Choice::Burn),
        run(&fixed, Choice::Burn),
        run(&fixed, Choice::OnnxRuntime),
    ] {
        let difference = relative(&ours, &theirs);
        assert!(difference < TOLERANCE, "{difference:e}");
    }
}

#[test]
fn a_resnet_50_with_its_own_batch_norms_agrees() {
    match std::env::var_os("EVENHAND_RESNET50") {
        Some(path) if !missing() => check_model(Path::new(&path)),
        Some(_) => (),
        None => eprintln!("skipped: EVENHAND_RESNET50 does not name a resnet50.onnx"),
    }
}

/// Every model of the folder that `EVENHAND_ZOO` names, one after the other.
#[test]
fn a_zoo_of_exported_models_agrees() {
    let Some(folder) = std::env::var_os("EVENHAND_ZOO") else {
        eprintln!("skipped: EVENHAND_ZOO does not name a folder of models");
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
        let attributes: Vec<_> = case.node.attribute.iter().map(|a| &a.name).collect();
        failed.push(format!(
            "{} (opset {}) {attributes:?}: {said}",
            case.node.op_type, case.opset
        ));
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
