//! Several views of an image as ONNX nodes: taken apart for the head, and its answers averaged.

use crate::backbone::graph::build;
use crate::backbone::onnx::{NodeProto, TensorProto};
use crate::head::Head;

/// Nodes and initializers of a step.
type Written = (Vec<NodeProto>, Vec<TensorProto>);

/// From `[N, views D]` to `[views N, D]`.
pub fn apart(head: &Head, features: &str, output: &str) -> Written {
    let shape = "evenhand.view";
    let dim = head.mean.len() as i64;
    (
        vec![build::node("Reshape", &[features, shape], output, [])],
        vec![build::i64s(shape, &[2], &[-1, dim])],
    )
}

/// From `[views N, classes]` to their means, `[N, classes]`. As a product with a constant, because
/// `ReduceMean` is another operator before opset 18 than from there on.
pub fn mean(head: &Head, probabilities: &str, output: &str) -> Written {
    let (shape, average, joined) = ("evenhand.views", "evenhand.average", "evenhand.joined");
    let (classes, width) = (head.classes, head.views * head.classes);
    let share = 1.0 / head.views as f32;
    let weight = |at: usize| {
        let is_own = at / classes % classes == at % classes;
        if is_own { share } else { 0.0 }
    };
    let weights: Vec<f32> = (0..width * classes).map(weight).collect();
    (
        vec![
            build::node("Reshape", &[probabilities, shape], joined, []),
            build::node("MatMul", &[joined, average], output, []),
        ],
        vec![
            build::i64s(shape, &[2], &[-1, width as i64]),
            build::f32s(average, &[width, classes], &weights),
        ],
    )
}
