//! The sums over rows that fitting needs: loss, gradient, and products of columns.
//!
//! Rows are summed up by chunks whose size does not depend on the number of threads, and chunks are added in their
//! order: the same bytes on any number of threads.

use crate::encode::Design;
use evenhand_stats::stats::gram::{add, add_products, dot, pack, padded, wide};
use rayon::prelude::*;
use std::ops::Range;

/// Rows that are standardised at a time: at most, and as many as the fastest memory holds.
const BLOCK: usize = 64;
const FAST_NUMBERS: usize = 4096;
/// Rows of a chunk, at least.
const CHUNK: usize = 2048;
/// Numbers that the sums of all chunks may take.
const MOST_NUMBERS: usize = 1 << 22;
/// Chunks, at most.
const MOST_CHUNKS: usize = 256;

/// Rows to fit to. Coefficients are `[outputs, stride]`: the intercept, one for each column of the design, and zeros.
pub struct Problem<'a> {
    design: &'a Design,
    /// One over the scale of each column.
    inverse_scale: Vec<f64>,
    pub labels: Vec<usize>,
    pub weights: Vec<f64>,
    /// Margins that a model is added to, `[rows, outputs]`; empty where they are 0.
    pub offsets: Vec<f64>,
    pub outputs: usize,
    /// Each n-th row of the design takes part.
    step: usize,
}

/// The loss and its slopes at some coefficients.
#[derive(Debug, Clone)]
pub struct Slopes {
    /// `-Σ w ln(probability of the label)`.
    pub loss: f64,
    pub gradient: Vec<f64>,
    /// `[rows, outputs]`.
    pub probabilities: Vec<f64>,
    /// True if each row has its label's probability as the largest.
    pub all_right: bool,
}

/// The rows of a chunk as far as they are summed up.
struct Partial {
    loss: f64,
    gradient: Vec<f64>,
    probabilities: Vec<f64>,
    all_right: bool,
}

impl<'a> Problem<'a> {
    /// Labels, weights and offsets are by row of the design.
    pub fn new(
        design: &'a Design,
        labels: Vec<usize>,
        weights: Vec<f64>,
        offsets: Vec<f64>,
        outputs: usize,
    ) -> Self {
        Self {
            inverse_scale: design.scale.iter().map(|scale| scale.recip()).collect(),
            design,
            labels,
            weights,
            offsets,
            outputs,
            step: 1,
        }
    }

    /// The same problem by each n-th row, which count for those between them.
    pub fn thinned(&self, step: usize) -> Self {
        let rows = || (0..self.labels.len()).step_by(step);
        let factor = self.labels.len() as f64 / rows().count() as f64;
        let outputs = self.outputs;
        let offsets = rows().filter(|_| !self.offsets.is_empty());
        let offsets = offsets.flat_map(|row| &self.offsets[row * outputs..(row + 1) * outputs]);
        Self {
            design: self.design,
            inverse_scale: self.inverse_scale.clone(),
            labels: rows().map(|row| self.labels[row]).collect(),
            weights: rows().map(|row| factor * self.weights[row]).collect(),
            offsets: offsets.copied().collect(),
            outputs,
            step: self.step * step,
        }
    }

    /// The design matrix of some columns.
    pub fn selected(&self, columns: &[usize]) -> Design {
        let rows = (0..self.rows()).flat_map(|row| {
            let start = row * self.step * self.design.width;
            columns
                .iter()
                .map(move |column| self.design.values[start + column])
        });
        Design {
            values: rows.collect(),
            width: columns.len(),
            centre: columns.iter().map(|&at| self.design.centre[at]).collect(),
            scale: columns.iter().map(|&at| self.design.scale[at]).collect(),
        }
    }

    pub fn rows(&self) -> usize {
        self.labels.len()
    }

    /// The intercept and the columns of the design.
    pub fn size(&self) -> usize {
        self.design.width + 1
    }

    /// Numbers from one output's coefficients to the next one's.
    pub fn stride(&self) -> usize {
        padded(self.size())
    }

    pub fn weight(&self) -> f64 {
        self.weights.iter().sum()
    }

    /// Standardises rows: 1 for the intercept, the columns, and zeros.
    #[inline(always)]
    fn fill(&self, rows: Range<usize>, z: &mut [f64]) {
        let width = self.design.width;
        for (z, row) in z.chunks_exact_mut(self.stride()).zip(rows) {
            let start = row * self.step * width;
            z[0] = 1.0;
            let x = &self.design.values[start..start + width];
            let by = self.design.centre.iter().zip(&self.inverse_scale);
            for ((z, x), (centre, factor)) in z[1..].iter_mut().zip(x).zip(by) {
                *z = (f64::from(*x) - centre) * factor;
            }
        }
    }

    /// Sums over rows by chunk and, within, by blocks of so many rows. Sums of a chunk are of `numbers` numbers.
    fn by_chunk<T: Send>(
        &self,
        numbers: usize,
        block: usize,
        start: impl Fn(usize) -> T + Sync,
        each: impl Fn(&mut T, Range<usize>, &mut [f64]) + Sync,
    ) -> Vec<T> {
        let stride = self.stride();
        let chunks = (MOST_NUMBERS / numbers).clamp(4, MOST_CHUNKS);
        let chunk = self.rows().div_ceil(chunks).max(CHUNK);
        let starts: Vec<usize> = (0..self.rows()).step_by(chunk).collect();
        let of_chunk = |from: usize| {
            let to = self.rows().min(from + chunk);
            let mut sums = start(to - from);
            let mut z = vec![0.0; block * stride];
            for first in (from..to).step_by(block) {
                let rows = first..to.min(first + block);
                let z = &mut z[..rows.len() * stride];
                wide(
                    #[inline(always)]
                    || self.fill(rows.clone(), z),
                );
                each(&mut sums, rows, z);
            }
            sums
        };
        starts.into_par_iter().map(of_chunk).collect()
    }

    /// Loss, gradient and probabilities at some coefficients.
    pub fn slopes(&self, theta: &[f64]) -> Slopes {
        let start = |rows: usize| Partial {
            loss: 0.0,
            gradient: vec![0.0; theta.len()],
            probabilities: Vec::with_capacity(rows * self.outputs),
            all_right: true,
        };
        let block = (FAST_NUMBERS / self.stride()).clamp(2, BLOCK);
        let parts = self.by_chunk(theta.len(), block, start, |sums, rows, z| {
            wide(
                #[inline(always)]
                || self.add_slopes(sums, theta, rows.clone(), z),
            );
        });
        let mut all = Slopes {
            loss: 0.0,
            gradient: vec![0.0; theta.len()],
            probabilities: Vec::with_capacity(self.rows() * self.outputs),
            all_right: true,
        };
        for part in parts {
            all.loss += part.loss;
            add(&mut all.gradient, 1.0, &part.gradient);
            all.probabilities.extend(part.probabilities);
            all.all_right &= part.all_right;
        }
        all
    }

    #[inline(always)]
    fn add_slopes(&self, sums: &mut Partial, theta: &[f64], rows: Range<usize>, z: &[f64]) {
        let (stride, outputs) = (self.stride(), self.outputs);
        let mut margins = vec![0.0; outputs];
        for (z, row) in z.chunks_exact(stride).zip(rows) {
            for (output, margin) in margins.iter_mut().enumerate() {
                *margin = dot(z, &theta[output * stride..(output + 1) * stride]);
            }
            if let Some(offsets) = self.offsets.get(row * outputs..(row + 1) * outputs) {
                add(&mut margins, 1.0, offsets);
            }
            let loss = probabilities(&mut margins, self.labels[row], &mut sums.all_right);
            sums.loss += self.weights[row] * loss;
            for (output, residual) in self.residuals(row, &margins).enumerate() {
                let into = &mut sums.gradient[output * stride..(output + 1) * stride];
                add(into, residual, z);
            }
            sums.probabilities.extend_from_slice(&margins);
        }
    }

    /// By output, the weighted probability of a row less its label.
    #[inline(always)]
    pub fn residuals(&self, row: usize, probabilities: &[f64]) -> impl Iterator<Item = f64> {
        let (label, weight, outputs) = (self.labels[row], self.weights[row], self.outputs);
        let of = probabilities[..outputs].iter().enumerate();
        of.map(move |(output, probability)| {
            let is_label = label == output + usize::from(outputs == 1);
            weight * (probability - f64::from(u8::from(is_label)))
        })
    }

    /// A number of a standardised row: the intercept's 1, or a column.
    pub fn at(&self, row: usize, column: usize) -> f64 {
        match column {
            0 => 1.0,
            _ => self.design.at(row * self.step, column - 1),
        }
    }

    /// `Σ of_row z zᵀ`, of numbers that are not negative: the upper triangle of `[stride, stride]`.
    pub fn gram(&self, of_row: impl Fn(usize) -> f64 + Sync) -> Vec<f64> {
        let stride = self.stride();
        let start = |_| (vec![0.0; stride * stride], vec![0.0; BLOCK * stride]);
        let parts = self.by_chunk(stride * stride, BLOCK, start, |(gram, panels), rows, z| {
            let panels = &mut panels[..z.len()];
            pack(z, stride, rows.map(|row| of_row(row).sqrt()), panels);
            wide(
                #[inline(always)]
                || add_products(gram, panels, stride),
            );
        });
        let mut parts = parts.into_iter().map(|(gram, _)| gram);
        let mut gram = parts.next().unwrap_or_else(|| start(0).0);
        parts.for_each(|part| add(&mut gram, 1.0, &part));
        gram
    }
}

/// Turns margins into probabilities, and gives the loss of a row.
#[inline(always)]
fn probabilities(margins: &mut [f64], label: usize, all_right: &mut bool) -> f64 {
    if let [margin] = margins {
        let towards = if label == 1 { *margin } else { -*margin };
        *all_right &= towards > 0.0;
        let small = (-margin.abs()).exp();
        let likely = 1.0 / (1.0 + small);
        *margin = if *margin > 0.0 {
            likely
        } else {
            small * likely
        };
        return small.ln_1p() + f64::max(-towards, 0.0);
    }
    let of_label = margins[label];
    let most = margins.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let others = margins.iter().enumerate();
    *all_right &= others
        .filter(|(at, margin)| *at != label && **margin >= of_label)
        .count()
        == 0;
    let mut sum = 0.0;
    for margin in margins.iter_mut() {
        *margin = (*margin - most).exp();
        sum += *margin;
    }
    margins.iter_mut().for_each(|margin| *margin /= sum);
    sum.ln() + most - of_label
}

/// Turns the margins of a row into probabilities, `[outputs]`, and gives its loss, `-ln` of that of the label.
pub fn loss_of_row(margins: &mut [f64], label: usize) -> f64 {
    probabilities(margins, label, &mut true)
}

/// Probabilities of a row's classes from its margins.
pub fn class_probabilities(margins: &[f64], into: &mut Vec<f32>) {
    let mut own = margins.to_vec();
    probabilities(&mut own, 0, &mut true);
    match own[..] {
        [second] => into.extend([(1.0 - second) as f32, second as f32]),
        _ => into.extend(own.iter().map(|of| *of as f32)),
    }
}
