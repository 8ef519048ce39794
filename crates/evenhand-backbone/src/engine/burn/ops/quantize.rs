//! Integers as floats: what a quantised model computes, on devices without integer kernels.

use super::super::node::{Args, Kernel, Node, axis_index};
use super::super::value::{Array, Value, each_rank, same_rank};
use crate::onnx::data_type;
use burn::tensor::Device;

/// Scale and zero point: one of each, or one for each index of an axis.
struct Affine {
    scale: Array,
    zero: Array,
    /// Where there are several.
    axis: Option<i64>,
}

impl Affine {
    fn of(node: &Node) -> Result<Self, String> {
        let constant = |index: usize, what: &str| {
            let values = node.constant_floats(index)?;
            values.ok_or_else(|| format!("{what} must be a constant"))
        };
        let scale = constant(1, "the scale")?;
        let zero = match node.input(2) {
            Some(_) => constant(2, "the zero point")?,
            None => vec![0.0; scale.len()],
        };
        let count = scale.len();
        if zero.len() != count {
            return Err(format!("{count} scales and {} zero points", zero.len()));
        }
        Ok(Self {
            scale: Array::upload(scale, &[count], node.device)?,
            zero: Array::upload(zero, &[count], node.device)?,
            axis: (count > 1).then(|| node.int("axis", 1)),
        })
    }

    /// Scale and zero point, shaped to broadcast to a tensor of `rank`.
    fn for_rank(&self, rank: usize) -> Result<(Array, Array), String> {
        let mut shape = vec![1; rank.max(1)];
        if let Some(axis) = self.axis {
            shape[axis_index(axis, rank)?] = self.scale.shape()[0];
        }
        let shaped = |array: &Array| array.clone().reshape(&shape);
        Ok((shaped(&self.scale)?, shaped(&self.zero)?))
    }
}

/// `QuantizeLinear`: `round(x / scale) + zero` within the range of the zero point's type, which is
/// uint8 where there is none. Ties go to the even integer.
pub fn quantize(node: &Node) -> Result<Kernel, String> {
    let affine = Affine::of(node)?;
    let (least, most) = match node.constant_element(2).unwrap_or(data_type::UINT8) {
        data_type::UINT8 => (0.0, 255.0),
        data_type::INT8 => (-128.0, 127.0),
        data_type::UINT16 => (0.0, 65535.0),
        data_type::INT16 => (-32768.0, 32767.0),
        other => return Err(format!("zero points of element type {other}")),
    };
    Ok(Box::new(move |mut args: Args| {
        let input = args.array(0)?;
        let (scale, zero) = affine.for_rank(input.rank())?;
        let steps = same_rank!(input, scale, (x, scale) => Array::from((x / scale).round()));
        let integers = same_rank!(steps, zero, (x, zero) => Array::from(x + zero));
        let within = each_rank!(integers, x => Array::from(x.clamp_min(least).clamp_max(most)));
        Ok(vec![within.into()])
    }))
}

/// `DequantizeLinear`: `(q - zero) * scale`.
pub fn dequantize(node: &Node) -> Result<Kernel, String> {
    let affine = Affine::of(node)?;
    let device = node.device.clone();
    Ok(Box::new(move |mut args: Args| {
        let input = floats(args.value(0)?, &device)?;
        let (scale, zero) = affine.for_rank(input.rank())?;
        let centred = same_rank!(input, zero, (q, zero) => Array::from(q - zero));
        let output = same_rank!(centred, scale, (q, scale) => Array::from(q * scale));
        Ok(vec![output.into()])
    }))
}

fn floats(value: Value, device: &Device) -> Result<Array, String> {
    match value {
        Value::Float(array) => Ok(array),
        Value::Int(ints) => {
            let values = ints.data.iter().map(|&value| value as f32).collect();
            Array::upload(values, &ints.shape, device)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Case;
    use super::data_type::{INT8, INT32, UINT8};

    #[test]
    fn values_are_rounded_to_even_and_kept_within_the_type() {
        let case = |kind: i32| {
            Case::new("QuantizeLinear")
                .float(&[5], &[-2.0, 0.25, 0.75, 100.0, 0.5])
                .constant(&[1], &[0.5])
                .constant_integers(kind, &[1])
        };
        case(UINT8).gives(&[5], &[0.0, 1.0, 3.0, 201.0, 2.0]);
        case(INT8).gives(&[5], &[-3.0, 1.0, 3.0, 127.0, 2.0]);
        case(INT32).refused_with("zero points of element type 6");
    }

    #[test]
    fn channels_have_scales_of_their_own() {
        Case::new("DequantizeLinear")
            .int("axis", 0)
            .float(&[2, 2], &[1.0, 2.0, 3.0, 4.0])
            .constant(&[2], &[0.5, 10.0])
            .constant_integers(INT8, &[0, 1])
            .gives(&[2, 2], &[0.5, 1.0, 20.0, 30.0]);
    }
}
