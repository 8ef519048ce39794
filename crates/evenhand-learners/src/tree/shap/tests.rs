use super::*;
use crate::tree::boosting::{Params, Stop, fit};
use crate::tree::forest;
use crate::tree::toy::Toy;

/// The expectation of a tree given the columns of a set, as algorithm 1 of Lundberg et al. has it.
fn expectation(tree: &Tree, views: &[View], row: usize, known: u32) -> f64 {
    let covers = node_covers(tree);
    fn below(
        tree: &Tree,
        covers: &[f64],
        views: &[View],
        row: usize,
        known: u32,
        child: Child,
    ) -> f64 {
        let at = match child {
            Child::Leaf(leaf) => return f64::from(tree.leaf_values(leaf as usize)[0]),
            Child::Node(at) => at as usize,
        };
        let node = &tree.nodes[at];
        let value = |child| below(tree, covers, views, row, known, child);
        if known >> node.column & 1 == 1 {
            return value(if node.goes_left(views, row) {
                node.left
            } else {
                node.right
            });
        }
        let share = cover(tree, covers, node.left) / covers[at];
        share * value(node.left) + (1.0 - share) * value(node.right)
    }
    below(tree, &covers, views, row, known, tree.root())
}

/// Shapley values by their definition, over all sets of four columns.
fn by_definition(model: &TreeEnsemble, views: &[View], row: usize) -> Vec<f64> {
    let value = |known: u32| -> f64 {
        let trees = model.trees.iter();
        trees.map(|tree| expectation(tree, views, row, known)).sum()
    };
    // |S|! (3 - |S|)! / 4! of a set of |S| others.
    let factor = [1.0 / 4.0, 1.0 / 12.0, 1.0 / 12.0, 1.0 / 4.0];
    let of = |column: u32| -> f64 {
        let without = (0..16_u32).filter(|known| known >> column & 1 == 0);
        let gains = without.map(|known| {
            let factor = factor[known.count_ones() as usize];
            factor * (value(known | 1 << column) - value(known))
        });
        gains.sum()
    };
    (0..4).map(of).collect()
}

#[test]
fn contributions_are_shapley_values_and_sum_to_the_margin() {
    let toy = Toy::draw(2000, 2, 1);
    let model = fit(
        &toy.examples(),
        &toy.rows(),
        Stop::After(5),
        &Params::default(),
    );
    let model = model.expect("two classes").model;
    let rows: Vec<usize> = (0..40).collect();
    let contributions = contributions(&model, &toy.frame, &rows);
    let margins = model.margins(&toy.frame, &rows);
    let views = views(&toy.frame);
    for &row in &rows {
        let values = contributions.of(row, 0);
        let sum = contributions.expected[0] + values.iter().sum::<f64>();
        assert!((sum - f64::from(margins[row])).abs() < 1e-6);
        for (value, defined) in values.iter().zip(by_definition(&model, &views, row)) {
            assert!((value - defined).abs() < 1e-9, "{value} {defined}");
        }
    }
}

#[test]
fn contributions_of_a_forest_sum_to_probabilities_of_every_class() {
    let toy = Toy::draw(500, 3, 1);
    let params = forest::Params {
        trees: 10,
        ..forest::Params::default()
    };
    let forest = forest::fit(&toy.examples(), &toy.rows(), &params, 1).expect("three classes");
    let rows: Vec<usize> = (0..50).collect();
    let contributions = contributions(&forest.model, &toy.frame, &rows);
    let margins = forest.model.margins(&toy.frame, &rows);
    for &row in &rows {
        for class in 0..3 {
            let sum: f64 = contributions.of(row, class).iter().sum();
            let margin = f64::from(margins[row * 3 + class]);
            assert!((contributions.expected[class] + sum - margin).abs() < 1e-6);
        }
    }
}
