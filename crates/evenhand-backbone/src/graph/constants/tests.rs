use super::super::build::{self, BATCH, Dim, FLOAT, f32s, i64s, int, ints, node, value};
use super::super::{read, samples};
use super::*;
use crate::onnx::{NodeProto, TensorProto};

/// The integers of tensor `t`, after folding nodes that make it of constants.
fn folded(nodes: Vec<NodeProto>, constants: Vec<TensorProto>) -> (Vec<i64>, Vec<i64>) {
    let image = value("image", FLOAT, &[BATCH, Dim::Fixed(3)]);
    let mut nodes = nodes;
    nodes.push(node("Reshape", &["image", "t"], "out", []));
    let mut model = samples::model(image, nodes, constants, "out");
    fold_constants(&mut model);
    assert_eq!(model.graph.node.len(), 1, "{:?}", model.graph.node);
    let stored = &model.graph.initializer;
    let tensor = stored.iter().find(|tensor| tensor.name == "t").unwrap();
    (tensor.dims.clone(), read::i64_values(tensor).unwrap())
}

fn one(name: &str, number: i64) -> TensorProto {
    i64s(name, &[1], &[number])
}

#[test]
fn a_shape_made_of_constants_becomes_one() {
    // As torch pads a window: (4 - 33 % 4) % 4, joined with other sizes.
    let (dims, values) = folded(
        vec![
            node("Mod", &["side", "four"], "rest", []),
            node("Sub", &["four", "rest"], "missing", []),
            node("Mod", &["missing", "four"], "pad", []),
            node("Div", &["side", "four"], "windows", []),
            node(
                "Concat",
                &["minus", "pad", "windows"],
                "t",
                [int("axis", 0)],
            ),
        ],
        vec![one("side", 33), one("four", 4), one("minus", -1)],
    );
    assert_eq!((dims, values), (vec![3], vec![-1, 3, 8]));
}

#[test]
fn moves_and_choices_are_computed_as_onnx_says() {
    let (_, backwards) = folded(
        vec![node(
            "Slice",
            &["five", "minus", "far", "zero", "minus"],
            "t",
            [],
        )],
        vec![
            i64s("five", &[5], &[1, 2, 3, 4, 5]),
            one("minus", -1),
            one("far", -i64::MAX),
            one("zero", 0),
        ],
    );
    assert_eq!(backwards, [5, 4, 3, 2, 1]);
    // `expand(2, -1, -1)`, as exporters write it.
    let (dims, values) = folded(
        vec![
            node("Equal", &["asked", "minus"], "open", []),
            node("Shape", &["asked"], "rank", []),
            node("ConstantOfShape", &["rank"], "zeros", []),
            node("Cast", &["zeros"], "whole", [int("to", 7)]),
            node("Add", &["whole", "one"], "ones", []),
            node("Where", &["open", "ones", "asked"], "t", []),
        ],
        vec![
            i64s("asked", &[3], &[2, -1, 5]),
            one("minus", -1),
            one("one", 1),
        ],
    );
    assert_eq!((dims, values), (vec![3], vec![2, 1, 5]));
    let (dims, values) = folded(
        vec![
            node("Transpose", &["grid"], "turned", [ints("perm", &[1, 0])]),
            node("Reshape", &["turned", "flat"], "t", []),
        ],
        vec![i64s("grid", &[2, 2], &[1, 2, 3, 4]), one("flat", -1)],
    );
    assert_eq!((dims, values), (vec![4], vec![1, 3, 2, 4]));
    let (_, values) = folded(
        vec![
            node("Range", &["zero", "three", "one"], "count", []),
            node("Mul", &["count", "three"], "t", []),
        ],
        vec![
            i64s("zero", &[], &[0]),
            i64s("three", &[], &[3]),
            i64s("one", &[], &[1]),
        ],
    );
    assert_eq!(values, [0, 3, 6]);
}

#[test]
fn copies_of_weights_become_weights() {
    let mut model = samples::small_cnn();
    let graph = &mut model.graph;
    let bias = graph.node.last_mut().unwrap();
    bias.input[2] = "copy".to_owned();
    let copy = node("Identity", &["fc.bias"], "copy", []);
    graph.node.insert(0, copy);
    // Half the weights in half precision, widened by the graph itself.
    let halves: Vec<u8> = [1.0f32, 2.0, 3.0, 4.0, 5.0, 6.0]
        .iter()
        .flat_map(|&v| half::f16::from_f32(v).to_le_bytes())
        .collect();
    graph.initializer.push(TensorProto {
        data_type: crate::onnx::data_type::FLOAT16,
        raw_data: halves.into(),
        ..f32s("narrow", &[2, 3, 1, 1], &[0.0; 6])
    });
    let wide = node(
        "Cast",
        &["narrow"],
        "wide",
        [build::int("to", FLOAT.into())],
    );
    graph.node.insert(0, wide);
    graph.node[2].input[1] = "wide".to_owned();
    fold_constants(&mut model);
    assert_eq!(
        samples::names(&model),
        samples::names(&samples::small_cnn())
    );
    let index = read::Index::new(&model.graph);
    let floats = |name: &str| read::f32_values(index.initializer(name).unwrap()).unwrap();
    assert_eq!(floats("copy"), [0.0; 5]);
    assert_eq!(floats("wide"), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
}

#[test]
fn what_depends_on_the_image_stays() {
    let mut model = samples::small_cnn();
    let before = model.clone();
    fold_constants(&mut model);
    assert_eq!(model, before);
}

/// Whether a node is left for the engine.
fn is_left(last: NodeProto, constants: Vec<TensorProto>) -> bool {
    let image = value("image", FLOAT, &[BATCH, Dim::Fixed(3)]);
    let nodes = vec![last, node("Reshape", &["image", "t"], "out", [])];
    let mut model = samples::model(image, nodes, constants, "out");
    fold_constants(&mut model);
    model.graph.node.len() == 2
}

#[test]
fn what_would_fill_the_memory_is_left_to_the_check_of_sizes() {
    // 65,536 x 65,536 places, and a hundred times 2^18 values.
    let square = i64s("x", &[1, 1 << 16], &[0; 1 << 16]);
    let gather = node("Gather", &["x", "x"], "t", []);
    assert!(is_left(gather, vec![square]));
    let long = i64s("x", &[1 << 18], &[0; 1 << 18]);
    let concat = node("Concat", &["x"; 100], "t", [int("axis", 0)]);
    assert!(is_left(concat, vec![long]));
    let axes = ints("axes", &vec![0; 1_000_000]);
    let unsqueeze = node("Unsqueeze", &["x"], "t", [axes]);
    assert!(is_left(unsqueeze, vec![one("x", 1)]));
}
