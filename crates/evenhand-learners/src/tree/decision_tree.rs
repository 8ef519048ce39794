//! Decision trees: one tree, as small as cross-validation allows.

use super::bins::Bins;
use super::deep::{self, DeepTree, Depth, shares};
use super::gini::Gini;
use super::model::{Link, TreeEnsemble};
use super::node::{Child, View, views};
use super::prune::{prices, pruned, root};
use crate::error::LearnerError;
use crate::examples::Examples;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// The most prices of a leaf that are compared.
const MOST_PRICES: usize = 50;

/// Settings of a decision tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Params {
    /// The most splits from root to leaf, before pruning.
    pub max_depth: usize,
    /// The fewest training rows of a leaf.
    pub min_rows: usize,
    /// Parts of the training rows that a price of leaves is chosen on, each held out once.
    pub folds: usize,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            max_depth: 10,
            min_rows: 10,
            folds: 5,
        }
    }
}

/// A pruned tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    pub model: TreeEnsemble,
    /// The price of a leaf that was chosen (`ccp_alpha` of scikit-learn).
    pub price: f64,
    pub leaves: usize,
}

/// Fits a decision tree to `rows`, pruned by cost complexity.
///
/// The price of a leaf is chosen by cross-validation on `rows`: the highest whose log loss is within one standard
/// error of the least (the 1-SE rule).
///
/// # Formula
///
/// Breiman, L. et al. (1984), Classification and Regression Trees, 3.4. A leaf's probabilities are Laplace's,
/// `(w_k + 1) / (w + K)` of the weights `w_k` of K classes, so that none is 0.
///
/// # Errors
/// As [`Examples::check`].
pub fn fit(
    examples: &Examples,
    rows: &[usize],
    params: &Params,
    seed: u64,
) -> Result<Fitted, LearnerError> {
    examples.check(rows, "a decision tree")?;
    let tree = grow(examples, rows, params);
    let prices = prices(&tree);
    let candidates = candidates(&prices);
    let price = choose(examples, rows, params, &candidates, seed);
    let pruned = pruned(&tree, &prices, price);
    let leaves = pruned.leaves();
    let tree = pruned.into_tree(&laplace(examples.classes), 1.0);
    Ok(Fitted {
        model: TreeEnsemble {
            trees: vec![tree],
            base: vec![0.0; examples.outputs()],
            link: Link::Identity,
        },
        price,
        leaves,
    })
}

/// One row of each class.
fn laplace(classes: usize) -> Vec<f64> {
    vec![1.0; classes]
}

fn grow(examples: &Examples, rows: &[usize], params: &Params) -> DeepTree {
    let bins = Bins::new(examples.frame, rows);
    let most = rows
        .iter()
        .map(|&row| examples.weights[row])
        .fold(0.0, f64::max);
    let gini = Gini::new(examples.classes, params.min_rows, most);
    let draw = |&row: &usize| gini.draw(examples.labels[row], examples.weights[row]);
    let depth = Depth {
        most: params.max_depth,
        columns: bins.scales.len(),
    };
    // No column is drawn.
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let draws = rows.iter().map(draw).collect();
    deep::grow(
        &bins,
        (0..rows.len() as u32).collect(),
        draws,
        gini,
        depth,
        &mut rng,
    )
}

/// Prices to compare, ascending: 0, and between those at which the tree changes, their geometric means.
fn candidates(prices: &[f64]) -> Vec<f64> {
    let mut changes = prices.to_vec();
    changes.sort_by(f64::total_cmp);
    changes.dedup();
    let mut candidates: Vec<f64> = changes
        .windows(2)
        .map(|pair| (pair[0] * pair[1]).sqrt())
        .collect();
    candidates.insert(0, 0.0);
    candidates.extend(changes.last());
    candidates.dedup();
    let step = (candidates.len() - 1) as f64 / (MOST_PRICES - 1) as f64;
    match candidates.len() {
        ..=MOST_PRICES => candidates,
        _ => (0..MOST_PRICES)
            .map(|at| candidates[(at as f64 * step).round() as usize])
            .collect(),
    }
}

/// The price by the 1-SE rule.
fn choose(
    examples: &Examples,
    rows: &[usize],
    params: &Params,
    candidates: &[f64],
    seed: u64,
) -> f64 {
    let fold = folds(examples, rows, params.folds, seed);
    let views = views(examples.frame);
    let losses: Vec<Vec<(f64, Vec<f64>)>> = (0..params.folds)
        .into_par_iter()
        .map(|held_out| {
            let part = |is_held_out: bool| {
                let rows = rows.iter().zip(&fold);
                let rows = rows.filter(move |&(_, &fold)| (fold == held_out) == is_held_out);
                rows.map(|(&row, _)| row).collect::<Vec<usize>>()
            };
            let tree = grow(examples, &part(false), params);
            let prices = prices(&tree);
            let loss = |row: usize| {
                let losses = losses(
                    &tree,
                    &prices,
                    candidates,
                    &views,
                    row,
                    examples.labels[row],
                );
                (examples.weights[row], losses)
            };
            part(true).into_iter().map(loss).collect()
        })
        .collect();
    let losses: Vec<(f64, Vec<f64>)> = losses.into_iter().flatten().collect();
    let of = |at: usize| {
        mean(
            losses
                .iter()
                .map(move |(weight, losses)| (*weight, losses[at])),
        )
    };
    let means: Vec<(f64, f64)> = (0..candidates.len()).map(of).collect();
    let least = means
        .iter()
        .copied()
        .reduce(|best, other| if other.0 < best.0 { other } else { best });
    let (least, error) = least.expect("there is a price");
    let within = means.iter().rposition(|&(mean, _)| mean <= least + error);
    candidates[within.expect("the least is")]
}

/// The weighted mean and its standard error.
fn mean(values: impl Iterator<Item = (f64, f64)> + Clone) -> (f64, f64) {
    let sum: f64 = values.clone().map(|(weight, _)| weight).sum();
    let mean = values
        .clone()
        .map(|(weight, value)| weight * value)
        .sum::<f64>()
        / sum;
    let squares = values.map(|(weight, value)| (weight * (value - mean)).powi(2));
    (mean, squares.sum::<f64>().sqrt() / sum)
}

/// The fold of each row, of which each has its share of every label.
fn folds(examples: &Examples, rows: &[usize], folds: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    order.sort_by_key(|&at| examples.labels[rows[at]]);
    let mut fold = vec![0; rows.len()];
    for (place, at) in order.into_iter().enumerate() {
        fold[at] = place % folds;
    }
    fold
}

/// The log loss of a row at each of ascending prices.
fn losses(
    tree: &DeepTree,
    prices: &[f64],
    candidates: &[f64],
    views: &[View],
    row: usize,
    label: usize,
) -> Vec<f64> {
    let prior = laplace(tree.classes);
    let mut losses = vec![0.0; candidates.len()];
    let mut open = candidates.len();
    let mut at = root(tree);
    loop {
        // Prices from which on the row stops here.
        let stops = match at {
            Child::Leaf(_) => 0,
            Child::Node(node) => candidates.partition_point(|&price| price < prices[node as usize]),
        };
        if stops < open {
            let loss = -shares(tree.weights(at), &prior)[label].ln();
            losses[stops..open].fill(loss);
            open = stops;
        }
        match at {
            Child::Node(node) if open > 0 => {
                let node = &tree.nodes[node as usize];
                at = if node.goes_left(views, row) {
                    node.left
                } else {
                    node.right
                };
            }
            _ => return losses,
        }
    }
}

#[cfg(test)]
mod tests;
