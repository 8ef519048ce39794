//! Divides a prepared graph where fine-tuning begins: what stays as it is, and what is trained.

use super::batch::refuse_fixed_batch;
use super::build::{BATCH, Dim, FLOAT, int, value};
use super::read::{self, Index};
use super::seam::{Seam, seam, shape_of_rows};
use super::writer::Writer;
use super::{GraphError, OUTPUT, Prepared, prune, rename};
use crate::onnx::{ModelProto, NodeProto, ValueInfoProto, data_type};
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
/// one image. Integers that the trained part needs, such as shapes, are computed there as well.
///
/// # Errors
/// [`GraphError::NoSuchTensor`]; [`GraphError::NothingToTrain`] and [`GraphError::NarrowWeights`] where
/// no weights of float32 come after the tensor; [`GraphError::NotFloatAtCut`] where something else than
/// floats of a known shape would have to pass; [`GraphError::FixedBatch`].
pub fn divide(
    prepared: &Prepared,
    tensor: &str,
    shapes: &BTreeMap<String, Vec<usize>>,
) -> Result<Divided, GraphError> {
    let whole = &prepared.model;
    refuse_fixed_batch(whole, "be fine-tuned")?;
    // Says so where there is no such tensor.
    super::cut(whole, &[tensor])?;
    let trained = after(&whole.graph.node, tensor);
    check_weights(whole, &trained, tensor)?;
    let seam = seam(whole, &trained, tensor, shapes)?;
    Ok(Divided {
        frozen: Some(frozen(whole, &trained, &seam.passing)?),
        trained: upper(whole, &trained, &seam),
    })
}

/// Where nothing stays frozen.
///
/// # Errors
/// As [`divide`].
pub fn whole(prepared: &Prepared) -> Result<Divided, GraphError> {
    let model = &prepared.model;
    refuse_fixed_batch(model, "be fine-tuned")?;
    let all: Vec<usize> = (0..model.graph.node.len()).collect();
    check_weights(model, &all, super::INPUT)?;
    Ok(Divided {
        frozen: None,
        trained: model.clone(),
    })
}

fn check_weights(whole: &ModelProto, trained: &[usize], tensor: &str) -> Result<(), GraphError> {
    let index = Index::new(&whole.graph);
    let nodes = || trained.iter().map(|&at| &whole.graph.node[at]);
    if nodes().any(|node| !weights(node, &index).is_empty()) {
        return Ok(());
    }
    let tensor = tensor.to_owned();
    Err(
        match nodes().find_map(|node| narrow_weights(node, &index)) {
            Some(element) => GraphError::NarrowWeights { tensor, element },
            None => GraphError::NothingToTrain { tensor },
        },
    )
}

/// The type of a linear map's weights where they are floats, but not float32.
pub fn narrow_weights(node: &NodeProto, index: &Index) -> Option<&'static str> {
    if !is_linear(node) {
        return None;
    }
    let stored = node.input.iter().filter_map(|name| index.initializer(name));
    stored
        .into_iter()
        .find_map(|tensor| match tensor.data_type {
            data_type::FLOAT16 => Some("float16"),
            data_type::BFLOAT16 => Some("bfloat16"),
            data_type::DOUBLE => Some("float64"),
            _ => None,
        })
}

fn is_linear(node: &NodeProto) -> bool {
    matches!(&node.op_type[..], "Conv" | "Gemm" | "MatMul")
}

/// The weights of a node that training changes: those of linear maps, but not what pools.
pub fn weights<'a>(node: &'a NodeProto, index: &Index) -> Vec<&'a str> {
    let linear = is_linear(node);
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

/// The trained nodes; what passes is taken apart again, and integers are computed again.
fn upper(whole: &ModelProto, trained: &[usize], seam: &Seam) -> ModelProto {
    let mut model = whole.clone();
    let mut write = Writer::new(&model, ACTIVATIONS);
    let axis = write.i64s("axis", &[1]);
    let mut start = 0;
    let mut entries: Vec<NodeProto> = Vec::new();
    for (name, shape) in &seam.passing {
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
    for (at, node) in graph.node.iter().enumerate() {
        match seam.shapes.get(&at) {
            Some(shape) => entries.extend(shape_of_rows(&mut write, ACTIVATIONS, node, shape)),
            None if trained.contains(&at) || seam.copied.contains(&at) => {
                entries.push(node.clone())
            }
            None => {}
        }
    }
    graph.node = entries;
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
