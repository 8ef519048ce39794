//! Which nodes compute on integers, and which tensors lie between them.

use super::super::read::{self, Index};
use crate::onnx::{GraphProto, ModelProto, NodeProto};
use std::collections::{HashMap, HashSet};

/// Activations, nodes and layers that are quantised.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Selection {
    pub layers: Vec<Layer>,
    /// Tensors between nodes, in the order they are made.
    pub activations: Vec<String>,
    /// Activations that have the scale of another: pooling a maximum changes no scale.
    pub same: HashMap<String, String>,
    /// The nodes that compute on integers, by position.
    pub nodes: HashSet<usize>,
}

/// A node with weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// Its title, as in [`read::title`].
    pub name: String,
    pub node: usize,
    /// The activations that it reads.
    pub input: String,
    pub weight: Weight,
    /// A tensor of one float an output channel.
    pub bias: Option<String>,
}

/// The weights of a layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Weight {
    pub tensor: String,
    pub dims: Vec<usize>,
    /// The dimension of the output channels.
    pub axis: usize,
}

impl Weight {
    /// The number of output channels.
    pub fn channels(&self) -> usize {
        self.dims[self.axis]
    }

    /// The output channel of the weight at `position`.
    pub fn channel(&self, position: usize) -> usize {
        let inner: usize = self.dims[self.axis + 1..].iter().product();
        position / inner % self.channels()
    }
}

/// Everything that can, but for the nodes whose titles are in `skip`: convolutions and matrix products
/// with weights of their own, and the sums, products and poolings between them.
pub fn select(model: &ModelProto, skip: &HashSet<String>) -> Selection {
    let graph = &model.graph;
    let index = Index::new(graph);
    let images = read::of_images(graph);
    let mut found = Selection::default();
    for (at, node) in graph.node.iter().enumerate() {
        if skip.contains(&read::title(node)) || !read::is_standard(node) {
            continue;
        }
        let Some(inputs) = inputs(&index, &images, node) else {
            continue;
        };
        found.nodes.insert(at);
        if let Some(layer) = layer(&index, node, at) {
            found.layers.push(layer);
        }
        let output = result(&index, graph, at);
        if node.op_type == "MaxPool" {
            found.same.insert(output.clone(), inputs[0].clone());
        }
        for tensor in inputs.into_iter().chain([output]) {
            if !found.activations.contains(&tensor) {
                found.activations.push(tensor);
            }
        }
    }
    found
}

/// The activations that a node reads, where it can compute on integers.
fn inputs(index: &Index, images: &HashSet<&str>, node: &NodeProto) -> Option<Vec<String>> {
    let activation = |name: &String| images.contains(name.as_str());
    let first = node.input.first().filter(|name| activation(name))?.clone();
    match node.op_type.as_str() {
        "Conv" | "Gemm" | "MatMul" => weight(index, node).map(|_| vec![first]),
        "MaxPool" | "GlobalAveragePool" | "AveragePool" => Some(vec![first]),
        "Add" | "Mul" | "Concat" => {
            let all = node.input.iter().all(activation);
            all.then(|| node.input.clone())
        }
        _ => None,
    }
}

fn layer(index: &Index, node: &NodeProto, at: usize) -> Option<Layer> {
    let weight = weight(index, node)?;
    let bias = node.input.get(2).filter(|name| !name.is_empty());
    Some(Layer {
        name: read::title(node),
        node: at,
        input: node.input[0].clone(),
        weight,
        bias: bias.cloned(),
    })
}

/// The weights of a convolution or matrix product, where they and the bias are known floats.
fn weight(index: &Index, node: &NodeProto) -> Option<Weight> {
    let floats = |name: &String| read::f32_values(index.initializer(name)?);
    let tensor = node.input.get(1)?;
    floats(tensor)?;
    let dims = &index.initializer(tensor)?.dims;
    let dims: Vec<usize> = dims.iter().map(|&dim| dim as usize).collect();
    let plain = |name| read::float(node, name, 1.0) == 1.0;
    let axis = match (node.op_type.as_str(), dims.len()) {
        ("Conv", 3..) => 0,
        ("Gemm", 2) if plain("alpha") && plain("beta") && read::int(node, "transA", 0) == 0 => {
            1 - usize::from(read::int(node, "transB", 0) != 0)
        }
        ("MatMul", 2) => 1,
        _ => return None,
    };
    if let Some(bias) = node.input.get(2).filter(|name| !name.is_empty())
        && floats(bias)?.len() != dims[axis]
    {
        return None;
    }
    Some(Weight {
        tensor: tensor.clone(),
        dims,
        axis,
    })
}

/// The tensor that a node's result becomes on integers: what a rectifier that alone reads it makes of
/// it, because a range from 0 on rectifies by itself, or else its own output.
fn result(index: &Index, graph: &GraphProto, at: usize) -> String {
    let output = &graph.node[at].output[0];
    if let [reader] = index.consumers(output)
        && !index.is_output(output)
        && rectifies(index, &graph.node[*reader])
    {
        return graph.node[*reader].output[0].clone();
    }
    output.clone()
}

/// Whether a node cuts off what is below 0, and perhaps what is above some number.
fn rectifies(index: &Index, node: &NodeProto) -> bool {
    let least = || match node.input.get(1) {
        Some(name) => read::f32_values(index.initializer(name)?)?.first().copied(),
        None => read::attribute(node, "min").map(|attribute| attribute.f),
    };
    node.op_type == "Relu" || (node.op_type == "Clip" && least() == Some(0.0))
}

#[cfg(test)]
mod tests {
    use super::super::super::fold_batch_norms;
    use super::super::super::samples::small_cnn;
    use super::*;

    fn folded() -> ModelProto {
        let mut model = small_cnn();
        fold_batch_norms(&mut model);
        model
    }

    #[test]
    fn a_rectifier_belongs_to_the_layer_before_it() {
        let found = select(&folded(), &HashSet::new());
        assert_eq!(
            found.activations,
            ["image", "relu", "gap", "flat", "logits"]
        );
        let layers: Vec<(&str, &[usize], usize)> = found
            .layers
            .iter()
            .map(|layer| (&layer.name[..], &layer.weight.dims[..], layer.weight.axis))
            .collect();
        assert_eq!(
            layers,
            [("conv", &[2, 3, 1, 1][..], 0), ("logits", &[5, 2], 0)]
        );
        let weight = &found.layers[0].weight;
        assert_eq!([0, 2, 3, 5].map(|at| weight.channel(at)), [0, 0, 1, 1]);
    }

    #[test]
    fn what_is_skipped_stays_float_and_so_does_what_only_it_reads() {
        let skip = HashSet::from(["conv".to_owned()]);
        let found = select(&folded(), &skip);
        assert_eq!(found.activations, ["relu", "gap", "flat", "logits"]);
        assert_eq!(found.layers.len(), 1);
    }
}
