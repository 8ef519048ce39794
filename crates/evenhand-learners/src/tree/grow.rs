//! Growth leaf by leaf: of all leaves the one is split that gains most (leaf-wise, as in LightGBM).

use super::gradient::{Limits, Newton, Packed, Sums};
use super::histogram::{Histogram, Layout};
use super::model::Tree;
use super::node::{Child, Node};
use super::split::{self, Ordered, Split};
use rayon::prelude::*;
use std::ops::Range;

/// Histograms of all leaves may take so many bytes; beyond that both children of a split are summed anew.
const MOST_BYTES: usize = 400 << 20;
/// A histogram of so many bytes is worth more than one thread when a split is looked for.
const MANY_BYTES: usize = 64 << 10;

/// Grows trees of the same rows.
pub(super) struct Grower<'a> {
    layout: Layout<'a>,
    most_leaves: usize,
    /// By column: 1 where values may only grow with it, -1 where they may only fall, 0 for any.
    directions: Vec<i8>,
    keeps_histograms: bool,
    ordered: Ordered<Packed>,
}

/// A grown tree, and which rows are in its leaves.
pub(super) struct Grown<'g> {
    pub(super) tree: Tree,
    /// By leaf.
    pub(super) rows: Vec<&'g [u32]>,
}

struct Leaf {
    range: Range<usize>,
    histogram: Option<Histogram>,
    sums: Sums,
    limits: Limits,
    split: Option<Split>,
    /// The node above, and whether this is its left side.
    parent: Option<(usize, bool)>,
}

impl<'a> Grower<'a> {
    pub(super) fn new(layout: Layout<'a>, most_leaves: usize, directions: Vec<i8>) -> Self {
        let rows = layout.bins.rows;
        Self {
            keeps_histograms: layout.bytes().saturating_mul(most_leaves) <= MOST_BYTES,
            layout,
            most_leaves,
            directions,
            ordered: Ordered::new(vec![0; rows], vec![Packed::default(); rows]),
        }
    }

    /// The gradients of all rows, to be set before a tree is grown.
    pub(super) fn packed(&mut self) -> &mut [Packed] {
        &mut self.ordered.items
    }

    /// A tree for the gradients that were set, whose leaves are Newton steps times `rate`.
    pub(super) fn grow(&mut self, newton: Newton, rate: f64, output: usize) -> Grown<'_> {
        let all = self.ordered.rows.len();
        self.ordered.rows.clear();
        self.ordered.rows.extend(0..all as u32);
        let mut nodes = Vec::with_capacity(self.most_leaves);
        let mut root = Leaf {
            range: 0..all,
            histogram: Some(self.histogram(newton, &(0..all))),
            sums: newton.sums(&self.ordered.items),
            limits: Limits::NONE,
            split: None,
            parent: None,
        };
        self.search(newton, &mut root);
        let mut leaves = vec![root];
        while leaves.len() < self.most_leaves {
            let Some(at) = next(&leaves) else { break };
            let is_last = leaves.len() + 1 == self.most_leaves;
            let [left, right] = self.divide(newton, &mut leaves[at], &mut nodes, is_last);
            leaves[at] = left;
            leaves.push(right);
        }
        self.grown(newton, rate, output, nodes, &leaves)
    }

    /// Makes a leaf a node with two leaves. Those of the last split need no split of their own.
    fn divide(
        &mut self,
        newton: Newton,
        leaf: &mut Leaf,
        nodes: &mut Vec<Node>,
        is_last: bool,
    ) -> [Leaf; 2] {
        let split = leaf.split.take().expect("a leaf that can be split");
        let Range { start, end } = leaf.range;
        let middle = start + self.ordered.divide(start..end, self.layout.bins, &split);
        let node = nodes.len();
        Node::link(nodes, leaf.parent, Child::Node(node as u32));
        nodes.push(split.node(self.layout.bins));
        let ranges = [start..middle, middle..end];
        let smaller = usize::from(ranges[1].len() < ranges[0].len());
        let sums_of_smaller = newton.sums(&self.ordered.items[ranges[smaller].clone()]);
        let mut sums = [leaf.sums.without(&sums_of_smaller); 2];
        sums[smaller] = sums_of_smaller;
        let limits = Newton {
            limits: leaf.limits,
            direction: self.directions[split.column],
            ..newton
        }
        .limits_of_sides(&sums[0], &sums[1]);
        let mut children = [0, 1].map(|side| Leaf {
            range: ranges[side].clone(),
            histogram: None,
            sums: sums[side],
            limits: limits[side],
            split: None,
            parent: Some((node, side == 0)),
        });
        if !is_last && ranges[1 - smaller].len() >= 2 * newton.least_rows {
            let of_smaller = self.histogram(newton, &ranges[smaller]);
            let of_larger = match leaf.histogram.take() {
                Some(parent) => parent.without(&of_smaller),
                None => self.histogram(newton, &ranges[1 - smaller]),
            };
            children[smaller].histogram = Some(of_smaller);
            children[1 - smaller].histogram = Some(of_larger);
            for child in &mut children {
                self.search(newton, child);
            }
        }
        children
    }

    fn histogram(&self, newton: Newton, range: &Range<usize>) -> Histogram {
        let rows = &self.ordered.rows[range.clone()];
        let packed = &self.ordered.items[range.clone()];
        self.layout.histogram(rows, packed, newton.units.one())
    }

    /// Looks for the best split of a leaf. Its histogram is kept for its children only.
    fn search(&self, newton: Newton, leaf: &mut Leaf) {
        let histogram = leaf.histogram.take().expect("it is new");
        if leaf.range.len() < 2 * newton.least_rows {
            return;
        }
        let scales = &self.layout.bins.scales;
        let best = |column: usize| {
            let newton = Newton {
                limits: leaf.limits,
                direction: self.directions[column],
                ..newton
            };
            let bins = self.layout.column(&histogram, column);
            (
                column,
                split::best(&newton, &scales[column], bins, &leaf.sums),
            )
        };
        let columns = 0..scales.len();
        leaf.split = match self.layout.bytes() < MANY_BYTES {
            true => split::choose(columns.map(best)),
            false => split::choose(columns.into_par_iter().map(best).collect::<Vec<_>>()),
        };
        if self.keeps_histograms && leaf.split.is_some() {
            leaf.histogram = Some(histogram);
        }
    }

    fn grown(
        &self,
        newton: Newton,
        rate: f64,
        output: usize,
        mut nodes: Vec<Node>,
        leaves: &[Leaf],
    ) -> Grown<'_> {
        let mut values = Vec::with_capacity(leaves.len());
        for (index, leaf) in leaves.iter().enumerate() {
            let limits = leaf.limits;
            let value = Newton { limits, ..newton }.value(&leaf.sums);
            values.push((rate * value) as f32);
            Node::link(&mut nodes, leaf.parent, Child::Leaf(index as u32));
        }
        let rows = leaves
            .iter()
            .map(|leaf| &self.ordered.rows[leaf.range.clone()]);
        Grown {
            tree: Tree {
                nodes,
                output,
                width: 1,
                covers: vec![0.0; values.len()],
                values,
            },
            rows: rows.collect(),
        }
    }
}

/// The leaf whose split gains most; of equals the first.
fn next(leaves: &[Leaf]) -> Option<usize> {
    let gain = |leaf: &Leaf| leaf.split.as_ref().map(|split| split.gain);
    let gains = leaves.iter().enumerate();
    let gains = gains.filter_map(|(at, leaf)| Some((at, gain(leaf)?)));
    gains
        .reduce(|best, other| if other.1 > best.1 { other } else { best })
        .map(|(at, _)| at)
}
