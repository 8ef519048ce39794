//! Looks things up: attributes, the values of initializers, who makes and who reads a tensor.

use super::build::{FLOAT, INT32, INT64, UINT8};
use crate::onnx::{
    AttributeProto, Dimension, GraphProto, NodeProto, TensorProto, ValueInfoProto, data_type,
};
use std::collections::{HashMap, HashSet};

/// The title of a node: its name, or its first output's.
pub fn title(node: &NodeProto) -> String {
    let names = [Some(&node.name), node.output.first()];
    names
        .into_iter()
        .flatten()
        .find(|name| !name.is_empty())
        .cloned()
        .unwrap_or_default()
}

/// Whether a node is one of ONNX's own operators.
pub fn is_standard(node: &NodeProto) -> bool {
    matches!(&node.domain[..], "" | "ai.onnx")
}

pub fn attribute<'a>(node: &'a NodeProto, name: &str) -> Option<&'a AttributeProto> {
    node.attribute
        .iter()
        .find(|attribute| attribute.name == name)
}

pub fn int(node: &NodeProto, name: &str, default: i64) -> i64 {
    attribute(node, name).map_or(default, |attribute| attribute.i)
}

pub fn ints<'a>(node: &'a NodeProto, name: &str) -> Option<&'a [i64]> {
    attribute(node, name).map(|attribute| &attribute.ints[..])
}

pub fn float(node: &NodeProto, name: &str, default: f32) -> f32 {
    attribute(node, name).map_or(default, |attribute| attribute.f)
}

/// The values of a float32 tensor, row-major; `None` for any other type.
pub fn f32_values(tensor: &TensorProto) -> Option<Vec<f32>> {
    if tensor.data_type != FLOAT {
        return None;
    }
    if tensor.raw_data.is_empty() {
        return Some(tensor.float_data.clone());
    }
    let (chunks, _) = tensor.raw_data.as_chunks::<4>();
    Some(
        chunks
            .iter()
            .map(|&bytes| f32::from_le_bytes(bytes))
            .collect(),
    )
}

/// The values of a uint8 tensor, row-major; `None` for any other type.
pub fn u8_values(tensor: &TensorProto) -> Option<Vec<u8>> {
    let typed = || tensor.int32_data.iter().map(|&value| value as u8).collect();
    match (tensor.data_type, tensor.raw_data.is_empty()) {
        (UINT8, true) => Some(typed()),
        (UINT8, false) => Some(tensor.raw_data.to_vec()),
        _ => None,
    }
}

/// The values of an int64 or int32 tensor, row-major; `None` for any other type.
pub fn i64_values(tensor: &TensorProto) -> Option<Vec<i64>> {
    let raw = &tensor.raw_data;
    match (tensor.data_type, raw.is_empty()) {
        (INT64, true) => Some(tensor.int64_data.clone()),
        (INT64, false) => Some(
            raw.as_chunks::<8>()
                .0
                .iter()
                .map(|&bytes| i64::from_le_bytes(bytes))
                .collect(),
        ),
        (INT32, true) => Some(
            tensor
                .int32_data
                .iter()
                .map(|&value| value.into())
                .collect(),
        ),
        (INT32, false) => {
            let (chunks, _) = raw.as_chunks::<4>();
            Some(
                chunks
                    .iter()
                    .map(|&bytes| i32::from_le_bytes(bytes).into())
                    .collect(),
            )
        }
        _ => None,
    }
}

/// The number of values of a tensor.
pub fn elements(tensor: &TensorProto) -> u64 {
    tensor.dims.iter().map(|&dim| dim.max(0) as u64).product()
}

/// The declared shape, `None` where a size is left open; `None` as a whole without a shape.
pub fn shape(info: &ValueInfoProto) -> Option<Vec<Option<usize>>> {
    Some(info.dims()?.iter().map(Dimension::size).collect())
}

/// Whether all floats of a graph are float32, whose image input holds `element`.
pub fn is_float32(graph: &GraphProto, element: i32) -> bool {
    let is_other = |kind: i32| data_type::is_float(kind) && kind != FLOAT;
    let casts = graph.node.iter().filter(|node| node.op_type == "Cast");
    let mut cast_to = casts.map(|node| int(node, "to", 0) as i32);
    let mut stored = graph.initializer.iter().map(|tensor| tensor.data_type);
    !is_other(element) && !cast_to.any(is_other) && !stored.any(is_other)
}

/// Every tensor that a node needs, including what its subgraphs take from outside.
pub fn reads(node: &NodeProto) -> Vec<&str> {
    let mut names: Vec<&str> = node
        .input
        .iter()
        .map(String::as_str)
        .filter(|name| !name.is_empty())
        .collect();
    for graph in node
        .attribute
        .iter()
        .flat_map(|attr| attr.g.as_deref().into_iter().chain(&attr.graphs))
    {
        let own: HashSet<&str> = made(graph).collect();
        let outputs = graph.output.iter().map(|info| info.name.as_str());
        let inner = graph.node.iter().flat_map(reads).chain(outputs);
        names.extend(inner.filter(|name| !own.contains(name)));
    }
    names
}

/// Every tensor that a graph has of its own: inputs, initializers, outputs of nodes.
pub fn made(graph: &GraphProto) -> impl Iterator<Item = &str> {
    let inputs = graph.input.iter().map(|info| info.name.as_str());
    let initializers = graph.initializer.iter().map(|tensor| tensor.name.as_str());
    let outputs = graph
        .node
        .iter()
        .flat_map(|node| node.output.iter().map(String::as_str));
    inputs
        .chain(initializers)
        .chain(outputs)
        .filter(|name| !name.is_empty())
}

/// The tensors that hold one entry an image: what comes of the input other than by asking for its
/// shape, or for the one scale of a whole batch.
pub fn of_images(graph: &GraphProto) -> HashSet<&str> {
    let mut images: HashSet<&str> = graph.input.iter().map(|info| info.name.as_str()).collect();
    for node in &graph.node {
        let entries = match node.op_type.as_str() {
            "Shape" | "Size" | "ConstantOfShape" => 0,
            "DynamicQuantizeLinear" => 1,
            _ => node.output.len(),
        };
        if entries > 0 && reads(node).iter().any(|name| images.contains(name)) {
            images.extend(node.output.iter().take(entries).map(String::as_str));
        }
    }
    images
}

/// Producers and consumers of each tensor of a graph.
pub struct Index<'a> {
    graph: &'a GraphProto,
    producers: HashMap<&'a str, usize>,
    consumers: HashMap<&'a str, Vec<usize>>,
    initializers: HashMap<&'a str, &'a TensorProto>,
}

impl<'a> Index<'a> {
    pub fn new(graph: &'a GraphProto) -> Self {
        let (mut producers, mut consumers) = (HashMap::new(), HashMap::<_, Vec<_>>::new());
        for (at, node) in graph.node.iter().enumerate() {
            producers.extend(node.output.iter().map(|name| (name.as_str(), at)));
            for name in reads(node) {
                consumers.entry(name).or_default().push(at);
            }
        }
        let initializers = graph
            .initializer
            .iter()
            .map(|tensor| (tensor.name.as_str(), tensor))
            .collect();
        Self {
            graph,
            producers,
            consumers,
            initializers,
        }
    }

    /// The position of the node that makes a tensor.
    pub fn producer(&self, tensor: &str) -> Option<usize> {
        self.producers.get(tensor).copied()
    }

    /// The node that makes a tensor.
    pub fn maker(&self, tensor: &str) -> Option<&'a NodeProto> {
        self.producer(tensor).map(|at| &self.graph.node[at])
    }

    /// The positions of the nodes that read a tensor, once for every time they do.
    pub fn consumers(&self, tensor: &str) -> &[usize] {
        self.consumers.get(tensor).map_or(&[], |nodes| nodes)
    }

    pub fn initializer(&self, name: &str) -> Option<&'a TensorProto> {
        self.initializers.get(name).copied()
    }

    /// Whether the tensor is an output of the graph.
    pub fn is_output(&self, tensor: &str) -> bool {
        self.graph.output.iter().any(|info| info.name == tensor)
    }
}
