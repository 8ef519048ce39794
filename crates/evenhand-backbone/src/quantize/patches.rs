//! Inputs of a layer's weights, sampled in a few places of every calibration image: means and
//! covariances over windows of its input.

use crate::engine::tensor::{Data, HostTensor};
use crate::graph::quantize::Weight;
use crate::graph::read;
use crate::onnx::NodeProto;

/// Windows looked at in an image.
const WINDOWS: usize = 16;
/// More weights than these for one output have no covariance collected: their errors average out, and
/// it would be large.
const MOST: usize = 320;

/// Sums over windows, one set for each group of a grouped convolution.
#[derive(Debug, Clone)]
pub struct Patches {
    window: Window,
    groups: usize,
    /// Inputs of one output.
    k: usize,
    windows: usize,
    images: usize,
    sums: Vec<f32>,
    products: Vec<f32>,
    /// Scratch.
    row: Vec<f32>,
}

/// The mean `[k]` and the covariance `[k, k]` of what a layer's weights are multiplied with; without
/// the covariance, where it was too large to collect.
#[derive(Clone, Copy)]
pub struct Moments<'a> {
    pub mean: &'a [f32],
    pub covariance: Option<&'a [f32]>,
}

/// How a layer moves over its input.
#[derive(Debug, Clone, PartialEq)]
enum Window {
    /// One row of `[N, k]`.
    Row,
    Conv {
        kernel: [usize; 2],
        strides: [usize; 2],
        dilations: [usize; 2],
        /// Above and to the left.
        pads: [usize; 2],
    },
}

impl Patches {
    /// `None` for layers of other shapes than convolutions of images and products of rows.
    pub fn of(node: &NodeProto, weight: &Weight) -> Option<Self> {
        let pair = |name: &str, default: i64| -> Option<[usize; 2]> {
            let values = read::ints(node, name).map_or(vec![default; 2], <[i64]>::to_vec);
            let [first, second] = values[..] else {
                return None;
            };
            Some([first.try_into().ok()?, second.try_into().ok()?])
        };
        let (window, groups, k) = match (node.op_type.as_str(), &weight.dims[..]) {
            ("Conv", &[_, inputs, height, width]) => {
                let auto = read::attribute(node, "auto_pad").map(|attribute| &attribute.s[..]);
                if !matches!(auto, None | Some(b"NOTSET" | b"VALID")) {
                    return None;
                }
                let pads = read::ints(node, "pads").map_or(vec![0; 4], <[i64]>::to_vec);
                let window = Window::Conv {
                    kernel: [height, width],
                    strides: pair("strides", 1)?,
                    dilations: pair("dilations", 1)?,
                    pads: [
                        (*pads.first()?).try_into().ok()?,
                        (*pads.get(1)?).try_into().ok()?,
                    ],
                };
                let groups = read::int(node, "group", 1).try_into().ok()?;
                (window, groups, inputs * height * width)
            }
            ("Gemm" | "MatMul", &[a, b]) => (Window::Row, 1, if weight.axis == 0 { b } else { a }),
            _ => return None,
        };
        let products = if k <= MOST { groups * k * k } else { 0 };
        Some(Self {
            window,
            groups,
            k,
            windows: 0,
            images: 0,
            sums: vec![0.0; groups * k],
            products: vec![0.0; products],
            row: vec![0.0; k],
        })
    }

    /// Looks at the layer's input for one image.
    pub fn add(&mut self, input: &HostTensor) {
        let Data::Float(values) = &input.data else {
            return;
        };
        match (self.window.clone(), &input.shape[..]) {
            (Window::Row, &[1, width]) if width == self.k => {
                self.row.copy_from_slice(values);
                self.take_in(0);
                self.windows += 1;
            }
            (Window::Conv { .. }, &[1, channels, height, width]) => {
                let [rows, columns] = self.positions(height, width);
                for sample in 0..WINDOWS {
                    // The golden ratio spreads any number of samples evenly.
                    let share = (self.images * WINDOWS + sample) as f64 * 0.618_033_988_749_895;
                    let place = (share.fract() * (rows * columns) as f64) as usize;
                    for group in 0..self.groups {
                        let at = [place / columns, place % columns];
                        self.cut_out(values, [channels, height, width], group, at);
                        self.take_in(group);
                    }
                    self.windows += 1;
                }
            }
            _ => {}
        }
        self.images += 1;
    }

    /// Moments of the inputs of output channel `channel` of `channels`.
    pub(super) fn moments(&self, channel: usize, channels: usize) -> Moments<'_> {
        let group = channel * self.groups / channels.max(1);
        let k = self.k;
        Moments {
            mean: &self.sums[group * k..(group + 1) * k],
            covariance: self
                .products
                .get(group * k * k..(group + 1) * k * k)
                .filter(|c| !c.is_empty()),
        }
    }

    /// Turns sums into means and covariances. `None` where there was nothing to look at.
    pub fn finish(mut self) -> Option<Self> {
        let (n, k) = (self.windows as f32, self.k);
        if self.windows < 2 {
            return None;
        }
        self.sums.iter_mut().for_each(|sum| *sum /= n);
        for (mean, products) in self.sums.chunks(k).zip(self.products.chunks_mut(k * k)) {
            for (at, product) in products.iter_mut().enumerate() {
                *product = *product / n - mean[at / k] * mean[at % k];
            }
            // A little of its own for every input: few windows make some look alike that are not.
            let trace: f32 = (0..k).map(|at| products[at * k + at]).sum();
            for at in 0..k {
                products[at * k + at] += 1e-3 * trace / k as f32 + f32::MIN_POSITIVE;
            }
        }
        Some(self)
    }

    /// The number of places of the window, down and across, without those that hang over the far edge.
    fn positions(&self, height: usize, width: usize) -> [usize; 2] {
        let Window::Conv {
            kernel,
            strides,
            dilations,
            pads,
        } = &self.window
        else {
            return [1, 1];
        };
        [0, 1].map(|axis| {
            let size = [height, width][axis] + pads[axis];
            let span = dilations[axis] * (kernel[axis] - 1) + 1;
            size.saturating_sub(span) / strides[axis].max(1) + 1
        })
    }

    /// Copies a window to `row`, in the order of the weights; beyond the edge is 0.
    fn cut_out(&mut self, values: &[f32], dims: [usize; 3], group: usize, at: [usize; 2]) {
        let Window::Conv {
            kernel,
            strides,
            dilations,
            pads,
        } = &self.window
        else {
            return;
        };
        let [channels, height, width] = dims;
        let inputs = channels / self.groups;
        let mut row = self.row.iter_mut();
        for channel in group * inputs..(group + 1) * inputs {
            for down in 0..kernel[0] {
                let y = (at[0] * strides[0] + down * dilations[0]).wrapping_sub(pads[0]);
                for across in 0..kernel[1] {
                    let x = (at[1] * strides[1] + across * dilations[1]).wrapping_sub(pads[1]);
                    let inside = y < height && x < width;
                    if let Some(entry) = row.next() {
                        *entry = if inside {
                            values[(channel * height + y) * width + x]
                        } else {
                            0.0
                        };
                    }
                }
            }
        }
    }

    fn take_in(&mut self, group: usize) {
        let k = self.k;
        let row = &self.row;
        let sums = &mut self.sums[group * k..(group + 1) * k];
        sums.iter_mut()
            .zip(row)
            .for_each(|(sum, value)| *sum += value);
        if self.products.is_empty() {
            return;
        }
        let products = &mut self.products[group * k * k..(group + 1) * k * k];
        for (products, &left) in products.chunks_mut(k).zip(row) {
            if left != 0.0 {
                products
                    .iter_mut()
                    .zip(row)
                    .for_each(|(sum, right)| *sum += left * right);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::graph::build::{int, ints, node};
    use super::*;

    fn weight(dims: &[usize]) -> Weight {
        Weight {
            tensor: "w".into(),
            dims: dims.to_vec(),
            axis: 0,
        }
    }

    #[test]
    fn windows_are_what_the_convolution_multiplies() {
        let conv = node(
            "Conv",
            &["x", "w"],
            "y",
            [
                ints("strides", &[2, 2]),
                ints("pads", &[1, 1, 1, 1]),
                int("group", 2),
            ],
        );
        let mut patches = Patches::of(&conv, &weight(&[2, 1, 3, 3])).unwrap();
        assert_eq!(patches.positions(4, 4), [2, 2]);
        let values: Vec<f32> = (0..32).map(|value| value as f32).collect();
        patches.cut_out(&values, [2, 4, 4], 0, [0, 0]);
        assert_eq!(patches.row, [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 4.0, 5.0]);
        patches.cut_out(&values, [2, 4, 4], 1, [1, 1]);
        assert_eq!(
            patches.row,
            [21.0, 22.0, 23.0, 25.0, 26.0, 27.0, 29.0, 30.0, 31.0]
        );
    }

    #[test]
    fn moments_are_those_of_the_rows() {
        let gemm = node("Gemm", &["x", "w"], "y", [int("transB", 1)]);
        let mut patches = Patches::of(&gemm, &weight(&[3, 2])).unwrap();
        for row in [[1.0, 2.0], [3.0, 6.0]] {
            patches.add(&HostTensor::float(&[1, 2], row.to_vec()));
        }
        let patches = patches.finish().unwrap();
        let Moments { mean, covariance } = patches.moments(0, 3);
        assert_eq!(mean, [2.0, 4.0]);
        let near = |got: f32, want: f32| (got - want).abs() < 0.01;
        let covariance = covariance.unwrap();
        assert!(near(covariance[0], 1.0) && near(covariance[1], 2.0) && near(covariance[3], 4.0));
    }
}
