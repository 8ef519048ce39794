//! Standard deviations of random intercepts: the mode of their posterior and values around it.

use super::cholesky::Cholesky;
use super::model::{Conditional, Model};
use super::normal::normal;
use rand::rngs::ChaCha8Rng;
use rayon::prelude::*;

/// Scale of the half-normal prior, in log odds.
const PRIOR: f64 = 1.0;
/// Where the search starts, in log odds.
const START: f64 = 0.5;
/// Width of the differences that take the place of derivatives, in log units.
const WIDTH: f64 = 0.01;
const MOST_STEPS: usize = 50;
/// A step this small moves no share.
const DONE: f64 = 1e-5;
const MOST_HALVINGS: usize = 20;
/// The longest step, in log units.
const LONGEST: f64 = 1.0;
/// Values that stand for all.
const POINTS: usize = 400;
/// Degrees of freedom of the distribution that values are drawn from: its tails are longer than those of the posterior.
const DEGREES: usize = 4;

/// Standard deviations of all groupings, with their share of the posterior.
#[derive(Debug, Clone)]
pub(super) struct Point {
    pub spreads: Vec<f64>,
    pub weight: f64,
    /// The mode of the effects.
    pub effects: Vec<f64>,
}

/// The posterior of log standard deviations near its mode.
#[derive(Debug)]
pub(super) struct Mode {
    pub ln_spreads: Vec<f64>,
    effects: Vec<f64>,
    /// Of the negative Hessian.
    factor: Cholesky,
}

/// The logarithm of the posterior of log standard deviations: the marginal likelihood, the half-normal prior, and the slope of
/// the exponential function, since the prior is that of σ.
fn ln_posterior(model: &Model, ln_spreads: &[f64], start: &[f64]) -> (f64, Conditional) {
    let spreads: Vec<f64> = ln_spreads.iter().map(|of| of.exp()).collect();
    let conditional = model.conditional(&spreads, start);
    let prior = spreads.iter().zip(ln_spreads);
    let prior: f64 = prior
        .map(|(spread, ln)| ln - 0.5 * (spread / PRIOR).powi(2))
        .sum();
    (conditional.ln_likelihood + prior, conditional)
}

impl Mode {
    /// Newton's method with differences for derivatives.
    pub fn find(model: &Model) -> Self {
        let mut at = vec![START.ln(); model.groupings()];
        let (mut height, mut here) = ln_posterior(model, &at, &vec![0.0; model.effects()]);
        for step in 0.. {
            let (gradient, factor) = slopes(model, &at, height, &here.mode);
            let mut by = factor.solve(&gradient);
            let longest = by.iter().fold(0.0, |most: f64, by| most.max(by.abs()));
            if longest < DONE || step == MOST_STEPS {
                return Self {
                    ln_spreads: at,
                    effects: here.mode,
                    factor,
                };
            }
            let shorter = (LONGEST / longest).min(1.0);
            by.iter_mut().for_each(|by| *by *= shorter);
            for _ in 0..MOST_HALVINGS {
                let to: Vec<f64> = at.iter().zip(&by).map(|(at, by)| at + by).collect();
                let (new, there) = ln_posterior(model, &to, &here.mode);
                if new >= height {
                    (at, height, here) = (to, new, there);
                    break;
                }
                by.iter_mut().for_each(|by| *by /= 2.0);
            }
        }
        unreachable!("steps are counted")
    }

    /// Values around the mode, whose weights sum to 1.
    pub fn points(&self, model: &Model, rng: &mut ChaCha8Rng) -> Vec<Point> {
        let drawn: Vec<(Vec<f64>, f64)> = (0..POINTS).map(|_| self.draw(rng)).collect();
        let weighed = drawn.into_par_iter().map(|(at, ln_density)| {
            let (height, conditional) = ln_posterior(model, &at, &self.effects);
            Point {
                spreads: at.iter().map(|of| of.exp()).collect(),
                weight: height - ln_density,
                effects: conditional.mode,
            }
        });
        let mut points: Vec<Point> = weighed.collect();
        let highest = points.iter().map(|of| of.weight);
        let highest = highest.fold(f64::NEG_INFINITY, f64::max);
        points
            .iter_mut()
            .for_each(|of| of.weight = (of.weight - highest).exp());
        let sum: f64 = points.iter().map(|of| of.weight).sum();
        points.iter_mut().for_each(|of| of.weight /= sum);
        points
    }

    /// A value of Student's multivariate t distribution, and the logarithm of its density but for a constant.
    fn draw(&self, rng: &mut ChaCha8Rng) -> (Vec<f64>, f64) {
        let z: Vec<f64> = self.ln_spreads.iter().map(|_| normal(rng)).collect();
        let squares: f64 = (0..DEGREES).map(|_| normal(rng).powi(2)).sum();
        let stretch = (DEGREES as f64 / squares).sqrt();
        let away = self.factor.back(&z);
        let at = self.ln_spreads.iter().zip(away);
        let at = at.map(|(at, away)| at + stretch * away).collect();
        let distance = z.iter().map(|z| (stretch * z).powi(2)).sum::<f64>() / DEGREES as f64;
        let density = -0.5 * (DEGREES + z.len()) as f64 * distance.ln_1p();
        (at, density)
    }
}

/// Gradient and negative Hessian by central differences; what makes the Hessian not negative definite is damped.
fn slopes(model: &Model, at: &[f64], height: f64, effects: &[f64]) -> (Vec<f64>, Cholesky) {
    let away = |moves: &[(usize, f64)]| {
        let mut to = at.to_vec();
        moves.iter().for_each(|(i, by)| to[*i] += by * WIDTH);
        ln_posterior(model, &to, effects).0
    };
    let ends: Vec<[f64; 2]> = (0..at.len())
        .map(|i| [away(&[(i, -1.0)]), away(&[(i, 1.0)])])
        .collect();
    let gradient = ends.iter().map(|[a, b]| (b - a) / (2.0 * WIDTH)).collect();
    let square = WIDTH * WIDTH;
    let curvature = |i: usize, j: usize| match i == j {
        true => (2.0 * height - ends[i][0] - ends[i][1]) / square,
        false => {
            let same = away(&[(i, 1.0), (j, 1.0)]) + away(&[(i, -1.0), (j, -1.0)]);
            let opposite = away(&[(i, 1.0), (j, -1.0)]) + away(&[(i, -1.0), (j, 1.0)]);
            (opposite - same) / (4.0 * square)
        }
    };
    let row = |i: usize| (0..=i).map(|j| curvature(i, j)).collect();
    let mut hessian: Vec<Vec<f64>> = (0..at.len()).map(row).collect();
    let mut damping = 0.01;
    loop {
        if let Some(factor) = Cholesky::new(&hessian) {
            return (gradient, factor);
        }
        (hessian.iter_mut().enumerate()).for_each(|(i, row)| row[i] += damping);
        damping *= 2.0;
    }
}
