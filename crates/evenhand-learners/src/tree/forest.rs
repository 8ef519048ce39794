//! Random forests: the mean of trees of drawn rows and columns.

use super::bins::Bins;
use super::deep::{self, Depth};
use super::gini::{Draw, Gini};
use super::model::{Link, Tree, TreeEnsemble};
use super::node::views;
use crate::error::LearnerError;
use crate::examples::Examples;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Settings of a random forest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Params {
    pub trees: usize,
    /// The fewest drawn rows of a leaf, each counted once.
    pub min_rows: usize,
    /// The most splits from root to leaf.
    pub max_depth: usize,
    /// Columns that are drawn for each split; the square root of their number without.
    pub columns: Option<usize>,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            trees: 200,
            min_rows: 3,
            max_depth: 40,
            columns: None,
        }
    }
}

/// A random forest with what it says of its own training rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    pub model: TreeEnsemble,
    /// [rows, classes], as ordered in `rows`: the mean of the trees that a row was not drawn for; of a row that all
    /// were drawn for, the shares of classes.
    pub out_of_bag: Vec<f64>,
}

/// A tree, and the training rows it did not see, as bits.
struct Member {
    tree: Tree,
    unseen: Vec<u64>,
}

/// Fits a random forest to `rows`. The same seed gives the same forest on any number of threads.
///
/// # Formula
///
/// Breiman, L. (2001), Machine Learning 45, 5-32: each tree sees as many rows as there are, drawn with replacement.
/// Its leaves are shares of classes, to which one row of the shares of all training rows is added, so that no
/// probability is 0; a forest is the mean over trees.
///
/// # Errors
/// As [`Examples::check`].
pub fn fit(
    examples: &Examples,
    rows: &[usize],
    params: &Params,
    seed: u64,
) -> Result<Fitted, LearnerError> {
    examples.check(rows, "a random forest")?;
    let bins = Bins::new(examples.frame, rows);
    let classes = examples.classes;
    let mut shares = vec![0.0; classes];
    for &row in rows {
        shares[examples.labels[row]] += examples.weights[row];
    }
    let all: f64 = shares.iter().sum();
    shares.iter_mut().for_each(|share| *share /= all);
    let most = rows
        .iter()
        .map(|&row| examples.weights[row])
        .fold(0.0, f64::max);
    let columns = bins.scales.len();
    let depth = Depth {
        most: params.max_depth,
        columns: params
            .columns
            .unwrap_or((columns as f64).sqrt().round() as usize),
    };
    // A row may be drawn several times, more than 20 times never in practice.
    let gini = Gini::new(classes, params.min_rows, 20.0 * most);
    let member = |tree: usize| {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(tree as u64);
        let (drawn, draws, unseen) = bootstrap(examples, rows, gini, &mut rng);
        let tree = deep::grow(&bins, drawn, draws, gini, depth, &mut rng);
        let tree = tree.into_tree(&shares, 1.0 / params.trees as f64);
        Member { tree, unseen }
    };
    let members: Vec<Member> = (0..params.trees).into_par_iter().map(member).collect();
    let out_of_bag = out_of_bag(examples, rows, &members, &shares);
    let trees: Vec<Tree> = members.into_iter().map(|member| member.tree).collect();
    Ok(Fitted {
        model: TreeEnsemble {
            base: vec![0.0; examples.outputs()],
            trees,
            link: Link::Identity,
        },
        out_of_bag,
    })
}

/// As many rows as there are, drawn with replacement: which, what they count, and which were not drawn.
fn bootstrap(
    examples: &Examples,
    rows: &[usize],
    gini: Gini,
    rng: &mut ChaCha8Rng,
) -> (Vec<u32>, Vec<Draw>, Vec<u64>) {
    let mut times = vec![0_u8; rows.len()];
    for _ in rows {
        let drawn = &mut times[rng.random_range(0..rows.len())];
        *drawn = drawn.saturating_add(1);
    }
    let mut unseen = vec![0; rows.len().div_ceil(64)];
    let (mut drawn, mut draws) = (Vec::new(), Vec::new());
    for (index, (&times, &row)) in times.iter().zip(rows).enumerate() {
        if times == 0 {
            unseen[index / 64] |= 1 << (index % 64);
        } else {
            let weight = f64::from(times) * examples.weights[row];
            drawn.push(index as u32);
            draws.push(gini.draw(examples.labels[row], weight));
        }
    }
    (drawn, draws, unseen)
}

fn out_of_bag(examples: &Examples, rows: &[usize], members: &[Member], shares: &[f64]) -> Vec<f64> {
    let views = views(examples.frame);
    let row = |(index, &row): (usize, &usize)| {
        let mut sums = vec![0.0; examples.outputs()];
        let mut trees = 0;
        for member in members {
            if member.unseen[index / 64] >> (index % 64) & 1 == 1 {
                let values = member.tree.leaf_values(member.tree.leaf(&views, row));
                for (sum, value) in sums.iter_mut().zip(values) {
                    *sum += value;
                }
                trees += 1;
            }
        }
        if trees == 0 {
            return shares.to_vec();
        }
        let factor = members.len() as f32 / trees as f32;
        sums.iter_mut().for_each(|sum| *sum *= factor);
        Link::Identity.probabilities(&sums)
    };
    rows.par_iter().enumerate().flat_map_iter(row).collect()
}

#[cfg(test)]
mod tests;
