//! The plain form of a model: nodes in topological order, constants and weights as initializers.

use super::GraphError;
use super::build::{FLOAT, INT64};
use super::read;
use crate::onnx::{GraphProto, NodeProto, TensorProto};
use std::collections::HashSet;

/// Old exporters list weights among the inputs, where a user could replace them.
pub(super) fn drop_weight_inputs(graph: &mut GraphProto) {
    let weights: HashSet<&str> = graph.initializer.iter().map(|t| t.name.as_str()).collect();
    graph
        .input
        .retain(|info| !weights.contains(info.name.as_str()));
}

/// Drops outputs that only training needs and nobody reads: masks, statistics, positions.
pub(super) fn drop_unread_outputs(graph: &mut GraphProto) {
    let outputs = graph.output.iter().map(|info| info.name.as_str());
    let read: HashSet<String> = graph
        .node
        .iter()
        .flat_map(read::reads)
        .chain(outputs)
        .map(str::to_owned)
        .collect();
    for node in &mut graph.node {
        if ["BatchNormalization", "Dropout", "MaxPool"].contains(&node.op_type.as_str()) {
            let used = node.output.iter().rposition(|name| read.contains(name));
            node.output.truncate(used.unwrap_or(0) + 1);
        }
    }
}

/// Turns `Constant` nodes into initializers, so that there is one place to look for values.
pub(super) fn lift_constants(graph: &mut GraphProto) {
    let outputs: HashSet<&str> = graph.output.iter().map(|info| info.name.as_str()).collect();
    let mut lifted = Vec::new();
    graph.node.retain(|node| match constant(node) {
        Some(tensor) if !outputs.contains(tensor.name.as_str()) => {
            lifted.push(tensor);
            false
        }
        _ => true,
    });
    graph.initializer.append(&mut lifted);
}

fn constant(node: &NodeProto) -> Option<TensorProto> {
    if node.op_type != "Constant" {
        return None;
    }
    let attribute = node.attribute.first()?;
    let mut tensor = match attribute.name.as_str() {
        "value" => attribute.t.as_deref()?.clone(),
        "value_float" => tensor(FLOAT, &[], |t| t.float_data = vec![attribute.f]),
        "value_int" => tensor(INT64, &[], |t| t.int64_data = vec![attribute.i]),
        "value_floats" => tensor(FLOAT, &[attribute.floats.len()], |t| {
            t.float_data = attribute.floats.clone();
        }),
        "value_ints" => tensor(INT64, &[attribute.ints.len()], |t| {
            t.int64_data = attribute.ints.clone();
        }),
        _ => return None,
    };
    tensor.name = node.output.first()?.clone();
    Some(tensor)
}

fn tensor(kind: i32, dims: &[usize], fill: impl FnOnce(&mut TensorProto)) -> TensorProto {
    let dims = dims.iter().map(|&dim| dim as i64).collect();
    let mut tensor = TensorProto {
        data_type: kind,
        dims,
        ..Default::default()
    };
    fill(&mut tensor);
    tensor
}

/// Puts the nodes in topological order; those that are in it stay where they are.
pub(super) fn sort(graph: &mut GraphProto) -> Result<(), GraphError> {
    let named = graph.input.iter().map(|info| &info.name);
    let mut known: HashSet<String> = named
        .chain(graph.initializer.iter().map(|tensor| &tensor.name))
        .cloned()
        .collect();
    let mut waiting = std::mem::take(&mut graph.node);
    while !waiting.is_empty() {
        let before = waiting.len();
        let mut later = Vec::new();
        for node in waiting {
            if read::reads(&node).iter().all(|&name| known.contains(name)) {
                known.extend(node.output.iter().cloned());
                graph.node.push(node);
            } else {
                later.push(node);
            }
        }
        if later.len() == before {
            let node = &later[0];
            let missing = read::reads(node)
                .into_iter()
                .find(|&name| !known.contains(name));
            let tensor = missing.unwrap_or_default().to_owned();
            return Err(GraphError::Dangling {
                node: read::title(node),
                tensor,
            });
        }
        waiting = later;
    }
    Ok(())
}
