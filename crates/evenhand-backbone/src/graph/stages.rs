//! Finds the tensors that end a network's stages: candidates for taps.

use super::layout::orders;
use super::read::{self, Index};
use crate::onnx::{GraphProto, ModelProto};
use std::collections::BTreeMap;

/// A tensor that a tap could sit on.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Stage {
    pub tensor: String,
    /// `[C, H, W]`; `[D, 1, 1]` for a vector.
    pub shape: [usize; 3],
}

/// The tensors that end a network's stages: all that is known of the image goes through them (no
/// shortcut passes by), they are the last of their shape or dense block, and they are not the wide
/// middle of an inverted bottleneck.
///
/// `shapes` holds the tensors' shapes for one image. Tensors of which nothing says where their channels
/// are, and padded ones, end no stage.
pub fn stages(model: &ModelProto, shapes: &BTreeMap<String, Vec<usize>>) -> Vec<Stage> {
    let index = Index::new(&model.graph);
    let orders = orders(model);
    let is_padding = |tensor: &str| {
        index
            .maker(tensor)
            .is_some_and(|node| node.op_type == "Pad")
    };
    let joins = |tensor: &str| index.maker(tensor).filter(|node| node.op_type == "Concat");
    let mut stages: Vec<Stage> = Vec::new();
    for tensor in bottlenecks(&model.graph) {
        let (Some(shape), Some(order)) = (shapes.get(tensor), orders.get(tensor)) else {
            continue;
        };
        let [_, channels, height, width] = order.channels_first(shape)[..] else {
            continue;
        };
        let still_the_image = channels <= 3;
        if still_the_image || height * width == 1 || is_padding(tensor) {
            continue;
        }
        let stage = Stage {
            tensor: tensor.to_owned(),
            shape: [channels, height, width],
        };
        let goes_on = stages.last().is_some_and(|last| {
            let grown = joins(tensor).is_some_and(|node| node.input.contains(&last.tensor));
            last.shape == stage.shape || grown
        });
        if goes_on {
            stages.pop();
        }
        stages.push(stage);
    }
    let channels: Vec<usize> = stages.iter().map(|stage| stage.shape[0]).collect();
    let narrower = |at: usize, other: Option<&usize>| other.is_some_and(|&c| c < channels[at]);
    let mut position = 0..;
    stages.retain(|stage| {
        let at = position.next().unwrap_or(0);
        let different = |c: &&usize| **c != channels[at];
        let before = channels[..at].iter().rev().find(different);
        let after = channels[at + 1..].iter().find(different);
        joins(&stage.tensor).is_some() || !(narrower(at, before) && narrower(at, after))
    });
    stages
}

/// The tensors through which everything later sees the image, in order.
fn bottlenecks(graph: &GraphProto) -> Vec<&str> {
    let images = read::of_images(graph);
    let mut last_read = BTreeMap::new();
    let mut made_at = Vec::new();
    for (at, node) in graph.node.iter().enumerate() {
        let made = node.output.iter().map(String::as_str);
        made_at.extend(
            made.filter(|name| images.contains(name))
                .map(|name| (at, name)),
        );
        last_read.extend(read::reads(node).into_iter().map(|name| (name, at)));
    }
    let until = |name: &str| last_read.get(name).copied().unwrap_or(0);
    let mut open = graph
        .input
        .iter()
        .map(|info| until(&info.name))
        .max()
        .unwrap_or(0);
    let mut found = Vec::new();
    for (at, name) in made_at {
        let used = until(name) > at || graph.output.iter().any(|info| info.name == name);
        if open <= at && used {
            found.push(name);
        }
        open = open.max(until(name));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::build::{BATCH, Dim, FLOAT, f32s, node, value};
    use super::super::samples;
    use super::*;

    #[test]
    fn stages_lie_behind_shortcuts_and_not_inside_them() {
        let nodes = vec![
            node("Conv", &["image", "w"], "a", []),
            node("Conv", &["a", "w"], "b", []),
            node("Add", &["a", "b"], "c", []),
            node("Conv", &["c", "w"], "wide", []),
            node("Conv", &["wide", "w"], "d", []),
        ];
        let image = value("image", FLOAT, &[BATCH, Dim::Fixed(3)]);
        let mut model =
            samples::model(image, nodes, vec![f32s("w", &[1, 1, 1, 1], &[1.0])], "flat");
        model.graph.node.push(node("Flatten", &["d"], "flat", []));
        let shape = |c, size| vec![1, c, size, size];
        let shapes = [
            ("a", 8, 8),
            ("b", 8, 8),
            ("c", 8, 8),
            ("wide", 48, 4),
            ("d", 16, 4),
        ]
        .map(|(name, c, size)| (name.to_owned(), shape(c, size)));
        let found = stages(&model, &shapes.into());
        let found: Vec<(&str, [usize; 3])> = found
            .iter()
            .map(|stage| (stage.tensor.as_str(), stage.shape))
            .collect();
        assert_eq!(found, [("c", [8, 8, 8]), ("d", [16, 4, 4])]);
    }
}
