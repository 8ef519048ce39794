//! Where the channels of tensors with four dimensions are. Nothing in a graph says so, but operators do.

use super::OUTPUT;
use super::build::ints;
use super::pool::Tapped;
use super::read::{self, Index};
use super::writer::Writer;
use crate::onnx::{GraphProto, ModelProto, NodeProto};
use std::collections::{HashMap, HashSet};

/// The order of a tensor's dimensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// `[N, C, H, W]`
    ChannelsFirst,
    /// `[N, H, W, C]`
    ChannelsLast,
}

use Order::{ChannelsFirst, ChannelsLast};

impl Order {
    /// `[N, C, H, W]` of a shape in this order; another number of dimensions stays.
    pub fn channels_first(self, shape: &[usize]) -> Vec<usize> {
        match (self, shape) {
            (ChannelsLast, &[batch, height, width, channels]) => {
                vec![batch, channels, height, width]
            }
            _ => shape.to_vec(),
        }
    }
}

/// Appends what turns taps whose channels are last, so that they can be pooled like all others. Their
/// shapes are told with the channels first already.
pub fn turn(model: &mut ModelProto, taps: &mut [Tapped], orders: &HashMap<String, Order>) {
    let mut write = Writer::new(model, OUTPUT);
    let mut turned: HashMap<String, String> = HashMap::new();
    for tap in taps {
        let is_last = orders.get(&tap.tensor) == Some(&ChannelsLast);
        if !is_last || tap.shape.len() != 4 {
            continue;
        }
        let of = turned.entry(tap.tensor.clone());
        let perm = [ints("perm", &[0, 3, 1, 2])];
        let first = of.or_insert_with(|| write.node("Transpose", &[&tap.tensor], perm));
        tap.tensor.clone_from(first);
    }
    model.graph.node.append(&mut write.nodes);
}

/// What a node says of what it reads or makes.
enum Says {
    Order(Order),
    /// The output has the order of the inputs.
    Same,
    Nothing,
}

/// The order of every tensor of images for which operators tell it; a reshaped tensor has the order that
/// whoever reads it takes it to have.
pub fn orders(model: &ModelProto) -> HashMap<String, Order> {
    let graph = &model.graph;
    let images = read::of_images(graph);
    let index = Index::new(graph);
    let mut orders = HashMap::new();
    for info in &graph.input {
        let shape = read::shape(info).unwrap_or_default();
        let last = matches!(shape[..], [_, first, _, Some(3)] if first != Some(3));
        let order = if last { ChannelsLast } else { ChannelsFirst };
        orders.insert(info.name.as_str(), order);
    }
    forward(graph, &images, &mut orders);
    backward(graph, &index, &images, &mut orders);
    forward(graph, &images, &mut orders);
    let owned = orders.into_iter();
    owned
        .map(|(name, order)| (name.to_owned(), order))
        .collect()
}

fn forward<'a>(
    graph: &'a GraphProto,
    images: &HashSet<&str>,
    orders: &mut HashMap<&'a str, Order>,
) {
    for node in &graph.node {
        let known = node.input.iter().filter(|name| images.contains(&name[..]));
        let mut known = known.filter_map(|name| orders.get(&name[..]).copied());
        let first = known.next();
        let order = match made(node, images) {
            Says::Order(order) => Some(order),
            Says::Same => first.filter(|first| known.all(|other| other == *first)),
            Says::Nothing => None,
        };
        let Some(order) = order else { continue };
        for output in node.output.iter().filter(|name| !name.is_empty()) {
            orders.entry(output).or_insert(order);
        }
    }
}

fn backward<'a>(
    graph: &'a GraphProto,
    index: &Index,
    images: &HashSet<&str>,
    orders: &mut HashMap<&'a str, Order>,
) {
    for node in graph.node.iter().rev() {
        for output in &node.output {
            if orders.contains_key(&output[..]) || !images.contains(&output[..]) {
                continue;
            }
            let readers = index.consumers(output).iter().map(|&at| &graph.node[at]);
            let mut told = readers.filter_map(|reader| match read_as(reader, output, images) {
                Says::Order(order) => Some(order),
                Says::Same => reader
                    .output
                    .iter()
                    .find_map(|o| orders.get(&o[..]).copied()),
                Says::Nothing => None,
            });
            if let Some(order) = told.next() {
                orders.insert(output, order);
            }
        }
    }
}

/// The order of what a node makes.
fn made(node: &NodeProto, images: &HashSet<&str>) -> Says {
    match node.op_type.as_str() {
        "Transpose" => match read::ints(node, "perm") {
            Some([0, 2, 3, 1]) => Says::Order(ChannelsLast),
            Some([0, 3, 1, 2]) => Says::Order(ChannelsFirst),
            _ => Says::Nothing,
        },
        "Reshape" | "Gather" | "Squeeze" | "Unsqueeze" | "Flatten" | "Einsum" | "ReduceMean"
        | "ReduceMax" | "ReduceSum" => Says::Nothing,
        _ => operator(node, images),
    }
}

/// The order that a node takes one of its inputs to have.
fn read_as(node: &NodeProto, input: &str, images: &HashSet<&str>) -> Says {
    let is_data = node.input.first().is_some_and(|first| first == input);
    match node.op_type.as_str() {
        "Transpose" => match read::ints(node, "perm") {
            Some([0, 2, 3, 1]) => Says::Order(ChannelsFirst),
            Some([0, 3, 1, 2]) => Says::Order(ChannelsLast),
            _ => Says::Nothing,
        },
        "Reshape" | "Gather" | "Squeeze" | "Unsqueeze" | "Flatten" | "Einsum" | "ReduceMean"
        | "ReduceMax" | "ReduceSum" | "Shape" => Says::Nothing,
        _ if is_data => operator(node, images),
        _ => match operator(node, images) {
            Says::Same => Says::Same,
            _ => Says::Nothing,
        },
    }
}

/// What an operator says of both what it reads and what it makes.
fn operator(node: &NodeProto, images: &HashSet<&str>) -> Says {
    let with_weights = || {
        node.input
            .get(1)
            .is_some_and(|name| !images.contains(&name[..]))
    };
    match node.op_type.as_str() {
        "Conv"
        | "ConvTranspose"
        | "ConvInteger"
        | "QLinearConv"
        | "BatchNormalization"
        | "InstanceNormalization"
        | "GroupNormalization"
        | "LRN"
        | "MaxPool"
        | "AveragePool"
        | "GlobalAveragePool"
        | "GlobalMaxPool"
        | "LpPool"
        | "DepthToSpace"
        | "SpaceToDepth" => Says::Order(ChannelsFirst),
        "LayerNormalization" if matches!(read::int(node, "axis", -1), -1 | 3) => {
            Says::Order(ChannelsLast)
        }
        "MatMul" | "MatMulInteger" if with_weights() => Says::Order(ChannelsLast),
        "MatMul" | "MatMulInteger" | "Gemm" | "LayerNormalization" => Says::Nothing,
        _ => Says::Same,
    }
}

#[cfg(test)]
mod tests {
    use super::super::build::{BATCH, Dim, FLOAT, f32s, i64s, ints, node, value};
    use super::super::samples;
    use super::*;

    #[test]
    fn operators_tell_where_the_channels_are() {
        let (last, first) = (ints("perm", &[0, 2, 3, 1]), ints("perm", &[0, 3, 1, 2]));
        let nodes = vec![
            node("Conv", &["image", "w"], "conv", []),
            node("Transpose", &["conv"], "turned", [last.clone()]),
            node("LayerNormalization", &["turned", "scale"], "norm", []),
            node("Reshape", &["norm", "windows"], "windowed", []),
            node("MatMul", &["windowed", "scale"], "mixed", []),
            node("Reshape", &["mixed", "map"], "joined", []),
            node("Slice", &["joined", "map", "map"], "rolled", []),
            node("Add", &["rolled", "norm"], "sum", []),
            node("Reshape", &["sum", "map"], "shuffled", []),
            node("Relu", &["shuffled"], "active", []),
            node("Transpose", &["active"], "back", [first]),
            node("Reshape", &["back", "map"], "heads", []),
            node("MatMul", &["heads", "heads"], "attention", []),
        ];
        let weights = vec![
            f32s("w", &[1, 3, 1, 1], &[1.0; 3]),
            f32s("scale", &[1], &[1.0]),
            i64s("windows", &[1], &[1]),
            i64s("map", &[1], &[1]),
        ];
        let any = Dim::Any("any");
        let image = value("image", FLOAT, &[BATCH, Dim::Fixed(3), any, any]);
        let model = samples::model(image, nodes, weights, "attention");
        let orders = orders(&model);
        let first = ["image", "conv", "back"];
        let last = [
            "turned", "norm", "joined", "rolled", "sum", "shuffled", "active",
        ];
        for name in first {
            assert_eq!(orders.get(name), Some(&ChannelsFirst), "{name}");
        }
        for name in last {
            assert_eq!(orders.get(name), Some(&ChannelsLast), "{name}");
        }
        for name in ["heads", "attention"] {
            assert_eq!(orders.get(name), None, "{name}");
        }
        let keras = value("image", FLOAT, &[BATCH, any, any, Dim::Fixed(3)]);
        let model = samples::model(
            keras,
            vec![node("Relu", &["image"], "out", [])],
            vec![],
            "out",
        );
        assert_eq!(super::orders(&model)["out"], ChannelsLast);
    }

    #[test]
    fn a_shape_is_told_with_its_channels_first() {
        assert_eq!(ChannelsLast.channels_first(&[1, 4, 5, 6]), [1, 6, 4, 5]);
        assert_eq!(ChannelsFirst.channels_first(&[1, 4, 5, 6]), [1, 4, 5, 6]);
        assert_eq!(ChannelsLast.channels_first(&[1, 4]), [1, 4]);
    }
}
