//! Nodes: tests of values, and which way they send a row.

use crate::frame::{Frame, NO_LEVEL, Values};

/// Levels of a category, as a set of their codes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
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

/// Which values go left at a node.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// Numbers below this one, compared as float32 (`BRANCH_LT` of ONNX).
    Below(f32),
    /// These levels (`BRANCH_MEMBER` of ONNX).
    Among(LevelSet),
}

/// What is below a node on one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Child {
    /// The position of a node in the tree.
    Node(u32),
    /// The position of a leaf in the tree.
    Leaf(u32),
}

/// An inner node: a test of one column.
#[derive(Debug, Clone, PartialEq)]
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

    /// Whether its column is there and of its kind.
    pub(super) fn is_of(&self, views: &[View]) -> bool {
        matches!(
            (&self.test, views.get(self.column as usize)),
            (Test::Below(_), Some(View::Numbers(_))) | (Test::Among(_), Some(View::Levels(_)))
        )
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
