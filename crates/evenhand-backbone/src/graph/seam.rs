//! What the trained part of a divided graph takes from the frozen one.

use super::GraphError;
use super::build::int;
use super::read::{self, Index};
use super::writer::Writer;
use crate::onnx::{ModelProto, NodeProto};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Activations pass; integers, such as shapes and places, are computed on both sides.
pub struct Seam<'a> {
    /// In the order they are made, with the shape of one image.
    pub passing: Vec<(&'a str, &'a [usize])>,
    /// Nodes that make integers, by position.
    pub copied: BTreeSet<usize>,
    /// Nodes that ask for the shape of a frozen tensor, by position, with its sizes after the batch.
    pub shapes: BTreeMap<usize, &'a [usize]>,
}

/// # Errors
/// [`GraphError::NotFloatAtCut`] for what can neither pass nor be computed again.
pub fn seam<'a>(
    whole: &'a ModelProto,
    trained: &[usize],
    tensor: &str,
    shapes: &'a BTreeMap<String, Vec<usize>>,
) -> Result<Seam<'a>, GraphError> {
    let nodes = &whole.graph.node;
    let index = Index::new(&whole.graph);
    let of_one = |name: &str| match shapes.get(name).map(Vec::as_slice) {
        Some([1, rest @ ..]) => Some(rest),
        _ => None,
    };
    let mut seam = Seam {
        passing: Vec::new(),
        copied: BTreeSet::new(),
        shapes: BTreeMap::new(),
    };
    let mut passing = HashSet::new();
    let own = trained.iter().flat_map(|&at| &nodes[at].output);
    let mut seen: HashSet<&str> = own.map(String::as_str).collect();
    let mut wanted: Vec<&str> = trained
        .iter()
        .flat_map(|&at| read::reads(&nodes[at]))
        .collect();
    while let Some(name) = wanted.pop() {
        if index.initializer(name).is_some() || !seen.insert(name) {
            continue;
        }
        let maker = index.producer(name);
        match (shapes.contains_key(name), of_one(name), maker) {
            (true, Some(_), Some(_)) => {
                passing.insert(name);
            }
            (false, _, Some(at)) => {
                let node = &nodes[at];
                let asked = node.input.first().filter(|_| node.op_type == "Shape");
                if let Some(rest) = asked.and_then(|name| of_one(name)) {
                    seam.shapes.insert(at, rest);
                } else {
                    seam.copied.insert(at);
                    wanted.extend(read::reads(node));
                }
            }
            _ => {
                return Err(GraphError::NotFloatAtCut {
                    tensor: tensor.to_owned(),
                    other: name.to_owned(),
                });
            }
        }
    }
    let made = nodes
        .iter()
        .flat_map(|node| &node.output)
        .map(String::as_str);
    let made = made.filter(|name| passing.contains(name));
    seam.passing = made
        .filter_map(|name| Some((name, of_one(name)?)))
        .collect();
    Ok(seam)
}

/// Nodes that make what a `Shape` node made of a tensor with these sizes after the batch, for as many
/// rows as `rows` has.
pub fn shape_of_rows(
    write: &mut Writer,
    rows: &str,
    node: &NodeProto,
    rest: &[usize],
) -> Vec<NodeProto> {
    let rank = rest.len() as i64 + 1;
    let place = |at: i64| if at < 0 { at + rank } else { at }.clamp(0, rank) as usize;
    let start = place(read::int(node, "start", 0));
    let end = place(read::int(node, "end", rank)).max(start);
    let sizes: Vec<i64> = rest.iter().map(|&size| size as i64).collect();
    let known = &sizes[start.saturating_sub(1)..end.saturating_sub(1)];
    let mut parts = Vec::new();
    if start == 0 && end > 0 {
        let first = write.i64s("first", &[0]);
        let all = write.node("Shape", &[rows], []);
        parts.push(write.node("Gather", &[&all, &first], [int("axis", 0)]));
    }
    if !known.is_empty() || parts.is_empty() {
        parts.push(write.i64s("sizes", known));
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    write.node("Concat", &parts, [int("axis", 0)]);
    let mut nodes: Vec<NodeProto> = write.nodes.drain(..).collect();
    if let Some(last) = nodes.last_mut() {
        last.output.clone_from(&node.output);
    }
    nodes
}

#[cfg(test)]
mod tests {
    use super::super::build::{BATCH, Dim, FLOAT, f32s, i64s, node, value};
    use super::super::divide::{ACTIVATIONS, divide};
    use super::super::{Prepared, samples};
    use crate::engine::burn::{GradientEngine, Rows};
    use crate::engine::shapes;

    #[test]
    fn shapes_and_places_are_computed_again_in_the_trained_part() {
        // As `as_strided` is exported with a free batch: places that are counted from the shape of the
        // image, and a weight after them.
        let prepared = samples::prepared();
        let mut model = prepared.model.clone();
        let graph = &mut model.graph;
        graph.node.truncate(graph.node.len() - 2);
        let last = graph.node.last().unwrap().output[0].clone();
        let count = int_attributes(&[("start", 0), ("end", 1)]);
        graph.node.extend([
            node("Shape", &["pixels"], "batch", count),
            node("Squeeze", &["batch"], "images", []),
            node("Range", &["zero", "images", "one"], "numbers", []),
            node("Mul", &["numbers", "two"], "starts", []),
            node("Unsqueeze", &["starts", "axis"], "column", []),
            node("Add", &["column", "both"], "places", []),
            node("Reshape", &[&last, "open"], "row", []),
            node("Gather", &["row", "places"], "strided", []),
            node("MatMul", &["strided", "weight"], "features", []),
        ]);
        graph.initializer.extend([
            i64s("zero", &[], &[0]),
            i64s("one", &[], &[1]),
            i64s("two", &[], &[2]),
            i64s("axis", &[1], &[1]),
            i64s("both", &[1, 2], &[0, 1]),
            i64s("open", &[1], &[-1]),
            f32s("weight", &[2, 2], &[1.0, 2.0, 3.0, 4.0]),
        ]);
        graph.output = vec![value("features", FLOAT, &[BATCH, Dim::Fixed(2)])];
        let prepared = Prepared::new(model).unwrap();
        let shapes = shapes(&prepared.model, 4, 4).unwrap();
        let divided = divide(&prepared, &last, &shapes).unwrap();
        assert_eq!(divided.frozen.unwrap().dim(), 2, "only floats pass");
        assert_eq!(divided.trained.graph.input[0].name, ACTIVATIONS);
        let engine = GradientEngine::load(&divided.trained, "cpu", 1).unwrap();
        let weights: Vec<_> = engine.weights().iter().map(|w| w.values.clone()).collect();
        let rows = Rows {
            shape: vec![2],
            values: vec![1.0, 0.0, 0.0, 1.0, 1.0, 1.0],
        };
        let found = engine.outputs(&weights, &[rows], 3).unwrap();
        assert_eq!(found, [1.0, 2.0, 3.0, 4.0, 4.0, 6.0]);
    }

    fn int_attributes(values: &[(&str, i64)]) -> Vec<crate::onnx::AttributeProto> {
        let int = |&(name, value): &(&str, i64)| super::super::build::int(name, value);
        values.iter().map(int).collect()
    }

    #[test]
    fn what_is_asked_of_a_shape_is_what_is_told() {
        let mut write = super::Writer::new(&samples::small_cnn(), "x");
        let mut ask = |start: i64, end: i64| {
            let asked = node(
                "Shape",
                &["t"],
                "s",
                int_attributes(&[("start", start), ("end", end)]),
            );
            let nodes = super::shape_of_rows(&mut write, "rows", &asked, &[5, 6, 7]);
            let concat = nodes.last().unwrap();
            assert_eq!(concat.output, ["s"]);
            let stored = |name: &String| {
                let constant = write.constants.iter().find(|tensor| tensor.name == *name)?;
                super::read::i64_values(constant)
            };
            let known: Vec<i64> = concat.input.iter().filter_map(stored).flatten().collect();
            (concat.input.len() - usize::from(!known.is_empty()), known)
        };
        assert_eq!(ask(0, 1), (1, vec![]));
        assert_eq!(ask(0, 4), (1, vec![5, 6, 7]));
        assert_eq!(ask(1, 3), (0, vec![5, 6]));
        assert_eq!(ask(-2, 9), (0, vec![6, 7]));
    }
}
