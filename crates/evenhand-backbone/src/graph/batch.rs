//! Makes a graph that was exported for one batch size take any.

use super::read::{self, Index};
use super::{Names, build};
use crate::onnx::ModelProto;

/// Frees the batch dimension where the export fixed it: `Reshape` targets that begin with a number
/// of images. The target gets `-1` there if nothing else in it is left open (the first dimension
/// then absorbs the batch), and `0`, "as it was", if something is.
pub fn free_batch(model: &mut ModelProto) {
    let input = model.graph.input.first().and_then(read::shape);
    let fixed = input.and_then(|shape| shape.first().copied().flatten());
    let batch = i64::try_from(fixed.unwrap_or(1)).unwrap_or(1);
    let mut names = Names::of(model);
    let images = read::of_images(&model.graph);
    let index = Index::new(&model.graph);
    let mut targets = Vec::new();
    for (at, node) in model.graph.node.iter().enumerate() {
        let ([data, target], "Reshape") = (&node.input[..], node.op_type.as_str()) else {
            continue;
        };
        let target = index.initializer(target).and_then(read::i64_values);
        let Some(mut target) = target.filter(|_| images.contains(data.as_str())) else {
            continue;
        };
        let keep = read::int(node, "allowzero", 0) != 0;
        match target.split_first_mut() {
            Some((first, rest)) if *first > 0 && !keep => {
                if !rest.contains(&-1) {
                    *first = -1;
                } else if *first == batch {
                    *first = 0;
                } else {
                    continue;
                }
                targets.push((at, target));
            }
            _ => {}
        }
    }
    let graph = &mut model.graph;
    for (at, target) in targets {
        let name = names.fresh(&graph.node[at].input[1]);
        graph
            .initializer
            .push(build::i64s(&name, &[target.len()], &target));
        graph.node[at].input[1] = name;
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    fn freed(batch: usize, target: &[i64]) -> Vec<i64> {
        let mut model = samples::small_cnn();
        let graph = &mut model.graph;
        graph.input[0] = build::value("image", build::FLOAT, &samples::dims(&[batch, 3, 4, 4]));
        graph
            .initializer
            .push(build::i64s("target", &[target.len()], target));
        graph
            .node
            .push(build::node("Reshape", &["relu", "target"], "view", []));
        free_batch(&mut model);
        let index = Index::new(&model.graph);
        let name = &index.maker("view").unwrap().input[1];
        read::i64_values(index.initializer(name).unwrap()).unwrap()
    }

    #[test]
    fn reshapes_take_any_batch() {
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
    }

    #[test]
    fn reshapes_of_weights_stay() {
        let mut model = samples::small_cnn();
        let graph = &mut model.graph;
        graph
            .initializer
            .push(build::i64s("target", &[4], &[1, -1, 1, 1]));
        graph
            .node
            .push(build::node("Reshape", &["bn.bias", "target"], "view", []));
        let before = model.clone();
        free_batch(&mut model);
        assert_eq!(model, before);
    }
}
