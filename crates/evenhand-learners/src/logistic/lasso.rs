//! Penalties on absolute values, which leave many coefficients 0: the path of the lasso and of the elastic net.
//!
//! Newton's quadratic is minimised by coordinate descent, on the columns that have a coefficient or may get one
//! (Friedman, J., Hastie, T. and Tibshirani, R. (2010), J. Stat. Softw. 33(1); which may get one, by the strong rule:
//! Tibshirani, R. et al. (2012), J. R. Stat. Soc. B 74, 245-266). A column that the rule left out wrongly shows a slope
//! above the penalty in the next step, and comes in.

use super::problem::{Problem, Slopes};
use super::{
    Ending, Logistic, LogisticParams, Origin, constants, from_largest, penalties, problem,
};
use crate::encode::Encoder;
use crate::error::LearnerError;
use crate::examples::Examples;
use evenhand_stats::stats::gram::add;
use std::collections::BTreeSet;

/// Sweeps over coordinates in a step.
const MOST_SWEEPS: usize = 10_000;
/// A sweep is the last if it moves margins by so much less than the step's tolerance.
const SWEEP: f64 = 0.01;
/// A step is halved until this share of it is left.
const SMALLEST_SHARE: f64 = 1e-6;

/// A path of penalties on absolute values.
#[derive(Debug, Clone, PartialEq)]
pub struct L1Params {
    pub logistic: LogisticParams,
    /// The share of the penalty that is on absolute values, above 0: 1 is the lasso, less an elastic net.
    pub l1_share: f64,
    /// Penalties; empty for `count` of them, from the least that leaves no coefficient to `smallest` times that.
    pub penalties: Vec<f64>,
    pub count: usize,
    pub smallest: f64,
    /// The path ends before the first model of more columns of the data.
    pub most_sources: Option<usize>,
}

impl Default for L1Params {
    fn default() -> Self {
        Self {
            logistic: LogisticParams::default(),
            l1_share: 1.0,
            penalties: Vec::new(),
            count: 50,
            smallest: 1e-3,
            most_sources: None,
        }
    }
}

impl Logistic {
    /// Fits one model for each penalty, the largest first.
    ///
    /// # Formula
    ///
    /// The minimum of, with `α` the share on absolute values,
    ///
    /// ```text
    /// Σ -w ln p_y  +  penalty (α Σ |β| + (1 - α) / 2 Σ β²)
    /// ```
    ///
    /// which is that of scikit-learn's `LogisticRegression` with `C = 1 / penalty` and `l1_ratio` α.
    ///
    /// # Errors
    /// Too few rows, one label, no column that varies, or a penalty below 0.
    pub fn fit_l1_path(
        examples: &Examples,
        rows: &[usize],
        params: &L1Params,
    ) -> Result<Vec<Self>, LearnerError> {
        examples.check(rows, "logistic regression")?;
        let (encoder, design) = Encoder::fit(examples, rows, &params.logistic.encode)?;
        let problem = problem(examples, rows, &design);
        let mut theta = vec![0.0; problem.outputs * problem.stride()];
        constants(&problem, &mut theta);
        let mut descent = Descent {
            problem: &problem,
            params,
            theta,
        };
        let largest = descent.largest()?;
        let penalties = match params.penalties.is_empty() {
            true => penalties(largest, params.smallest * largest, params.count),
            false => params.penalties.clone(),
        };
        let origin = Origin {
            encoder: &encoder,
            classes: examples.classes,
            l1_share: params.l1_share,
            has_source: false,
        };
        let mut found = Vec::new();
        let mut last = largest;
        for at in from_largest(&penalties)? {
            let ending = descent.minimise(penalties[at], last.max(penalties[at]));
            last = penalties[at];
            let model = origin.model(&descent.theta, problem.stride(), penalties[at], ending);
            let sources = model.selected().len();
            if params.most_sources.is_some_and(|most| sources > most) {
                break;
            }
            found.push(model);
        }
        Ok(found)
    }

    /// Columns of the data that have a coefficient, in the order of their names.
    pub fn selected(&self) -> BTreeSet<&str> {
        let columns = self.encoder.design_columns.iter().cycle();
        let pairs = self.coefficients.iter().zip(columns);
        let kept = pairs.filter(|(of, _)| **of != 0.0);
        kept.map(|(_, column)| column.source.as_str()).collect()
    }
}

/// Coefficients on their way to the solution.
struct Descent<'a> {
    problem: &'a Problem<'a>,
    params: &'a L1Params,
    theta: Vec<f64>,
}

impl Descent<'_> {
    /// The least penalty that leaves no coefficient.
    fn largest(&mut self) -> Result<f64, LearnerError> {
        if !(self.params.l1_share > 0.0 && self.params.l1_share <= 1.0) {
            return Err(LearnerError::L1Share(self.params.l1_share));
        }
        // The intercepts alone: no slope is below this.
        self.minimise(f64::MAX, f64::MAX);
        let slopes = self.problem.slopes(&self.theta).gradient;
        let of_columns = self.columns().map(|at| slopes[at].abs());
        Ok(of_columns.fold(0.0, f64::max) / self.params.l1_share)
    }

    /// Places of coefficients that are no intercept.
    fn columns(&self) -> impl Iterator<Item = usize> + use<> {
        let (size, stride) = (self.problem.size(), self.problem.stride());
        let outputs = 0..self.problem.outputs;
        outputs.flat_map(move |output| output * stride + 1..output * stride + size)
    }

    /// The penalty of coefficients.
    fn penalty(&self, theta: &[f64], penalty: f64) -> f64 {
        let share = self.params.l1_share;
        let of = |at: usize| share * theta[at].abs() + 0.5 * (1.0 - share) * theta[at] * theta[at];
        let sum: f64 = self.columns().map(of).sum();
        // Without a coefficient there is no penalty, however large.
        if sum > 0.0 { penalty * sum } else { 0.0 }
    }

    /// Finds the minimum from where the last one was, with a penalty of `last`.
    fn minimise(&mut self, penalty: f64, last: f64) -> Ending {
        let stop = self.params.logistic.stop;
        let mut slopes = self.problem.slopes(&self.theta);
        let mut ending = Ending {
            steps: 0,
            converged: false,
            separated: false,
        };
        while ending.steps < stop.most_steps && !ending.converged {
            ending.steps += 1;
            let (direction, moves) = self.direction(&slopes, penalty, last);
            ending.converged = moves <= stop.tolerance;
            slopes = self.step(&direction, &slopes, penalty);
        }
        ending.separated = slopes.all_right;
        ending
    }

    /// Columns of the design that have a coefficient or may get one.
    fn active(&self, slopes: &Slopes, penalty: f64, last: f64) -> Vec<usize> {
        let (stride, share) = (self.problem.stride(), self.params.l1_share);
        // The strong rule.
        let least = share * (penalty - (last - penalty));
        let outputs = 0..self.problem.outputs;
        let is_active = |column: &usize| {
            let mut places = outputs.clone().map(|output| output * stride + column + 1);
            places.any(|at| self.theta[at] != 0.0 || slopes.gradient[at].abs() >= least)
        };
        (0..self.problem.size() - 1).filter(is_active).collect()
    }

    /// The direction to the minimum of the penalised quadratic, and how far it moves margins.
    fn direction(&self, slopes: &Slopes, penalty: f64, last: f64) -> (Vec<f64>, f64) {
        let problem = self.problem;
        let (outputs, stride) = (problem.outputs, problem.stride());
        let active = self.active(slopes, penalty, last);
        let design = problem.selected(&active);
        let narrow = Problem::new(
            &design,
            problem.labels.clone(),
            problem.weights.clone(),
            Vec::new(),
            outputs,
        );
        let mut direction = vec![0.0; self.theta.len()];
        let mut squares = 0.0;
        for output in 0..outputs {
            let places = active.iter().map(|column| output * stride + column + 1);
            let places: Vec<usize> = std::iter::once(output * stride).chain(places).collect();
            let gram = narrow.gram(|row| {
                let p = slopes.probabilities[row * outputs + output];
                problem.weights[row] * p * (1.0 - p)
            });
            let mut quadratic = Quadratic {
                gram: &gram,
                stride: narrow.stride(),
                slopes: places.iter().map(|&at| slopes.gradient[at]).collect(),
                values: places.iter().map(|&at| self.theta[at]).collect(),
            };
            let enough = SWEEP * self.params.logistic.stop.tolerance;
            let enough = enough * enough * problem.weight();
            let share = self.params.l1_share;
            quadratic.minimise(share * penalty, (1.0 - share) * penalty, enough);
            for (at, value) in places.iter().zip(&quadratic.values) {
                direction[*at] = value - self.theta[*at];
            }
            squares += quadratic.moved(places.iter().map(|&at| direction[at]));
        }
        (direction, (squares / problem.weight()).max(0.0).sqrt())
    }

    /// Steps in a direction as far as the penalised loss falls.
    fn step(&mut self, direction: &[f64], here: &Slopes, penalty: f64) -> Slopes {
        let mut whole = self.theta.clone();
        add(&mut whole, 1.0, direction);
        let before = self.penalty(&self.theta, penalty);
        let pairs = direction.iter().zip(&here.gradient);
        let slope = pairs.map(|(a, b)| a * b).sum::<f64>();
        let promised = slope + self.penalty(&whole, penalty) - before;
        let mut share = 1.0;
        loop {
            let mut moved = self.theta.clone();
            add(&mut moved, share, direction);
            let there = self.problem.slopes(&moved);
            let loss = there.loss + self.penalty(&moved, penalty);
            let enough = here.loss + before + 1e-4 * share * promised;
            if loss <= enough + 1e-13 * here.loss.abs() || share < SMALLEST_SHARE {
                self.theta = moved;
                return there;
            }
            share /= 2.0;
        }
    }
}

/// A quadratic of the coefficients of one output: its intercept, and the columns that are active.
struct Quadratic<'a> {
    /// The curvature, its upper triangle.
    gram: &'a [f64],
    stride: usize,
    /// At `values`, without the penalty.
    slopes: Vec<f64>,
    values: Vec<f64>,
}

impl Quadratic<'_> {
    fn curvature(&self, i: usize, j: usize) -> f64 {
        self.gram[i.min(j) * self.stride + i.max(j)]
    }

    /// Sweeps over coordinates until none moves.
    fn minimise(&mut self, l1: f64, l2: f64, enough: f64) {
        for _ in 0..MOST_SWEEPS {
            let mut largest = 0.0_f64;
            for at in 0..self.values.len() {
                let curvature = self.curvature(at, at);
                if curvature <= 0.0 {
                    continue;
                }
                let (l1, l2) = if at == 0 { (0.0, 0.0) } else { (l1, l2) };
                let towards = curvature * self.values[at] - self.slopes[at];
                let shrunk = (towards.abs() - l1).max(0.0).copysign(towards);
                let value = if shrunk == 0.0 {
                    0.0
                } else {
                    shrunk / (curvature + l2)
                };
                let change = value - self.values[at];
                if change != 0.0 {
                    self.values[at] = value;
                    for other in 0..self.slopes.len() {
                        self.slopes[other] += change * self.curvature(at, other);
                    }
                    largest = largest.max(curvature * change * change);
                }
            }
            if largest <= enough {
                return;
            }
        }
    }

    /// How far a direction moves margins: the sum of squares, weighted by curvature.
    fn moved(&self, direction: impl Iterator<Item = f64> + Clone) -> f64 {
        let terms = direction.clone().enumerate().map(|(i, one)| {
            let row = direction.clone().enumerate();
            one * row.map(|(j, of)| self.curvature(i, j) * of).sum::<f64>()
        });
        terms.sum()
    }
}

#[cfg(test)]
mod tests;
