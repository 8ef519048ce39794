//! Shapes: asked for, changed, and carried along.

use super::arithmetic;
use crate::engine::burn::node::{Kernel, Node, axis_index, axis_indices};
use crate::engine::burn::value::{Ints, Value, broadcast_shapes, each_rank};
use crate::engine::sizes::count;

pub fn identity(_node: &Node) -> Result<Kernel, String> {
    Ok(Box::new(|mut args| Ok(vec![args.value(0)?])))
}

/// `Dropout`, which drops nothing outside of training.
pub fn dropout(node: &Node) -> Result<Kernel, String> {
    if node
        .proto
        .output
        .get(1)
        .is_some_and(|mask| !mask.is_empty())
    {
        return Err("the mask as an output".into());
    }
    if node.input(2).is_some() && node.constant_scalar(2)? != Some(0.0) {
        return Err("training mode".into());
    }
    identity(node)
}

/// `Shape` of the input, or of its axes `start..end`.
pub fn shape(node: &Node) -> Result<Kernel, String> {
    let (start, end) = (node.int("start", 0), node.int("end", i64::MAX));
    Ok(Box::new(move |mut args| {
        let shape = args.value(0)?.shape();
        let rank = shape.len() as i64;
        let bound = |i: i64| (if i < 0 { i + rank } else { i }).clamp(0, rank) as usize;
        let (start, end) = (bound(start), bound(end));
        let sizes = shape[start..end.max(start)].iter().map(|&size| size as i64);
        Ok(vec![Ints::vector(sizes.collect()).into()])
    }))
}

/// `Reshape`: -1 is what is left, 0 is the input's own size (unless `allowzero`).
pub fn reshape(node: &Node) -> Result<Kernel, String> {
    let allow_zero = node.flag("allowzero");
    Ok(Box::new(move |mut args| {
        let target = args.ints(1)?.data;
        let value = args.value(0)?;
        let from = value.shape();
        let refused = || format!("shape {from:?} cannot become {target:?}");
        let mut sizes = Vec::new();
        let mut open = None;
        for (axis, &size) in target.iter().enumerate() {
            sizes.push(match size {
                -1 if open.is_none() => {
                    open = Some(axis);
                    1
                }
                0 if !allow_zero => *from.get(axis).ok_or_else(refused)?,
                size => usize::try_from(size).map_err(|_| refused())?,
            });
        }
        let count: usize = from.iter().product();
        let known: usize = sizes.iter().product();
        if let Some(axis) = open {
            sizes[axis] = count.checked_div(known).ok_or_else(refused)?;
        }
        if sizes.iter().product::<usize>() != count {
            return Err(refused());
        }
        Ok(vec![reshaped(value, sizes)?])
    }))
}

/// `Flatten` to two axes.
pub fn flatten(node: &Node) -> Result<Kernel, String> {
    let axis = node.int("axis", 1);
    Ok(Box::new(move |mut args| {
        let value = args.value(0)?;
        let shape = value.shape();
        let axis = match usize::try_from(axis) {
            Ok(axis) if axis == shape.len() => axis,
            _ => axis_index(axis, shape.len())?,
        };
        let (rows, columns) = shape.split_at(axis);
        let flat = vec![rows.iter().product(), columns.iter().product()];
        Ok(vec![reshaped(value, flat)?])
    }))
}

/// `Squeeze`: removes the given axes of size 1, or all of them.
pub fn squeeze(node: &Node) -> Result<Kernel, String> {
    let axes = node.ints_from("axes", 1);
    Ok(Box::new(move |mut args| {
        let axes = axes.get(&mut args)?;
        let value = args.value(0)?;
        let shape = value.shape();
        let removed = match axes {
            Some(axes) => axis_indices(&axes, shape.len())?,
            None => (0..shape.len()).filter(|&axis| shape[axis] == 1).collect(),
        };
        if let Some(&axis) = removed.iter().find(|&&axis| shape[axis] != 1) {
            return Err(format!("axis {axis} of shape {shape:?} is not 1"));
        }
        let kept = (0..shape.len()).filter(|axis| !removed.contains(axis));
        Ok(vec![reshaped(
            value,
            kept.map(|axis| shape[axis]).collect(),
        )?])
    }))
}

/// `Unsqueeze`: puts axes of size 1 where the result shall have them.
pub fn unsqueeze(node: &Node) -> Result<Kernel, String> {
    let axes = node.ints_from("axes", 1);
    Ok(Box::new(move |mut args| {
        let axes = axes.get(&mut args)?.ok_or("no axes")?;
        let value = args.value(0)?;
        let mut shape = value.shape();
        let rank = shape.len() + axes.len();
        for axis in axis_indices(&axes, rank)? {
            shape.insert(axis, 1);
        }
        Ok(vec![reshaped(value, shape)?])
    }))
}

fn reshaped(value: Value, shape: Vec<usize>) -> Result<Value, String> {
    Ok(match value {
        Value::Float(array) => array.reshape(&shape)?.into(),
        Value::Int(ints) => Ints {
            shape,
            data: ints.data,
        }
        .into(),
    })
}

/// `Transpose`: reverses the axes, or puts them in the order of `perm`.
pub fn transpose(node: &Node) -> Result<Kernel, String> {
    let order = node.ints("perm");
    Ok(Box::new(move |mut args| {
        let array = args.array(0)?;
        let rank = array.rank();
        let order = match &order {
            Some(order) => order
                .iter()
                .map(|&axis| axis_index(axis, rank))
                .collect::<Result<_, _>>()?,
            None => (0..rank).rev().collect::<Vec<_>>(),
        };
        let mut sorted = order.clone();
        sorted.sort_unstable();
        if !sorted.iter().copied().eq(0..rank) {
            return Err(format!("{order:?} does not order {rank} axes"));
        }
        let wrong = |_| "a changed rank".to_string();
        Ok(vec![
            each_rank!(array, t => t.permute(order.try_into().map_err(wrong)?).into()),
        ])
    }))
}

/// `Expand`: broadcasts to a shape.
pub fn expand(_node: &Node) -> Result<Kernel, String> {
    Ok(Box::new(|mut args| {
        let array = args.array(0)?;
        let target = args.ints(1)?.data;
        let sizes = target
            .iter()
            .map(|&size| usize::try_from(size))
            .collect::<Result<Vec<_>, _>>();
        let sizes = sizes.map_err(|_| format!("shape {target:?}"))?;
        let shape = broadcast_shapes(&array.shape(), &sizes)?;
        count(&shape)?;
        Ok(vec![
            arithmetic::expand(array.unsqueeze_to(shape.len())?, &shape)?.into(),
        ])
    }))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Case, floats};

    #[test]
    fn reshape_fills_in_what_is_open() {
        let data = floats(6);
        let case = |target: &[i64]| {
            Case::new("Reshape")
                .float(&[2, 3], &data)
                .integer(&[target.len()], target)
        };
        case(&[0, -1]).gives(&[2, 3], &data);
        case(&[-1]).gives(&[6], &data);
        case(&[1, 3, -1]).gives(&[1, 3, 2], &data);
        case(&[4, -1]).fails_with("cannot become");
    }

    #[test]
    fn shapes_are_integers_on_the_host() {
        Case::new("Shape")
            .float(&[2, 3], &floats(6))
            .gives_ints(&[2], &[2, 3]);
        Case::new("Shape")
            .int("start", -1)
            .float(&[2, 3], &floats(6))
            .gives_ints(&[1], &[3]);
    }

    #[test]
    fn axes_of_size_one_come_and_go() {
        Case::new("Squeeze")
            .opset(11)
            .ints("axes", &[-1])
            .float(&[2, 1], &floats(2))
            .gives(&[2], &floats(2));
        Case::new("Squeeze")
            .float(&[2, 1, 1], &floats(2))
            .gives(&[2], &floats(2));
        Case::new("Unsqueeze")
            .float(&[2], &floats(2))
            .integer(&[2], &[0, -1])
            .gives(&[1, 2, 1], &floats(2));
        Case::new("Unsqueeze")
            .opset(11)
            .ints("axes", &[0])
            .integer(&[], &[5])
            .gives_ints(&[1], &[5]);
        Case::new("Squeeze")
            .float(&[2, 1], &floats(2))
            .integer(&[1], &[0])
            .fails_with("is not 1");
    }

    #[test]
    fn transpose_and_expand_and_flatten() {
        Case::new("Transpose")
            .float(&[2, 3], &floats(6))
            .gives(&[3, 2], &[0.0, 3.0, 1.0, 4.0, 2.0, 5.0]);
        Case::new("Transpose")
            .ints("perm", &[0, 2, 1])
            .float(&[1, 2, 3], &floats(6))
            .gives(&[1, 3, 2], &[0.0, 3.0, 1.0, 4.0, 2.0, 5.0]);
        Case::new("Expand")
            .float(&[2, 1], &[1.0, 2.0])
            .integer(&[3], &[2, 1, 2])
            .gives(&[2, 2, 2], &[1.0, 1.0, 2.0, 2.0, 1.0, 1.0, 2.0, 2.0]);
        Case::new("Flatten")
            .int("axis", 2)
            .float(&[1, 2, 3], &floats(6))
            .gives(&[2, 3], &floats(6));
    }
}
