use super::*;
use crate::tree::boosting::{self, Stop, fit};
use crate::tree::toy::Toy;

fn source(toy: &Toy) -> TreeEnsemble {
    let params = boosting::Params::default();
    let fitted = fit(&toy.examples(), &toy.rows(), Stop::After(20), &params);
    fitted.expect("several classes").model
}

fn params(decay: f64) -> Params {
    let trained = boosting::Params::default();
    Params {
        decay,
        learning_rate: trained.learning_rate,
        l2: trained.l2,
    }
}

#[test]
fn without_decay_the_rows_of_the_training_give_the_source() {
    for classes in [2, 3] {
        let toy = Toy::draw(3000, classes, 1);
        let source = source(&toy);
        let refitted = refit(&source, &toy.examples(), &toy.rows(), params(0.0));
        for (old, new) in source.trees.iter().zip(&refitted.trees) {
            for (old, new) in old.values.iter().zip(&new.values) {
                assert!((old - new).abs() < 1e-6, "{old} {new}");
            }
        }
    }
}

#[test]
fn leaves_move_towards_the_target_as_decay_falls() {
    let toy = Toy::draw(3000, 2, 1);
    let source = source(&toy);
    let mut target = Toy::draw(300, 2, 5);
    target
        .labels
        .iter_mut()
        .for_each(|label| *label = 1 - *label);
    let rows = target.rows();
    let auc = |decay: f64| {
        let refitted = refit(&source, &target.examples(), &rows, params(decay));
        target.auc(&refitted.probabilities(&target.frame, &rows))
    };
    assert_eq!(
        refit(&source, &target.examples(), &rows, params(1.0)),
        source
    );
    assert!(auc(1.0) < 0.25);
    assert!(auc(0.5) > auc(0.9) && auc(0.9) > auc(1.0));
    assert!(auc(0.0) > 0.75);
}
