//! Windows that slide over height and width: shared by convolution and pooling.

use crate::engine::burn::node::Node;

/// Strides, dilations and padding of a window over `[height, width]`.
pub struct Window {
    pub stride: [usize; 2],
    pub dilation: [usize; 2],
    pad: Pad,
}

enum Pad {
    Explicit([(usize, usize); 2]),
    /// Output size = input size / stride, rounded up; `upper` puts an odd row or column at the
    /// end.
    Same {
        upper: bool,
    },
}

impl Window {
    /// Reads `strides`, `dilations`, `pads` and `auto_pad`; explicit pads count only where
    /// `auto_pad` is `NOTSET`.
    pub fn of(node: &Node) -> Result<Self, String> {
        let pad = match node.text("auto_pad", "NOTSET").as_str() {
            "" | "NOTSET" => {
                let pads: [usize; 4] = numbers(node, "pads", 0)?;
                Pad::Explicit([(pads[0], pads[2]), (pads[1], pads[3])])
            }
            "VALID" => Pad::Explicit([(0, 0); 2]),
            "SAME_UPPER" => Pad::Same { upper: true },
            "SAME_LOWER" => Pad::Same { upper: false },
            other => return Err(format!("auto_pad {other}")),
        };
        Ok(Self {
            stride: positive(numbers(node, "strides", 1)?, "strides")?,
            dilation: positive(numbers(node, "dilations", 1)?, "dilations")?,
            pad,
        })
    }

    /// Padding as (begin, end) of height and width for a kernel on an input of this size.
    ///
    /// # Errors
    /// When the kernel is larger than the padded input.
    pub fn padding(
        &self,
        input: [usize; 2],
        kernel: [usize; 2],
    ) -> Result<[(usize, usize); 2], String> {
        let mut padding = [(0, 0); 2];
        for side in 0..2 {
            let span = (kernel[side] - 1) * self.dilation[side] + 1;
            padding[side] = match self.pad {
                Pad::Explicit(pads) => pads[side],
                Pad::Same { upper } => {
                    let outputs = input[side].div_ceil(self.stride[side]);
                    let needed = (outputs.max(1) - 1) * self.stride[side] + span;
                    let total = needed.saturating_sub(input[side]);
                    let (small, large) = (total / 2, total.div_ceil(2));
                    if upper {
                        (small, large)
                    } else {
                        (large, small)
                    }
                }
            };
            let padded = input[side] + padding[side].0 + padding[side].1;
            if span > padded {
                return Err(format!(
                    "a window of {span} does not fit an input of {padded} (padding included)"
                ));
            }
        }
        Ok(padding)
    }
}

/// `kernel_shape`, which pooling must give.
pub fn kernel_shape(node: &Node) -> Result<[usize; 2], String> {
    if node.attribute("kernel_shape").is_none() {
        return Err("no kernel_shape".into());
    }
    positive(numbers(node, "kernel_shape", 1)?, "kernel_shape")
}

fn numbers<const N: usize>(
    node: &Node,
    name: &'static str,
    default: usize,
) -> Result<[usize; N], String> {
    let Some(ints) = node.ints(name).filter(|ints| !ints.is_empty()) else {
        return Ok([default; N]);
    };
    let refused = || format!("{name} {ints:?} (only height and width, not negative)");
    let sizes = ints
        .iter()
        .map(|&i| usize::try_from(i))
        .collect::<Result<Vec<_>, _>>();
    sizes
        .ok()
        .and_then(|sizes| sizes.try_into().ok())
        .ok_or_else(refused)
}

fn positive(sizes: [usize; 2], name: &'static str) -> Result<[usize; 2], String> {
    if sizes.contains(&0) {
        Err(format!("{name} {sizes:?}"))
    } else {
        Ok(sizes)
    }
}
