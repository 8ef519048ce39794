use super::*;
use crate::frame::{Column, Values};
use crate::tree::toy::Toy;

fn tree(toy: &Toy) -> Fitted {
    fit(&toy.examples(), &toy.rows(), &Params::default(), 7).expect("several classes")
}

#[test]
fn a_pruned_tree_has_few_leaves_and_judges_new_rows() {
    let fitted = tree(&Toy::draw(3000, 2, 1));
    let new = Toy::draw(3000, 2, 99);
    let auc = new.auc(&fitted.model.probabilities(&new.frame, &new.rows()));
    assert!(auc > 0.74, "{auc}");
    assert!((4..40).contains(&fitted.leaves), "{} leaves", fitted.leaves);
    assert_eq!(fitted.model.trees[0].leaves(), fitted.leaves);
}

#[test]
fn permuted_labels_leave_the_root() {
    let mut toy = Toy::draw(3000, 2, 1);
    toy.permute_labels(2);
    let fitted = tree(&toy);
    assert_eq!(fitted.leaves, 1);
    let share = toy.labels.iter().sum::<usize>() as f64 / 3000.0;
    let second = fitted.model.probabilities(&toy.frame, &[0])[1];
    assert!((second - (3000.0 * share + 1.0) / 3002.0).abs() < 1e-6);
}

#[test]
fn more_classes_have_shares_of_each() {
    let toy = Toy::draw(3000, 3, 1);
    let fitted = tree(&toy);
    let probabilities = fitted.model.probabilities(&toy.frame, &toy.rows());
    for class in 0..3 {
        let mean = probabilities.iter().skip(class).step_by(3).sum::<f64>() / 3000.0;
        let share = toy.labels.iter().filter(|&&label| label == class).count() as f64 / 3000.0;
        assert!((mean - share).abs() < 0.01, "{class}: {mean} {share}");
    }
    assert!(toy.auc(&probabilities) > 0.75);
}

/// Reference, scikit-learn 1.9.1:
///
/// ```python
/// import numpy as np
/// from sklearn.tree import DecisionTreeClassifier
/// i = np.arange(60); X = np.c_[i * 7 % 60, i * 11 % 13]; y = (X[:, 0] > 30) ^ (X[:, 1] > 9) ^ (i % 9 == 0)
/// t = DecisionTreeClassifier(min_samples_leaf=3)
/// print(t.cost_complexity_pruning_path(X, y).ccp_alphas)
/// print([DecisionTreeClassifier(min_samples_leaf=3, ccp_alpha=a).fit(X, y).get_n_leaves() for a in (0.005, 0.02, 0.03, 0.1)])
/// ```
#[test]
fn prices_are_those_of_scikit_learn() {
    let first = |i: usize| i * 7 % 60;
    let second = |i: usize| i * 11 % 13;
    let label = |i: usize| (first(i) > 30) ^ (second(i) > 9) ^ i.is_multiple_of(9);
    let column = |name: &str, value: fn(usize) -> usize| {
        let values = (0..60).map(|i| value(i) as f32).collect();
        Column::new(name, Values::Numbers(values))
    };
    let labels = (0..60).map(|i| usize::from(label(i))).collect();
    let columns = vec![column("first", first), column("second", second)];
    let toy = Toy::new(columns, labels, 2);
    let params = Params {
        min_rows: 3,
        max_depth: 30,
        ..Params::default()
    };
    let tree = grow(&toy.examples(), &toy.rows(), &params);
    let prices = prices(&tree);
    let mut distinct = prices.clone();
    distinct.sort_by(f64::total_cmp);
    distinct.dedup_by(|a, b| (*a - *b).abs() < 1e-9);
    let reference = [
        0.00111111, 0.00416667, 0.00634921, 0.025, 0.06658986, 0.12297491,
    ];
    assert_eq!(distinct.len(), reference.len());
    for (price, reference) in distinct.iter().zip(reference) {
        assert!((price - reference).abs() < 1e-8, "{price} {reference}");
    }
    let leaves = |price| pruned(&tree, &prices, price).leaves();
    assert_eq!([0.005, 0.02, 0.03, 0.1].map(leaves), [6, 5, 4, 3]);
}
