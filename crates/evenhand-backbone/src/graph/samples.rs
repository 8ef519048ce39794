//! Small models for tests, written by hand.

use super::build::{BATCH, Dim, FLOAT, f32s, int, ints, node, value};
use super::{ImageInput, Prepared, Tapped, cut, image_input, pool, prepend};
use crate::onnx::{
    AttributeProto, AttributeType, ModelProto, NodeProto, OperatorSetIdProto, TensorProto,
    ValueInfoProto,
};
use crate::spec::Normalise;
use crate::spec::Pool;

pub fn dims(sizes: &[usize]) -> Vec<Dim> {
    sizes.iter().map(|&size| Dim::Fixed(size)).collect()
}

fn float(name: &str, value: f32) -> AttributeProto {
    let (name, type_) = (name.to_owned(), AttributeType::FLOAT);
    AttributeProto {
        name,
        type_,
        f: value,
        ..Default::default()
    }
}

pub fn model(
    input: ValueInfoProto,
    nodes: Vec<NodeProto>,
    initializers: Vec<TensorProto>,
    output: &str,
) -> ModelProto {
    let mut model = ModelProto {
        ir_version: 8,
        ..Default::default()
    };
    model.opset_import.push(OperatorSetIdProto::standard(17));
    let graph = &mut model.graph;
    graph.name = "sample".to_owned();
    (graph.node, graph.initializer) = (nodes, initializers);
    graph.input = vec![input];
    graph.output = vec![value(output, FLOAT, &[BATCH, Dim::Any("K")])];
    model
}

/// image [N, 3, 4, 4] → 1x1 conv to 2 channels → batch norm → relu → gap → flat → fc to 5.
pub fn small_cnn() -> ModelProto {
    let fixed = Dim::Fixed;
    let image = value("image", FLOAT, &[BATCH, fixed(3), fixed(4), fixed(4)]);
    let nodes = vec![
        node(
            "Conv",
            &["image", "conv.weight"],
            "conv",
            [ints("kernel_shape", &[1, 1])],
        ),
        node(
            "BatchNormalization",
            &["conv", "bn.scale", "bn.bias", "bn.mean", "bn.var"],
            "bn",
            [float("epsilon", 1e-5)],
        ),
        node("Relu", &["bn"], "relu", []),
        node("GlobalAveragePool", &["relu"], "gap", []),
        node("Flatten", &["gap"], "flat", [int("axis", 1)]),
        node(
            "Gemm",
            &["flat", "fc.weight", "fc.bias"],
            "logits",
            [int("transB", 1)],
        ),
    ];
    let weights = vec![
        f32s(
            "conv.weight",
            &[2, 3, 1, 1],
            &[1.0, 1.0, 1.0, 2.0, 2.0, 2.0],
        ),
        f32s("bn.scale", &[2], &[2.0, 1.0]),
        f32s("bn.bias", &[2], &[0.5, 0.0]),
        f32s("bn.mean", &[2], &[1.0, 3.0]),
        f32s("bn.var", &[2], &[4.0, 0.25]),
        f32s("fc.weight", &[5, 2], &[0.1; 10]),
        f32s("fc.bias", &[5], &[0.0; 5]),
    ];
    model(image, nodes, weights, "logits")
}

/// [`small_cnn`] prepared: two features, the averages over `relu` of raw pixels.
pub fn prepared() -> Prepared {
    let model = small_cnn();
    let input: ImageInput = image_input(&model).unwrap();
    let mut model = cut(&model, &["relu"]).unwrap();
    let tap = Tapped {
        tensor: "relu".to_owned(),
        shape: vec![1, 2, 4, 4],
        pool: Pool::Gap,
    };
    pool(&mut model, &[tap], false).unwrap();
    prepend(
        &mut model,
        &input,
        &Normalise {
            mean: [0.0; 3],
            std: [1.0; 3],
            bgr: false,
        },
        4,
        4,
    );
    Prepared::new(model).unwrap()
}

pub fn names(model: &ModelProto) -> Vec<&str> {
    model
        .graph
        .node
        .iter()
        .map(|node| node.name.as_str())
        .collect()
}
