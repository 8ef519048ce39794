use super::*;
use crate::examples::Examples;
use crate::frame::{Column, Frame, Values};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

/// Two numbers, of which the first says much of the label, and a category that says nothing.
fn toy(rows: usize, signal: f64, seed: u64) -> (Frame, Vec<usize>, Vec<usize>) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let (mut a, mut b, mut c, mut labels) = (vec![], vec![], vec![], vec![]);
    for _ in 0..rows {
        let x: f64 = random.random_range(-2.0..2.0);
        a.push(x as f32);
        b.push(random.random_range(0.0..1.0f32));
        c.push(random.random_range(0..3u32));
        let p = 1.0 / (1.0 + (-signal * x).exp());
        labels.push(usize::from(random.random_bool(p)));
    }
    let levels = ["x", "y", "z"].map(String::from).to_vec().into();
    let frame = Frame::new(vec![
        Column::new("a", Values::Numbers(a)),
        Column::new("b", Values::Numbers(b)),
        Column::new("c", Values::Levels { codes: c, levels }),
    ]);
    let folds = (0..rows).map(|row| row % 5).collect();
    (frame, labels, folds)
}

fn nested(rows: usize, signal: f64, seed: u64) -> (Nested, Vec<usize>) {
    let (frame, labels, folds) = toy(rows, signal, seed);
    (nested_in(&frame, &labels, &folds), labels)
}

fn nested_in(frame: &Frame, labels: &[usize], folds: &[usize]) -> Nested {
    let rows = labels.len();
    let weights = vec![1.0; rows];
    let examples = Examples {
        frame,
        labels,
        classes: 2,
        weights: &weights,
        margins: None,
    };
    let all: Vec<usize> = (0..rows).collect();
    let task = Task {
        examples: &examples,
        rows: &all,
        folds,
        seed: 1,
    };
    let params = LearnerParams::default();
    auto(&task, &Learner::ALL, &params, None, &mut |_| ()).unwrap()
}

/// Within a fold of two, a single one is left to find settings in.
#[test]
fn two_folds_are_enough() {
    let (frame, labels, _) = toy(300, 1.5, 3);
    for folds in [
        (0..300).map(|row| row % 2).collect::<Vec<_>>(),
        (0..300)
            .map(|row| if row % 3 == 0 { 0 } else { NEVER })
            .collect(),
    ] {
        let found = nested_in(&frame, &labels, &folds);
        let judged = found.probabilities.chunks(2).filter(|of| !of[0].is_nan());
        let held_out = folds.iter().filter(|fold| **fold != NEVER);
        assert_eq!(judged.count(), held_out.count());
        assert!(found.winner().loss.mean < 0.65, "{:?}", found.winner().loss);
    }
}

#[test]
fn the_simplest_of_learners_that_are_alike_is_chosen_and_judged_out_of_fold() {
    let (found, labels) = nested(400, 1.5, 3);
    assert_eq!(found.winner().name, "logistic", "the truth is one");
    assert!(found.candidates.len() == 4 && found.chosen_in_folds.len() == 5);
    let right = found.probabilities.chunks(2).zip(&labels);
    let right = right
        .filter(|(p, label)| (p[1] > 0.5) == (**label == 1))
        .count();
    assert!((280..=360).contains(&right), "{right} of 400 right");
    // Where the same learner is chosen in every fold, the choice is that candidate.
    if found.chosen_in_folds.iter().all(|&at| at == found.chosen) {
        assert_eq!(found.probabilities, found.winner().probabilities);
    }
    let all: Vec<usize> = (0..400).collect();
    let (frame, ..) = toy(400, 1.5, 3);
    assert_eq!(found.held_out(&frame, &all, 2), found.probabilities);
}

#[test]
fn permuted_labels_give_chance_for_every_learner_and_for_the_choice() {
    let chance = 2f64.ln();
    for seed in 0..3 {
        let (found, _) = nested(300, 0.0, seed);
        for candidate in &found.candidates {
            let loss = candidate.loss;
            assert!(
                loss.mean > chance - 2.0 * loss.standard_error,
                "{}: {loss:?}",
                candidate.name
            );
            assert!(loss.mean < chance + 0.2, "{}: {loss:?}", candidate.name);
        }
    }
}

#[test]
fn names_are_those_of_the_table() {
    for learner in Learner::ALL {
        assert_eq!(learner.name().parse(), Ok(learner));
        assert_eq!(serde_json::to_value(learner).unwrap(), learner.name());
    }
    let error = "svm".parse::<Learner>().unwrap_err();
    assert_eq!(
        error,
        "`svm` is no learner; there are logistic, tree, boosting, forest"
    );
}

#[test]
fn the_simplest_within_one_standard_error_of_the_least_is_taken() {
    let weights = [1.0; 4];
    let of = |losses: [f64; 4]| losses.to_vec();
    // Differences to the least: mean 0.1, standard error 0.11 or 0.
    let noisy = of([1.0, 1.0, 1.7, 1.1]);
    let least = of([1.1, 1.0, 1.3, 1.0]);
    let sure = of([1.2, 1.1, 1.4, 1.1]);
    assert_eq!(simplest(&[noisy.clone(), least.clone()], &weights), 0);
    assert_eq!(simplest(&[sure, least.clone()], &weights), 1);
    assert_eq!(least_loss(&[noisy, least], &weights), 1);
}
