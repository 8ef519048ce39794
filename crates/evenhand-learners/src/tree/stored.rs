//! Nodes as they are stored: one list a field, which takes a third of the space of a list of nodes.

use super::node::{Child, LevelSet, Node, Test};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The nodes of a tree, field by field.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct StoredNodes {
    column: Vec<u32>,
    /// The number that values are compared with; 0 for nodes with a set.
    below: Vec<f32>,
    /// Nodes with a set of levels, and those.
    among: Vec<(usize, Vec<u32>)>,
    missing_left: Vec<u8>,
    /// Positions of nodes, or -1, -2, ... for leaves 0, 1, ...
    left: Vec<i64>,
    right: Vec<i64>,
    gain: Vec<f32>,
}

impl StoredNodes {
    pub(super) fn serialize<S: Serializer>(
        nodes: &[Node],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let mut stored = Self::default();
        for (at, node) in nodes.iter().enumerate() {
            stored.column.push(node.column);
            stored.below.push(match node.test {
                Test::Below(cut) => cut,
                Test::Among(_) => 0.0,
            });
            if let Test::Among(levels) = &node.test {
                stored.among.push((at, levels.levels().collect()));
            }
            stored.missing_left.push(u8::from(node.missing_left));
            stored.left.push(number(node.left));
            stored.right.push(number(node.right));
            stored.gain.push(node.gain);
        }
        Serialize::serialize(&stored, serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Node>, D::Error> {
        let stored: Self = Deserialize::deserialize(deserializer)?;
        stored
            .nodes()
            .ok_or_else(|| serde::de::Error::custom("nodes of a tree do not fit together"))
    }

    fn nodes(self) -> Option<Vec<Node>> {
        let all = self.column.len();
        let lengths = [
            self.below.len(),
            self.missing_left.len(),
            self.left.len(),
            self.right.len(),
            self.gain.len(),
        ];
        if lengths != [all; 5] {
            return None;
        }
        let mut nodes = Vec::with_capacity(all);
        for at in 0..all {
            nodes.push(Node {
                column: self.column[at],
                test: Test::Below(self.below[at]),
                missing_left: self.missing_left[at] == 1,
                left: child(self.left[at], at, all)?,
                right: child(self.right[at], at, all)?,
                gain: self.gain[at],
            });
        }
        for (at, levels) in self.among {
            nodes.get_mut(at)?.test = Test::Among(LevelSet::new(levels));
        }
        Some(nodes)
    }
}

fn number(child: Child) -> i64 {
    match child {
        Child::Node(node) => i64::from(node),
        Child::Leaf(leaf) => -1 - i64::from(leaf),
    }
}

/// The child of a node; none where a node would not come after its parent, so that no tree goes round in a circle.
fn child(number: i64, parent: usize, all: usize) -> Option<Child> {
    match u32::try_from(number) {
        Ok(node) if (parent + 1..all).contains(&(node as usize)) => Some(Child::Node(node)),
        Ok(_) => None,
        Err(_) => u32::try_from(-1 - number).ok().map(Child::Leaf),
    }
}
