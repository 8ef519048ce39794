//! A small problem for the tests of this room.

use super::{CheckedHeadParams, HeadParams};
use crate::features::Features;
use half::f16;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

pub(super) const DIM: usize = 6;

/// Rows of noise in -1..1 whose column `label` is larger by 3.
pub(super) fn separable(rows: usize, classes: usize, seed: u64) -> (Features, Vec<usize>) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut features = Features::with_capacity(DIM, rows);
    let labels: Vec<usize> = (0..rows).map(|row| row % classes).collect();
    for &label in &labels {
        let value = |column| rng.random_range(-1.0..1.0) + if column == label { 3.0 } else { 0.0 };
        features.push(&(0..DIM).map(value).map(f16::from_f32).collect::<Vec<_>>());
    }
    (features, labels)
}

pub(super) fn params(change: impl FnOnce(&mut HeadParams)) -> CheckedHeadParams {
    let mut params = HeadParams {
        hidden: 8,
        dropout: 0.2,
        input_dropout: 0.1,
        learning_rate: 0.02,
        min_steps: 120,
        seed: 5,
        ..HeadParams::default()
    };
    change(&mut params);
    params.check().expect("the test's parameters are in range")
}
