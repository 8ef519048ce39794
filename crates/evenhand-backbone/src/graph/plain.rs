//! The plain form of a model: nodes in topological order, constants and weights as initializers.

use super::GraphError;
use super::build::{FLOAT, INT64};
use super::read::{self, Index};
use crate::onnx::{GraphProto, ModelProto, NodeProto, TensorProto};
use std::collections::{HashMap, HashSet};
use std::mem::take;

/// Old exporters list weights among the inputs, where a user could replace them.
pub(super) fn drop_weight_inputs(graph: &mut GraphProto) {
    let weights: HashSet<&str> = graph.initializer.iter().map(|t| t.name.as_str()).collect();
    graph
        .input
        .retain(|info| !weights.contains(info.name.as_str()));
}

/// Drops outputs that only training needs and nobody reads: masks, statistics, positions. Those of a node
/// that is in training mode have to be there.
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
        let has_more =
            ["BatchNormalization", "Dropout", "MaxPool"].contains(&node.op_type.as_str());
        if has_more && read::int(node, "training_mode", 0) == 0 {
            let used = node.output.iter().rposition(|name| read.contains(name));
            node.output.truncate(used.unwrap_or(0) + 1);
        }
    }
}

/// Refuses a graph in which an image's features depend on the others of its batch, or on chance.
///
/// # Errors
/// [`GraphError::TrainingMode`].
pub fn refuse_training(model: &ModelProto) -> Result<(), GraphError> {
    let graph = &model.graph;
    let images = read::of_images(graph);
    let index = Index::new(graph);
    let is_set = |name: &String| {
        let stored = index.initializer(name);
        let flag = |tensor: &TensorProto| match tensor.raw_data.first() {
            Some(byte) => *byte != 0,
            None => tensor.int32_data.first().is_some_and(|&flag| flag != 0),
        };
        stored.is_some_and(flag)
    };
    let trains = |node: &&NodeProto| {
        let of_images = node
            .input
            .first()
            .is_some_and(|name| images.contains(&name[..]));
        of_images
            && match node.op_type.as_str() {
                "BatchNormalization" => read::int(node, "training_mode", 0) != 0,
                "Dropout" => node.input.get(2).is_some_and(is_set),
                _ => false,
            }
    };
    match graph.node.iter().find(trains) {
        Some(node) => Err(GraphError::TrainingMode {
            node: read::title(node),
            op: node.op_type.clone(),
        }),
        None => Ok(()),
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

/// Puts the nodes in topological order; those that are in it stay where they are. Names are made once.
pub(super) fn sort(graph: &mut GraphProto) -> Result<(), GraphError> {
    let named = graph.input.iter().map(|info| info.name.as_str());
    let weights = graph.initializer.iter().map(|tensor| tensor.name.as_str());
    let known: HashSet<&str> = named.chain(weights).collect();
    let outputs = graph.node.iter().enumerate();
    let outputs = outputs.flat_map(|(at, node)| node.output.iter().map(move |name| (name, at)));
    let makers: HashMap<&str, usize> = outputs.map(|(name, at)| (name.as_str(), at)).collect();
    let mut readers: Vec<Vec<usize>> = vec![Vec::new(); graph.node.len()];
    let mut waits_for = vec![0_usize; graph.node.len()];
    for (at, node) in graph.node.iter().enumerate() {
        for name in read::reads(node)
            .into_iter()
            .filter(|&name| !known.contains(name))
        {
            let &maker = makers.get(name).ok_or_else(|| dangling(node, name))?;
            readers[maker].push(at);
            waits_for[at] += 1;
        }
    }
    // Each node comes in the first pass, from front to back, that all it reads comes before it in.
    let mut pass = vec![0_usize; graph.node.len()];
    let mut ready: Vec<usize> = (0..graph.node.len())
        .filter(|&at| waits_for[at] == 0)
        .collect();
    let mut order = Vec::with_capacity(graph.node.len());
    while let Some(at) = ready.pop() {
        order.push((0, at));
        for &reader in &readers[at] {
            pass[reader] = pass[reader].max(pass[at] + usize::from(reader < at));
            waits_for[reader] -= 1;
            if waits_for[reader] == 0 {
                ready.push(reader);
            }
        }
    }
    if let Some(at) = waits_for.iter().position(|&waits| waits > 0) {
        let node = &graph.node[at];
        let waiting = |name: &&str| makers.get(name).is_some_and(|&maker| waits_for[maker] > 0);
        let name = read::reads(node).into_iter().find(waiting);
        return Err(dangling(node, name.unwrap_or_default()));
    }
    order.iter_mut().for_each(|(of, at)| *of = pass[*at]);
    order.sort_unstable();
    let mut nodes: Vec<Option<NodeProto>> = take(&mut graph.node).into_iter().map(Some).collect();
    let sorted = order.into_iter().filter_map(|(_, at)| nodes[at].take());
    graph.node = sorted.collect();
    Ok(())
}

fn dangling(node: &NodeProto, tensor: &str) -> GraphError {
    GraphError::Dangling {
        node: read::title(node),
        tensor: tensor.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::build::{INT64, int, node};
    use super::super::samples;
    use super::*;
    use crate::onnx::data_type::BOOL;

    #[test]
    fn training_mode_is_refused_where_it_reads_images() {
        let refused = |model: &ModelProto| refuse_training(model).unwrap_err().to_string();
        let mut model = samples::small_cnn();
        refuse_training(&model).unwrap();
        model.graph.node[1].attribute.push(int("training_mode", 1));
        model.graph.node[1]
            .output
            .extend(["m".to_owned(), "v".to_owned()]);
        assert!(refused(&model).starts_with("node `bn` (BatchNormalization) is in training mode"));
        let before = model.clone();
        drop_unread_outputs(&mut model.graph);
        assert_eq!(model, before, "its other outputs are needed");

        let mut model = samples::small_cnn();
        model.graph.node[1].input[0] = "conv.weight".to_owned();
        model.graph.node[1].attribute.push(int("training_mode", 1));
        refuse_training(&model).unwrap();

        let mut model = samples::small_cnn();
        let flag = TensorProto {
            data_type: BOOL,
            raw_data: vec![1].into(),
            ..tensor(INT64, &[], |_| ())
        };
        model.graph.initializer.push(TensorProto {
            name: "flag".to_owned(),
            ..flag
        });
        let drop = node("Dropout", &["relu", "", "flag"], "drop", []);
        model.graph.node.insert(3, drop);
        assert!(refused(&model).contains("`drop` (Dropout)"));
    }
}
