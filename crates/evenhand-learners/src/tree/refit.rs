//! Refitted leaves: a source's trees, whose leaf values move towards target rows.

use super::loss::{derivatives, softmax};
use super::model::{Link, TreeEnsemble};
use super::node::views;
use crate::examples::Examples;

/// How far leaves move.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Params {
    /// The share of the old value in the new one: 1 leaves the source as it is.
    pub decay: f64,
    /// As at training: what Newton steps are multiplied by.
    pub learning_rate: f64,
    /// As at training: added to the second derivative of a leaf.
    pub l2: f64,
}

/// The source with its leaves refitted to `rows`. A leaf without rows keeps its old value times `decay`, as in
/// LightGBM.
///
/// # Formula
///
/// LightGBM's `Booster.refit`: trees stay as they are, and in their order each leaf becomes `decay` times its old
/// value plus `1 - decay` times the Newton step on the target rows that fall into it, whose margins are those of the
/// refitted trees before.
///
/// # Panics
/// If the source is not boosted.
pub fn refit(
    source: &TreeEnsemble,
    examples: &Examples,
    rows: &[usize],
    params: Params,
) -> TreeEnsemble {
    assert!(
        source.link != Link::Identity,
        "leaves of boosted trees are refitted"
    );
    let views = views(examples.frame);
    let outputs = source.outputs();
    let mut refitted = source.clone();
    let base = source.base.iter().map(|&base| f64::from(base));
    let mut margins: Vec<f64> = rows.iter().flat_map(|_| base.clone()).collect();
    for round in refitted.trees.chunks_mut(outputs) {
        let probabilities = probabilities(&margins, outputs);
        for tree in round {
            let output = tree.output;
            let class = if outputs == 1 { 1 } else { output };
            let leaves: Vec<usize> = rows.iter().map(|&row| tree.leaf(&views, row)).collect();
            let mut sums = vec![(0.0, 0.0); tree.leaves()];
            for (index, (&row, &leaf)) in rows.iter().zip(&leaves).enumerate() {
                let probability = probabilities[index * outputs + output];
                let is_label = examples.labels[row] == class;
                let (first, second) = derivatives(probability, is_label, examples.classes);
                sums[leaf].0 += examples.weights[row] * first;
                sums[leaf].1 += examples.weights[row] * second;
            }
            for (value, (first, second)) in tree.values.iter_mut().zip(sums) {
                let step = -first / (second + params.l2).max(f64::MIN_POSITIVE);
                let new = params.learning_rate * step;
                *value = (params.decay * f64::from(*value) + (1.0 - params.decay) * new) as f32;
            }
            for (index, leaf) in leaves.into_iter().enumerate() {
                margins[index * outputs + output] += f64::from(tree.values[leaf]);
            }
        }
    }
    refitted
}

/// Probabilities of the second class of two, or of each class of more; [rows, outputs] as the margins.
fn probabilities(margins: &[f64], outputs: usize) -> Vec<f64> {
    let mut probabilities = vec![0.0; margins.len()];
    let rows = probabilities.chunks_exact_mut(outputs);
    for (probabilities, margins) in rows.zip(margins.chunks_exact(outputs)) {
        match margins {
            [margin] => probabilities[0] = 1.0 / (1.0 + (-margin).exp()),
            _ => softmax(margins.iter().copied(), probabilities),
        }
    }
    probabilities
}

#[cfg(test)]
mod tests;
