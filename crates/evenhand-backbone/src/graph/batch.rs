//! Makes a graph that was exported for one batch size take any.

use super::read::{self, Index};
use super::writer::Names;
use super::{GraphError, INPUT, OUTPUT, build};
use crate::onnx::{AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto};

/// How many images the model was exported for at a time; `None` where it takes any number.
pub fn declared_batch(model: &ModelProto) -> Option<usize> {
    let input = model.graph.input.first().and_then(read::shape)?;
    input.first().copied().flatten().filter(|&batch| batch > 0)
}

/// Frees the batch dimension in the forms in which exports fix it. Whether that was right shows when
/// several images go through the graph; the same features come out of one image alone.
///
/// - `Reshape` targets that begin with a number of images, constant or joined of parts: they get `-1`
///   there if nothing else in them is left open (the first dimension then absorbs the batch), and
///   `0`, "as it was", if something is.
/// - `Reshape` to one dimension and `Gather` with constant places, as `as_strided` is written: the
///   places are those of each image.
/// - `Expand` to a number of images, which becomes 1, "as many as there are".
/// - `Concat` of images with a constant for each of them, such as a class token: it is repeated.
pub fn free_batch(model: &mut ModelProto) {
    let batch = declared_batch(model).unwrap_or(1) as i64;
    let mut edits = Edits {
        names: Names::of(model),
        changed: Vec::new(),
        added: Vec::new(),
        constants: Vec::new(),
    };
    let images = read::of_images(&model.graph);
    let index = Index::new(&model.graph);
    for (at, node) in model.graph.node.iter().enumerate() {
        let is_image = |at: usize| {
            node.input
                .get(at)
                .is_some_and(|name| images.contains(&name[..]))
        };
        match node.op_type.as_str() {
            "Reshape" if is_image(0) && !is_image(1) => {
                reshape(&mut edits, &index, at, node, batch)
            }
            "Expand" if is_image(0) && batch > 1 => expand(&mut edits, &index, at, node, batch),
            "Gather" if is_image(0) && batch == 1 => strided(&mut edits, &index, at, node),
            "Concat" => {
                let first = node.input.iter().find(|name| images.contains(&name[..]));
                if let Some(first) = first {
                    tokens(&mut edits, &index, (at, node), first, batch);
                }
            }
            _ => {}
        }
    }
    edits.apply(&mut model.graph);
}

/// Declares a prepared graph to take so many images at a time, no more and no fewer.
pub fn fix_batch(model: &mut ModelProto, batch: usize) {
    let graph = &mut model.graph;
    for (infos, name) in [(&mut graph.input, INPUT), (&mut graph.output, OUTPUT)] {
        for info in infos.iter_mut().filter(|info| info.name == name) {
            let sizes = read::shape(info).unwrap_or_default();
            let rest = sizes
                .iter()
                .skip(1)
                .map(|size| build::Dim::Fixed(size.unwrap_or(0)));
            let dims: Vec<build::Dim> = std::iter::once(build::Dim::Fixed(batch))
                .chain(rest)
                .collect();
            *info = build::value(name, info.elem_type(), &dims);
        }
    }
}

/// Refuses a graph whose batch is fixed for a purpose that needs another one.
///
/// # Errors
/// [`GraphError::FixedBatch`].
pub fn refuse_fixed_batch(model: &ModelProto, purpose: &'static str) -> Result<(), GraphError> {
    match declared_batch(model) {
        Some(batch) => Err(GraphError::FixedBatch { batch, purpose }),
        None => Ok(()),
    }
}

/// Changes of a graph, collected while it is looked at.
struct Edits {
    names: Names,
    /// Nodes in a new form, by position.
    changed: Vec<(usize, NodeProto)>,
    /// New nodes, by the position that they stand before.
    added: Vec<(usize, NodeProto)>,
    constants: Vec<TensorProto>,
}

impl Edits {
    fn constant(&mut self, name: &str, values: &[i64]) -> String {
        let name = self.names.fresh(name);
        let constant = build::i64s(&name, &[values.len()], values);
        self.constants.push(constant);
        name
    }

    fn node(
        &mut self,
        before: usize,
        op: &str,
        inputs: &[&str],
        output: &str,
        attribute: Option<AttributeProto>,
    ) -> String {
        let output = self.names.fresh(output);
        let node = build::node(op, inputs, &output, attribute);
        self.added.push((before, node));
        output
    }

    fn apply(self, graph: &mut GraphProto) {
        for (at, node) in self.changed {
            graph.node[at] = node;
        }
        // From the end, so that the positions of the others hold.
        let mut added = self.added;
        added.reverse();
        added.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        for (at, node) in added {
            graph.node.insert(at, node);
        }
        graph.initializer.extend(self.constants);
    }
}

fn reshape(edits: &mut Edits, index: &Index, at: usize, node: &NodeProto, batch: i64) {
    let Some(target) = node.input.get(1) else {
        return;
    };
    let allow_zero = read::int(node, "allowzero", 0) != 0;
    let mut changed = node.clone();
    // Without a zero in the target it says nothing, and with one of ours it would say the wrong thing.
    changed
        .attribute
        .retain(|attribute| attribute.name != "allowzero");
    if let Some(target_values) = index.initializer(target).and_then(read::i64_values) {
        if allow_zero && target_values.contains(&0) {
            return;
        }
        if let Some(freed) = freed(&target_values, batch) {
            changed.input[1] = edits.constant(target, &freed);
            edits.changed.push((at, changed));
        }
        return;
    }
    let Some(join) = index.maker(target).filter(|node| node.op_type == "Concat") else {
        return;
    };
    let parts = join.input.iter().map(|part| {
        let values = index.initializer(part).and_then(read::i64_values);
        values.filter(|values| !values.is_empty())
    });
    let mut parts: Vec<Option<Vec<i64>>> = parts.collect();
    if allow_zero && parts.iter().flatten().flatten().any(|&size| size == 0) {
        return;
    }
    let Some(Some(first)) = parts.first().cloned() else {
        return;
    };
    // Sizes that are computed are neither open nor 0.
    let known: Vec<i64> = parts
        .iter_mut()
        .flat_map(|part| part.take().unwrap_or(vec![1]))
        .collect();
    if let Some(all) = freed(&known, batch) {
        let part = edits.constant(&join.input[0], &all[..first.len()]);
        let mut inputs: Vec<&str> = join.input.iter().map(String::as_str).collect();
        inputs[0] = &part;
        changed.input[1] = edits.node(at, "Concat", &inputs, target, Some(build::int("axis", 0)));
        edits.changed.push((at, changed));
    }
}

/// A target for any batch; `None` where it is one already, or begins with something else.
fn freed(target: &[i64], batch: i64) -> Option<Vec<i64>> {
    let (first, rest) = target.split_first()?;
    let open = rest.contains(&-1);
    let first = match *first {
        size if size > 0 && !open => -1,
        size if size == batch => 0,
        _ => return None,
    };
    Some([&[first], rest].concat())
}

fn expand(edits: &mut Edits, index: &Index, at: usize, node: &NodeProto, batch: i64) {
    let target = node.input.get(1).and_then(|name| index.initializer(name));
    let Some(mut target) = target.and_then(read::i64_values) else {
        return;
    };
    if target.first() == Some(&batch) {
        target[0] = 1;
        let mut changed = node.clone();
        changed.input[1] = edits.constant(&node.input[1], &target);
        edits.changed.push((at, changed));
    }
}

/// `Reshape` to `[-1]`, then `Gather` of places `[1, ...]`.
fn strided(edits: &mut Edits, index: &Index, at: usize, node: &NodeProto) {
    let flat = index.producer(&node.input[0]);
    let Some((flat_at, flat)) = flat.and_then(|at| Some((at, index.maker(&node.input[0])?))) else {
        return;
    };
    let target = flat.input.get(1).and_then(|name| index.initializer(name));
    let is_flat = flat.op_type == "Reshape" && target.and_then(read::i64_values) == Some(vec![-1]);
    let alone = index.consumers(&node.input[0]).len() == 1 && !index.is_output(&node.input[0]);
    let places = node.input.get(1).and_then(|name| index.initializer(name));
    let (Some(places), true) = (places, is_flat && alone && read::int(node, "axis", 0) == 0) else {
        return;
    };
    let ([1, rest @ ..], Some(values)) = (&places.dims[..], read::i64_values(places)) else {
        return;
    };
    if values.iter().any(|&place| place < 0) {
        return;
    }
    let mut rows = flat.clone();
    rows.attribute
        .retain(|attribute| attribute.name != "allowzero");
    rows.input[1] = edits.constant(&flat.input[1], &[0, -1]);
    edits.changed.push((flat_at, rows));
    let dims: Vec<usize> = rest.iter().map(|&dim| dim as usize).collect();
    let name = edits.names.fresh(&node.input[1]);
    edits.constants.push(build::i64s(&name, &dims, &values));
    let mut changed = node.clone();
    changed.input[1] = name;
    changed.attribute = vec![build::int("axis", 1)];
    edits.changed.push((at, changed));
}

/// Constants that are joined to what is there of `images`, one for each image.
fn tokens(
    edits: &mut Edits,
    index: &Index,
    (at, node): (usize, &NodeProto),
    images: &str,
    batch: i64,
) {
    let along = read::int(node, "axis", 0);
    let one = |name: &String| {
        let stored = index.initializer(name)?;
        let single = stored.dims.first() == Some(&1);
        let same = || same_rows(stored, batch);
        (along % stored.dims.len().max(1) as i64 != 0 && (single || same())).then_some(stored)
    };
    let mut changed = node.clone();
    let mut count = None;
    for name in &mut changed.input {
        let Some(stored) = one(name) else { continue };
        let rest: Vec<i64> = stored.dims[1..].to_vec();
        let token = match stored.dims[0] {
            1 => name.clone(),
            _ => {
                let first = edits.names.fresh(&format!("{name}/one"));
                edits.constants.push(first_row(stored, &first));
                first
            }
        };
        let count = count.get_or_insert_with(|| {
            let shape = edits.node(at, "Shape", &[images], "batch/shape", None);
            let first = edits.constant("batch/first", &[0]);
            edits.node(
                at,
                "Gather",
                &[&shape, &first],
                "batch",
                Some(build::int("axis", 0)),
            )
        });
        let rest = edits.constant("batch/rest", &rest);
        let axis = Some(build::int("axis", 0));
        let target = edits.node(at, "Concat", &[count, &rest], "batch/target", axis);
        *name = edits.node(
            at,
            "Expand",
            &[&token, &target],
            &format!("{name}/each"),
            None,
        );
    }
    if count.is_some() {
        edits.changed.push((at, changed));
    }
}

/// Whether a constant has the same float32 values for each of `batch` images.
fn same_rows(stored: &TensorProto, batch: i64) -> bool {
    let rows = usize::try_from(batch).unwrap_or(0);
    if rows < 2 || stored.dims.first() != Some(&batch) {
        return false;
    }
    read::f32_values(stored).is_some_and(|values| {
        let mut each = values.chunks(values.len().div_ceil(rows).max(1));
        let first = each.next();
        each.all(|row| Some(row) == first)
    })
}

fn first_row(stored: &TensorProto, name: &str) -> TensorProto {
    let values = read::f32_values(stored).unwrap_or_default();
    let dims: Vec<usize> = stored.dims[1..].iter().map(|&dim| dim as usize).collect();
    let count = dims.iter().product();
    build::f32s(name, &[&[1], &dims[..]].concat(), &values[..count])
}

#[cfg(test)]
mod tests;
