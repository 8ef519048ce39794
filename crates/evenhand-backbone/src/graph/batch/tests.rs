use super::super::build::{Dim, FLOAT, f32s, i64s, int, ints, node, value};
use super::super::samples;
use super::*;

fn freed_target(batch: usize, target: &[i64], allow_zero: i64) -> Vec<i64> {
    let mut model = samples::small_cnn();
    let graph = &mut model.graph;
    graph.input[0] = value("image", FLOAT, &samples::dims(&[batch, 3, 4, 4]));
    graph
        .initializer
        .push(i64s("target", &[target.len()], target));
    let zero = int("allowzero", allow_zero);
    graph
        .node
        .push(node("Reshape", &["relu", "target"], "view", [zero]));
    free_batch(&mut model);
    let index = Index::new(&model.graph);
    let view = index.maker("view").unwrap();
    let values = read::i64_values(index.initializer(&view.input[1]).unwrap()).unwrap();
    let says_zero = read::int(view, "allowzero", 0) != 0;
    assert!(!(says_zero && values.contains(&0) && !target.contains(&0)));
    values
}

#[test]
fn reshapes_take_any_batch() {
    for allow_zero in [0, 1] {
        let freed = |batch, target: &[i64]| freed_target(batch, target, allow_zero);
        assert_eq!(freed(1, &[1, -1]), [0, -1]);
        assert_eq!(freed(8, &[8, -1]), [0, -1]);
        assert_eq!(freed(1, &[1, 2, 1, 4, 4]), [-1, 2, 1, 4, 4]);
        assert_eq!(
            freed(1, &[2, 16]),
            [-1, 16],
            "the first dimension absorbs the batch"
        );
        assert_eq!(freed(1, &[-1, 32]), [-1, 32]);
        assert_eq!(freed(1, &[0, -1]), [0, -1]);
        assert_eq!(freed(1, &[3, -1]), [3, -1]);
    }
    assert_eq!(freed_target(1, &[1, 0], 1), [1, 0], "an empty tensor");
}

#[test]
fn reshapes_of_weights_stay() {
    let mut model = samples::small_cnn();
    let graph = &mut model.graph;
    graph.initializer.push(i64s("target", &[4], &[1, -1, 1, 1]));
    graph
        .node
        .push(node("Reshape", &["bn.bias", "target"], "view", []));
    let before = model.clone();
    free_batch(&mut model);
    assert_eq!(model, before);
}

/// A tail on `relu` of [`samples::small_cnn`], `[1, 2, 4, 4]`, exported for one image: the features
/// `t` of two images together and apart, by the burn engine.
fn together_and_apart(
    tail: Vec<crate::onnx::NodeProto>,
    constants: Vec<TensorProto>,
) -> [Vec<f32>; 2] {
    use crate::engine::Probe;
    use crate::engine::burn::BurnProbe;
    use crate::engine::tensor::{Data, HostTensor};
    let mut model = samples::small_cnn();
    let graph = &mut model.graph;
    graph.input[0] = value("image", FLOAT, &samples::dims(&[1, 3, 4, 4]));
    graph.node.truncate(3);
    graph.node.extend(tail);
    graph.initializer.extend(constants);
    graph.output = vec![value("t", FLOAT, &[build::BATCH, Dim::Any("D")])];
    free_batch(&mut model);
    let run = |images: &[f32]| {
        let image = HostTensor::float(&[images.len() / 48, 3, 4, 4], images.to_vec());
        let mut probe = BurnProbe::load(&model).unwrap();
        let found = probe.run(&[("image", image)]).unwrap();
        match &found["t"].data {
            Data::Float(values) => values.clone(),
            other => panic!("{other:?}"),
        }
    };
    let images: Vec<f32> = (0..96).map(|at| (at * 29 % 31) as f32).collect();
    let apart = images.chunks(48).flat_map(run).collect();
    [run(&images), apart]
}

fn assert_free(tail: Vec<crate::onnx::NodeProto>, constants: Vec<TensorProto>) {
    let [together, apart] = together_and_apart(tail, constants);
    assert_eq!(together, apart);
    assert_ne!(apart[..apart.len() / 2], apart[apart.len() / 2..]);
}

#[test]
fn strided_views_take_any_batch() {
    // The two channels of the 4x4 map, backwards, as `as_strided` and a flat view are exported.
    let places: Vec<i64> = (0..32).rev().collect();
    assert_free(
        vec![
            node("Reshape", &["relu", "flat"], "row", [int("allowzero", 0)]),
            node("Gather", &["row", "places"], "strided", [int("axis", 0)]),
            node("Reshape", &["strided", "view"], "t", [int("allowzero", 1)]),
        ],
        vec![
            i64s("flat", &[1], &[-1]),
            i64s("places", &[1, 2, 16], &places),
            i64s("view", &[2], &[1, 32]),
        ],
    );
}

#[test]
fn targets_that_are_joined_of_parts_take_any_batch() {
    assert_free(
        vec![
            node("Shape", &["relu"], "shape", []),
            node(
                "Gather",
                &["shape", "channel"],
                "channels",
                [int("axis", 0)],
            ),
            node(
                "Concat",
                &["one", "channels", "open"],
                "target",
                [int("axis", 0)],
            ),
            node("Reshape", &["relu", "target"], "planes", []),
            node(
                "ReduceMean",
                &["planes"],
                "t",
                [ints("axes", &[2]), int("keepdims", 0)],
            ),
        ],
        vec![
            i64s("channel", &[1], &[1]),
            i64s("one", &[1], &[1]),
            i64s("open", &[1], &[-1]),
        ],
    );
}

#[test]
fn a_class_token_is_there_for_each_image() {
    assert_free(
        vec![
            node(
                "Reshape",
                &["relu", "view"],
                "patches",
                [int("allowzero", 1)],
            ),
            node("Concat", &["token", "patches"], "tokens", [int("axis", 1)]),
            node(
                "ReduceMean",
                &["tokens"],
                "t",
                [ints("axes", &[1]), int("keepdims", 0)],
            ),
        ],
        vec![
            i64s("view", &[3], &[1, 2, 16]),
            f32s("token", &[1, 1, 16], &[1.0; 16]),
        ],
    );
}

#[test]
fn an_expansion_goes_to_as_many_images_as_there_are() {
    let mut model = samples::small_cnn();
    let graph = &mut model.graph;
    graph.input[0] = value("image", FLOAT, &samples::dims(&[8, 3, 4, 4]));
    graph
        .node
        .push(node("Expand", &["gap", "wide"], "grown", []));
    graph.initializer.push(i64s("wide", &[4], &[8, 2, 4, 4]));
    free_batch(&mut model);
    let index = Index::new(&model.graph);
    let target = &index.maker("grown").unwrap().input[1];
    let target = read::i64_values(index.initializer(target).unwrap());
    assert_eq!(target, Some(vec![1, 2, 4, 4]));
}
