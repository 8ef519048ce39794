mod census;

use super::*;
use crate::examples::Examples;
use crate::frame::{Column, Frame, Values};
use crate::learner::{Learner, LearnerParams, Model, Task, auto};
use evenhand_stats::stats::Level;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

/// Rows whose label depends on `a`, by `slope`, and on an intercept.
fn population(rows: usize, slope: f64, intercept: f64, seed: u64) -> (Frame, Vec<usize>) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let (mut columns, mut labels) = (vec![Vec::new(); 4], Vec::new());
    for _ in 0..rows {
        let values: Vec<f32> = (0..4).map(|_| random.random_range(-2.0..2.0)).collect();
        let margin = intercept + slope * f64::from(values[0] + values[1] * values[1] - 1.3);
        labels.push(usize::from(
            random.random_bool(1.0 / (1.0 + (-margin).exp())),
        ));
        for (column, value) in columns.iter_mut().zip(values) {
            column.push(value);
        }
    }
    let columns = columns.into_iter().enumerate();
    let columns =
        columns.map(|(at, values)| Column::new(format!("x{at}"), Values::Numbers(values)));
    (Frame::new(columns.collect()), labels)
}

fn with_task<R>(frame: &Frame, labels: &[usize], run: impl FnOnce(&Task) -> R) -> R {
    let rows: Vec<usize> = (0..labels.len()).collect();
    let folds: Vec<usize> = rows.iter().map(|row| row % 5).collect();
    let weights = vec![1.0; rows.len()];
    let examples = Examples {
        frame,
        labels,
        classes: 2,
        weights: &weights,
        margins: None,
    };
    run(&Task {
        examples: &examples,
        rows: &rows,
        folds: &folds,
        seed: 0,
    })
}

fn source() -> Model {
    let (frame, labels) = population(3_000, 2.0, 0.0, 1);
    let params = LearnerParams::default();
    let fitted = with_task(&frame, &labels, |task| {
        auto(task, &[Learner::Boosting], &params, None, &mut |_| ())
    });
    fitted.unwrap().fitted.model
}

fn climbed(slope: f64, intercept: f64) -> (Ladder, Vec<(String, f64)>, [Difference; 2], Share) {
    let (frame, labels) = population(200, slope, intercept, 2);
    let model = source();
    let source = Source {
        model: &model,
        linear: None,
        rows: &[],
    };
    let params = LearnerParams::default();
    with_task(&frame, &labels, |task| {
        let learners = [Learner::Logistic, Learner::Boosting];
        let found = ladder(task, source, &learners, &params, &mut |_| ()).unwrap();
        let losses = found.nested.candidates.iter();
        let losses = losses
            .map(|of| (of.name.to_owned(), of.loss.mean))
            .collect();
        let (winner, level) = (found.nested.winner(), Level::new(0.95).unwrap());
        let to = |other| difference(task, [winner, other], |_| true, level).unwrap();
        let differences = [to(found.source()), to(found.scratch().unwrap())];
        let share = share(task, found.source(), 1);
        (found, losses, differences, share)
    })
}

#[test]
fn a_source_of_the_same_kind_is_kept_and_beats_doing_without() {
    let (found, losses, [_, to_scratch], share) = climbed(2.0, 0.0);
    assert!(found.nested.chosen < found.rungs, "{losses:?}");
    assert!(to_scratch.mean < -0.02, "{to_scratch:?}");
    assert!(
        (share.predicted - share.true_share).abs() < 0.06,
        "{share:?}"
    );
}

#[test]
fn a_source_that_hurts_is_left_and_its_share_is_far_off() {
    let (found, losses, [to_source, _], share) = climbed(-2.0, 2.0);
    assert!(found.nested.chosen > 0, "{losses:?}");
    assert!(to_source.interval.high < 0.0, "{to_source:?}");
    assert!(share.predicted < share.true_share - 0.2, "{share:?}");
}
