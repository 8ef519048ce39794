//! Tree ensembles: trees, the sum of their leaves, and what the sum means.

use crate::frame::{Frame, NO_LEVEL, Values};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Levels of a category, as a set of their codes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Vec<u32>", into = "Vec<u32>")]
pub struct LevelSet {
    words: Box<[u64]>,
}

impl LevelSet {
    pub fn new(levels: impl IntoIterator<Item = u32>) -> Self {
        let mut words = Vec::new();
        for level in levels {
            let at = level as usize / 64;
            if words.len() <= at {
                words.resize(at + 1, 0);
            }
            words[at] |= 1 << (level % 64);
        }
        Self {
            words: words.into(),
        }
    }

    pub fn contains(&self, level: u32) -> bool {
        let word = self.words.get(level as usize / 64);
        word.is_some_and(|word| word >> (level % 64) & 1 == 1)
    }

    /// The codes, in ascending order.
    pub fn levels(&self) -> impl Iterator<Item = u32> {
        let most = self.words.len() as u32 * 64;
        (0..most).filter(|&level| self.contains(level))
    }
}

impl From<Vec<u32>> for LevelSet {
    fn from(levels: Vec<u32>) -> Self {
        Self::new(levels)
    }
}

impl From<LevelSet> for Vec<u32> {
    fn from(set: LevelSet) -> Self {
        set.levels().collect()
    }
}

/// Which values go left at a node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Test {
    /// Numbers below this one, compared as float32 (`BRANCH_LT` of ONNX).
    Below(f32),
    /// These levels (`BRANCH_MEMBER` of ONNX).
    Among(LevelSet),
}

/// What is below a node on one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Child {
    /// The position of a node in the tree.
    Node(u32),
    /// The position of a leaf in the tree.
    Leaf(u32),
}

/// An inner node: a test of one column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// The position of the column in the frame.
    pub column: u32,
    pub test: Test,
    /// Where gaps and unseen levels go.
    pub missing_left: bool,
    pub left: Child,
    pub right: Child,
    /// What the split gained on the training rows, in the units of the criterion.
    pub gain: f32,
}

/// A binary tree whose leaves add to one or more outputs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tree {
    /// The first is the root, and a child comes after its parent. Without nodes, leaf 0 is the tree.
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
/// Leaf values are float32 and are added in the order of the trees, starting from 0, as ONNX Runtime's `TreeEnsemble` adds
/// them; `base` is added to that sum, as an `Add` node after the ensemble does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TreeEnsemble {
    pub trees: Vec<Tree>,
    /// One number an output.
    pub base: Vec<f32>,
    pub link: Link,
}

/// Values of a column, looked up by row.
#[derive(Clone, Copy)]
pub(super) enum View<'a> {
    Numbers(&'a [f32]),
    Levels(&'a [u32]),
}

/// The columns of a frame, as nodes name them.
pub(super) fn views(frame: &Frame) -> Vec<View<'_>> {
    let columns = frame.columns().iter();
    let views = columns.map(|column| match &column.values {
        Values::Numbers(values) => View::Numbers(values),
        Values::Levels { codes, .. } => View::Levels(codes),
    });
    views.collect()
}

impl Node {
    /// Makes a child known to the node above, on its left or its right.
    pub(super) fn link(nodes: &mut [Self], parent: Option<(usize, bool)>, child: Child) {
        if let Some((node, is_left)) = parent {
            let node = &mut nodes[node];
            match is_left {
                true => node.left = child,
                false => node.right = child,
            }
        }
    }

    /// Whether a row goes left.
    pub(super) fn goes_left(&self, views: &[View], row: usize) -> bool {
        match (&self.test, views[self.column as usize]) {
            (Test::Below(cut), View::Numbers(values)) => {
                let value = values[row];
                if value.is_nan() {
                    self.missing_left
                } else {
                    value < *cut
                }
            }
            (Test::Among(levels), View::Levels(codes)) => match codes[row] {
                NO_LEVEL => self.missing_left,
                level => levels.contains(level),
            },
            _ => panic!("column {} is of another kind than at training", self.column),
        }
    }
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
