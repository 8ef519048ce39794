use super::*;
use crate::tree::toy::{Toy, on_threads};

const FEW: Params = Params {
    trees: 40,
    min_rows: 3,
    max_depth: 40,
    columns: None,
};

fn forest(toy: &Toy) -> Fitted {
    fit(&toy.examples(), &toy.rows(), &FEW, 7).expect("several classes")
}

#[test]
fn out_of_bag_rows_are_judged_as_new_rows_are() {
    let toy = Toy::draw(3000, 2, 1);
    let fitted = forest(&toy);
    let new = Toy::draw(3000, 2, 99);
    let of_new = new.auc(&fitted.model.probabilities(&new.frame, &new.rows()));
    let out_of_bag = toy.auc(&fitted.out_of_bag);
    let of_seen = toy.auc(&fitted.model.probabilities(&toy.frame, &toy.rows()));
    assert!(of_new > 0.76, "{of_new}");
    assert!((out_of_bag - of_new).abs() < 0.025, "{out_of_bag} {of_new}");
    assert!(of_seen > of_new + 0.1, "{of_seen}");
}

#[test]
fn permuted_labels_give_chance() {
    let mut toy = Toy::draw(3000, 2, 1);
    toy.permute_labels(2);
    let auc = toy.auc(&forest(&toy).out_of_bag);
    assert!((auc - 0.5).abs() < 0.032, "{auc}");
}

#[test]
fn probabilities_of_more_classes_sum_to_one_and_none_is_zero() {
    let toy = Toy::draw(2000, 3, 1);
    let fitted = forest(&toy);
    let probabilities = fitted.model.probabilities(&toy.frame, &toy.rows());
    for row in probabilities
        .chunks_exact(3)
        .chain(fitted.out_of_bag.chunks_exact(3))
    {
        assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!(row.iter().all(|&probability| probability > 0.0));
    }
    let auc = toy.auc(&fitted.out_of_bag);
    assert!(auc > 0.79, "{auc}");
}

#[test]
fn the_same_bytes_on_one_thread_and_four() {
    let toy = Toy::draw(1000, 2, 1);
    let fitted = |threads| on_threads(threads, || forest(&toy));
    assert!(fitted(1) == fitted(4));
    let other = fit(&toy.examples(), &toy.rows(), &FEW, 8).expect("two classes");
    assert!(fitted(1) != other, "the seed has no effect");
}

#[test]
fn rows_of_weight_zero_do_not_count() {
    let mut toy = Toy::draw(2000, 2, 1);
    for row in (0..2000).filter(|row| row % 2 == 0) {
        toy.weights[row] = 0.0;
        toy.labels[row] = 1;
    }
    let fitted = forest(&toy);
    let mean = fitted.out_of_bag.iter().skip(1).step_by(2).sum::<f64>() / 2000.0;
    let odd = toy.labels.iter().skip(1).step_by(2);
    let share = odd.sum::<usize>() as f64 / 1000.0;
    assert!((mean - share).abs() < 0.03, "{mean} for a share of {share}");
}
