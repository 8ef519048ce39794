//! SHAP values: what each column adds to a row's margin, so that they sum to it.

use super::model::{Tree, TreeEnsemble};
use super::node::{Child, View, views};
use crate::frame::Frame;
use rayon::prelude::*;

/// What each column adds to a margin, beside the mean margin of the training rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Contributions {
    pub columns: usize,
    pub outputs: usize,
    /// The mean margin of the training rows, one number an output.
    pub expected: Vec<f64>,
    /// [rows, outputs, columns].
    pub values: Vec<f64>,
}

impl Contributions {
    /// The contributions of all columns to one output of a row.
    pub fn of(&self, row: usize, output: usize) -> &[f64] {
        let start = (row * self.outputs + output) * self.columns;
        &self.values[start..start + self.columns]
    }
}

/// Contributions of columns to the margins of rows: `expected` and a row's values sum to its margin, but for rounding
/// of the margin to float32.
///
/// # Formula
///
/// Shapley values of the expectation given some columns, as the tree has it from the weights of the training rows in
/// its leaves (`tree_path_dependent`): Lundberg, S. M. et al. (2020), Nature Machine Intelligence 2, 56-67, algorithm
/// 2.
pub fn contributions(model: &TreeEnsemble, frame: &Frame, rows: &[usize]) -> Contributions {
    let (columns, outputs) = (frame.columns().len(), model.outputs());
    let views = views(frame);
    let covers: Vec<Vec<f64>> = model.trees.iter().map(node_covers).collect();
    let mut expected: Vec<f64> = model.base.iter().map(|&base| f64::from(base)).collect();
    for tree in &model.trees {
        for (output, mean) in (tree.output..).zip(means(tree)) {
            expected[output] += mean;
        }
    }
    let row = |&row: &usize| {
        let mut values = vec![0.0; outputs * columns];
        for (tree, covers) in model.trees.iter().zip(&covers) {
            let values = &mut values[tree.output * columns..];
            let mut walk = Walk {
                tree,
                covers,
                views: &views,
                row,
                columns,
                values,
            };
            walk.descend(tree.root(), &Path::default());
        }
        values
    };
    Contributions {
        columns,
        outputs,
        expected,
        values: rows.par_iter().flat_map_iter(row).collect(),
    }
}

/// How many steps the contributions of one row take, about: for each leaf the square of its depth.
pub fn steps(model: &TreeEnsemble) -> f64 {
    let of_tree = |tree: &Tree| {
        let mut depths = vec![1.0_f64; tree.nodes.len()];
        let mut sum = 0.0;
        for (at, node) in tree.nodes.iter().enumerate() {
            for child in [node.left, node.right] {
                match child {
                    Child::Node(below) => depths[below as usize] = depths[at] + 1.0,
                    Child::Leaf(_) => sum += depths[at] * depths[at],
                }
            }
        }
        sum
    };
    model.trees.iter().map(of_tree).sum()
}

/// The weight of the training rows in each node; a child comes after its parent.
fn node_covers(tree: &Tree) -> Vec<f64> {
    let mut covers = vec![0.0; tree.nodes.len()];
    for (at, node) in tree.nodes.iter().enumerate().rev() {
        covers[at] = cover(tree, &covers, node.left) + cover(tree, &covers, node.right);
    }
    covers
}

fn cover(tree: &Tree, covers: &[f64], child: Child) -> f64 {
    match child {
        Child::Node(node) => covers[node as usize],
        Child::Leaf(leaf) => f64::from(tree.covers[leaf as usize]),
    }
}

/// The mean of what a tree adds to each of its outputs.
fn means(tree: &Tree) -> Vec<f64> {
    let all: f64 = tree.covers.iter().map(|&cover| f64::from(cover)).sum();
    let mut means = vec![0.0; tree.width];
    for (leaf, &cover) in tree.covers.iter().enumerate() {
        for (mean, &value) in means.iter_mut().zip(tree.leaf_values(leaf)) {
            *mean += f64::from(value) * f64::from(cover) / all;
        }
    }
    means
}

/// One column on the way from the root to a node.
#[derive(Debug, Clone, Copy)]
struct Step {
    /// None for the root itself.
    column: Option<usize>,
    /// The share of training rows that go the same way where the column is unknown.
    zero: f64,
    /// 1 where the row goes this way, 0 where it does not.
    one: f64,
    /// The weight of the sets of as many columns as are before this step.
    weight: f64,
}

/// The columns on the way from the root to a node, each once.
#[derive(Debug, Clone, Default)]
struct Path {
    steps: Vec<Step>,
}

impl Path {
    /// `EXTEND` of algorithm 2.
    fn extend(&mut self, column: Option<usize>, zero: f64, one: f64) {
        let length = self.steps.len();
        let weight = if length == 0 { 1.0 } else { 0.0 };
        self.steps.push(Step {
            column,
            zero,
            one,
            weight,
        });
        let all = (length + 1) as f64;
        for at in (0..length).rev() {
            let own = self.steps[at].weight;
            self.steps[at + 1].weight += one * own * (at + 1) as f64 / all;
            self.steps[at].weight = zero * own * (length - at) as f64 / all;
        }
    }

    /// `UNWIND` of algorithm 2: the path without one step.
    fn unwind(&mut self, removed: usize) {
        let last = self.steps.len() - 1;
        let Step { zero, one, .. } = self.steps[removed];
        let all = self.steps.len() as f64;
        let mut next = self.steps[last].weight;
        for at in (0..last).rev() {
            let own = self.steps[at].weight;
            if one == 0.0 {
                self.steps[at].weight = own * all / (zero * (last - at) as f64);
            } else {
                self.steps[at].weight = next * all / ((at + 1) as f64 * one);
                next = own - self.steps[at].weight * zero * (last - at) as f64 / all;
            }
        }
        for at in removed..last {
            let Step {
                column, zero, one, ..
            } = self.steps[at + 1];
            let step = &mut self.steps[at];
            (step.column, step.zero, step.one) = (column, zero, one);
        }
        self.steps.pop();
    }

    /// The sum of the weights of the path without one step, whose way the row takes.
    fn unwound_sum(&self, removed: usize) -> f64 {
        let last = self.steps.len() - 1;
        let Step { zero, one, .. } = self.steps[removed];
        let all = self.steps.len() as f64;
        let mut next = self.steps[last].weight;
        let mut sum = 0.0;
        for at in (0..last).rev() {
            let weight = next * all / ((at + 1) as f64 * one);
            sum += weight;
            next = self.steps[at].weight - weight * zero * (last - at) as f64 / all;
        }
        sum
    }

    /// The same without a step whose way the row does not take, times its `zero`: one number for all such steps (Yang, J.
    /// (2021), Fast TreeSHAP, arXiv:2109.09847).
    fn unwound_sum_elsewhere(&self) -> f64 {
        let last = self.steps.len() - 1;
        let all = self.steps.len() as f64;
        let weights = self.steps[..last].iter().enumerate();
        let terms = weights.map(|(at, step)| step.weight * all / (last - at) as f64);
        terms.sum()
    }
}

/// A row on its way through a tree, and through all its other ways.
struct Walk<'a> {
    tree: &'a Tree,
    covers: &'a [f64],
    views: &'a [View<'a>],
    row: usize,
    columns: usize,
    /// [outputs of the tree, columns].
    values: &'a mut [f64],
}

impl Walk<'_> {
    /// Goes down from a node whose way is known but for its own step.
    fn descend(&mut self, child: Child, before: &Path) {
        let mut path = before.clone();
        if path.steps.is_empty() {
            path.extend(None, 1.0, 1.0);
        }
        match child {
            Child::Leaf(leaf) => self.add(leaf as usize, &path),
            Child::Node(at) => self.branch(at as usize, path),
        }
    }

    fn branch(&mut self, at: usize, mut path: Path) {
        let node = &self.tree.nodes[at];
        let column = node.column as usize;
        let (mut zero, mut one) = (1.0, 1.0);
        if let Some(same) = path
            .steps
            .iter()
            .position(|step| step.column == Some(column))
        {
            (zero, one) = (path.steps[same].zero, path.steps[same].one);
            path.unwind(same);
        }
        let goes_left = node.goes_left(self.views, self.row);
        for (child, is_taken) in [(node.left, goes_left), (node.right, !goes_left)] {
            let share = cover(self.tree, self.covers, child) / self.covers[at];
            if share * zero == 0.0 && !is_taken {
                continue;
            }
            let mut below = path.clone();
            below.extend(Some(column), zero * share, if is_taken { one } else { 0.0 });
            self.descend(child, &below);
        }
    }

    fn add(&mut self, leaf: usize, path: &Path) {
        let tree = self.tree;
        let mut elsewhere = None;
        for (at, step) in path.steps.iter().enumerate().skip(1) {
            let Some(column) = step.column else { continue };
            let factor = match step.one == 0.0 {
                true => -*elsewhere.get_or_insert_with(|| path.unwound_sum_elsewhere()),
                false => path.unwound_sum(at) * (step.one - step.zero),
            };
            for (output, &value) in tree.leaf_values(leaf).iter().enumerate() {
                self.values[output * self.columns + column] += factor * f64::from(value);
            }
        }
    }
}

#[cfg(test)]
mod tests;
