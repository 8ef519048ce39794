//! Cost-complexity pruning: the trees inside a tree, from itself down to its root.

use super::deep::DeepTree;
use super::node::{Child, Node};

/// For each node the least price of a leaf at which the node becomes a leaf itself; no node is cheaper than one
/// below it.
///
/// # Formula
///
/// Weakest links (Breiman, L. et al. (1984), Classification and Regression Trees, 3.3): again and again the node is
/// made a leaf whose subtree takes off the least impurity for each of its leaves beyond one. Impurity is Gini's, of the
/// training rows of mean weight 1, divided by the weight of all.
pub(super) fn prices(tree: &DeepTree) -> Vec<f64> {
    let mut prices = vec![f64::INFINITY; tree.nodes.len()];
    let mut price: f64 = 0.0;
    while prices.first().is_some_and(|price| price.is_infinite()) {
        let links = links(tree, &prices);
        let open = links.iter().filter(|link| !link.is_nan());
        price = price.max(open.copied().fold(f64::INFINITY, f64::min));
        for (node, &link) in links.iter().enumerate() {
            if link <= price {
                prices[node] = price;
            }
        }
    }
    settle_below(tree, &mut prices);
    prices
}

/// By node, the impurity its subtree takes off for each leaf beyond one; NaN of what has become a leaf.
fn links(tree: &DeepTree, prices: &[f64]) -> Vec<f64> {
    let all: f64 = tree.weights(root(tree)).iter().sum();
    let impurity = |child: Child| impurity(tree.weights(child)) / all;
    // (impurity, leaves) of subtrees; a child comes after its parent.
    let mut below = vec![(0.0, 1.0); tree.nodes.len()];
    let mut links = vec![f64::NAN; tree.nodes.len()];
    for (at, node) in tree.nodes.iter().enumerate().rev() {
        let own = impurity(Child::Node(at as u32));
        if prices[at].is_finite() {
            below[at] = (own, 1.0);
            continue;
        }
        let side = |child: Child| match child {
            Child::Node(node) => below[node as usize],
            Child::Leaf(_) => (impurity(child), 1.0),
        };
        let (left, right) = (side(node.left), side(node.right));
        below[at] = (left.0 + right.0, left.1 + right.1);
        links[at] = (own - below[at].0) / (below[at].1 - 1.0);
    }
    links
}

/// What is below a leaf costs no more than the leaf.
fn settle_below(tree: &DeepTree, prices: &mut [f64]) {
    for (at, node) in tree.nodes.iter().enumerate() {
        for child in [node.left, node.right] {
            if let Child::Node(below) = child {
                prices[below as usize] = prices[below as usize].min(prices[at]);
            }
        }
    }
}

fn impurity(weights: &[f64]) -> f64 {
    let sum: f64 = weights.iter().sum();
    let squares: f64 = weights.iter().map(|weight| weight * weight).sum();
    if sum > 0.0 { sum - squares / sum } else { 0.0 }
}

pub(super) fn root(tree: &DeepTree) -> Child {
    match tree.nodes.is_empty() {
        true => Child::Leaf(0),
        false => Child::Node(0),
    }
}

/// The tree whose nodes are those that cost more than `price`.
pub(super) fn pruned(tree: &DeepTree, prices: &[f64], price: f64) -> DeepTree {
    let mut pruned = DeepTree {
        classes: tree.classes,
        nodes: Vec::new(),
        node_weights: Vec::new(),
        leaf_weights: Vec::new(),
    };
    let mut open = vec![(root(tree), None)];
    while let Some((child, parent)) = open.pop() {
        let weights = tree.weights(child);
        match child {
            Child::Node(at) if prices[at as usize] > price => {
                let node = &tree.nodes[at as usize];
                let own = pruned.nodes.len();
                pruned.node_weights.extend(weights);
                Node::link(&mut pruned.nodes, parent, Child::Node(own as u32));
                pruned.nodes.push(node.clone());
                open.push((node.right, Some((own, false))));
                open.push((node.left, Some((own, true))));
            }
            _ => {
                let leaf = pruned.leaves() as u32;
                pruned.leaf_weights.extend(weights);
                Node::link(&mut pruned.nodes, parent, Child::Leaf(leaf));
            }
        }
    }
    pruned
}
