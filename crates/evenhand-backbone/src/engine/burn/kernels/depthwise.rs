//! Convolutions with a kernel for each channel.
//!
//! A plane is laid out with its padding, row behind row, so that what lies under one place of the
//! kernel is one span of numbers for all outputs; at the ends of rows a span has numbers that belong to no
//! output. With strides, every n-th row and column is a plane of its own: a *phase*.

use super::convolution::InputGradients;
use super::layout::{LANES, by_channel, by_image, contiguous, dims, floats, sum};
use burn::backend::flex::FlexTensor;
use burn::tensor::TensorData;
use pulp::Arch;
use rayon::prelude::*;

/// Channels that a thread takes at least.
const CHANNELS: usize = 16;

/// Where the numbers of planes lie.
#[derive(Debug)]
pub struct Geometry {
    /// Height and width of inputs and outputs.
    input: [usize; 2],
    output: [usize; 2],
    /// The size of a phase, and of all.
    phase: usize,
    padded: usize,
    /// For each pixel of the input, its place in the padded plane.
    places: Vec<usize>,
    /// From one row of a phase to the next.
    row: usize,
    /// For each place of the kernel, the start of the span that lies under it.
    offsets: Vec<usize>,
}

impl Geometry {
    pub fn new(
        input: [usize; 2],
        kernel: [usize; 2],
        stride: [usize; 2],
        padding: [(usize, usize); 2],
    ) -> Self {
        let output = [0, 1].map(|side| {
            let (begin, end) = padding[side];
            (input[side] + begin + end - kernel[side]) / stride[side] + 1
        });
        // Of a phase: as far as any place of the kernel reaches.
        let [rows, row] = [0, 1].map(|side| output[side] + (kernel[side] - 1) / stride[side]);
        let place = |y: usize, x: usize| {
            let phase = y % stride[0] * stride[1] + x % stride[1];
            (phase * rows + y / stride[0]) * row + x / stride[1]
        };
        let phase = rows * row;
        let padded = stride[0] * stride[1] * phase;
        let places = pairs(input).map(|(y, x)| {
            let (y, x) = (y + padding[0].0, x + padding[1].0);
            // Behind the last place: pixels that no output sees.
            let is_seen = y / stride[0] < rows && x / stride[1] < row;
            if is_seen { place(y, x) } else { padded }
        });
        Self {
            input,
            output,
            phase,
            padded,
            places: places.collect(),
            row,
            offsets: pairs(kernel).map(|(y, x)| place(y, x)).collect(),
        }
    }

    /// From the first output to the last, in a padded plane.
    fn span(&self) -> usize {
        (self.output[0] - 1) * self.row + self.output[1]
    }

    /// The start of each span, with its weight.
    #[inline(always)]
    fn offsets(&self, weight: &[f32]) -> impl Iterator<Item = (usize, f32)> + Clone {
        self.offsets.iter().copied().zip(weight.iter().copied())
    }

    /// A padded plane of zeros. Behind it: pixels that no output sees, and what is read past its end.
    fn blank(&self) -> Vec<f32> {
        vec![0.0; self.padded + LANES]
    }

    #[inline(always)]
    fn pad(&self, plane: &[f32], padded: &mut [f32]) {
        for (&place, &value) in self.places.iter().zip(plane) {
            padded[place] = value;
        }
    }
}

fn pairs([rows, columns]: [usize; 2]) -> impl Iterator<Item = (usize, usize)> {
    (0..rows).flat_map(move |row| (0..columns).map(move |column| (row, column)))
}

pub fn forward(
    input: &FlexTensor,
    weight: &FlexTensor,
    bias: &FlexTensor,
    geometry: &Geometry,
) -> FlexTensor {
    let [images, channels, ..] = dims(input);
    let (input, weight, bias) = (by_channel(input), contiguous(weight), contiguous(bias));
    let [pixels, outputs] = [geometry.input, geometry.output].map(|[rows, row]| rows * row);
    let mut planes = vec![0.0; channels * images * outputs];
    let arch = Arch::new();
    planes
        .par_chunks_exact_mut(images * outputs)
        .zip(floats(&input).par_chunks_exact(images * pixels))
        .zip(floats(&weight).par_chunks_exact(geometry.offsets.len()))
        .zip(floats(&bias))
        .with_min_len(CHANNELS)
        .for_each_init(
            || (geometry.blank(), vec![0.0; geometry.span() + LANES]),
            |(padded, span), (((outputs_of, input), weight), &bias)| {
                arch.dispatch(|| {
                    let offsets = geometry.offsets(weight);
                    let inputs = input.chunks_exact(pixels);
                    for (output, plane) in outputs_of.chunks_exact_mut(outputs).zip(inputs) {
                        geometry.pad(plane, padded);
                        correlate(padded, offsets.clone(), bias, span, geometry.span());
                        let rows = output.chunks_exact_mut(geometry.output[1]);
                        for (row, span) in rows.zip(span.chunks(geometry.row)) {
                            row.copy_from_slice(&span[..row.len()]);
                        }
                    }
                });
            },
        );
    let [height, width] = geometry.output;
    by_image(planes, [channels, images, height, width])
}

pub fn backward(
    input: &FlexTensor,
    weight: &FlexTensor,
    gradient: &FlexTensor,
    geometry: &Geometry,
    wants_input: bool,
) -> InputGradients {
    let [images, channels, height, width] = dims(input);
    let (input, gradient) = (by_channel(input), by_channel(gradient));
    let shape = weight.layout().shape().clone();
    let weight = contiguous(weight);
    let [pixels, outputs] = [geometry.input, geometry.output].map(|[rows, row]| rows * row);
    let offsets = geometry.offsets.len();
    let mut of_input = vec![0.0; channels * images * pixels];
    let mut of_weight = vec![0.0; channels * offsets];
    let mut of_bias = vec![0.0; channels];
    let arch = Arch::new();
    of_input
        .par_chunks_exact_mut(images * pixels)
        .zip(of_weight.par_chunks_exact_mut(offsets))
        .zip(&mut of_bias)
        .zip(floats(&input).par_chunks_exact(images * pixels))
        .zip(floats(&gradient).par_chunks_exact(images * outputs))
        .zip(floats(&weight).par_chunks_exact(offsets))
        .with_min_len(CHANNELS)
        .for_each_init(
            || Channel::new(geometry),
            |channel, (((((of_input, of_weight), of_bias), input), gradient), weight)| {
                arch.dispatch(|| {
                    *of_bias = sum(gradient);
                    channel.sums.fill([0.0; LANES]);
                    let planes = input
                        .chunks_exact(pixels)
                        .zip(gradient.chunks_exact(outputs));
                    for (of_plane, (plane, gradient)) in
                        of_input.chunks_exact_mut(pixels).zip(planes)
                    {
                        channel.take(plane, gradient);
                        channel.add_to_weights();
                        if wants_input {
                            channel.give_to_input(weight, of_plane);
                        }
                    }
                    for (weight, lanes) in of_weight.iter_mut().zip(&channel.sums) {
                        *weight = lanes.iter().sum();
                    }
                });
            },
        );
    let bias = TensorData::new(of_bias, [channels]);
    InputGradients {
        input: wants_input.then(|| by_image(of_input, [channels, images, height, width])),
        weight: FlexTensor::from_data(TensorData::new(of_weight, shape)),
        bias: FlexTensor::from_data(bias),
    }
}

/// The backward pass of a channel, plane by plane.
struct Channel<'a> {
    geometry: &'a Geometry,
    padded: Vec<f32>,
    /// The gradient of the output as a span, with zeros between rows, before and behind.
    gradient: Vec<f32>,
    /// How many zeros there are before them.
    lead: usize,
    /// The gradient of a padded plane.
    of_padded: Vec<f32>,
    /// For each weight, its gradient in parts.
    sums: Vec<[f32; LANES]>,
}

impl<'a> Channel<'a> {
    fn new(geometry: &'a Geometry) -> Self {
        let lead = geometry.offsets.iter().max().copied().unwrap_or(0);
        Self {
            geometry,
            padded: geometry.blank(),
            gradient: vec![0.0; lead + geometry.padded + LANES],
            lead,
            of_padded: geometry.blank(),
            sums: vec![[0.0; LANES]; geometry.offsets.len()],
        }
    }

    #[inline(always)]
    fn take(&mut self, plane: &[f32], gradient: &[f32]) {
        self.geometry.pad(plane, &mut self.padded);
        let rows = self.gradient[self.lead..].chunks_mut(self.geometry.row);
        for (row, gradient) in rows.zip(gradient.chunks_exact(self.geometry.output[1])) {
            row[..gradient.len()].copy_from_slice(gradient);
        }
    }

    /// A weight's gradient: what lies under its place times the gradient of the output.
    #[inline(always)]
    fn add_to_weights(&mut self) {
        for (&offset, sums) in self.geometry.offsets.iter().zip(&mut self.sums) {
            let mut lanes = *sums;
            for at in (0..self.geometry.span()).step_by(LANES) {
                let gradient = lanes_at(&self.gradient, self.lead + at);
                let under = lanes_at(&self.padded, offset + at);
                for lane in 0..LANES {
                    lanes[lane] += gradient[lane] * under[lane];
                }
            }
            *sums = lanes;
        }
    }

    /// A pixel's gradient: of each place of the kernel the weight times the gradient of the output that
    /// sees the pixel there. A phase is seen from its own places only.
    #[inline(always)]
    fn give_to_input(&mut self, weight: &[f32], of_plane: &mut [f32]) {
        let Geometry { padded, phase, .. } = *self.geometry;
        // From the first on: what lies behind a phase is overwritten by the next.
        for start in (0..padded).step_by(phase) {
            let offsets = self.geometry.offsets(weight);
            let own = offsets.filter(|(offset, _)| (start..start + phase).contains(offset));
            let lead = self.lead + start;
            let seen = own.map(|(offset, weight)| (lead - offset, weight));
            let of_phase = &mut self.of_padded[start..];
            correlate(&self.gradient, seen, 0.0, of_phase, phase);
        }
        self.of_padded[padded] = 0.0;
        for (pixel, &place) in of_plane.iter_mut().zip(&self.geometry.places) {
            *pixel = self.of_padded[place];
        }
    }
}

/// `start` and the sum of weights times the spans of `source` that begin at their offsets: `len` numbers,
/// and behind them fewer than `LANES` of no meaning.
#[inline(always)]
fn correlate(
    source: &[f32],
    offsets: impl Iterator<Item = (usize, f32)> + Clone,
    start: f32,
    sums: &mut [f32],
    len: usize,
) {
    for at in (0..len).step_by(LANES) {
        let mut lanes = [start; LANES];
        for (offset, weight) in offsets.clone() {
            let under = lanes_at(source, offset + at);
            for lane in 0..LANES {
                lanes[lane] += weight * under[lane];
            }
        }
        sums[at..at + LANES].copy_from_slice(&lanes);
    }
}

#[inline(always)]
fn lanes_at(values: &[f32], at: usize) -> &[f32; LANES] {
    let lanes = values[at..at + LANES].first_chunk();
    lanes.expect("a slice of as many")
}
