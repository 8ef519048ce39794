//! Normalisation by stored or by current statistics.

use crate::engine::burn::node::{Kernel, Node, axis_index};
use crate::engine::burn::value::{Array, broadcast, each_rank, same_rank};
use burn::tensor::module::avg_pool2d;
use burn::tensor::ops::AvgPoolOptions;

/// `BatchNormalization` with stored statistics: `(x - mean) / sqrt(var + epsilon) * scale + bias`
/// by channel, as one product and one sum.
pub fn batch(node: &Node) -> Result<Kernel, String> {
    if node.flag("training_mode") || node.proto.output.len() > 1 {
        return Err("training mode".into());
    }
    if node.int("spatial", 1) == 0 {
        return Err("statistics for each position (spatial = 0)".into());
    }
    let affine = Affine::of(node)?;
    let channels = affine.scale.len();
    let scale = Array::upload(affine.scale, &[channels], node.device)?;
    let shift = Array::upload(affine.shift, &[channels], node.device)?;
    Ok(Box::new(move |mut args| {
        let input = args.array(0)?;
        let shape = input.shape();
        if shape.len() < 2 || shape[1] != channels {
            return Err(format!("{channels} statistics for shape {shape:?}"));
        }
        let mut by_channel = vec![1; shape.len()];
        by_channel[1] = channels;
        let scale = scale.clone().reshape(&by_channel)?;
        let shift = shift.clone().reshape(&by_channel)?;
        let scaled = same_rank!(input, scale, (x, s) => Array::from(x * s));
        let output = same_rank!(scaled, shift, (x, s) => Array::from(x + s));
        Ok(vec![output.into()])
    }))
}

/// Batch normalisation of each channel as `x * scale + shift`.
pub struct Affine {
    pub scale: Vec<f32>,
    pub shift: Vec<f32>,
}

impl Affine {
    /// # Errors
    /// When the statistics are not constants.
    pub fn of(node: &Node) -> Result<Self, String> {
        let epsilon = node.float("epsilon", 1e-5);
        let statistic = |index: usize, name: &str| {
            node.constant_floats(index)?
                .ok_or_else(|| format!("a computed {name}"))
        };
        let (gamma, beta) = (statistic(1, "scale")?, statistic(2, "bias")?);
        let (mean, variance) = (statistic(3, "mean")?, statistic(4, "variance")?);
        if [beta.len(), mean.len(), variance.len()] != [gamma.len(); 3] {
            return Err("statistics of different lengths".into());
        }
        let scale: Vec<f32> = gamma
            .iter()
            .zip(&variance)
            .map(|(g, v)| g / (v + epsilon).sqrt())
            .collect();
        let shift = beta
            .iter()
            .zip(&mean)
            .zip(&scale)
            .map(|((b, m), s)| b - m * s)
            .collect();
        Ok(Self { scale, shift })
    }
}

/// `LayerNormalization` over `axis` and everything after it.
pub fn layer(node: &Node) -> Result<Kernel, String> {
    if node.proto.output.len() > 1 {
        return Err("the mean and deviation as outputs".into());
    }
    let (axis, epsilon) = (node.int("axis", -1), node.float("epsilon", 1e-5));
    Ok(Box::new(move |mut args| {
        let input = args.array(0)?;
        let shape = input.shape();
        let axis = axis_index(axis, shape.len())?;
        let rows = shape[..axis].iter().product();
        let normalised = standardise(input, rows, epsilon)?.reshape(&shape)?;
        let scale = args.array(1)?;
        let (normalised, scale) = broadcast(normalised, scale)?;
        let mut output = same_rank!(normalised, scale, (x, s) => Array::from(x * s));
        if let Some(bias) = args.optional_array(2)? {
            let (scaled, bias) = broadcast(output, bias)?;
            output = same_rank!(scaled, bias, (x, b) => Array::from(x + b));
        }
        Ok(vec![output.into()])
    }))
}

/// `InstanceNormalization`: by image and channel.
pub fn instance(node: &Node) -> Result<Kernel, String> {
    let epsilon = node.float("epsilon", 1e-5);
    Ok(Box::new(move |mut args| {
        let input = args.array(0)?;
        let shape = input.shape();
        if shape.len() < 3 {
            return Err(format!("nothing to normalise over in shape {shape:?}"));
        }
        let normalised = standardise(input, shape[0] * shape[1], epsilon)?.reshape(&shape)?;
        let mut by_channel = vec![1; shape.len()];
        by_channel[1] = shape[1];
        let (scale, bias) = (
            args.array(1)?.reshape(&by_channel)?,
            args.array(2)?.reshape(&by_channel)?,
        );
        let scaled = same_rank!(normalised, scale, (x, s) => Array::from(x * s));
        let output = same_rank!(scaled, bias, (x, b) => Array::from(x + b));
        Ok(vec![output.into()])
    }))
}

/// Each of `rows` equal parts less its mean, over its standard deviation: `[rows, rest]`.
fn standardise(input: Array, rows: usize, epsilon: f32) -> Result<Array, String> {
    let count: usize = input.shape().iter().product();
    let flat = input.reshape(&[rows, count / rows.max(1)])?;
    Ok(each_rank!(flat, t => {
        let centred = t.clone() - t.mean_dim(-1);
        let variance = (centred.clone() * centred.clone()).mean_dim(-1);
        Array::from(centred / variance.add_scalar(epsilon).sqrt())
    }))
}

/// `LRN`: `x / (bias + alpha / size * sum of squares over nearby channels) ^ beta`.
pub fn local_response(node: &Node) -> Result<Kernel, String> {
    let size = usize::try_from(node.int("size", 0)).unwrap_or(0);
    if size == 0 {
        return Err(format!("size {}", node.int("size", 0)));
    }
    let (alpha, beta) = (node.float("alpha", 1e-4), node.float("beta", 0.75));
    let bias = node.float("bias", 1.0);
    Ok(Box::new(move |mut args| {
        let input = args.array(0)?.rank4()?;
        let [batch, channels, height, width] = input.dims();
        let squares = (input.clone() * input.clone()).reshape([batch, 1, channels, height * width]);
        // An average over `size` channels that counts the padding is the sum over `size`.
        let options = AvgPoolOptions {
            kernel_size: [size, 1],
            stride: [1, 1],
            padding: [((size - 1) / 2, size / 2), (0, 0)],
            count_include_pad: true,
            ceil_mode: false,
        };
        let nearby = avg_pool2d(squares, options).reshape([batch, channels, height, width]);
        Ok(vec![
            (input / nearby.mul_scalar(alpha).add_scalar(bias).powf_scalar(beta)).into(),
        ])
    }))
}

#[cfg(test)]
mod tests {
    use super::super::testing::Case;

    #[test]
    fn batch_normalisation_uses_stored_statistics_by_channel() {
        Case::new("BatchNormalization")
            .real("epsilon", 0.0)
            .float(&[1, 2, 1, 2], &[1.0, 3.0, 10.0, 20.0])
            .constant(&[2], &[1.0, 2.0])
            .constant(&[2], &[0.0, 1.0])
            .constant(&[2], &[1.0, 10.0])
            .constant(&[2], &[4.0, 25.0])
            .gives(&[1, 2, 1, 2], &[0.0, 1.0, 1.0, 5.0]);
    }

    #[test]
    fn layer_normalisation_centres_the_last_axes() {
        Case::new("LayerNormalization")
            .real("epsilon", 0.0)
            .float(&[2, 2], &[1.0, 3.0, -5.0, 5.0])
            .float(&[2], &[1.0, 2.0])
            .float(&[2], &[0.0, 0.5])
            .gives(&[2, 2], &[-1.0, 2.5, -1.0, 2.5]);
    }

    #[test]
    fn instance_normalisation_centres_each_channel_of_each_image() {
        Case::new("InstanceNormalization")
            .real("epsilon", 0.0)
            .float(&[1, 2, 2], &[1.0, 3.0, 0.0, 10.0])
            .float(&[2], &[1.0, 2.0])
            .float(&[2], &[0.0, 1.0])
            .gives(&[1, 2, 2], &[-1.0, 1.0, -1.0, 3.0]);
    }

    #[test]
    fn local_response_divides_by_nearby_channels() {
        Case::new("LRN")
            .int("size", 3)
            .real("alpha", 3.0)
            .real("beta", 1.0)
            .real("bias", 0.0)
            .float(&[1, 3, 1, 1], &[1.0, 2.0, 3.0])
            .gives(&[1, 3, 1, 1], &[0.2, 2.0 / 14.0, 3.0 / 13.0]);
    }

    #[test]
    fn training_mode_is_refused() {
        Case::new("BatchNormalization")
            .int("training_mode", 1)
            .refused_with("training mode");
    }
}
