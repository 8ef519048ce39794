//! Shapes of what slides over height and width, scales them, or puts a border around them.

use super::fact::{Fact, axis};
use crate::graph::read::{attribute, int, ints};
use crate::onnx::NodeProto;

/// The shape of a convolution's output, or of pooling where there is no weight.
pub fn slid(node: &NodeProto, data: &Fact, weight: Option<&Fact>) -> Option<Vec<u64>> {
    let shape = data.shape.as_ref()?;
    let (images, sides) = (*shape.first()?, shape.get(2..)?);
    let (channels, kernel) = match weight {
        Some(weight) => {
            let weight = weight.shape.as_ref()?;
            (*weight.first()?, weight.get(2..)?.to_vec())
        }
        None => (
            *shape.get(1)?,
            numbers(node, "kernel_shape", sides.len(), 1)?,
        ),
    };
    let window = Window::of(node, sides.len())?;
    let ceiling = int(node, "ceil_mode", 0) != 0;
    let side = |at: usize| {
        let span = kernel
            .get(at)?
            .saturating_sub(1)
            .saturating_mul(window.dilations[at]);
        let stride = window.strides[at].max(1);
        Some(match window.same {
            true => sides[at].div_ceil(stride),
            false => {
                let padded = sides[at].saturating_add(window.pads[at]);
                let free = padded.saturating_sub(span.saturating_add(1));
                let steps = if ceiling {
                    free.div_ceil(stride)
                } else {
                    free / stride
                };
                steps.saturating_add(1)
            }
        })
    };
    let sides: Option<Vec<u64>> = (0..sides.len()).map(side).collect();
    Some([vec![images, channels], sides?].concat())
}

/// The shape of a transposed convolution's output.
pub fn transposed(node: &NodeProto, data: &Fact, weight: &Fact) -> Option<Vec<u64>> {
    let (shape, weight) = (data.shape.as_ref()?, weight.shape.as_ref()?);
    let (sides, kernel) = (shape.get(2..)?, weight.get(2..)?);
    let window = Window::of(node, sides.len())?;
    let extra = numbers(node, "output_padding", sides.len(), 0)?;
    let asked = ints(node, "output_shape").filter(|sizes| sizes.len() == sides.len());
    let side = |at: usize| {
        if let Some(asked) = asked {
            return u64::try_from(asked[at]).ok();
        }
        let strides = sides[at]
            .saturating_sub(1)
            .saturating_mul(window.strides[at]);
        let span = kernel
            .get(at)?
            .saturating_sub(1)
            .saturating_mul(window.dilations[at]);
        let whole = strides
            .saturating_add(span)
            .saturating_add(1)
            .saturating_add(extra[at]);
        Some(whole.saturating_sub(window.pads[at]))
    };
    let sides: Option<Vec<u64>> = (0..sides.len()).map(side).collect();
    let groups = u64::try_from(int(node, "group", 1)).ok()?;
    let channels = weight.get(1)?.saturating_mul(groups);
    Some([vec![*shape.first()?, channels], sides?].concat())
}

struct Window {
    strides: Vec<u64>,
    dilations: Vec<u64>,
    /// Of both ends together.
    pads: Vec<u64>,
    same: bool,
}

impl Window {
    fn of(node: &NodeProto, rank: usize) -> Option<Self> {
        let automatic = attribute(node, "auto_pad").map_or(&b""[..], |attribute| &attribute.s);
        let pads = match automatic {
            b"" | b"NOTSET" => numbers(node, "pads", 2 * rank, 0)?,
            _ => vec![0; 2 * rank],
        };
        let both = |at: usize| pads[at].saturating_add(pads[at + rank]);
        Some(Self {
            strides: numbers(node, "strides", rank, 1)?,
            dilations: numbers(node, "dilations", rank, 1)?,
            pads: (0..rank).map(both).collect(),
            same: automatic.starts_with(b"SAME"),
        })
    }
}

/// An attribute of `count` sizes; `None` for one of another length.
fn numbers(node: &NodeProto, name: &str, count: usize, default: u64) -> Option<Vec<u64>> {
    match ints(node, name) {
        None | Some([]) => Some(vec![default; count]),
        Some(values) if values.len() == count => {
            Some(values.iter().map(|&value| value.max(0) as u64).collect())
        }
        Some(_) => None,
    }
}

/// `Pad`: the pads are an input, or an attribute of old models.
pub fn padded(node: &NodeProto, inputs: &[Fact]) -> Option<Vec<u64>> {
    let shape = inputs.first()?.shape.as_ref()?;
    let pads = match ints(node, "pads") {
        Some(pads) => pads.to_vec(),
        None => inputs.get(1)?.integers()?,
    };
    let axes: Vec<usize> = match inputs.get(3).filter(|axes| axes.shape.is_some()) {
        Some(axes) => (axes.integers()?.into_iter())
            .map(|at| axis(at, shape.len()))
            .collect::<Option<_>>()?,
        None => (0..shape.len()).collect(),
    };
    let mut padded = shape.clone();
    for (at, &of) in axes.iter().enumerate() {
        let ends = [pads.get(at)?, pads.get(at + axes.len())?];
        for &&pad in &ends {
            padded[of] = padded[of].saturating_add_signed(pad);
        }
    }
    Some(padded)
}

/// `Resize` and `Upsample`: to sizes, or by scales.
pub fn resized(node: &NodeProto, inputs: &[Fact]) -> Option<Vec<u64>> {
    let shape = inputs.first()?.shape.as_ref()?;
    let (scales, sizes) = match (node.op_type.as_str(), inputs) {
        ("Resize", [_, scales]) | ("Upsample", [_, scales]) => (Some(scales), None),
        ("Resize", [_, _, scales]) => (Some(scales), None),
        ("Resize", [_, _, scales, sizes]) => (Some(scales), Some(sizes)),
        _ => (None, None),
    };
    let axes: Vec<usize> = match ints(node, "axes") {
        Some(axes) => axes
            .iter()
            .map(|&at| axis(at, shape.len()))
            .collect::<Option<_>>()?,
        None => (0..shape.len()).collect(),
    };
    let mut resized = shape.clone();
    let sizes = sizes
        .and_then(Fact::sizes)
        .filter(|sizes| !sizes.is_empty());
    let scales = scales.and_then(|scales| scales.values.clone());
    for (at, &of) in axes.iter().enumerate() {
        resized[of] = match (&sizes, &scales) {
            (Some(sizes), _) => *sizes.get(at)?,
            (None, Some(scales)) => (resized[of] as f64 * scales.get(at)?) as u64,
            (None, None) => {
                let scales = &attribute(node, "scales")?.floats;
                (resized[of] as f64 * f64::from(*scales.get(at)?)) as u64
            }
        };
    }
    Some(resized)
}
