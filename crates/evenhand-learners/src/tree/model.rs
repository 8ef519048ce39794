//! Tree ensembles: trees, the sum of their leaves, and what the sum means.

pub use super::node::{Child, LevelSet, Node, Test};
use super::node::{View, views};
use super::stored::StoredNodes;
use crate::frame::Frame;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// A binary tree whose leaves add to one or more outputs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tree {
    /// The first is the root, and a child comes after its parent. Without nodes, leaf 0 is the tree.
    #[serde(with = "StoredNodes")]
    pub nodes: Vec<Node>,
    /// The first output that leaves add to.
    pub output: usize,
    /// [leaves, width]: what a leaf adds to `width` outputs.
    pub values: Vec<f32>,
    pub width: usize,
    /// The weight of the training rows in each leaf.
    pub covers: Vec<f32>,
}

/// What the sum of an ensemble means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// One output, the log-odds of the second class.
    Logistic,
    /// One output a class, whose exponentials are in proportion to probabilities.
    Softmax,
    /// Probabilities: of the second class of two, or of each class of more.
    Identity,
}

/// A sum of trees.
///
/// Leaf values are float32 and are added in the order of the trees, starting from 0; `base` is added to that sum, as
/// an `Add` node after a `TreeEnsemble` of ONNX does. ONNX Runtime 1.32 gives the same bytes on one thread. On
/// several it may add parts of the trees on their own where there are many rows, which differs by some 2e-6 for 100
/// trees.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TreeEnsemble {
    pub trees: Vec<Tree>,
    /// One number an output.
    pub base: Vec<f32>,
    pub link: Link,
}

impl Tree {
    /// A tree of one leaf.
    pub fn constant(output: usize, values: Vec<f32>, cover: f32) -> Self {
        Self {
            nodes: Vec::new(),
            output,
            width: values.len(),
            values,
            covers: vec![cover],
        }
    }

    pub fn leaves(&self) -> usize {
        self.covers.len()
    }

    /// What a leaf adds to outputs from `output` on.
    pub fn leaf_values(&self, leaf: usize) -> &[f32] {
        &self.values[leaf * self.width..(leaf + 1) * self.width]
    }

    /// The leaf that a row falls into.
    pub(super) fn leaf(&self, views: &[View], row: usize) -> usize {
        let mut at = self.root();
        loop {
            match at {
                Child::Leaf(leaf) => return leaf as usize,
                Child::Node(node) => {
                    let node = &self.nodes[node as usize];
                    at = match node.goes_left(views, row) {
                        true => node.left,
                        false => node.right,
                    };
                }
            }
        }
    }

    pub fn root(&self) -> Child {
        match self.nodes.is_empty() {
            true => Child::Leaf(0),
            false => Child::Node(0),
        }
    }
}

/// Rows of a frame that are walked through all trees before the next.
const CHUNK: usize = 512;

impl TreeEnsemble {
    pub fn outputs(&self) -> usize {
        self.base.len()
    }

    pub fn classes(&self) -> usize {
        self.outputs().max(2)
    }

    /// Whether it can be applied to a frame: every node names a column of its kind and every leaf is there. To be
    /// asked of what comes from a file.
    pub fn fits(&self, frame: &Frame) -> bool {
        let views = views(frame);
        let fits = |tree: &Tree| {
            let leaves = tree.leaves();
            let has_child = |child: Child| match child {
                Child::Leaf(leaf) => (leaf as usize) < leaves,
                Child::Node(node) => (node as usize) < tree.nodes.len(),
            };
            let mut nodes = tree.nodes.iter();
            leaves > 0
                && tree.values.len() == leaves * tree.width
                && tree.output + tree.width <= self.outputs()
                && nodes
                    .all(|node| has_child(node.left) && has_child(node.right) && node.is_of(&views))
        };
        self.outputs() > 0 && self.trees.iter().all(fits)
    }

    /// Sums of leaves and base, [rows, outputs]; of a frame with the columns of the training, in their order.
    ///
    /// # Panics
    /// If a column is of another kind than at training.
    pub fn margins(&self, frame: &Frame, rows: &[usize]) -> Vec<f32> {
        let views = views(frame);
        let outputs = self.outputs();
        let mut margins = vec![0.0; rows.len() * outputs];
        let chunks = margins.par_chunks_mut(CHUNK * outputs);
        chunks.zip(rows.par_chunks(CHUNK)).for_each(|chunk| {
            let (margins, rows) = chunk;
            for tree in &self.trees {
                for (margins, &row) in margins.chunks_exact_mut(outputs).zip(rows) {
                    let values = tree.leaf_values(tree.leaf(&views, row));
                    for (margin, value) in margins[tree.output..].iter_mut().zip(values) {
                        *margin += value;
                    }
                }
            }
            for margins in margins.chunks_exact_mut(outputs) {
                for (margin, base) in margins.iter_mut().zip(&self.base) {
                    *margin += base;
                }
            }
        });
        margins
    }

    /// Probabilities of classes, [rows, classes].
    pub fn probabilities(&self, frame: &Frame, rows: &[usize]) -> Vec<f64> {
        let margins = self.margins(frame, rows);
        let rows = margins.chunks_exact(self.outputs());
        rows.flat_map(|row| self.link.probabilities(row)).collect()
    }
}

impl Link {
    /// Probabilities of all classes from the outputs of one row.
    pub fn probabilities(self, outputs: &[f32]) -> Vec<f64> {
        match self {
            Self::Logistic => {
                let second = 1.0 / (1.0 + (-f64::from(outputs[0])).exp());
                vec![1.0 - second, second]
            }
            Self::Softmax => {
                let most = outputs.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                let scaled = outputs.iter().map(|&output| f64::from(output - most).exp());
                shares(scaled.collect())
            }
            Self::Identity if outputs.len() == 1 => {
                let second = f64::from(outputs[0]).clamp(0.0, 1.0);
                vec![1.0 - second, second]
            }
            Self::Identity => shares(outputs.iter().map(|&output| f64::from(output)).collect()),
        }
    }
}

/// Numbers as shares of their sum.
fn shares(numbers: Vec<f64>) -> Vec<f64> {
    let sum: f64 = numbers.iter().sum();
    numbers.into_iter().map(|number| number / sum).collect()
}
