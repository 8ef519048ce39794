//! Matrix products.

use crate::engine::burn::node::{Kernel, Node};
use crate::engine::burn::ops::arithmetic;
use crate::engine::burn::value::{Array, same_rank};
use burn::tensor::Tensor;

/// `Gemm`: `alpha A' B' + beta C`, with A' and B' transposed where told.
pub fn gemm(node: &Node) -> Result<Kernel, String> {
    let (alpha, beta) = (node.float("alpha", 1.0), node.float("beta", 1.0));
    let (turn_a, turn_b) = (node.flag("transA"), node.flag("transB"));
    Ok(Box::new(move |mut args| {
        let a = matrix(args.array(0)?, turn_a)?;
        let b = matrix(args.array(1)?, turn_b)?;
        let ([rows, inner], [other, columns]) = (a.dims(), b.dims());
        if inner != other {
            return Err(format!("[{rows}, {inner}] times [{other}, {columns}]"));
        }
        let mut product = a.matmul(b);
        if alpha != 1.0 {
            product = product.mul_scalar(alpha);
        }
        let Some(bias) = args.optional_array(2)? else {
            return Ok(vec![product.into()]);
        };
        let Array::R2(bias) = arithmetic::expand(bias.unsqueeze_to(2)?, &[rows, columns])? else {
            return Err("the bias has more than two axes".into());
        };
        let bias = if beta == 1.0 {
            bias
        } else {
            bias.mul_scalar(beta)
        };
        Ok(vec![(product + bias).into()])
    }))
}

fn matrix(array: Array, turn: bool) -> Result<Tensor<2>, String> {
    match array {
        Array::R2(tensor) if turn => Ok(tensor.transpose()),
        Array::R2(tensor) => Ok(tensor),
        other => Err(format!("expected a matrix, got shape {:?}", other.shape())),
    }
}

/// `MatMul`, as NumPy's: leading axes broadcast, a vector is a row on the left and a column on
/// the right.
pub fn matmul(_node: &Node) -> Result<Kernel, String> {
    Ok(Box::new(|mut args| {
        let (left, right) = (args.array(0)?, args.array(1)?);
        let (left_shape, right_shape) = (left.shape(), right.shape());
        let mut left = left.unsqueeze_to(2)?;
        let mut right = match right_shape[..] {
            [size] => right.reshape(&[size, 1])?,
            _ => right,
        };
        let inner = (
            left.shape().last().copied(),
            right.shape()[right.rank() - 2],
        );
        if inner.0 != Some(inner.1) {
            return Err(format!("shapes {left_shape:?} times {right_shape:?}"));
        }
        // One large product is faster than many small ones with the same right side.
        let leading = (right.rank() == 2 && left.rank() > 2).then(|| left.shape());
        if let Some(shape) = &leading {
            let rows = shape[..shape.len() - 1].iter().product();
            left = left.reshape(&[rows, shape[shape.len() - 1]])?;
        }
        let rank = left.rank().max(right.rank());
        left = left.unsqueeze_to(rank)?;
        right = right.unsqueeze_to(rank)?;
        let columns = right.shape()[rank - 1];
        let mut product = same_rank!(left, right, (a, b) => Array::from(a.matmul(b)));
        if let Some(mut shape) = leading {
            *shape.last_mut().expect("rank above 2") = columns;
            product = product.reshape(&shape)?;
        }
        let mut shape = product.shape();
        if right_shape.len() == 1 {
            shape.pop();
        }
        if left_shape.len() == 1 {
            shape.remove(shape.len() - if right_shape.len() == 1 { 1 } else { 2 });
        }
        Ok(vec![product.reshape(&shape)?.into()])
    }))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Case, floats};

    #[test]
    fn gemm_scales_transposes_and_adds() {
        Case::new("Gemm")
            .real("alpha", 2.0)
            .real("beta", 0.5)
            .int("transA", 1)
            .int("transB", 1)
            .float(&[2, 1], &[1.0, 2.0])
            .float(&[3, 2], &[1.0, 0.0, 0.0, 1.0, 1.0, 1.0])
            .float(&[3], &[10.0, 20.0, 30.0])
            .gives(&[1, 3], &[7.0, 14.0, 21.0]);
    }

    #[test]
    fn matmul_follows_numpy() {
        Case::new("MatMul")
            .float(&[2, 1, 2], &floats(4))
            .float(&[2, 1], &[1.0, 10.0])
            .gives(&[2, 1, 1], &[10.0, 32.0]);
        Case::new("MatMul")
            .float(&[2, 1, 2], &floats(4))
            .float(&[1, 2, 1], &[1.0, 10.0])
            .gives(&[2, 1, 1], &[10.0, 32.0]);
        Case::new("MatMul")
            .float(&[2], &[1.0, 2.0])
            .float(&[2, 2], &floats(4))
            .gives(&[2], &[4.0, 7.0]);
        Case::new("MatMul")
            .float(&[2, 2], &floats(4))
            .float(&[2], &[1.0, 2.0])
            .gives(&[2], &[2.0, 8.0]);
        Case::new("MatMul")
            .float(&[1, 2], &[0.0; 2])
            .float(&[3, 1], &[0.0; 3])
            .fails_with("times");
    }
}
