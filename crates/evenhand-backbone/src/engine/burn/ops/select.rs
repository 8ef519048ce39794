//! Parts of tensors.

use crate::engine::burn::node::{Kernel, Node, axis_index};
use crate::engine::burn::value::{Ints, Value, each_rank};
use burn::tensor::{Int, Slice, Tensor, TensorData};

/// `Gather`: picks `indices` along an axis, whose place their shape takes.
pub fn gather(node: &Node) -> Result<Kernel, String> {
    let axis = node.int("axis", 0);
    Ok(Box::new(move |mut args| {
        let (data, indices) = (args.value(0)?, args.ints(1)?);
        let shape = data.shape();
        let axis = axis_index(axis, shape.len())?;
        let picked = indices
            .data
            .iter()
            .map(|&index| axis_index(index, shape[axis]))
            .collect::<Result<Vec<_>, _>>()?;
        let mut gathered = shape[..axis].to_vec();
        gathered.extend(&indices.shape);
        gathered.extend(&shape[axis + 1..]);
        Ok(vec![match take(data, axis, &picked)? {
            Value::Float(array) => array.reshape(&gathered)?.into(),
            Value::Int(ints) => Ints {
                shape: gathered,
                data: ints.data,
            }
            .into(),
        }])
    }))
}

/// `Slice`, with its ranges as attributes (before opset 10) or as inputs.
pub fn slice(node: &Node) -> Result<Kernel, String> {
    let starts = node.ints_from("starts", 1);
    let ends = node.ints_from("ends", 2);
    let axes = node.ints_from("axes", 3);
    let has_steps = node.input(4).is_some();
    Ok(Box::new(move |mut args| {
        let starts = starts.get(&mut args)?.ok_or("no starts")?;
        let ends = ends.get(&mut args)?.ok_or("no ends")?;
        let axes = axes
            .get(&mut args)?
            .unwrap_or_else(|| (0..starts.len() as i64).collect());
        let steps = if has_steps {
            args.ints(4)?.data
        } else {
            vec![1; starts.len()]
        };
        if [ends.len(), axes.len(), steps.len()] != [starts.len(); 3] {
            return Err("starts, ends, axes and steps differ in length".into());
        }
        let mut value = args.value(0)?;
        for (((start, end), axis), step) in starts.into_iter().zip(ends).zip(axes).zip(steps) {
            let shape = value.shape();
            let axis = axis_index(axis, shape.len())?;
            value = take(value, axis, &range(start, end, step, shape[axis])?)?;
        }
        Ok(vec![value])
    }))
}

/// The indices of `start:end:step` on an axis of `size`, as Python would.
fn range(start: i64, end: i64, step: i64, size: usize) -> Result<Vec<usize>, String> {
    let size = size as i64;
    let from_end = |i: i64| if i < 0 { i.saturating_add(size) } else { i };
    let indices: Vec<i64> = match step {
        0 => return Err("a step of 0".into()),
        1.. => {
            let end = from_end(end).clamp(0, size);
            (from_end(start).clamp(0, size)..end)
                .step_by(step as usize)
                .collect()
        }
        _ => {
            let (first, last) = (
                from_end(start).clamp(-1, size - 1),
                from_end(end).clamp(-1, size - 1),
            );
            let stride = step.unsigned_abs() as usize;
            (last + 1..=first).rev().step_by(stride).collect()
        }
    };
    Ok(indices.into_iter().map(|i| i as usize).collect())
}

/// `Split` into the given sizes, or into as many equal parts as there are outputs.
pub fn split(node: &Node) -> Result<Kernel, String> {
    let sizes = node.ints_from("split", 1);
    let (axis, outputs) = (node.int("axis", 0), node.proto.output.len());
    Ok(Box::new(move |mut args| {
        let sizes = sizes.get(&mut args)?;
        let value = args.value(0)?;
        let shape = value.shape();
        let axis = axis_index(axis, shape.len())?;
        // The last part is smaller where the axis does not divide (opset 18).
        let part = shape[axis].div_ceil(outputs.max(1));
        let sizes: Vec<usize> = match sizes {
            Some(sizes) => sizes.iter().map(|&s| s as usize).collect(),
            None => (0..outputs)
                .map(|i| part.min(shape[axis].saturating_sub(i * part)))
                .collect(),
        };
        if sizes.iter().sum::<usize>() != shape[axis] {
            return Err(format!("parts of {sizes:?} on an axis of {}", shape[axis]));
        }
        let mut start = 0;
        let mut parts = Vec::new();
        for size in sizes {
            let picked: Vec<usize> = (start..start + size).collect();
            parts.push(take(value.clone(), axis, &picked)?);
            start += size;
        }
        Ok(parts)
    }))
}

/// The value at `indices` of an axis, in this order.
fn take(value: Value, axis: usize, indices: &[usize]) -> Result<Value, String> {
    let size = value.shape()[axis];
    if indices.iter().copied().eq(0..size) {
        return Ok(value);
    }
    match value {
        Value::Int(ints) => Ok(take_ints(&ints, axis, indices).into()),
        Value::Float(_) if indices.is_empty() => Err("the result has no elements".into()),
        Value::Float(array) => Ok(match stride(indices) {
            Some(step) => {
                let (first, last) = (indices[0] as isize, indices[indices.len() - 1] as isize);
                let slice = Slice::new(first, Some(last + 1), step as isize);
                each_rank!(array, t => t.slice_dim(axis, slice).into())
            }
            None => {
                let picked: Vec<i64> = indices.iter().map(|&i| i as i64).collect();
                let data = TensorData::new(picked, [indices.len()]);
                each_rank!(array, t => {
                    let picked = Tensor::<1, Int>::from_data(data, &t.device());
                    t.select(axis, picked).into()
                })
            }
        }),
    }
}

/// The step between indices that ascend evenly.
fn stride(indices: &[usize]) -> Option<usize> {
    let step = match indices {
        [first, second, ..] => second.checked_sub(*first)?,
        _ => 1,
    };
    let even = indices
        .windows(2)
        .all(|pair| pair[1].checked_sub(pair[0]) == Some(step));
    (even && step > 0).then_some(step)
}

fn take_ints(ints: &Ints, axis: usize, indices: &[usize]) -> Ints {
    let size = ints.shape[axis];
    let inner: usize = ints.shape[axis + 1..].iter().product();
    let mut shape = ints.shape.clone();
    shape[axis] = indices.len();
    let blocks = ints.data.chunks(size * inner);
    let data = blocks
        .flat_map(|block| {
            indices
                .iter()
                .flat_map(move |&i| block[i * inner..(i + 1) * inner].iter().copied())
        })
        .collect();
    Ints { shape, data }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Case, floats};

    #[test]
    fn gather_puts_the_shape_of_its_indices_in_place_of_the_axis() {
        let data = floats(6);
        Case::new("Gather")
            .int("axis", 1)
            .float(&[2, 3], &data)
            .integer(&[2], &[-1, 0])
            .gives(&[2, 2], &[2.0, 0.0, 5.0, 3.0]);
        Case::new("Gather")
            .float(&[2, 3], &data)
            .integer(&[], &[1])
            .gives(&[3], &[3.0, 4.0, 5.0]);
        Case::new("Gather")
            .integer(&[3], &[7, 8, 9])
            .integer(&[], &[1])
            .gives_ints(&[], &[8]);
        Case::new("Gather")
            .float(&[2, 3], &data)
            .integer(&[], &[2])
            .fails_with("outside");
    }

    #[test]
    fn slices_follow_python() {
        let data = floats(6);
        Case::new("Slice")
            .opset(9)
            .ints("axes", &[1])
            .ints("starts", &[-2])
            .ints("ends", &[i64::MAX])
            .float(&[2, 3], &data)
            .gives(&[2, 2], &[1.0, 2.0, 4.0, 5.0]);
        let stepped = |start: i64, end: i64, step: i64| {
            Case::new("Slice")
                .float(&[6], &data)
                .integer(&[1], &[start])
                .integer(&[1], &[end])
                .integer(&[1], &[0])
                .integer(&[1], &[step])
        };
        stepped(1, 6, 2).gives(&[3], &[1.0, 3.0, 5.0]);
        stepped(-1, i64::MIN, -2).gives(&[3], &[5.0, 3.0, 1.0]);
    }

    #[test]
    fn split_cuts_evenly_or_as_told() {
        Case::new("Split")
            .outputs(2)
            .float(&[3], &floats(3))
            .gives(&[2], &[0.0, 1.0]);
        Case::new("Split")
            .outputs(2)
            .float(&[3], &floats(3))
            .integer(&[2], &[1, 2])
            .gives(&[1], &[0.0]);
    }
}
