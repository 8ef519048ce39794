//! Arithmetic with broadcasting: on floats on the device, on integers on the host.

use super::activation::elementwise;
use crate::engine::burn::node::{Args, Kernel, Node};
use crate::engine::burn::value::{
    Array, Ints, Value, broadcast, broadcast_shapes, each_rank, same_rank,
};

/// A kernel for `left op right`, of two tensors, of a tensor and a constant number, of integers.
macro_rules! binary {
    ($node:expr, ($a:ident, $b:ident) => $tensors:expr, $number:expr, $integers:expr) => {{
        let scalar = match $node.constant(1) {
            Some(Value::Float(array)) if array.shape().iter().product::<usize>() == 1 => {
                Some((array.rank(), $node.constant_floats(1)?.unwrap_or_default()[0]))
            }
            _ => None,
        };
        Ok(Box::new(move |mut args: Args| {
            let (left, right) = (args.value(0)?, args.value(1)?);
            let output: Value = match (left, right, scalar) {
                (Value::Float(left), _, Some((rank, number))) if rank <= left.rank() => {
                    let $b = number;
                    each_rank!(left, $a => Array::from($number)).into()
                }
                (Value::Float(left), Value::Float(right), _) => {
                    let (left, right) = broadcast(left, right)?;
                    same_rank!(left, right, ($a, $b) => Array::from($tensors)).into()
                }
                (Value::Int(left), Value::Int(right), _) => {
                    integers(&left, &right, $integers)?.into()
                }
                _ => return Err("one input holds floats and the other integers".into()),
            };
            Ok(vec![output])
        }) as Kernel)
    }};
}

pub fn add(node: &Node) -> Result<Kernel, String> {
    binary!(node, (a, b) => a + b, a + b, |a, b| a.checked_add(b))
}

pub fn sub(node: &Node) -> Result<Kernel, String> {
    binary!(node, (a, b) => a - b, a - b, |a, b| a.checked_sub(b))
}

pub fn mul(node: &Node) -> Result<Kernel, String> {
    binary!(node, (a, b) => a * b, a * b, |a, b| a.checked_mul(b))
}

/// `Div`: integers truncate towards zero.
pub fn div(node: &Node) -> Result<Kernel, String> {
    binary!(node, (a, b) => a / b, a / b, |a, b| a.checked_div(b))
}

pub fn pow(node: &Node) -> Result<Kernel, String> {
    let two = node
        .constant_floats(1)?
        .is_some_and(|exponents| exponents == [2.0]);
    if two {
        return elementwise!(t => t.clone() * t);
    }
    binary!(node, (a, b) => a.powf(b), a.powf_scalar(b), |a, b| {
        a.checked_pow(u32::try_from(b).ok()?)
    })
}

/// `Equal`, on integers (shapes).
pub fn equal(_node: &Node) -> Result<Kernel, String> {
    Ok(Box::new(|mut args| {
        let (left, right) = (args.ints(0)?, args.ints(1)?);
        Ok(vec![
            integers(&left, &right, |a, b| Some(i64::from(a == b)))?.into(),
        ])
    }))
}

/// `Where`, on integers (shapes).
pub fn select(_node: &Node) -> Result<Kernel, String> {
    Ok(Box::new(|mut args| {
        let (condition, yes, no) = (args.ints(0)?, args.ints(1)?, args.ints(2)?);
        let chosen = integers(&condition, &yes, |c, yes| {
            Some(if c != 0 { yes } else { 0 })
        })?;
        let other = integers(&condition, &no, |c, no| Some(if c != 0 { 0 } else { no }))?;
        Ok(vec![integers(&chosen, &other, |a, b| Some(a + b))?.into()])
    }))
}

/// `Max` of one tensor or more.
pub fn max(_node: &Node) -> Result<Kernel, String> {
    Ok(Box::new(|args| {
        fold(
            args,
            |a, b| same_rank!(a, b, (a, b) => Array::from(a.max_pair(b))),
            i64::max,
        )
    }))
}

/// `Min` of one tensor or more.
pub fn min(_node: &Node) -> Result<Kernel, String> {
    Ok(Box::new(|args| {
        fold(
            args,
            |a, b| same_rank!(a, b, (a, b) => Array::from(a.min_pair(b))),
            i64::min,
        )
    }))
}

pub fn sqrt(_node: &Node) -> Result<Kernel, String> {
    elementwise!(t => t.sqrt())
}

pub fn exp(_node: &Node) -> Result<Kernel, String> {
    elementwise!(t => t.exp())
}

pub fn log(_node: &Node) -> Result<Kernel, String> {
    elementwise!(t => t.log())
}

pub fn abs(_node: &Node) -> Result<Kernel, String> {
    elementwise!(t => t.abs())
}

pub fn neg(_node: &Node) -> Result<Kernel, String> {
    elementwise!(t => t.neg())
}

pub fn reciprocal(_node: &Node) -> Result<Kernel, String> {
    elementwise!(t => t.recip())
}

pub fn floor(_node: &Node) -> Result<Kernel, String> {
    elementwise!(t => t.floor())
}

pub fn ceil(_node: &Node) -> Result<Kernel, String> {
    elementwise!(t => t.ceil())
}

fn fold(
    mut args: Args,
    floats: fn(Array, Array) -> Array,
    ints: fn(i64, i64) -> i64,
) -> Result<Vec<Value>, String> {
    let mut result = args.value(0)?;
    for index in 1..args.len() {
        result = match (result, args.value(index)?) {
            (Value::Float(a), Value::Float(b)) => {
                let (a, b) = broadcast(a, b)?;
                // `max_pair` needs equal shapes on some devices.
                let shape = broadcast_shapes(&a.shape(), &b.shape())?;
                floats(expand(a, &shape)?, expand(b, &shape)?).into()
            }
            (Value::Int(a), Value::Int(b)) => integers(&a, &b, |a, b| Some(ints(a, b)))?.into(),
            _ => return Err("one input holds floats and the other integers".into()),
        };
    }
    Ok(vec![result])
}

/// Repeats axes of size 1 until the shape is `shape`, which has the array's rank.
pub fn expand(array: Array, shape: &[usize]) -> Result<Array, String> {
    if array.shape() == shape {
        return Ok(array);
    }
    Ok(match array {
        Array::R1(t) => Array::from(t.expand::<1, _>(sizes::<1>(shape)?)),
        Array::R2(t) => Array::from(t.expand::<2, _>(sizes::<2>(shape)?)),
        Array::R3(t) => Array::from(t.expand::<3, _>(sizes::<3>(shape)?)),
        Array::R4(t) => Array::from(t.expand::<4, _>(sizes::<4>(shape)?)),
        Array::R5(t) => Array::from(t.expand::<5, _>(sizes::<5>(shape)?)),
    })
}

fn sizes<const D: usize>(shape: &[usize]) -> Result<[usize; D], String> {
    shape
        .try_into()
        .map_err(|_| format!("shape {shape:?} has not rank {D}"))
}

/// Applies `op` to integers with broadcasting; `None` from it is an overflow or a division by zero.
fn integers(
    left: &Ints,
    right: &Ints,
    op: impl Fn(i64, i64) -> Option<i64>,
) -> Result<Ints, String> {
    let shape = broadcast_shapes(&left.shape, &right.shape)?;
    let count: usize = shape.iter().product();
    let data = (0..count)
        .map(|index| {
            let (a, b) = (element(left, &shape, index), element(right, &shape, index));
            op(a, b).ok_or_else(|| format!("integer arithmetic on {a} and {b} has no result"))
        })
        .collect::<Result<_, _>>()?;
    Ok(Ints { shape, data })
}

/// The element of `ints` at position `index` of the shape it is broadcast to.
fn element(ints: &Ints, shape: &[usize], mut index: usize) -> i64 {
    let skipped = shape.len() - ints.shape.len();
    let (mut offset, mut stride) = (0, 1);
    for axis in (0..shape.len()).rev() {
        let position = index % shape[axis];
        index /= shape[axis];
        if axis >= skipped {
            let size = ints.shape[axis - skipped];
            offset += stride * if size == 1 { 0 } else { position };
            stride *= size;
        }
    }
    ints.data[offset]
}

#[cfg(test)]
mod tests {
    use super::super::testing::Case;

    #[test]
    fn floats_broadcast_over_missing_axes() {
        Case::new("Sub")
            .float(&[2, 2], &[1.0, 2.0, 3.0, 4.0])
            .float(&[2], &[1.0, 10.0])
            .gives(&[2, 2], &[0.0, -8.0, 2.0, -6.0]);
        Case::new("Mul")
            .float(&[2], &[1.0, 10.0])
            .float(&[2, 1], &[1.0, 2.0])
            .gives(&[2, 2], &[1.0, 10.0, 2.0, 20.0]);
    }

    #[test]
    fn a_constant_number_stands_on_the_right_only() {
        Case::new("Div")
            .float(&[2], &[1.0, 2.0])
            .constant(&[], &[4.0])
            .gives(&[2], &[0.25, 0.5]);
        Case::new("Div")
            .constant(&[], &[4.0])
            .float(&[2], &[1.0, 2.0])
            .gives(&[2], &[4.0, 2.0]);
        Case::new("Add")
            .float(&[2], &[1.0, 2.0])
            .constant(&[1, 1], &[4.0])
            .gives(&[1, 2], &[5.0, 6.0]);
        Case::new("Pow")
            .float(&[2], &[-3.0, 2.0])
            .constant(&[], &[2.0])
            .gives(&[2], &[9.0, 4.0]);
    }

    #[test]
    fn integers_stay_on_the_host() {
        Case::new("Div")
            .integer(&[2], &[7, -7])
            .integer(&[], &[2])
            .gives_ints(&[2], &[3, -3]);
        Case::new("Mul")
            .integer(&[2, 1], &[2, 3])
            .integer(&[2], &[5, 7])
            .gives_ints(&[2, 2], &[10, 14, 15, 21]);
        Case::new("Where")
            .integer(&[3], &[1, 0, 1])
            .integer(&[3], &[4, 5, 6])
            .integer(&[], &[9])
            .gives_ints(&[3], &[4, 9, 6]);
    }

    #[test]
    fn max_takes_any_number_of_tensors() {
        Case::new("Max")
            .float(&[2], &[1.0, 5.0])
            .float(&[1], &[3.0])
            .float(&[2], &[0.0, 9.0])
            .gives(&[2], &[3.0, 9.0]);
    }

    #[test]
    fn shapes_that_do_not_broadcast_are_an_error() {
        Case::new("Add")
            .float(&[2], &[0.0; 2])
            .float(&[3], &[0.0; 3])
            .fails_with("do not broadcast");
    }
}
