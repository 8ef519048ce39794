//! Reductions over axes.

use crate::engine::burn::node::{Kernel, Node, axis_indices};
use crate::engine::burn::value::{Array, Ints, Value, each_rank};

pub fn mean(node: &Node) -> Result<Kernel, String> {
    reduce(
        node,
        |array, axes| each_rank!(array, t => Array::from(t.mean_dims(axes))),
        None,
    )
}

pub fn sum(node: &Node) -> Result<Kernel, String> {
    let floats = |array, axes: &[usize]| each_rank!(array, t => Array::from(t.sum_dims(axes)));
    reduce(node, floats, Some(|data| data.iter().sum()))
}

pub fn max(node: &Node) -> Result<Kernel, String> {
    reduce(
        node,
        |array, axes| each_rank!(array, t => Array::from(t.max_dims(axes))),
        None,
    )
}

pub fn min(node: &Node) -> Result<Kernel, String> {
    reduce(
        node,
        |array, axes| each_rank!(array, t => Array::from(t.min_dims(axes))),
        None,
    )
}

pub fn prod(node: &Node) -> Result<Kernel, String> {
    let floats = |array, axes: &[usize]| each_rank!(array, t => Array::from(t.prod_dims(axes)));
    reduce(node, floats, Some(|data| data.iter().product()))
}

/// A reduction of floats over any axes, and of a vector of integers (a shape) to one number.
fn reduce(
    node: &Node,
    floats: fn(Array, &[usize]) -> Array,
    ints: Option<fn(&[i64]) -> i64>,
) -> Result<Kernel, String> {
    let axes = node.ints_from("axes", 1);
    let keep = node.int("keepdims", 1) != 0;
    let none_means_none = node.flag("noop_with_empty_axes");
    Ok(Box::new(move |mut args| {
        let given = axes.get(&mut args)?.filter(|axes| !axes.is_empty());
        let input = args.value(0)?;
        if given.is_none() && none_means_none {
            return Ok(vec![input]);
        }
        let array = match (input, ints) {
            (Value::Float(array), _) => array,
            (Value::Int(Ints { shape, data }), Some(ints)) if shape.len() == 1 => {
                let shape = if keep { vec![1] } else { vec![] };
                return Ok(vec![
                    Ints {
                        shape,
                        data: vec![ints(&data)],
                    }
                    .into(),
                ]);
            }
            _ => return Err("integers of this rank cannot be reduced".into()),
        };
        let shape = array.shape();
        let axes = match given {
            Some(axes) => axis_indices(&axes, shape.len())?,
            None => (0..shape.len()).collect(),
        };
        let reduced = floats(array, &axes);
        if keep {
            return Ok(vec![reduced.into()]);
        }
        let kept = (0..shape.len())
            .filter(|axis| !axes.contains(axis))
            .map(|axis| shape[axis]);
        Ok(vec![reduced.reshape(&kept.collect::<Vec<_>>())?.into()])
    }))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Case, floats};

    #[test]
    fn axes_come_from_the_attribute_or_the_input() {
        let sums = [3.0, 5.0, 7.0];
        let case = || Case::new("ReduceSum").float(&[2, 3], &floats(6));
        case()
            .opset(11)
            .ints("axes", &[0])
            .int("keepdims", 0)
            .gives(&[3], &sums);
        case().integer(&[1], &[-2]).gives(&[1, 3], &sums);
        case().gives(&[1, 1], &[15.0]);
        case()
            .int("noop_with_empty_axes", 1)
            .gives(&[2, 3], &floats(6));
    }

    #[test]
    fn means_and_extremes_reduce_several_axes() {
        let case = |op| {
            Case::new(op)
                .opset(13)
                .ints("axes", &[1, 2])
                .int("keepdims", 0)
                .float(&[2, 1, 3], &floats(6))
        };
        case("ReduceMean").gives(&[2], &[1.0, 4.0]);
        case("ReduceMax").gives(&[2], &[2.0, 5.0]);
        case("ReduceMin").gives(&[2], &[0.0, 3.0]);
    }

    #[test]
    fn a_shape_multiplies_to_its_size() {
        Case::new("ReduceProd")
            .integer(&[3], &[2, 3, 4])
            .int("keepdims", 0)
            .gives_ints(&[], &[24]);
    }
}
