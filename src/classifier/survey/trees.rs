//! Trees as one `TreeEnsemble` node, and read back from it.

use super::ops::{self, tensor};
use crate::backbone::graph::{build, read};
use crate::backbone::onnx::NodeProto;
use crate::learners::tree::model::{Child, LevelSet, Node, Test, Tree};

pub const OPERATOR: &str = "TreeEnsemble";
/// Codes of ONNX: `a < b`, and `a` among a set.
const BRANCH_LT: u8 = 1;
const BRANCH_MEMBER: u8 = 6;
const SUM: i64 = 1;
const NO_TRANSFORM: i64 = 0;

/// Attributes of a `TreeEnsemble` while they are written or read.
#[derive(Default)]
struct Ensemble {
    roots: Vec<i64>,
    features: Vec<i64>,
    splits: Vec<f32>,
    modes: Vec<u8>,
    /// Of nodes: where the true and the false branch leads, and whether that is a leaf.
    branches: [Vec<i64>; 2],
    are_leaves: [Vec<i64>; 2],
    missing_is_true: Vec<i64>,
    /// Sets, each with NaN at its end.
    members: Vec<f32>,
    leaf_outputs: Vec<i64>,
    leaf_weights: Vec<f32>,
}

/// The node from `input` `[N, columns]` to sums of leaves `[N, outputs]`.
pub fn node(trees: &[Tree], outputs: usize, input: &str, output: &str) -> NodeProto {
    let mut ensemble = Ensemble::default();
    for tree in trees {
        // A leaf of ONNX adds to one output.
        for place in 0..tree.width {
            ensemble.add(tree, place);
        }
    }
    let Ensemble {
        roots,
        features,
        splits,
        modes,
        branches: [on_true, on_false],
        are_leaves: [true_leaf, false_leaf],
        missing_is_true,
        members,
        leaf_outputs,
        leaf_weights,
    } = ensemble;
    let f32s = |name, values: &[f32]| tensor(name, build::f32s(name, &[values.len()], values));
    let u8s = |name, values: &[u8]| tensor(name, build::u8s(name, &[values.len()], values));
    let mut attributes = vec![
        build::int("aggregate_function", SUM),
        build::int("post_transform", NO_TRANSFORM),
        build::int("n_targets", outputs as i64),
        build::ints("tree_roots", &roots),
        build::ints("nodes_featureids", &features),
        f32s("nodes_splits", &splits),
        u8s("nodes_modes", &modes),
        build::ints("nodes_truenodeids", &on_true),
        build::ints("nodes_trueleafs", &true_leaf),
        build::ints("nodes_falsenodeids", &on_false),
        build::ints("nodes_falseleafs", &false_leaf),
        build::ints("nodes_missing_value_tracks_true", &missing_is_true),
        build::ints("leaf_targetids", &leaf_outputs),
        f32s("leaf_weights", &leaf_weights),
    ];
    if !members.is_empty() {
        attributes.push(f32s("membership_values", &members));
    }
    ops::node(OPERATOR, &[input], output, attributes)
}

impl Ensemble {
    /// Adds a tree as it adds to the output `place` places after its first.
    fn add(&mut self, tree: &Tree, place: usize) {
        let (first_node, first_leaf) = (self.features.len() as i64, self.leaf_weights.len() as i64);
        self.roots.push(first_node);
        let is_leaf = |child: Child| i64::from(matches!(child, Child::Leaf(_)));
        let at = |child: Child| match child {
            Child::Node(node) => first_node + i64::from(node),
            Child::Leaf(leaf) => first_leaf + i64::from(leaf),
        };
        for node in &tree.nodes {
            self.features.push(i64::from(node.column));
            self.missing_is_true.push(i64::from(node.missing_left));
            match &node.test {
                Test::Below(cut) => {
                    self.splits.push(*cut);
                    self.modes.push(BRANCH_LT);
                }
                Test::Among(levels) => {
                    self.splits.push(0.0);
                    self.modes.push(BRANCH_MEMBER);
                    self.members
                        .extend(levels.levels().map(|level| level as f32));
                    self.members.push(f32::NAN);
                }
            }
            for (side, child) in [node.left, node.right].into_iter().enumerate() {
                self.branches[side].push(at(child));
                self.are_leaves[side].push(is_leaf(child));
            }
        }
        if tree.nodes.is_empty() {
            // A root is a node: both its branches lead to the one leaf.
            self.features.push(0);
            self.missing_is_true.push(0);
            self.splits.push(0.0);
            self.modes.push(BRANCH_LT);
            for side in 0..2 {
                self.branches[side].push(first_leaf);
                self.are_leaves[side].push(1);
            }
        }
        for leaf in 0..tree.leaves() {
            self.leaf_outputs.push((tree.output + place) as i64);
            self.leaf_weights.push(tree.leaf_values(leaf)[place]);
        }
    }

    fn read(node: &NodeProto) -> Option<Self> {
        let ints = |name| read::ints(node, name).map(<[i64]>::to_vec);
        let tensor = |name| read::attribute(node, name)?.t.as_deref();
        let members = match tensor("membership_values") {
            Some(members) => read::f32_values(members)?,
            None => Vec::new(),
        };
        Some(Self {
            roots: ints("tree_roots")?,
            features: ints("nodes_featureids")?,
            splits: read::f32_values(tensor("nodes_splits")?)?,
            modes: read::u8_values(tensor("nodes_modes")?)?,
            branches: [ints("nodes_truenodeids")?, ints("nodes_falsenodeids")?],
            are_leaves: [ints("nodes_trueleafs")?, ints("nodes_falseleafs")?],
            missing_is_true: ints("nodes_missing_value_tracks_true")?,
            members,
            leaf_outputs: ints("leaf_targetids")?,
            leaf_weights: read::f32_values(tensor("leaf_weights")?)?,
        })
    }

    /// The sets of the nodes that test for members, by node.
    fn sets(&self) -> Option<Vec<Option<LevelSet>>> {
        let mut sets = self.members.split(|member| member.is_nan());
        let of_node = |mode: &u8| match *mode {
            BRANCH_MEMBER => {
                let levels = sets.next()?.iter().map(|&level| level as u32);
                Some(Some(LevelSet::new(levels)))
            }
            BRANCH_LT => Some(None),
            _ => None,
        };
        self.modes.iter().map(of_node).collect()
    }
}

/// The trees that [`node`] wrote, of a frame with so many columns; `None` where something is missing or does not fit.
/// What only training knows of trees, gains and covers, is 0.
pub fn trees(node: &NodeProto, columns: usize, outputs: usize) -> Option<Vec<Tree>> {
    let ensemble = Ensemble::read(node)?;
    let nodes = ensemble.features.len();
    let lengths = [
        ensemble.splits.len(),
        ensemble.modes.len(),
        ensemble.missing_is_true.len(),
        ensemble.branches[0].len(),
        ensemble.branches[1].len(),
        ensemble.are_leaves[0].len(),
        ensemble.are_leaves[1].len(),
    ];
    let leaves = ensemble.leaf_weights.len();
    if lengths.iter().any(|&length| length != nodes) || ensemble.leaf_outputs.len() != leaves {
        return None;
    }
    let sets = ensemble.sets()?;
    let (mut trees, mut first_leaf) = (Vec::with_capacity(ensemble.roots.len()), 0);
    let ends = ensemble.roots.iter().skip(1).copied().chain([nodes as i64]);
    for (&root, end) in ensemble.roots.iter().zip(ends) {
        let (root, end) = (usize::try_from(root).ok()?, usize::try_from(end).ok()?);
        let tree = tree(&ensemble, &sets, root..end, first_leaf, columns)?;
        first_leaf += tree.leaves();
        if tree.output >= outputs {
            return None;
        }
        trees.push(tree);
    }
    (first_leaf == leaves).then_some(trees)
}

/// The tree of some nodes, whose leaves begin at `first_leaf`.
fn tree(
    ensemble: &Ensemble,
    sets: &[Option<LevelSet>],
    range: std::ops::Range<usize>,
    first_leaf: usize,
    columns: usize,
) -> Option<Tree> {
    let (first, count) = (range.start, range.len());
    let mut leaves = 0;
    let mut child = |side: usize, at: usize| {
        let to = usize::try_from(ensemble.branches[side][at]).ok()?;
        if ensemble.are_leaves[side][at] == 1 {
            let leaf = to.checked_sub(first_leaf)?;
            leaves = leaves.max(leaf + 1);
            return Some(Child::Leaf(u32::try_from(leaf).ok()?));
        }
        // A child comes after its parent, so that no walk goes in a circle.
        let is_below = to > at && to < first + count;
        is_below.then_some(Child::Node((to - first) as u32))
    };
    let mut nodes = Vec::with_capacity(count);
    for at in range {
        let column = usize::try_from(*ensemble.features.get(at)?).ok()?;
        let test = match &sets[at] {
            Some(set) => Test::Among(set.clone()),
            None => Test::Below(ensemble.splits[at]),
        };
        nodes.push(Node {
            column: u32::try_from(column).ok().filter(|_| column < columns)?,
            test,
            missing_left: ensemble.missing_is_true[at] == 1,
            left: child(0, at)?,
            right: child(1, at)?,
            gain: 0.0,
        });
    }
    if leaves == 1 {
        nodes.clear();
    }
    let outputs = ensemble.leaf_outputs.get(first_leaf..first_leaf + leaves)?;
    let output = *outputs.first()?;
    Some(Tree {
        nodes,
        output: usize::try_from(output)
            .ok()
            .filter(|_| outputs.iter().all(|other| *other == output))?,
        values: ensemble.leaf_weights[first_leaf..first_leaf + leaves].to_vec(),
        width: 1,
        covers: vec![0.0; leaves],
    })
}
