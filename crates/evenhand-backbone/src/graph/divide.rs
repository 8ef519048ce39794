//! Divides a prepared graph where fine-tuning begins: what stays as it is, and what is trained.

use super::build::{BATCH, Dim, FLOAT, int, value};
use super::read::{self, Index};
use super::writer::Writer;
use super::{GraphError, OUTPUT, Prepared, prune, rename};
use crate::onnx::{ModelProto, NodeProto, ValueInfoProto};
use std::collections::{BTreeMap, HashSet};

/// The input of [`Divided::trained`] where something stays frozen: float32 `[N, D]`.
pub const ACTIVATIONS: &str = "activations";

/// A prepared graph in two.
#[derive(Debug, Clone)]
pub struct Divided {
    /// From pixels to activations: a prepared graph like any other, whose features are all that the
    /// trained part takes. `None` where nothing stays frozen.
    pub frozen: Option<Prepared>,
    /// From [`ACTIVATIONS`] (or pixels, where nothing stays frozen) to features. Weights have the
    /// names that they have in the whole graph.
    pub trained: ModelProto,
}

/// Divides `prepared` at a tensor: what is computed from it is trained, and everything else stays
/// frozen, side branches to earlier taps included. `shapes` has the shape of every float tensor for
/// one image.
///
/// # Errors
/// [`GraphError::NoSuchTensor`]; [`GraphError::NothingToTrain`] where no weights come after the
/// tensor; [`GraphError::NotFloatAtCut`] where something else than floats of a known shape would
/// have to pass.
pub fn divide(
    prepared: &Prepared,
    tensor: &str,
    shapes: &BTreeMap<String, Vec<usize>>,
) -> Result<Divided, GraphError> {
    let whole = &prepared.model;
    // Says so where there is no such tensor.
    super::cut(whole, &[tensor])?;
    let trained = after(&whole.graph.node, tensor);
    let index = Index::new(&whole.graph);
    let is_weighted = |&at: &usize| !weights(&whole.graph.node[at], &index).is_empty();
    if !trained.iter().any(is_weighted) {
        return Err(GraphError::NothingToTrain {
            tensor: tensor.to_owned(),
        });
    }
    let passing = passing(whole, &trained, &index);
    let passing: Vec<(&str, &[usize])> = passing
        .into_iter()
        .map(|name| match shapes.get(name).map(Vec::as_slice) {
            Some([1, rest @ ..]) => Ok((name, rest)),
            _ => Err(GraphError::NotFloatAtCut {
                tensor: tensor.to_owned(),
                other: name.to_owned(),
            }),
        })
        .collect::<Result<_, _>>()?;
    Ok(Divided {
        frozen: Some(frozen(whole, &trained, &passing)?),
        trained: upper(whole, &trained, &passing),
    })
}

/// The weights of a node that training changes: those of linear maps, but not what pools.
pub fn weights<'a>(node: &'a NodeProto, index: &Index) -> Vec<&'a str> {
    let linear = matches!(&node.op_type[..], "Conv" | "Gemm" | "MatMul");
    let of_pooling = format!("{OUTPUT}/");
    let is_weight = |name: &str| {
        let stored = index.initializer(name);
        stored.is_some_and(|tensor| tensor.data_type == FLOAT) && !name.starts_with(&of_pooling)
    };
    let inputs = node.input.iter().map(String::as_str);
    inputs
        .filter(|name| linear && is_weight(name))
        .collect::<Vec<_>>()
}

/// The nodes that are computed from a tensor.
fn after(nodes: &[NodeProto], tensor: &str) -> Vec<usize> {
    let mut reached = HashSet::from([tensor]);
    let mut found = Vec::new();
    for (at, node) in nodes.iter().enumerate() {
        if read::reads(node).iter().any(|name| reached.contains(name)) {
            reached.extend(node.output.iter().map(String::as_str));
            found.push(at);
        }
    }
    found
}

/// Activations that pass from the frozen to the trained nodes, in the order they are made.
fn passing<'a>(whole: &'a ModelProto, trained: &[usize], index: &Index) -> Vec<&'a str> {
    let nodes = &whole.graph.node;
    let own: HashSet<&str> = trained
        .iter()
        .flat_map(|&at| nodes[at].output.iter().map(String::as_str))
        .collect();
    let wanted: HashSet<&str> = trained
        .iter()
        .flat_map(|&at| read::reads(&nodes[at]))
        .collect();
    let made = nodes.iter().flat_map(|node| &node.output);
    made.map(String::as_str)
        .filter(|name| wanted.contains(name) && !own.contains(name))
        .filter(|name| index.initializer(name).is_none())
        .collect()
}

/// Everything but the trained nodes; what passes is flattened and joined.
fn frozen(
    whole: &ModelProto,
    trained: &[usize],
    passing: &[(&str, &[usize])],
) -> Result<Prepared, GraphError> {
    let mut model = whole.clone();
    let mut at = 0..;
    let graph = &mut model.graph;
    graph
        .node
        .retain(|_| at.next().is_none_or(|at| !trained.contains(&at)));
    let mut write = Writer::new(&model, ACTIVATIONS);
    let rows: Vec<String> = passing
        .iter()
        .map(|(name, _)| write.node("Flatten", &[name], [int("axis", 1)]))
        .collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let last = match rows[..] {
        [row] => write.node("Identity", &[row], []),
        _ => write.node("Concat", &rows, [int("axis", 1)]),
    };
    let width = passing.iter().map(|(_, shape)| size(shape)).sum();
    let graph = &mut model.graph;
    graph.node.append(&mut write.nodes);
    graph.output = vec![value(&last, FLOAT, &[BATCH, Dim::Fixed(width)])];
    prune(&mut model);
    rename(&mut model, &last, OUTPUT);
    Prepared::new(model)
}

/// The trained nodes; what passes is taken apart again.
fn upper(whole: &ModelProto, trained: &[usize], passing: &[(&str, &[usize])]) -> ModelProto {
    let mut model = whole.clone();
    let mut write = Writer::new(&model, ACTIVATIONS);
    let axis = write.i64s("axis", &[1]);
    let mut start = 0;
    let mut entries = Vec::new();
    for (name, shape) in passing {
        let end = start + size(shape);
        let starts = write.i64s("start", &[start as i64]);
        let ends = write.i64s("end", &[end as i64]);
        let part = write.node("Slice", &[ACTIVATIONS, &starts, &ends, &axis], []);
        let dims: Vec<i64> = std::iter::once(-1)
            .chain(shape.iter().map(|&dim| dim as i64))
            .collect();
        let dims = write.i64s("shape", &dims);
        write.node("Reshape", &[&part, &dims], []);
        let mut node = write.nodes.pop().expect("it was written a moment ago");
        node.output = vec![(*name).to_owned()];
        entries.extend(write.nodes.drain(..).chain([node]));
        start = end;
    }
    let graph = &mut model.graph;
    let kept = trained.iter().map(|&at| graph.node[at].clone());
    let nodes: Vec<NodeProto> = entries.into_iter().chain(kept).collect();
    graph.node = nodes;
    graph.initializer.append(&mut write.constants);
    graph.input = vec![value(ACTIVATIONS, FLOAT, &[BATCH, Dim::Fixed(start)])];
    prune(&mut model);
    model
}

fn size(shape: &[usize]) -> usize {
    shape.iter().product()
}

/// Appends nodes that make logits of features, with further inputs that they read: the graph that
/// training runs.
pub fn extend(
    model: &mut ModelProto,
    nodes: Vec<NodeProto>,
    initializers: Vec<crate::onnx::TensorProto>,
    inputs: Vec<ValueInfoProto>,
    output: ValueInfoProto,
) {
    super::append(model, nodes, initializers, vec![output]);
    let graph = &mut model.graph;
    graph.value_info.clear();
    graph.input.extend(inputs);
}

/// Puts other values in the place of float32 weights of the same names.
///
/// # Panics
/// If there is no such weight, or it has another size.
pub fn replace_weights(model: &mut ModelProto, values: &[(String, Vec<f32>)]) {
    let graph = &mut model.graph;
    for (name, values) in values {
        let weight = graph
            .initializer
            .iter_mut()
            .find(|tensor| tensor.name == *name)
            .expect("a trained weight comes from the model");
        let dims: Vec<usize> = weight.dims.iter().map(|&dim| dim as usize).collect();
        *weight = super::build::f32s(name, &dims, values);
    }
}
