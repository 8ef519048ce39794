//! Networks as exporters write them, from the folder that `EVENHAND_CASES_ONNX` names: features are those
//! that ONNX Runtime gives for the file as it is, one image at a time.

use super::super::*;
use crate::Precision;
use crate::engine::burn::GradientEngine;
use crate::engine::burn::Rows;
use crate::engine::onnxruntime::{OnnxRuntimeProbe, runtime};
use crate::engine::tensor::{Data, HostTensor};
use crate::engine::{Choice, Engine, Options, Probe, open};
use crate::graph::build::{self, FLOAT, int, node};
use crate::graph::divide::Divided;
use crate::graph::{Layout, image_input};
use crate::onnx::data_type::FLOAT16;
use crate::source::{Overrides, Source};
use crate::spec::Normalise;
use crate::unfreeze::Unfreeze;
use std::path::PathBuf;

/// What is expected of a file.
struct Case {
    file: &'static str,
    /// The tensor of the file that has the features, averaged over pixels where it has some; integers
    /// where it is `x_quantized`, with `x_scale` and `x_zero_point`.
    features: &'static str,
    dim: usize,
    /// Whether the burn engine has all operators.
    burn: bool,
    /// The batch that is kept.
    fixed: Option<usize>,
    /// How far features may be off, as a share of the largest.
    tolerance: f32,
}

const fn case(file: &'static str, features: &'static str, dim: usize, burn: bool) -> Case {
    Case {
        file,
        features,
        dim,
        burn,
        fixed: None,
        tolerance: 1e-4,
    }
}

const SWIN: &str = "/head/global_pool/pool/ReduceMean_output_0";

const CASES: [Case; 20] = [
    case("01-convnext-torch-default", "view_4", 32, true),
    case("02-flatten-torch-default", "relu_2", 32, true),
    case("03-swin-legacy-batch1", SWIN, 32, false),
    case("03-vit-torch-default", "select", 48, true),
    case("04-same-padding-neg-int", "/ReduceMean_output_0", 8, false),
    case("04-swin-rank6", "mean", 32, false),
    case("04-timm-same-padding", "/ReduceMean_output_0", 8, false),
    case("04-window-rank6", "/op/ReduceMean_output_0", 8, false),
    Case {
        tolerance: 5e-3,
        ..case("05-fp16-keep-io-types", "/h/h.2/Relu_output_0", 64, true)
    },
    case("06-stdconv-nfnet", "/ReduceMean_output_0", 8, false),
    Case {
        fixed: Some(1),
        ..case("07-int8-dynamic", "/h/h.2/Relu_output_0", 64, false)
    },
    case(
        "07-int8-qoperator",
        "/h/h.0/Conv_output_0_quantized",
        64,
        false,
    ),
    case("07-keras-mobilenetv3-head", "act", 32, true),
    case("08-convnext-dynamic-unfreeze", "view_4", 32, true),
    case("09-swin-channels-last-stages", SWIN, 32, false),
    case("10-arcface-l2", "output", 32, false),
    Case {
        tolerance: 5e-3,
        ..case(
            "11-fp16-unfreeze-quantize",
            "/h/h.2/Relu_output_0",
            64,
            true,
        )
    },
    case("11-opset23-unfreeze", "relu_5", 64, false),
    case("12-hf-dinov2", "pooler_output", 48, false),
    case("13-arcface-tap", "output", 32, true),
];

/// The folder, where it is named and ONNX Runtime is there to compare with.
fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("EVENHAND_CASES_ONNX").map(PathBuf::from);
    if folder.is_none() || runtime().is_err() {
        eprintln!("skipped: EVENHAND_CASES_ONNX names no folder, or ONNX Runtime was not found");
        return None;
    }
    folder
}

fn opened(folder: &std::path::Path, file: &str) -> (source::Backbone, Prepared) {
    let path = folder.join(format!("{file}.onnx"));
    let backbone = source::open(&Source {
        backbone: Some(path.display().to_string()),
        spec: None,
        overrides: Overrides::default(),
    });
    let backbone = backbone.unwrap_or_else(|error| panic!("{file}: {error}"));
    let prepared = prepare(&backbone.model, &backbone.spec);
    let prepared = prepared.unwrap_or_else(|error| panic!("{file}: {error}"));
    (backbone, prepared)
}

fn options(choice: Choice) -> Options {
    Options {
        choice,
        device: None,
        threads: 1,
        precision: Precision::F32,
    }
}

/// Images of little in common.
fn pixels(prepared: &Prepared, count: usize) -> Vec<u8> {
    let (height, width) = (prepared.height, prepared.width);
    let level = |at: usize| {
        let (image, place) = (at / (height * width * 3), at % (height * width * 3));
        let wave = (place as f32 / (7.0 + 11.0 * image as f32)).sin() * 100.0;
        (127.0 + wave + (place * 7919 % 29) as f32 - 14.0) as u8
    };
    (0..count * height * width * 3).map(level).collect()
}

/// The features of each image as the file itself has them.
fn expected(folder: &std::path::Path, case: &Case, spec: &Spec, images: &[u8]) -> Vec<f32> {
    let path = folder.join(format!("{}.onnx", case.file));
    let mut model = ModelProto::decode(std::fs::read(path).unwrap()).unwrap();
    let input = image_input(&model).unwrap();
    let graph = &mut model.graph;
    match case.features.strip_suffix("_quantized") {
        Some(name) => {
            let names = ["_quantized", "_scale", "_zero_point"].map(|part| format!("{name}{part}"));
            let inputs: Vec<&str> = names.iter().map(String::as_str).collect();
            let made = node("DequantizeLinear", &inputs, "reference", []);
            graph.node.push(made);
        }
        None => {
            let to = [int("to", FLOAT.into())];
            graph
                .node
                .push(node("Cast", &[case.features], "reference", to));
        }
    }
    graph.output = vec![build::value("reference", FLOAT, &[])];
    graph.output[0].type_ = None;
    if input.element == FLOAT16 {
        let to = [int("to", FLOAT16.into())];
        graph
            .node
            .insert(0, node("Cast", &["wide"], &input.name, to));
        let size = spec.size;
        let dims = [3, size.height, size.width].map(build::Dim::Fixed);
        let dims = [&[build::BATCH], &dims[..]].concat();
        graph.input[0] = build::value("wide", FLOAT, &dims);
    }
    let name = graph.input[0].name.clone();
    let mut probe = OnnxRuntimeProbe::load(&model, 1).unwrap();
    let Size { height, width } = spec.size;
    let area = height * width;
    let mut rows = Vec::new();
    for image in images.chunks(area * 3) {
        let (values, shape) = floats(image, area, &spec.normalise(), input.layout);
        let shape = shape(height, width);
        let tensor = HostTensor::float(&shape, values);
        let found = probe
            .run(&[(&name, tensor)])
            .unwrap()
            .remove("reference")
            .unwrap();
        let Data::Float(values) = found.data else {
            panic!("{}", case.file)
        };
        match found.shape[..] {
            [1, channels, height, width] => {
                let mean = |plane: &[f32]| plane.iter().sum::<f32>() / plane.len() as f32;
                assert_eq!(channels, case.dim, "{}", case.file);
                rows.extend(values.chunks(height * width).map(mean));
            }
            _ => rows.extend(values),
        }
    }
    rows
}

type Shape = fn(usize, usize) -> [usize; 4];

/// An image as the network takes it, and the shape that goes with its size.
fn floats(image: &[u8], area: usize, constants: &Normalise, layout: Layout) -> (Vec<f32>, Shape) {
    let value = |place: usize, channel: usize| {
        let level = f32::from(image[place * 3 + channel]);
        (level - constants.mean[channel]) / constants.std[channel]
    };
    match layout {
        Layout::Nchw => (
            (0..3)
                .flat_map(|c| (0..area).map(move |at| (at, c)))
                .map(|(at, c)| value(at, c))
                .collect(),
            |height, width| [1, 3, height, width],
        ),
        Layout::Nhwc => (
            (0..area)
                .flat_map(|at| (0..3).map(move |c| (at, c)))
                .map(|(at, c)| value(at, c))
                .collect(),
            |height, width| [1, height, width, 3],
        ),
    }
}

fn assert_near(found: &[f32], expected: &[f32], tolerance: f32, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    let largest = expected.iter().fold(0.0f32, |most, v| most.max(v.abs()));
    let gap = found.iter().zip(expected).map(|(a, b)| (a - b).abs());
    let gap = gap.fold(0.0, f32::max);
    assert!(gap <= tolerance * largest, "{what}: {gap} of {largest}");
    eprintln!("{what}: {:.1e}", gap / largest);
}

#[test]
fn features_are_those_of_the_file_as_it_is() {
    let Some(folder) = folder() else { return };
    let more = [
        case("14-normalises-itself", "/m/h/h.2/Relu_output_0", 64, true),
        case("15-vit-int8", "select", 48, true),
    ];
    for case in CASES.iter().chain(&more) {
        let (backbone, prepared) = opened(&folder, case.file);
        let file = case.file;
        assert_eq!(prepared.dim(), case.dim, "{file}: {:?}", backbone.spec.taps);
        assert_eq!(prepared.fixed_batch(), case.fixed, "{file}");
        let images = pixels(&prepared, 5);
        let expected = expected(&folder, case, &backbone.spec, &images);
        let run = |engine: &mut dyn Engine| engine.run(&images, 5).unwrap();
        let mut onnxruntime = open(&prepared, &options(Choice::OnnxRuntime)).unwrap();
        let found = run(onnxruntime.engine.as_mut());
        assert_near(
            &found,
            &expected,
            case.tolerance,
            &format!("{file} on ONNX Runtime"),
        );
        match open(&prepared, &options(Choice::Burn)) {
            Ok(mut burn) if case.burn => {
                let found = run(burn.engine.as_mut());
                let tolerance = case.tolerance.max(1e-3);
                assert_near(&found, &expected, tolerance, &format!("{file} on burn"));
            }
            Ok(mut burn) => {
                let failed = burn.engine.run(&images, 5);
                assert!(failed.is_err(), "{file} runs on burn");
            }
            Err(error) => {
                assert!(!case.burn, "{file}: {error}");
                assert!(error.hint().is_some(), "{file}: {error}");
            }
        }
    }
}

#[test]
fn what_is_trained_makes_the_same_features_of_what_stays_frozen() {
    let Some(folder) = folder() else { return };
    let files = [
        "01-convnext-torch-default",
        "02-flatten-torch-default",
        "03-vit-torch-default",
        "08-convnext-dynamic-unfreeze",
        "13-arcface-tap",
    ];
    for file in files {
        let (backbone, prepared) = opened(&folder, file);
        let images = pixels(&prepared, 3);
        let mut engine = open(&prepared, &options(Choice::Burn)).unwrap().engine;
        let whole = engine.run(&images, 3).unwrap();
        let unfreeze = Unfreeze::Stages(1);
        let divided = unfreeze.divide(&prepared, &backbone.spec.taps);
        let Divided { frozen, trained } = divided.unwrap_or_else(|error| panic!("{file}: {error}"));
        let (shape, values) = match frozen {
            Some(frozen) => {
                let mut engine = open(&frozen, &options(Choice::Burn)).unwrap().engine;
                (vec![frozen.dim()], engine.run(&images, 3).unwrap())
            }
            None => (
                vec![prepared.height, prepared.width, 3],
                images.iter().map(|&level| level.into()).collect(),
            ),
        };
        let engine = GradientEngine::load(&trained, "cpu", 1).unwrap();
        let weights: Vec<_> = engine.weights().iter().map(|w| w.values.clone()).collect();
        assert!(!weights.is_empty(), "{file}");
        let found = engine
            .outputs(&weights, &[Rows { shape, values }], 3)
            .unwrap();
        assert_near(&found, &whole, 1e-3, &format!("{file} divided"));
    }
}

#[test]
fn what_cannot_be_trained_is_refused_with_its_reason() {
    let Some(folder) = folder() else { return };
    let refused = |file: &str, unfreeze: Unfreeze| {
        let (backbone, prepared) = opened(&folder, file);
        let divided = unfreeze.divide(&prepared, &backbone.spec.taps);
        match divided {
            Err(error) => error.to_string(),
            Ok(divided) => match GradientEngine::load(&divided.trained, "cpu", 1) {
                Err(error) => error.to_string(),
                Ok(_) => panic!("{file} can be trained"),
            },
        }
    };
    let narrow = refused("11-fp16-unfreeze-quantize", Unfreeze::Stages(1));
    assert!(narrow.contains("the weights there are float16"), "{narrow}");
    let narrow = refused("11-fp16-unfreeze-quantize", Unfreeze::All);
    assert!(narrow.contains("the weights there are float16"), "{narrow}");
    let opset = refused("11-opset23-unfreeze", Unfreeze::Stages(1));
    assert!(opset.contains("opset 23"), "{opset}");
    let norm = refused("10-arcface-l2", Unfreeze::Stages(1));
    assert!(norm.contains("ReduceL2"), "{norm}");
    let fixed = refused("07-int8-dynamic", Unfreeze::Stages(1));
    assert!(fixed.contains("takes one image at a time"), "{fixed}");
}

#[test]
fn stages_have_their_channels_where_the_operators_have_them() {
    let Some(folder) = folder() else { return };
    let (backbone, _) = opened(&folder, "09-swin-channels-last-stages");
    let shown = crate::inspect::inspect(&backbone.model, None).unwrap();
    let crate::inspect::Observed::Shapes { taps, .. } = shown.observed else {
        panic!("{:?}", shown.observed)
    };
    let shapes: Vec<[usize; 3]> = taps.iter().map(|stage| stage.shape).collect();
    assert_eq!(shapes, [[16, 32, 32], [32, 16, 16], [10, 1, 1]], "{taps:?}");

    let (backbone, _) = opened(&folder, "12-hf-dinov2");
    let shown = crate::inspect::inspect(&backbone.model, None).unwrap();
    assert_eq!(shown.default_tap.as_deref(), Some("pooler_output"));
    let crate::inspect::Observed::Shapes { taps, .. } = shown.observed else {
        panic!("{:?}", shown.observed)
    };
    assert!(
        taps.iter()
            .any(|tap| tap.tensor == "pooler_output" && tap.shape == [48, 1, 1])
    );
}

#[test]
fn another_size_than_the_export_s_is_told() {
    let Some(folder) = folder() else { return };
    let (backbone, _) = opened(&folder, "03-vit-torch-default");
    let size = Size {
        height: 96,
        width: 96,
    };
    let spec = Spec {
        size,
        ..backbone.spec
    };
    let error = prepare(&backbone.model, &spec).unwrap_err();
    let told = error.to_string();
    assert!(
        told.starts_with("the model was exported for images of 64x64 and does not take 96x96: "),
        "{told}"
    );
    assert!(error.hint().unwrap().to_string().contains("64x64"));
}
