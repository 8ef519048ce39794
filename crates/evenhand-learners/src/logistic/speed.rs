//! Processor time of a fit, printed: `cargo test --release -p evenhand-learners -- --ignored --nocapture speed`.

use super::*;
use crate::frame::{Column, Values};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use std::fs;

/// Uniform columns with a gap in fifty, and labels by the first four.
fn drawn(rows: usize, columns: usize, classes: usize) -> (Frame, Vec<usize>) {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(7);
    let columns = (0..columns).map(|at| {
        let mut draw = || {
            let value = rng.random::<f32>();
            if value < 0.02 { f32::NAN } else { value }
        };
        let values = (0..rows).map(|_| draw()).collect();
        Column::new(format!("x{at}"), Values::Numbers(values))
    });
    let frame = Frame::new(columns.collect());
    let label = |row: usize| {
        let of = |at: usize| match &frame.columns()[at].values {
            Values::Numbers(of) if of[row].is_finite() => f64::from(of[row]),
            _ => 0.5,
        };
        let score = (0..4).map(of).sum::<f64>() / 4.0 + 0.5 * (rng.random::<f64>() - 0.5);
        (score.clamp(0.0, 0.999) * classes as f64) as usize
    };
    let labels = (0..rows).map(label).collect();
    (frame, labels)
}

/// Processor seconds of this process, as Linux tells them, in hundredths.
fn processor_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields = stat.rsplit_once(") ").unwrap().1.split(' ').skip(11);
    let ticks = fields.take(2).map(|ticks| ticks.parse::<f64>().unwrap());
    ticks.sum::<f64>() / 100.0
}

#[test]
#[ignore = "prints times"]
#[expect(clippy::print_stdout, reason = "prints a table")]
fn speed() {
    for (rows, columns, classes, count) in [
        (1_000_000, 18, 2, 1),
        (10_000, 1280, 2, 1),
        (10_000, 1280, 2, 5),
        (4_000, 400, 7, 1),
        (4_000, 400, 7, 5),
        (100_000, 40, 5, 1),
    ] {
        let (frame, labels) = drawn(rows, columns, classes);
        let weights = vec![1.0; rows];
        let examples = Examples {
            frame: &frame,
            labels: &labels,
            classes,
            weights: &weights,
            margins: None,
        };
        let all: Vec<usize> = (0..rows).collect();
        let penalties = match count {
            1 => vec![1.0],
            _ => penalties(1e4, 100.0, count),
        };
        let start = processor_seconds();
        let params = LogisticParams::default();
        let path = Logistic::fit_path(&examples, &all, &penalties, &params).unwrap();
        let steps: Vec<usize> = path.iter().map(|model| model.ending.steps).collect();
        println!(
            "{rows} x {columns}, {classes} classes: {:.2} s, steps {steps:?}",
            processor_seconds() - start
        );
    }
}
