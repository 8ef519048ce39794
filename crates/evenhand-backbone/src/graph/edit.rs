//! Cuts, joins and renames. Nothing here changes what the nodes that stay compute.

use super::GraphError;
use super::read::{self, Index};
use crate::onnx::{GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto};
use std::collections::HashSet;

/// Keeps what the named tensors need and makes them the outputs, in the order given. Declared
/// shapes inside the graph are dropped with the rest.
///
/// # Errors
/// [`GraphError::NoSuchTensor`] where no node makes a tensor.
pub fn cut(model: &ModelProto, outputs: &[&str]) -> Result<ModelProto, GraphError> {
    let index = Index::new(&model.graph);
    for &name in outputs {
        if index.producer(name).is_none() {
            return Err(GraphError::NoSuchTensor {
                name: name.to_owned(),
                nearest: nearest(&model.graph, name),
            });
        }
    }
    let infos = outputs
        .iter()
        .map(|name| declared(&model.graph, name))
        .collect();
    let mut front = model.clone();
    front.graph.output = infos;
    prune(&mut front);
    Ok(front)
}

/// Cuts a model in two at a tensor: what makes it, and what is made of it. The front part has no
/// metadata, so that a backbone comes out of a classifier with the bytes it had before.
///
/// # Errors
/// [`GraphError::NoSuchTensor`]; [`GraphError::NotASeam`] where the back needs more than the tensor.
pub fn split_at(model: &ModelProto, tensor: &str) -> Result<(ModelProto, ModelProto), GraphError> {
    let mut front = cut(model, &[tensor])?;
    front.metadata_props.clear();
    let taken: HashSet<&str> = front
        .graph
        .node
        .iter()
        .flat_map(|node| node.output.iter().map(String::as_str))
        .collect();
    let mut back = model.clone();
    let graph = &mut back.graph;
    graph.input = vec![declared(&model.graph, tensor)];
    graph
        .node
        .retain(|node| !node.output.iter().any(|name| taken.contains(name.as_str())));
    prune(&mut back);
    let known: HashSet<&str> = read::made(&back.graph).collect();
    for node in &back.graph.node {
        if let Some(other) = read::reads(node)
            .into_iter()
            .find(|&name| !known.contains(name))
        {
            return Err(GraphError::NotASeam {
                tensor: tensor.to_owned(),
                node: read::title(node),
                other: other.to_owned(),
            });
        }
    }
    Ok((front, back))
}

/// Appends nodes, in topological order, with their initializers, and makes `outputs` the outputs.
/// What the outputs were before is remembered as a declaration, for [`split_at`].
pub fn append(
    model: &mut ModelProto,
    nodes: Vec<NodeProto>,
    initializers: Vec<TensorProto>,
    outputs: Vec<ValueInfoProto>,
) {
    let graph = &mut model.graph;
    graph.node.extend(nodes);
    graph.initializer.extend(initializers);
    let before = std::mem::replace(&mut graph.output, outputs);
    graph.value_info.extend(before);
}

/// Drops nodes, initializers and inputs that no output needs, and declarations of shapes.
pub fn prune(model: &mut ModelProto) {
    let graph = &mut model.graph;
    let mut needed: HashSet<String> = graph.output.iter().map(|info| info.name.clone()).collect();
    let mut keep = vec![false; graph.node.len()];
    for (at, node) in graph.node.iter().enumerate().rev() {
        keep[at] = node.output.iter().any(|name| needed.contains(name));
        if keep[at] {
            needed.extend(read::reads(node).into_iter().map(str::to_owned));
        }
    }
    let mut kept = keep.into_iter();
    graph.node.retain(|_| kept.next().unwrap_or(false));
    graph
        .initializer
        .retain(|tensor| needed.contains(&tensor.name));
    graph.input.retain(|info| needed.contains(&info.name));
    graph.value_info.clear();
    graph.quantization_annotation.clear();
}

/// Gives a tensor another name, everywhere.
pub fn rename(model: &mut ModelProto, from: &str, to: &str) {
    rename_in(&mut model.graph, from, to);
}

fn rename_in(graph: &mut GraphProto, from: &str, to: &str) {
    let change = |name: &mut String| {
        if name == from {
            *name = to.to_owned();
        }
    };
    let infos = graph
        .input
        .iter_mut()
        .chain(&mut graph.output)
        .chain(&mut graph.value_info);
    infos.for_each(|info| change(&mut info.name));
    graph
        .initializer
        .iter_mut()
        .for_each(|tensor| change(&mut tensor.name));
    for node in &mut graph.node {
        node.input
            .iter_mut()
            .chain(&mut node.output)
            .for_each(change);
        for attribute in &mut node.attribute {
            let inner = attribute
                .g
                .as_deref_mut()
                .into_iter()
                .chain(&mut attribute.graphs);
            inner.for_each(|graph| rename_in(graph, from, to));
        }
    }
}

/// Sets an entry of the model's metadata.
pub fn set_metadata(model: &mut ModelProto, key: &str, value: &str) {
    let known = model
        .metadata_props
        .iter()
        .position(|entry| entry.key == key);
    let at = known.unwrap_or_else(|| {
        model.metadata_props.push(Default::default());
        model.metadata_props.len() - 1
    });
    model.metadata_props[at].key = key.to_owned();
    model.metadata_props[at].value = value.to_owned();
}

pub fn metadata<'a>(model: &'a ModelProto, key: &str) -> Option<&'a str> {
    model
        .metadata_props
        .iter()
        .find(|entry| entry.key == key)
        .map(|entry| entry.value.as_str())
}

/// The declaration of a tensor; without one, just its name.
fn declared(graph: &GraphProto, name: &str) -> ValueInfoProto {
    let mut infos = graph.output.iter().chain(&graph.value_info);
    let undeclared = || ValueInfoProto {
        name: name.to_owned(),
        ..Default::default()
    };
    infos
        .find(|info| info.name == name)
        .cloned()
        .unwrap_or_else(undeclared)
}

/// The tensor whose name shares the longest end or start with what was asked for.
fn nearest(graph: &GraphProto, name: &str) -> Option<String> {
    let shared = |other: &str| {
        let start = name
            .bytes()
            .zip(other.bytes())
            .take_while(|(a, b)| a == b)
            .count();
        let end = name
            .bytes()
            .rev()
            .zip(other.bytes().rev())
            .take_while(|(a, b)| a == b)
            .count();
        start.max(end)
    };
    let made = graph.node.iter().flat_map(|node| &node.output);
    let best = made.max_by_key(|other| shared(other))?;
    (shared(best) >= 3).then(|| best.clone())
}

#[cfg(test)]
mod tests {
    use super::super::build::{self, FLOAT};
    use super::super::samples::{self, names};
    use super::super::{Prepared, parse, serialise};
    use super::*;

    #[test]
    fn a_cut_keeps_what_the_outputs_need_and_nothing_else() {
        let model = samples::small_cnn();
        let front = cut(&model, &["relu"]).unwrap();
        assert_eq!(names(&front), ["conv", "bn", "relu"]);
        assert!(
            front
                .graph
                .initializer
                .iter()
                .all(|tensor| !tensor.name.starts_with("fc"))
        );
        assert_eq!(front.graph.output.len(), 1);
    }

    #[test]
    fn a_tensor_that_is_not_there_is_an_error_with_the_nearest_name() {
        let error = cut(&samples::small_cnn(), &["rellu"]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the model has no tensor `rellu`; the nearest name is `relu`"
        );
    }

    #[test]
    fn a_backbone_comes_out_of_a_classifier_as_it_went_in() {
        let before = samples::prepared();
        let mut model = before.model.clone();
        append(
            &mut model,
            vec![build::node("Gemm", &["features", "w", "b"], "scores", [])],
            vec![
                build::f32s("w", &[2, 1], &[1.0, 2.0]),
                build::f32s("b", &[1], &[0.5]),
            ],
            vec![build::value(
                "scores",
                FLOAT,
                &[build::BATCH, build::Dim::Fixed(1)],
            )],
        );
        set_metadata(&mut model, "threshold", "0.5");
        set_metadata(&mut model, "threshold", "0.4");
        assert_eq!(metadata(&model, "threshold"), Some("0.4"));

        let file = serialise(&model).unwrap();
        let model = parse(file, "classifier.onnx").unwrap();
        let (front, back) = split_at(&model, "features").unwrap();
        assert_eq!(
            serialise(&front).unwrap(),
            serialise(&before.model).unwrap()
        );
        assert_eq!(Prepared::new(front).unwrap().digest, before.digest);
        assert_eq!(names(&back), ["scores"]);
        assert_eq!(read::shape(&back.graph.input[0]), Some(vec![None, Some(2)]));
    }

    #[test]
    fn a_tensor_with_a_way_around_it_is_no_seam() {
        let mut model = samples::small_cnn();
        append(
            &mut model,
            vec![build::node("Add", &["relu", "conv"], "around", [])],
            vec![],
            vec![build::value("around", FLOAT, &[])],
        );
        assert!(matches!(
            split_at(&model, "relu"),
            Err(GraphError::NotASeam { .. })
        ));
    }
}
