//! Operators that only move values: the result's shape, and where each of its values comes from.

use super::value::{Data, Known};

/// The largest result; more is no shape and no weight.
const MOST: usize = 1 << 24;

/// A tensor with the values of `from` at `places`.
fn at(from: &Known, dims: Vec<usize>, places: &[usize]) -> Option<Known> {
    let data = match &from.data {
        Data::Ints(values) => Data::Ints(places.iter().map(|&place| values[place]).collect()),
        _ => {
            if from.element != crate::onnx::data_type::FLOAT {
                return None;
            }
            let values = from.floats()?;
            Data::Floats(places.iter().map(|&place| values[place]).collect())
        }
    };
    Some(Known {
        element: from.element,
        dims,
        data,
    })
}

/// How many values a shape has; `None` if no number says.
fn count(dims: &[usize]) -> Option<usize> {
    dims.iter().try_fold(1usize, |n, &dim| n.checked_mul(dim))
}

/// The same, of a shape that may be filled.
fn room(dims: &[usize]) -> Option<usize> {
    count(dims).filter(|&count| count <= MOST)
}

/// As [`at`], with the place of each index of the result.
fn moved(from: &Known, dims: Vec<usize>, place: impl Fn(&[usize]) -> usize) -> Option<Known> {
    let count = room(&dims)?;
    let mut index = vec![0; dims.len()];
    let mut places = Vec::with_capacity(count);
    for _ in 0..count {
        places.push(place(&index));
        for axis in (0..dims.len()).rev() {
            index[axis] += 1;
            if index[axis] < dims[axis] {
                break;
            }
            index[axis] = 0;
        }
    }
    at(from, dims, &places)
}

/// How many values lie between neighbours of each axis.
fn strides(dims: &[usize]) -> Vec<usize> {
    let mut strides = vec![1; dims.len()];
    for axis in (1..dims.len()).rev() {
        strides[axis - 1] = strides[axis] * dims[axis];
    }
    strides
}

/// `axis` counted from the end where it is negative.
pub fn axis(axis: i64, rank: usize) -> Option<usize> {
    let axis = if axis < 0 { axis + rank as i64 } else { axis };
    usize::try_from(axis).ok().filter(|&axis| axis < rank)
}

/// The same values in another shape.
pub fn reshape(from: &Known, target: &[i64], allow_zero: bool) -> Option<Known> {
    let mut dims = Vec::new();
    let mut open = None;
    for (at, &size) in target.iter().enumerate() {
        dims.push(match size {
            -1 if open.is_some() => return None,
            -1 => {
                open = Some(at);
                1
            }
            0 if !allow_zero => *from.dims.get(at)?,
            size => usize::try_from(size).ok()?,
        });
    }
    let rest = count(&dims)?;
    if let Some(open) = open {
        dims[open] = from.len().checked_div(rest)?;
    }
    (count(&dims)? == from.len()).then(|| with_dims(from, dims))?
}

/// The same values, row-major, with other dimensions of the same product.
pub fn with_dims(from: &Known, dims: Vec<usize>) -> Option<Known> {
    let data = match &from.data {
        Data::Ints(values) => Data::Ints(values.clone()),
        _ if from.element == crate::onnx::data_type::FLOAT => Data::Floats(from.floats()?),
        _ => return None,
    };
    Some(Known {
        element: from.element,
        dims,
        data,
    })
}

pub fn transpose(from: &Known, perm: Option<&[i64]>) -> Option<Known> {
    let rank = from.dims.len();
    let perm: Vec<usize> = match perm {
        None => (0..rank).rev().collect(),
        Some(perm) => perm.iter().map(|&a| axis(a, rank)).collect::<Option<_>>()?,
    };
    if perm.len() != rank {
        return None;
    }
    let strides = strides(&from.dims);
    let dims = perm.iter().map(|&axis| from.dims[axis]).collect();
    moved(from, dims, |index| {
        let steps = index.iter().zip(&perm);
        steps.map(|(&at, &axis)| at * strides[axis]).sum()
    })
}

/// The dimensions that both take when each is stretched to the other.
pub fn broadcast(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let rank = a.len().max(b.len());
    let size = |dims: &[usize], at: usize| match (at + dims.len()).checked_sub(rank) {
        Some(at) => dims[at],
        None => 1,
    };
    (0..rank)
        .map(|at| match (size(a, at), size(b, at)) {
            (a, b) if a == b => Some(a),
            (1, other) | (other, 1) => Some(other),
            _ => None,
        })
        .collect()
}

/// Stretched to `dims`, which [`broadcast`] gave.
pub fn stretch(from: &Known, dims: &[usize]) -> Option<Known> {
    let strides = strides(&from.dims);
    let ahead = dims.len().checked_sub(from.dims.len())?;
    moved(from, dims.to_vec(), |index| {
        let own = index[ahead..].iter().zip(&from.dims).zip(&strides);
        own.map(|((&at, &dim), &stride)| if dim == 1 { 0 } else { at * stride })
            .sum()
    })
}

/// `indices` of an axis.
pub fn gather(from: &Known, indices: &Known, along: i64) -> Option<Known> {
    let along = axis(along, from.dims.len())?;
    let size = from.dims[along];
    let picked = indices.integers()?.iter().map(|&at| axis(at, size));
    let picked: Vec<usize> = picked.collect::<Option<_>>()?;
    let (before, after) = (&from.dims[..along], &from.dims[along + 1..]);
    let inner: usize = after.iter().product();
    let dims = [before, &indices.dims[..], after].concat();
    let outer: usize = before.iter().product();
    let mut places = Vec::with_capacity(room(&[outer, picked.len(), inner])?);
    for block in 0..outer {
        for &at in &picked {
            places.extend((0..inner).map(|i| (block * size + at) * inner + i));
        }
    }
    at(from, dims, &places)
}

/// From `start` to before `end` of an axis, in steps; as ONNX's `Slice` counts them.
pub fn slice(from: &Known, along: i64, start: i64, end: i64, step: i64) -> Option<Known> {
    let along = axis(along, from.dims.len())?;
    let size = from.dims[along] as i64;
    let from_end = |at: i64| if at < 0 { at.saturating_add(size) } else { at };
    let (low, high) = if step > 0 { (0, size) } else { (-1, size - 1) };
    let mut at = from_end(start).clamp(low.max(0), high.max(0));
    let end = from_end(end).clamp(low, high);
    let mut picked = Vec::new();
    if step == 0 || size == 0 {
        return None;
    }
    while (step > 0 && at < end) || (step < 0 && at > end) {
        picked.push(at);
        at = at.saturating_add(step);
    }
    let indices = Known::ints(crate::onnx::data_type::INT64, vec![picked.len()], picked);
    gather(from, &indices, along as i64)
}

/// Several tensors one after the other along an axis.
pub fn concat(parts: &[&Known], along: i64) -> Option<Known> {
    let first = parts.first()?;
    let along = axis(along, first.dims.len())?;
    let fits = |part: &&Known| {
        part.element == first.element
            && part.dims.len() == first.dims.len()
            && (0..first.dims.len()).all(|at| at == along || part.dims[at] == first.dims[at])
    };
    if !parts.iter().all(fits) {
        return None;
    }
    let mut dims = first.dims.clone();
    dims[along] = parts
        .iter()
        .try_fold(0usize, |sum, part| sum.checked_add(part.dims[along]))?;
    let outer: usize = first.dims[..along].iter().product();
    room(&dims)?;
    let row = |part: &Known| -> usize { part.dims[along..].iter().product() };
    let data = match first.integers() {
        Some(_) => {
            let values: Vec<&[i64]> = parts.iter().map(|p| p.integers()).collect::<Option<_>>()?;
            Data::Ints(interleave(parts, &values, outer, row))
        }
        None if first.element == crate::onnx::data_type::FLOAT => {
            let values: Vec<Vec<f32>> = parts.iter().map(|p| p.floats()).collect::<Option<_>>()?;
            let values: Vec<&[f32]> = values.iter().map(Vec::as_slice).collect();
            Data::Floats(interleave(parts, &values, outer, row))
        }
        None => return None,
    };
    Some(Known {
        element: first.element,
        dims,
        data,
    })
}

fn interleave<T: Copy>(
    parts: &[&Known],
    values: &[&[T]],
    outer: usize,
    row: impl Fn(&Known) -> usize,
) -> Vec<T> {
    let mut joined = Vec::new();
    for block in 0..outer {
        for (part, values) in parts.iter().zip(values) {
            let row = row(part);
            joined.extend_from_slice(&values[block * row..][..row]);
        }
    }
    joined
}
