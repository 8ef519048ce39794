//! Pooling over height and width.

use super::window::{Window, kernel_shape};
use crate::engine::burn::node::{Kernel, Node};
use crate::engine::burn::value::{Array, each_rank};
use burn::tensor::module::{avg_pool2d, max_pool2d};
use burn::tensor::ops::{AvgPoolOptions, MaxPoolOptions};

/// `MaxPool`: padding never wins a maximum.
pub fn max(node: &Node) -> Result<Kernel, String> {
    if node.proto.output.len() > 1 {
        return Err("the indices of the maxima".into());
    }
    let window = Window::of(node)?;
    let kernel_size = kernel_shape(node)?;
    let ceil_mode = node.flag("ceil_mode");
    Ok(Box::new(move |mut args| {
        let input = args.array(0)?.rank4()?;
        let [_, _, height, width] = input.dims();
        let options = MaxPoolOptions {
            kernel_size,
            stride: window.stride,
            padding: window.padding([height, width], kernel_size)?,
            dilation: window.dilation,
            ceil_mode,
        };
        Ok(vec![max_pool2d(input, options).into()])
    }))
}

/// `AveragePool`.
pub fn average(node: &Node) -> Result<Kernel, String> {
    let window = Window::of(node)?;
    if window.dilation != [1, 1] {
        return Err(format!("dilations {:?}", window.dilation));
    }
    let kernel_size = kernel_shape(node)?;
    let ceil_mode = node.flag("ceil_mode");
    let count_include_pad = node.flag("count_include_pad");
    Ok(Box::new(move |mut args| {
        let input = args.array(0)?.rank4()?;
        let [_, _, height, width] = input.dims();
        let options = AvgPoolOptions {
            kernel_size,
            stride: window.stride,
            padding: window.padding([height, width], kernel_size)?,
            count_include_pad,
            ceil_mode,
        };
        Ok(vec![avg_pool2d(input, options).into()])
    }))
}

/// `GlobalAveragePool`: `[N, C, ...]` to `[N, C, 1, ...]`.
pub fn global_average(_node: &Node) -> Result<Kernel, String> {
    Ok(Box::new(|mut args| {
        let (flat, shape) = spatial(args.array(0)?)?;
        let pooled = each_rank!(flat, t => Array::from(t.mean_dim(-1)));
        Ok(vec![pooled.reshape(&shape)?.into()])
    }))
}

/// `GlobalMaxPool`: `[N, C, ...]` to `[N, C, 1, ...]`.
pub fn global_max(_node: &Node) -> Result<Kernel, String> {
    Ok(Box::new(|mut args| {
        let (flat, shape) = spatial(args.array(0)?)?;
        let pooled = each_rank!(flat, t => Array::from(t.max_dim(-1)));
        Ok(vec![pooled.reshape(&shape)?.into()])
    }))
}

/// The input as `[N, C, positions]`, and the shape that pooling over positions gives.
fn spatial(input: Array) -> Result<(Array, Vec<usize>), String> {
    let shape = input.shape();
    if shape.len() < 3 {
        return Err(format!("nothing to pool over in shape {shape:?}"));
    }
    let positions = shape[2..].iter().product();
    let mut pooled = vec![1; shape.len()];
    pooled[..2].copy_from_slice(&shape[..2]);
    Ok((input.reshape(&[shape[0], shape[1], positions])?, pooled))
}

#[cfg(test)]
mod tests {
    use crate::engine::burn::ops::testing::{Case, floats};

    #[test]
    fn padding_never_wins_a_maximum() {
        Case::new("MaxPool")
            .ints("kernel_shape", &[1, 3])
            .ints("strides", &[1, 3])
            .ints("pads", &[0, 1, 0, 1])
            .float(&[1, 1, 1, 4], &[-4.0, -3.0, -2.0, -1.0])
            .gives(&[1, 1, 1, 2], &[-3.0, -1.0]);
    }

    #[test]
    fn ceil_mode_keeps_the_partial_window() {
        let case = || {
            Case::new("MaxPool")
                .ints("kernel_shape", &[1, 2])
                .ints("strides", &[1, 2])
                .float(&[1, 1, 1, 5], &floats(5))
        };
        case().gives(&[1, 1, 1, 2], &[1.0, 3.0]);
        case()
            .int("ceil_mode", 1)
            .gives(&[1, 1, 1, 3], &[1.0, 3.0, 4.0]);
    }

    #[test]
    fn averages_count_padding_only_when_told_to() {
        let case = || {
            Case::new("AveragePool")
                .ints("kernel_shape", &[1, 2])
                .ints("pads", &[0, 1, 0, 0])
                .float(&[1, 1, 1, 2], &[2.0, 4.0])
        };
        case().gives(&[1, 1, 1, 2], &[2.0, 3.0]);
        case()
            .int("count_include_pad", 1)
            .gives(&[1, 1, 1, 2], &[1.0, 3.0]);
    }

    #[test]
    fn global_pools_keep_the_rank() {
        let input = [1.0, 2.0, 3.0, 6.0];
        Case::new("GlobalAveragePool")
            .float(&[1, 1, 2, 2], &input)
            .gives(&[1, 1, 1, 1], &[3.0]);
        Case::new("GlobalMaxPool")
            .float(&[1, 1, 2, 2], &input)
            .gives(&[1, 1, 1, 1], &[6.0]);
    }
}
