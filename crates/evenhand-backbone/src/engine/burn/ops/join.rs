//! Tensors put together, and tensors with a border.

use crate::engine::burn::node::{Kernel, Node, axis_index};
use crate::engine::burn::value::{Array, Ints, Value, each_rank};
use burn::tensor::Tensor;
use burn::tensor::ops::PadMode;

/// `Concat` along an axis.
pub fn concat(node: &Node) -> Result<Kernel, String> {
    let axis = node.int("axis", 0);
    Ok(Box::new(move |mut args| {
        let parts = (0..args.len())
            .map(|i| args.value(i))
            .collect::<Result<Vec<_>, _>>()?;
        let first = parts.first().map(Value::shape).ok_or("nothing to join")?;
        let axis = axis_index(axis, first.len())?;
        let fits = |part: &Value| {
            let shape = part.shape();
            shape.len() == first.len()
                && (0..first.len()).all(|i| i == axis || shape[i] == first[i])
        };
        if let Some(other) = parts.iter().find(|part| !fits(part)) {
            return Err(format!(
                "shapes {first:?} and {:?} do not join",
                other.shape()
            ));
        }
        let mut ints = Vec::new();
        let mut arrays = Vec::new();
        for part in parts {
            match part {
                Value::Float(array) => arrays.push(array),
                Value::Int(part) => ints.push(part),
            }
        }
        match (ints.is_empty(), arrays.is_empty()) {
            (true, _) => Ok(vec![concat_arrays(arrays, axis).into()]),
            (_, true) => Ok(vec![concat_ints(&ints, axis).into()]),
            _ => Err("some inputs hold floats and others integers".into()),
        }
    }))
}

/// Joins arrays of one rank.
fn concat_arrays(arrays: Vec<Array>, axis: usize) -> Array {
    macro_rules! join {
        ($rank:ident) => {{
            let tensors = arrays.into_iter().filter_map(|array| match array {
                Array::$rank(tensor) => Some(tensor),
                _ => None,
            });
            Tensor::cat(tensors.collect(), axis).into()
        }};
    }
    match arrays[0] {
        Array::R1(_) => join!(R1),
        Array::R2(_) => join!(R2),
        Array::R3(_) => join!(R3),
        Array::R4(_) => join!(R4),
        Array::R5(_) => join!(R5),
    }
}

fn concat_ints(parts: &[Ints], axis: usize) -> Ints {
    let mut shape = parts[0].shape.clone();
    shape[axis] = parts.iter().map(|part| part.shape[axis]).sum();
    let outer: usize = shape[..axis].iter().product();
    let mut data = Vec::new();
    for block in 0..outer {
        for part in parts {
            let length: usize = part.shape[axis..].iter().product();
            data.extend(&part.data[block * length..(block + 1) * length]);
        }
    }
    Ints { shape, data }
}

/// `Pad` with a constant, the edge or a reflection.
pub fn pad(node: &Node) -> Result<Kernel, String> {
    let pads = node.ints_from("pads", 1);
    let value = match node.attribute("value") {
        Some(attribute) => Some(attribute.f),
        None => node.constant_scalar(2)?,
    };
    let mode = match node.text("mode", "constant").as_str() {
        "constant" => PadMode::Constant(value.unwrap_or(0.0)),
        "reflect" => PadMode::Reflect,
        "edge" => PadMode::Edge,
        other => return Err(format!("mode {other}")),
    };
    let has_axes = node.input(3).is_some();
    Ok(Box::new(move |mut args| {
        let array = args.array(0)?;
        let rank = array.rank();
        let axes = if has_axes {
            args.ints(3)?.data
        } else {
            (0..rank as i64).collect()
        };
        let pads = pads.get(&mut args)?.ok_or("no pads")?;
        if pads.len() != 2 * axes.len() {
            return Err(format!("{} pads for {} axes", pads.len(), axes.len()));
        }
        let mut padding = vec![(0, 0); rank];
        for (i, &axis) in axes.iter().enumerate() {
            let amount = |pad: i64| usize::try_from(pad).map_err(|_| format!("a pad of {pad}"));
            padding[axis_index(axis, rank)?] = (amount(pads[i])?, amount(pads[i + axes.len()])?);
        }
        if padding.iter().all(|&pad| pad == (0, 0)) {
            return Ok(vec![array.into()]);
        }
        Ok(vec![
            each_rank!(array, t => t.pad(&padding[..], mode).into()),
        ])
    }))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Case, floats};

    #[test]
    fn concat_joins_floats_and_shapes() {
        Case::new("Concat")
            .int("axis", -1)
            .float(&[2, 1], &[1.0, 2.0])
            .float(&[2, 2], &[3.0, 4.0, 5.0, 6.0])
            .gives(&[2, 3], &[1.0, 3.0, 4.0, 2.0, 5.0, 6.0]);
        Case::new("Concat")
            .int("axis", 0)
            .integer(&[1], &[7])
            .integer(&[2], &[8, 9])
            .gives_ints(&[3], &[7, 8, 9]);
    }

    #[test]
    fn pad_fills_both_ends_of_each_axis() {
        Case::new("Pad")
            .float(&[1, 2], &[1.0, 2.0])
            .integer(&[4], &[0, 1, 0, 2])
            .constant(&[], &[9.0])
            .gives(&[1, 5], &[9.0, 1.0, 2.0, 9.0, 9.0]);
        Case::new("Pad")
            .opset(7)
            .ints("pads", &[1, 0])
            .real("value", -1.0)
            .float(&[1], &[5.0])
            .gives(&[2], &[-1.0, 5.0]);
        Case::new("Pad")
            .text("mode", "reflect")
            .float(&[3], &floats(3))
            .integer(&[2], &[2, 0])
            .gives(&[5], &[2.0, 1.0, 0.0, 1.0, 2.0]);
    }
}
