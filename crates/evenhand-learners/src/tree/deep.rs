//! Growth to the end: every node is split as long as that tells classes apart.

use super::bins::{Bins, MISSING};
use super::criterion::{Candidate, Criterion};
use super::gini::{Draw, Gini};
use super::model::Tree;
use super::node::{Child, Node};
use super::split::{self, Ordered, Split};
use rand::RngExt;
use rand::rngs::ChaCha8Rng;
use std::ops::Range;

/// When nodes are no longer split, and what they are split by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Depth {
    pub(super) most: usize,
    /// Columns that are drawn for each split; as many as there are for all.
    pub(super) columns: usize,
}

/// A tree with the class weights of its nodes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct DeepTree {
    pub(super) classes: usize,
    pub(super) nodes: Vec<Node>,
    /// [nodes, classes].
    pub(super) node_weights: Vec<f64>,
    /// [leaves, classes].
    pub(super) leaf_weights: Vec<f64>,
}

/// Grows one tree.
struct Growth<'a> {
    bins: &'a Bins,
    gini: Gini,
    depth: Depth,
    ordered: Ordered<Draw>,
    /// All columns, of which the first are those drawn last.
    columns: Vec<usize>,
    /// Sums of a column by bin.
    sums: Vec<i64>,
    tree: DeepTree,
}

/// Rows that will be a node or a leaf.
struct Open {
    range: Range<usize>,
    depth: usize,
    /// The node above, and whether this is its left side.
    parent: Option<(usize, bool)>,
}

/// Grows a tree of binned rows with their classes and weights.
pub(super) fn grow(
    bins: &Bins,
    rows: Vec<u32>,
    draws: Vec<Draw>,
    gini: Gini,
    depth: Depth,
    rng: &mut ChaCha8Rng,
) -> DeepTree {
    let all = 0..rows.len();
    let mut growth = Growth {
        bins,
        gini,
        depth,
        ordered: Ordered::new(rows, draws),
        columns: (0..bins.scales.len()).collect(),
        sums: Vec::new(),
        tree: DeepTree {
            classes: gini.classes,
            nodes: Vec::new(),
            node_weights: Vec::new(),
            leaf_weights: Vec::new(),
        },
    };
    let mut open = vec![Open {
        range: all,
        depth: 0,
        parent: None,
    }];
    while let Some(next) = open.pop() {
        growth.settle(next, &mut open, rng);
    }
    growth.tree
}

impl Growth<'_> {
    /// Makes rows a node with two open sides, or a leaf.
    fn settle(&mut self, next: Open, open: &mut Vec<Open>, rng: &mut ChaCha8Rng) {
        let Open {
            range,
            depth,
            parent,
        } = next;
        let mut all = self.gini.nothing();
        for &draw in &self.ordered.items[range.clone()] {
            self.gini.count(&mut all, draw);
        }
        let split = match depth < self.depth.most && self.can_be_split(&all) {
            true => self.search(range.clone(), &all, rng),
            false => None,
        };
        let weights = self.gini.weights(&all);
        let Some(split) = split else {
            let leaf = self.tree.leaves() as u32;
            self.tree.leaf_weights.extend(weights);
            Node::link(&mut self.tree.nodes, parent, Child::Leaf(leaf));
            return;
        };
        let node = self.tree.nodes.len();
        self.tree.node_weights.extend(weights);
        Node::link(&mut self.tree.nodes, parent, Child::Node(node as u32));
        self.tree.nodes.push(split.node(self.bins));
        let middle = range.start + self.ordered.divide(range.clone(), self.bins, &split);
        let side = |range, is_left| Open {
            range,
            depth: depth + 1,
            parent: Some((node, is_left)),
        };
        open.push(side(middle..range.end, false));
        open.push(side(range.start..middle, true));
    }

    fn can_be_split(&self, all: &[i64]) -> bool {
        let present = self.gini.weights(all).filter(|&weight| weight > 0.0);
        self.gini.rows_of(all) >= 2 * self.gini.least_rows && present.count() > 1
    }

    /// The best split by columns drawn at random; by more than are to be drawn while none of them tells classes apart.
    fn search(
        &mut self,
        range: Range<usize>,
        all: &Vec<i64>,
        rng: &mut ChaCha8Rng,
    ) -> Option<Split> {
        let columns = self.columns.len();
        let mut found: Vec<(usize, Option<Candidate>)> = Vec::new();
        for drawn in 0..columns {
            if drawn >= self.depth.columns && !found.is_empty() {
                break;
            }
            if self.depth.columns < columns {
                let other = rng.random_range(drawn..columns);
                self.columns.swap(drawn, other);
            }
            let column = self.columns[drawn];
            let best = self.best_of(column, range.clone(), all);
            found.extend(best.map(|best| (column, Some(best))));
        }
        found.sort_by_key(|(column, _)| *column);
        split::choose(found)
    }

    fn best_of(&mut self, column: usize, range: Range<usize>, all: &Vec<i64>) -> Option<Candidate> {
        let scale = &self.bins.scales[column];
        let (gaps, words) = (scale.bins(), self.gini.words());
        self.sums.clear();
        self.sums.resize((gaps + 1) * words, 0);
        let codes = &self.bins.codes[column];
        let rows = self.ordered.rows[range.clone()].iter();
        for (&row, &draw) in rows.zip(&self.ordered.items[range]) {
            let bin = match codes[row as usize] {
                MISSING => gaps,
                code => usize::from(code),
            };
            self.gini
                .count(&mut self.sums[bin * words..(bin + 1) * words], draw);
        }
        split::best(&self.gini, scale, &self.sums, all)
    }
}

impl DeepTree {
    pub(super) fn leaves(&self) -> usize {
        self.leaf_weights.len() / self.classes
    }

    pub(super) fn weights(&self, child: Child) -> &[f64] {
        let (weights, at) = match child {
            Child::Node(node) => (&self.node_weights, node as usize),
            Child::Leaf(leaf) => (&self.leaf_weights, leaf as usize),
        };
        &weights[at * self.classes..(at + 1) * self.classes]
    }

    /// The tree, whose leaves are shares of classes times `factor`; of two classes the share of the second.
    pub(super) fn into_tree(self, prior: &[f64], factor: f64) -> Tree {
        let mut values = Vec::new();
        let mut covers = Vec::new();
        for weights in self.leaf_weights.chunks_exact(self.classes) {
            let shares = shares(weights, prior);
            let told = if self.classes == 2 {
                &shares[1..]
            } else {
                &shares
            };
            values.extend(told.iter().map(|share| (factor * share) as f32));
            covers.push(weights.iter().sum::<f64>() as f32);
        }
        Tree {
            nodes: self.nodes,
            output: 0,
            width: values.len() / covers.len(),
            values,
            covers,
        }
    }
}

/// Shares of classes, to whose weights those of `prior` are added.
pub(super) fn shares(weights: &[f64], prior: &[f64]) -> Vec<f64> {
    let added = weights
        .iter()
        .zip(prior)
        .map(|(weight, prior)| weight + prior);
    let sum: f64 = added.clone().sum();
    added.map(|weight| weight / sum).collect()
}
