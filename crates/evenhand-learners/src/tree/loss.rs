//! The log loss of training rows: margins, and its derivatives by them.

use super::gradient::{Packed, Units};
use super::grow::Grown;
use super::model::Tree;
use crate::examples::Examples;
use rayon::prelude::*;

/// Rows that a thread computes gradients of at a time.
const CHUNK: usize = 4096;
/// The least second derivative of a row of weight 1, so that rows with a margin far out still count.
const LEAST_SECOND: f64 = 1e-16;

/// Training rows with their margins. Row `i` is row `rows[i]` of the frame.
pub(super) struct Loss {
    labels: Vec<u32>,
    weights: Vec<f32>,
    classes: usize,
    outputs: usize,
    /// [outputs, rows].
    margins: Vec<f64>,
    /// Probabilities at the start of the round, [outputs, rows]; of more than two classes only.
    probabilities: Vec<f32>,
    units: Units,
    has_margins: bool,
}

impl Loss {
    pub(super) fn new(examples: &Examples, rows: &[usize]) -> Self {
        let outputs = examples.outputs();
        let margin = |output: usize, row: usize| {
            let margins = examples.margins;
            margins.map_or(0.0, |margins| margins[row * outputs + output])
        };
        let margins = (0..outputs).flat_map(|output| rows.iter().map(move |&row| (output, row)));
        let probabilities = if outputs > 1 { outputs * rows.len() } else { 0 };
        let weights = rows.iter().map(|&row| examples.weights[row]);
        let most = weights.clone().fold(f64::MIN_POSITIVE, f64::max);
        let most_second = most * curvature(examples.classes) / 4.0;
        let labels = rows.iter().map(|&row| examples.labels[row] as u32);
        Self {
            labels: labels.collect(),
            weights: weights.map(|weight| weight as f32).collect(),
            classes: examples.classes,
            outputs,
            units: Units::new(rows.len(), most, most_second),
            margins: margins.map(|(output, row)| margin(output, row)).collect(),
            probabilities: vec![0.0; probabilities],
            has_margins: examples.margins.is_some(),
        }
    }

    fn rows(&self) -> usize {
        self.labels.len()
    }

    /// The constant that trees start from, which is added to the margins: log-odds of the weighted share of the
    /// second class, or logarithms of the shares of all. None for rows that bring margins.
    pub(super) fn base(&mut self) -> Vec<f32> {
        if self.has_margins {
            return vec![0.0; self.outputs];
        }
        let mut sums = vec![0.0; self.classes];
        for (&label, &weight) in self.labels.iter().zip(&self.weights) {
            sums[label as usize] += f64::from(weight);
        }
        let all: f64 = sums.iter().sum();
        // A class without rows is taken to have half a row.
        let share = |sum: &f64| (sum / all).max(0.5 / self.rows() as f64);
        let shares: Vec<f64> = sums.iter().map(share).collect();
        let base: Vec<f32> = match self.outputs {
            1 => vec![(shares[1] / shares[0]).ln() as f32],
            _ => shares.iter().map(|share| share.ln() as f32).collect(),
        };
        let rows = self.rows();
        for (margins, &base) in self.margins.chunks_exact_mut(rows).zip(&base) {
            margins.fill(f64::from(base));
        }
        base
    }

    /// What the derivatives of all rows are measured in.
    pub(super) fn units(&self) -> Units {
        self.units
    }

    /// Takes the probabilities that all trees of a round are grown from.
    pub(super) fn start_round(&mut self) {
        if self.outputs == 1 {
            return;
        }
        let rows = self.rows();
        let mut probabilities = vec![0.0; self.outputs];
        for row in 0..rows {
            let margins = (0..self.outputs).map(|output| self.margins[output * rows + row]);
            softmax(margins, &mut probabilities);
            for (output, &probability) in probabilities.iter().enumerate() {
                self.probabilities[output * rows + row] = probability as f32;
            }
        }
    }

    /// Derivatives of the loss by the margins of an output.
    pub(super) fn gradients(&self, output: usize, packed: &mut [Packed]) {
        let class = if self.outputs == 1 { 1 } else { output };
        let rows = output * self.rows()..(output + 1) * self.rows();
        let margins = &self.margins[rows.clone()];
        let probabilities = self.probabilities.get(rows);
        let chunks = packed.par_chunks_mut(CHUNK).enumerate();
        chunks.for_each(|(chunk, packed)| {
            for (index, packed) in packed.iter_mut().enumerate() {
                let row = chunk * CHUNK + index;
                let probability = match probabilities {
                    Some(probabilities) => f64::from(probabilities[row]),
                    None => 1.0 / (1.0 + (-margins[row]).exp()),
                };
                let is_label = self.labels[row] as usize == class;
                let (first, second) = derivatives(probability, is_label, self.classes);
                let weight = f64::from(self.weights[row]);
                *packed = self.units.pack(row, weight * first, weight * second);
            }
        });
    }

    /// Adds a tree to the margins, and weighs the rows of its leaves.
    pub(super) fn add(&mut self, grown: Grown) -> Tree {
        let Grown { mut tree, rows } = grown;
        let all = self.rows();
        let margins = &mut self.margins[tree.output * all..(tree.output + 1) * all];
        for (leaf, rows) in rows.iter().enumerate() {
            let value = f64::from(tree.values[leaf]);
            let mut cover = 0.0;
            for &row in *rows {
                margins[row as usize] += value;
                cover += f64::from(self.weights[row as usize]);
            }
            tree.covers[leaf] = cover as f32;
        }
        tree
    }
}

/// What `p (1 - p)` is multiplied by to be the second derivative.
fn curvature(classes: usize) -> f64 {
    match classes {
        2 => 1.0,
        more => more as f64 / (more - 1) as f64,
    }
}

/// First and second derivative of the log loss by the margin of a class, from its probability.
pub(super) fn derivatives(probability: f64, is_label: bool, classes: usize) -> (f64, f64) {
    let second = (probability * (1.0 - probability)).max(LEAST_SECOND);
    let first = probability - f64::from(u8::from(is_label));
    (first, curvature(classes) * second)
}

/// Probabilities of classes from their margins.
pub(super) fn softmax(margins: impl Iterator<Item = f64> + Clone, probabilities: &mut [f64]) {
    let most = margins.clone().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for (probability, margin) in probabilities.iter_mut().zip(margins) {
        *probability = (margin - most).exp();
        sum += *probability;
    }
    probabilities
        .iter_mut()
        .for_each(|probability| *probability /= sum);
}

/// The log loss of a row: minus the logarithm of the probability of its label.
pub(super) fn log_loss(margins: &[f64], label: usize) -> f64 {
    match margins {
        [margin] => {
            let towards = if label == 1 { *margin } else { -margin };
            (-towards).max(0.0) + (-towards.abs()).exp().ln_1p()
        }
        _ => {
            let most = margins.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = margins.iter().map(|margin| (margin - most).exp()).sum();
            most + sum.ln() - margins[label]
        }
    }
}
