//! Shapes of what rearranges, joins and picks values.

use super::fact::{Fact, axis, product};
use crate::graph::MOST_AXES;
use crate::graph::read::{int, ints};
use crate::onnx::NodeProto;

/// `Shape`: of all axes, or of some.
pub fn shape_of(node: &NodeProto, data: &Fact) -> Option<Fact> {
    let shape = data.shape.as_ref()?;
    let rank = shape.len() as i64;
    let bound = |at: i64| (if at < 0 { at + rank } else { at }).clamp(0, rank) as usize;
    let (start, end) = (bound(int(node, "start", 0)), bound(int(node, "end", rank)));
    let sizes = shape.get(start..end.max(start))?;
    Some(Fact::list(sizes.iter().map(|&size| size as f64).collect()))
}

/// `Reshape`: -1 is what is left, 0 is the input's own size.
pub fn reshaped(node: &NodeProto, inputs: &[Fact]) -> Option<Fact> {
    let [data, target, ..] = inputs else {
        return None;
    };
    let (from, keeps_zero) = (data.shape.as_ref()?, int(node, "allowzero", 0) != 0);
    let mut shape = Vec::new();
    let mut open = None;
    for (at, size) in target.integers()?.into_iter().enumerate() {
        shape.push(match size {
            -1 => {
                open = Some(at);
                1
            }
            0 if !keeps_zero => *from.get(at)?,
            size => u64::try_from(size).ok()?,
        });
    }
    if let Some(at) = open {
        shape[at] = product(from).checked_div(product(&shape))?;
    }
    Some(Fact::of_shape(shape).with(data.values.clone()))
}

pub fn flat(node: &NodeProto, shape: &[u64]) -> Option<Vec<u64>> {
    let at = match int(node, "axis", 1) {
        at if usize::try_from(at) == Ok(shape.len()) => shape.len(),
        at => axis(at, shape.len())?,
    };
    let (rows, columns) = shape.split_at(at);
    Some(vec![product(rows), product(columns)])
}

/// Axes that are an attribute in old models and an input in new ones.
fn axes(node: &NodeProto, inputs: &[Fact], rank: usize) -> Option<Vec<usize>> {
    let axes = match ints(node, "axes") {
        Some(axes) => axes.to_vec(),
        None => inputs.get(1)?.integers()?,
    };
    if axes.len() > rank {
        return None;
    }
    let mut axes: Vec<usize> = axes
        .into_iter()
        .map(|at| axis(at, rank))
        .collect::<Option<_>>()?;
    axes.sort_unstable();
    Some(axes)
}

pub fn squeezed(node: &NodeProto, inputs: &[Fact]) -> Option<Fact> {
    let data = inputs.first()?;
    let shape = data.shape.as_ref()?;
    let all = ints(node, "axes").is_none() && inputs.len() < 2;
    let gone = if all {
        Vec::new()
    } else {
        axes(node, inputs, shape.len())?
    };
    let stays = |&(at, &size): &(usize, &u64)| if all { size != 1 } else { !gone.contains(&at) };
    let kept = shape
        .iter()
        .enumerate()
        .filter(stays)
        .map(|(_, &size)| size);
    Some(Fact::of_shape(kept.collect()).with(data.values.clone()))
}

pub fn unsqueezed(node: &NodeProto, inputs: &[Fact]) -> Option<Fact> {
    let data = inputs.first()?;
    let mut shape = data.shape.clone()?;
    let count = match ints(node, "axes") {
        Some(axes) => axes.len(),
        None => inputs.get(1)?.values.as_ref()?.len(),
    };
    let rank = shape.len() + count;
    if rank > MOST_AXES {
        // One axis too many is enough to be refused.
        return Some(Fact::of_shape(vec![1; MOST_AXES + 1]));
    }
    for at in axes(node, inputs, rank)? {
        (at <= shape.len()).then(|| shape.insert(at, 1))?;
    }
    Some(Fact::of_shape(shape).with(data.values.clone()))
}

pub fn transposed(node: &NodeProto, shape: &[u64]) -> Option<Vec<u64>> {
    match ints(node, "perm") {
        None | Some([]) => Some(shape.iter().rev().copied().collect()),
        Some(order) => (order.iter())
            .map(|&at| shape.get(usize::try_from(at).ok()?).copied())
            .collect(),
    }
}

pub fn joined(node: &NodeProto, inputs: &[Fact]) -> Option<Fact> {
    let mut shape = inputs.first()?.shape.clone()?;
    let at = axis(int(node, "axis", 0), shape.len())?;
    let sizes = inputs
        .iter()
        .map(|input| input.shape.as_ref()?.get(at).copied());
    let sizes: Option<Vec<u64>> = sizes.collect();
    shape[at] = sizes?.into_iter().fold(0, u64::saturating_add);
    let values = inputs.iter().map(|input| input.values.as_deref());
    let values: Option<Vec<&[f64]>> = values.collect();
    let values = values
        .filter(|_| shape.len() == 1)
        .map(|values| values.concat());
    Some(Fact::of_shape(shape).with(values))
}

/// `Slice`: by inputs, or by attributes of old models.
pub fn sliced(node: &NodeProto, inputs: &[Fact]) -> Option<Fact> {
    let data = inputs.first()?;
    let mut shape = data.shape.clone()?;
    let given = |name: &str, at: usize| match ints(node, name) {
        Some(values) => Some(values.to_vec()),
        None => inputs.get(at)?.integers(),
    };
    let (starts, ends) = (given("starts", 1)?, given("ends", 2)?);
    let is_left_out = |name: &str, at: usize| {
        ints(node, name).is_none() && node.input.get(at).is_none_or(String::is_empty)
    };
    let axes = match is_left_out("axes", 3) {
        true => (0..starts.len() as i64).collect(),
        false => given("axes", 3)?,
    };
    let steps = match is_left_out("steps", 4) {
        true => vec![1; starts.len()],
        false => given("steps", 4)?,
    };
    let mut kept: Option<Vec<f64>> = data.values.clone().filter(|_| shape.len() == 1);
    for (at, &of) in axes.iter().enumerate() {
        let of = axis(of, shape.len())?;
        let (size, step) = (i64::try_from(shape[of]).ok()?, *steps.get(at)?);
        // Backwards a slice begins at the last place at most, and ends before the first.
        let ends_at = if step < 0 { (-1, size - 1) } else { (0, size) };
        let bound = |at: i64| {
            let at = if at < 0 { at.saturating_add(size) } else { at };
            at.clamp(ends_at.0.min(ends_at.1), ends_at.1)
        };
        let (start, end) = (bound(*starts.get(at)?), bound(*ends.get(at)?));
        let span = if step < 0 { start - end } else { end - start };
        let count = span
            .max(0)
            .unsigned_abs()
            .div_ceil(step.unsigned_abs().max(1));
        shape[of] = count;
        kept = kept.and_then(|values| {
            let place = |at: u64| usize::try_from(start + at as i64 * step).ok();
            (0..count)
                .map(|at| values.get(place(at)?).copied())
                .collect()
        });
    }
    Some(Fact::of_shape(shape).with(kept))
}

pub fn gathered(node: &NodeProto, inputs: &[Fact]) -> Option<Fact> {
    let [data, places, ..] = inputs else {
        return None;
    };
    let shape = data.shape.as_ref()?;
    let at = axis(int(node, "axis", 0), shape.len())?;
    let (before, after) = (&shape[..at], &shape[at + 1..]);
    let values = || {
        let values = data.values.as_ref().filter(|_| shape.len() == 1)?;
        let places = places.integers()?.into_iter();
        let value = |place| values.get(axis(place, values.len())?).copied();
        places.map(value).collect::<Option<Vec<f64>>>()
    };
    let values = values();
    let shape = [before, places.shape.as_deref()?, after].concat();
    Some(Fact::of_shape(shape).with(values))
}

/// `DepthToSpace` and `SpaceToDepth`: squares of pixels become channels, or the other way around.
pub fn blocks(node: &NodeProto, shape: &[u64]) -> Option<Vec<u64>> {
    let &[images, channels, height, width] = shape else {
        return None;
    };
    let side = u64::try_from(int(node, "blocksize", 1)).ok()?.max(1);
    let square = side.saturating_mul(side);
    Some(match node.op_type == "DepthToSpace" {
        true => vec![
            images,
            channels / square,
            height.saturating_mul(side),
            width.saturating_mul(side),
        ],
        false => vec![
            images,
            channels.saturating_mul(square),
            height / side,
            width / side,
        ],
    })
}

/// `Split` into given or equal parts.
pub fn split(node: &NodeProto, inputs: &[Fact], opset: i64) -> Option<Vec<Fact>> {
    let data = inputs.first()?;
    let shape = data.shape.as_ref()?;
    let at = axis(int(node, "axis", 0), shape.len())?;
    let given = match ints(node, "split") {
        Some(sizes) => Some(sizes.iter().map(|&size| size.max(0) as u64).collect()),
        None if opset >= 13 => inputs.get(1).and_then(Fact::sizes),
        None => None,
    };
    let sizes: Vec<u64> = match given {
        Some(sizes) => sizes,
        None if inputs.len() > 1 => return None,
        None => vec![shape[at].div_ceil(node.output.len().max(1) as u64); node.output.len()],
    };
    let mut start = 0_usize;
    let part = |&size: &u64| {
        let mut shape = shape.clone();
        shape[at] = size;
        let end = start.saturating_add(usize::try_from(size).unwrap_or(usize::MAX));
        let values = data.values.as_ref().filter(|_| shape.len() == 1);
        let values = values.and_then(|values| values.get(start..end));
        start = end;
        Fact::of_shape(shape).with(values.map(<[f64]>::to_vec))
    };
    Some(sizes.iter().take(node.output.len()).map(part).collect())
}

/// `Reduce…`, `ArgMax` and `ArgMin`.
pub fn reduced(node: &NodeProto, inputs: &[Fact]) -> Option<Vec<u64>> {
    let shape = inputs.first()?.shape.as_ref()?;
    let keeps = int(node, "keepdims", 1) != 0;
    let of_one = node.op_type.starts_with("Arg");
    let given = ints(node, "axes").is_some() || inputs.len() > 1;
    let gone = match (of_one, given) {
        (true, _) => vec![axis(int(node, "axis", 0), shape.len())?],
        (false, true) => axes(node, inputs, shape.len())?,
        (false, false) if int(node, "noop_with_empty_axes", 0) != 0 => Vec::new(),
        (false, false) => (0..shape.len()).collect(),
    };
    let sizes = shape.iter().enumerate();
    let size = |(at, &size): (usize, &u64)| match gone.contains(&at) {
        true => keeps.then_some(1),
        false => Some(size),
    };
    Some(sizes.filter_map(size).collect())
}
