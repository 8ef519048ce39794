//! How often intervals hold the true coefficients, by method, when errors depend on a variable of the formula. `cargo
//! test --release regress::simulation -- --ignored --nocapture` prints the table of docs/guide/regress.md.
//!
//! After the simulations of Egami, Hinck, Stewart and Wei (2023), section 5: an outcome that is not linear in ten
//! correlated variables, a logistic regression on four columns of them, and predictions whose accuracy depends on a
//! variable. The true coefficients are those of the regression on 400,000 rows with true labels.

use super::*;
use crate::estimate::{Attribute, Coded, Rows};
use crate::record::Classes;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

const DRAWS: u64 = 500;
const CORPUS: usize = 5_000;
const CODED: usize = 500;
const NAMES: [&str; 5] = ["intercept", "x1", "x1²", "x2", "x4"];
/// Of the variables: each has this correlation with each other.
const CORRELATION: f64 = 0.3;

fn normal(rng: &mut ChaCha8Rng) -> f64 {
    let (u, v): (f64, f64) = (1.0 - rng.random::<f64>(), rng.random());
    (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// Values of `x1`, `x2` and `x4`, the label and the prediction.
type Row = ([f64; 3], bool, bool);

/// Predictions are right for 95 of 100 rows where `x1` is low and 70 where it is high.
fn row(rng: &mut ChaCha8Rng) -> Row {
    let shared = CORRELATION.sqrt() * normal(rng);
    let mut x = [0.0; 6];
    x.iter_mut()
        .for_each(|of| *of = shared + (1.0 - CORRELATION).sqrt() * normal(rng));
    let [x1, x2, x3, x4, _, x6] = x;
    let odds = 0.1 / (1.0 + (0.5 * x3 - 0.5 * x2).exp())
        + 1.3 * x4 / (1.0 + (-0.1 * x2).exp())
        + 1.5 * x4 * x6
        + 0.5 * x1 * x2
        + 1.3 * x1
        + x2;
    let label = rng.random_bool(logistic(odds));
    let right = rng.random_bool(if x1 > 0.0 { 0.7 } else { 0.95 });
    ([x1, x2, x4], label, label == right)
}

/// Rows as inputs, each value a code of its own; `coded` are coded.
fn inputs(rows: &[Row], coded: &[u32]) -> RegressInputs {
    let formula = Formula::parse("F ~ x1 + x1_squared + x2 + x4").unwrap();
    let value = |row: &Row, at: usize| match at {
        0 => row.0[0],
        1 => row.0[0] * row.0[0],
        2 => row.0[1],
        _ => row.0[2],
    };
    let attributes = (0..4).map(|at| Attribute {
        name: formula.variables[at + 1].name.clone(),
        domains: rows.iter().map(|row| value(row, at).to_string()).collect(),
    });
    let judged = |of: &[u32]| Rows {
        predicted: of
            .iter()
            .map(|&row| u16::from(rows[row as usize].2))
            .collect(),
        domains: vec![of.to_vec(); 4],
        ..Rows::default()
    };
    let all: Vec<u32> = (0..rows.len() as u32).collect();
    let mut is_coded = vec![false; rows.len()];
    coded.iter().for_each(|&row| is_coded[row as usize] = true);
    RegressInputs {
        predicted: 0,
        target: 0,
        rows: EstimateInputs {
            missing: crate::estimate::Missing::default(),
            classes: Classes::new(["M", "F"].map(String::from).to_vec()).unwrap(),
            targets: vec![1],
            attributes: attributes.collect(),
            corpus: judged(&all),
            is_coded,
            coded: Coded {
                rows: judged(coded),
                labels: coded
                    .iter()
                    .map(|&row| u16::from(rows[row as usize].1))
                    .collect(),
                ..Coded::default()
            },
            clusters: 0,
            finite: false,
        },
        of_corpus: Some(coded.to_vec()),
        formula,
    }
}

fn drawn(seed: u64) -> RegressInputs {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let rows: Vec<Row> = (0..CORPUS).map(|_| row(&mut rng)).collect();
    // Rows are independent draws: the first are as good a sample as any.
    inputs(&rows, &(0..CODED as u32).collect::<Vec<_>>())
}

/// The coefficients of true labels.
fn truth(params: Params) -> Vec<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(u64::MAX);
    let right = |(x, label, _): Row| (x, label, label);
    let rows: Vec<Row> = (0..400_000).map(|_| right(row(&mut rng))).collect();
    let found = regress(&inputs(&rows, &[]), params).unwrap();
    found
        .fit(Method::Naive)
        .as_ref()
        .unwrap()
        .iter()
        .map(|of| of.value)
        .collect()
}

#[test]
#[ignore = "minutes: prints the table of the guide"]
fn corrected_intervals_hold_the_truth_and_naive_ones_do_not() {
    let params = Params {
        family: Family::Logistic,
        level: Level::new(0.95).unwrap(),
    };
    let truth = truth(params);
    let mut sums = vec![vec![[0.0; 3]; truth.len()]; METHODS.len()];
    for seed in 0..DRAWS {
        let found = regress(&drawn(seed), params).unwrap();
        for (fit, sums) in found.fits.iter().zip(&mut sums) {
            let each = fit.as_ref().unwrap().iter().zip(&truth).zip(sums);
            for ((of, truth), [bias, width, held]) in each {
                *bias += (of.value - truth) / DRAWS as f64;
                *width += (of.interval.high - of.interval.low) / DRAWS as f64;
                *held += f64::from(u8::from(of.interval.contains(*truth))) / DRAWS as f64;
            }
        }
    }
    for (at, name) in NAMES.iter().enumerate() {
        for (info, sums) in METHODS.iter().zip(&sums) {
            let [bias, width, held] = sums[at];
            let (title, truth) = (info.title, truth[at]);
            eprintln!(
                "| {name} | {truth:.2} | {title} | {bias:+.2} | {width:.2} | {:.1} % |",
                100.0 * held
            );
        }
    }
    for method in [Method::Coded, Method::Dsl, Method::Powered] {
        for (at, [bias, _, held]) in sums[method as usize].iter().enumerate() {
            assert!((0.90..=0.98).contains(held), "{method:?} {at}: {held}");
            assert!(bias.abs() < 0.07, "{method:?} {at}: {bias}");
        }
    }
    let worst = sums[Method::Naive as usize]
        .iter()
        .map(|of| of[2])
        .fold(1.0, f64::min);
    assert!(worst < 0.05, "{worst}");
}
