//! What a transfer brought: paired differences, and how far shares are off.

use crate::learner::{Candidate, Loss, Task, log_losses};
use evenhand_stats::stats::{Interval, Level};

/// A mean difference of log losses on the same rows, with its interval; below 0 where the first is better.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    pub rows: usize,
    pub mean: f64,
    pub interval: Interval,
}

/// The share of a class as predicted, and as it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    pub predicted: f64,
    pub true_share: f64,
}

impl Share {
    /// Predicted less true share.
    pub fn error(self) -> f64 {
        self.predicted - self.true_share
    }
}

/// The difference of the log losses of two candidates on the rows of a task for which `is_in` holds (by place), by
/// Student's t for paired rows. `None` of fewer than two rows.
pub fn difference(
    task: &Task,
    [one, other]: [&Candidate; 2],
    is_in: impl Fn(usize) -> bool,
    level: Level,
) -> Option<Difference> {
    let [one, other] = [one, other].map(|of| log_losses(task, &of.probabilities));
    let places = (0..task.rows.len()).filter(|&place| is_in(place) && !one[place].is_nan());
    let places: Vec<usize> = places.collect();
    if places.len() < 2 {
        return None;
    }
    let differences: Vec<f64> = places.iter().map(|&at| one[at] - other[at]).collect();
    let Loss {
        mean,
        standard_error,
    } = Loss::of(&differences, &task.weights_at(&places));
    let half = level.t(places.len() as f64 - 1.0) * standard_error;
    Some(Difference {
        rows: places.len(),
        mean,
        interval: Interval {
            low: mean - half,
            high: mean + half,
        },
    })
}

/// The weighted share of a class that a candidate predicts, its probabilities added up, beside the true one.
pub fn share(task: &Task, candidate: &Candidate, class: usize) -> Share {
    let classes = task.examples.classes;
    let weights = task.weights();
    let (mut predicted, mut truth, mut sum) = (0.0, 0.0, 0.0);
    let rows = candidate.probabilities.chunks_exact(classes);
    for ((of, &row), weight) in rows.zip(task.rows).zip(weights) {
        if of[class].is_nan() {
            continue;
        }
        predicted += weight * f64::from(of[class]);
        truth += weight * f64::from(u8::from(task.examples.labels[row] == class));
        sum += weight;
    }
    Share {
        predicted: predicted / sum,
        true_share: truth / sum,
    }
}
