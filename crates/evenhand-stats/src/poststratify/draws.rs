//! Draws of the cells' shares from their posterior.

use super::model::{Model, logistic};
use super::normal::normal;
use super::spreads::{Mode, Point};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

/// Draws come in pairs, one on each side of the mode, so that chance moves the mean of a share less.
const PAIRS: usize = 1_000;

/// Draws from a posterior.
#[derive(Debug)]
pub(super) struct Draws {
    /// The share of the class in each cell, a list for each draw.
    pub shares: Vec<Vec<f64>>,
    /// The standard deviation of each grouping, a list for each draw.
    pub spreads: Vec<Vec<f64>>,
}

impl Draws {
    pub fn new(model: &Model, seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let points = Mode::find(model).points(model, &mut rng);
        let mut all = Self {
            shares: Vec::with_capacity(2 * PAIRS),
            spreads: Vec::with_capacity(2 * PAIRS),
        };
        for (point, pairs) in points.iter().zip(pairs(&points, rng.random())) {
            if pairs > 0 {
                all.add(model, point, pairs, &mut rng);
            }
        }
        all
    }

    fn add(&mut self, model: &Model, point: &Point, pairs: usize, rng: &mut ChaCha8Rng) {
        let of = model.conditional(&point.spreads, &point.effects);
        let cells = model.cells().counts.len();
        for _ in 0..pairs {
            let z: Vec<f64> = of.mode.iter().map(|_| normal(rng)).collect();
            let away = of.factor.back(&z);
            for side in [1.0, -1.0] {
                let effects = of.mode.iter().zip(&away);
                let effects: Vec<f64> = effects.map(|(mode, by)| mode + side * by).collect();
                let share = |cell: usize| logistic(model.log_odds(cell, &effects, &point.spreads));
                self.shares.push((0..cells).map(share).collect());
                self.spreads.push(point.spreads.clone());
            }
        }
    }
}

/// How many pairs of draws each point gets: systematic sampling, with a start from 0 to 1.
fn pairs(points: &[Point], start: f64) -> Vec<usize> {
    let mut sum = 0.0;
    let mut before = 0;
    let counts = points.iter().map(|point| {
        sum += point.weight * PAIRS as f64;
        let up_to = ((sum - start).ceil().max(0.0) as usize).min(PAIRS);
        let count = up_to - before;
        before = up_to;
        count
    });
    counts.collect()
}
