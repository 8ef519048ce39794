//! Fits with an L2 penalty, for any number of outputs and columns.
//!
//! Two classes and few columns: Newton's method, whose steps are few. Otherwise limited-memory BFGS (Nocedal, J. and
//! Wright, S. (2006), Numerical Optimization, algorithm 7.5, `memory.rs`), whose steps need no matrix. It starts with the mean
//! curvature of a standardised column, which is enough where columns are hardly correlated; where it is not, the matrix
//! of products of all columns, `Σ s z zᵀ` with `s` the mean curvature of a row's outputs, takes its place, and is kept
//! over the penalties of a path.

use super::cholesky::Factor;
use super::memory::{Memory, inner};
use super::problem::{Problem, Slopes};
use evenhand_stats::stats::gram::add;

/// Up to so many columns a matrix costs little.
const NARROW: usize = 64;
/// After so many steps without a matrix there is one, and after so many with one it is made anew.
const STEPS_WITHOUT: usize = 100;
const STEPS_WITH: usize = 100;
/// How many more steps there may be than Newton's.
const MORE_STEPS: usize = 20;
/// A step is halved until this share of it is left.
const SMALLEST_SHARE: f64 = 1e-9;
/// From so many rows on, and so many for each column, a start is looked for by a part of the rows.
const MANY_ROWS: usize = 100_000;
const ROWS_PER_COLUMN: usize = 1_000;
/// Each n-th row is in that part, and so many rows of each class.
const THINNED: usize = 16;
const ROWS_OF_A_CLASS: usize = 200;

/// When a fit is done.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Stop {
    /// A step is the last if it is this small: its size in the margins of rows, as a root mean square weighted by their
    /// curvature. What comes after it is about its square in Newton's method, of two classes and few columns; otherwise it
    /// is of about the same size.
    pub tolerance: f64,
    pub most_steps: usize,
}

impl Default for Stop {
    fn default() -> Self {
        Self {
            tolerance: 1e-5,
            most_steps: 60,
        }
    }
}

/// How a fit ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Ending {
    pub steps: usize,
    /// False where the steps were used up: without a penalty the classes may be separable, and have no finite fit.
    pub converged: bool,
    /// True if each training row has its own class as the most likely one: a penalty is all that keeps coefficients
    /// finite.
    pub separated: bool,
}

/// Coefficients on their way to the solution.
pub struct Newton<'a> {
    problem: &'a Problem<'a>,
    stop: Stop,
    /// What coefficients are drawn towards.
    centre: &'a [f64],
    theta: Vec<f64>,
    gram: Option<Vec<f64>>,
}

impl<'a> Newton<'a> {
    pub fn new(problem: &'a Problem<'a>, stop: Stop, centre: &'a [f64], theta: Vec<f64>) -> Self {
        Self {
            problem,
            stop,
            centre,
            theta,
            gram: None,
        }
    }

    /// Finds the minimum of `Σ w loss + penalty / 2 Σ (coefficient - centre)²`, with intercepts free, from where the
    /// last one was.
    pub fn minimise(&mut self, penalty: f64) -> Ending {
        let size = self.problem.size();
        if self.problem.rows() >= MANY_ROWS.max(ROWS_PER_COLUMN * size) {
            self.start_by_a_part(penalty);
        }
        match self.problem.outputs == 1 && size <= NARROW {
            true => self.by_newton(penalty),
            false => self.by_memory(penalty),
        }
    }

    fn by_newton(&mut self, penalty: f64) -> Ending {
        let mut slopes = self.slopes(&self.theta, penalty);
        for step in 1..=self.stop.most_steps {
            let factor = self.factor(&self.mean_curvature(&slopes), penalty);
            let mut direction: Vec<f64> = slopes.gradient.iter().map(|of| -of).collect();
            factor.solve(&mut direction[..self.problem.size()]);
            if self.moves(&direction, &slopes) <= self.stop.tolerance {
                add(&mut self.theta, 1.0, &direction);
                return ending(step, true, &slopes);
            }
            slopes = self.step(&direction, &slopes, penalty);
        }
        ending(self.stop.most_steps, false, &slopes)
    }

    fn by_memory(&mut self, penalty: f64) -> Ending {
        let most = MORE_STEPS * self.stop.most_steps;
        let mut memory = Memory::default();
        let mut slopes = self.slopes(&self.theta, penalty);
        let mut factor = None;
        let (mut since, mut patience) = (0, STEPS_WITHOUT);
        for step in 1..=most {
            let is_due = since >= patience || self.gram.is_none() && self.problem.size() <= NARROW;
            if is_due {
                self.gram = Some(self.mean_curvature(&slopes));
                (factor, since) = (None, 0);
                memory = Memory::default();
            }
            if let (Some(gram), None) = (&self.gram, &factor) {
                factor = Some(self.factor(gram, penalty));
                patience = STEPS_WITH;
            }
            since += 1;
            let direction = memory.direction(&slopes.gradient, |rest| match &factor {
                Some(factor) => {
                    let outputs = rest.chunks_exact_mut(self.problem.stride());
                    outputs.for_each(|of| factor.solve(&mut of[..self.problem.size()]));
                }
                None => self.by_one_column(&slopes, penalty, rest),
            });
            if self.moves(&direction, &slopes) <= self.stop.tolerance {
                add(&mut self.theta, 1.0, &direction);
                return ending(step, true, &slopes);
            }
            let before = self.theta.clone();
            let there = self.step(&direction, &slopes, penalty);
            memory.add(
                less(&self.theta, &before),
                less(&there.gradient, &slopes.gradient),
            );
            slopes = there;
        }
        ending(most, false, &slopes)
    }

    /// Divides by the curvature that a standardised column has by itself.
    fn by_one_column(&self, slopes: &Slopes, penalty: f64, rest: &mut [f64]) {
        let outputs = self.problem.outputs;
        let rows = slopes.probabilities.chunks_exact(outputs);
        let of_rows = rows.zip(&self.problem.weights);
        let sum = of_rows
            .map(|(p, weight)| weight * curvature(p))
            .sum::<f64>();
        rest.iter_mut().for_each(|of| *of /= sum + penalty);
    }

    /// How far a direction moves margins.
    fn moves(&self, direction: &[f64], slopes: &Slopes) -> f64 {
        let slope = inner(direction, &slopes.gradient);
        (-slope / self.problem.weight()).max(0.0).sqrt()
    }

    /// Goes to the minimum of a part of the rows, unless a class has few rows in it.
    fn start_by_a_part(&mut self, penalty: f64) {
        let part = self.problem.thinned(THINNED);
        let mut rows = vec![0; self.problem.outputs.max(2)];
        part.labels.iter().for_each(|label| rows[*label] += 1);
        if rows.iter().all(|rows| *rows >= ROWS_OF_A_CLASS) {
            let start = std::mem::take(&mut self.theta);
            let mut first = Newton::new(&part, self.stop, self.centre, start);
            first.minimise(penalty);
            self.theta = first.theta;
        }
    }

    /// Coefficients as [`Problem`] has them.
    pub fn theta(&self) -> &[f64] {
        &self.theta
    }

    /// Loss and gradient with the penalty.
    fn slopes(&self, theta: &[f64], penalty: f64) -> Slopes {
        let mut slopes = self.problem.slopes(theta);
        for at in self.penalised() {
            let distance = theta[at] - self.centre[at];
            slopes.loss += 0.5 * penalty * distance * distance;
            slopes.gradient[at] += penalty * distance;
        }
        slopes
    }

    /// Places of coefficients that are no intercept.
    fn penalised(&self) -> impl Iterator<Item = usize> + use<> {
        let (size, stride) = (self.problem.size(), self.problem.stride());
        let outputs = 0..self.problem.outputs;
        outputs.flat_map(move |output| output * stride + 1..output * stride + size)
    }

    fn mean_curvature(&self, slopes: &Slopes) -> Vec<f64> {
        let (weights, outputs) = (&self.problem.weights, self.problem.outputs);
        self.problem.gram(|row| {
            let p = &slopes.probabilities[row * outputs..(row + 1) * outputs];
            weights[row] * curvature(p)
        })
    }

    fn factor(&self, gram: &[f64], penalty: f64) -> Factor {
        let stride = self.problem.stride();
        Factor::new(self.problem.size(), |i, j| {
            let ridge = if i == j && i > 0 { penalty } else { 0.0 };
            gram[j * stride + i] + ridge
        })
    }

    /// Steps in a direction as far as the loss falls, and gives the slopes there.
    fn step(&mut self, direction: &[f64], here: &Slopes, penalty: f64) -> Slopes {
        let slope = inner(direction, &here.gradient);
        let mut share = 1.0;
        loop {
            let mut moved = self.theta.clone();
            add(&mut moved, share, direction);
            let there = self.slopes(&moved, penalty);
            // Armijo's rule, but for rounding.
            let promised = here.loss + 1e-4 * share * slope + 1e-13 * here.loss.abs();
            if there.loss <= promised || share < SMALLEST_SHARE {
                self.theta = moved;
                return there;
            }
            share /= 2.0;
        }
    }
}

fn ending(steps: usize, converged: bool, slopes: &Slopes) -> Ending {
    Ending {
        steps,
        converged,
        separated: slopes.all_right,
    }
}

/// The mean over outputs of the curvature of a row's loss.
fn curvature(probabilities: &[f64]) -> f64 {
    let each = probabilities.iter().map(|p| p * (1.0 - p));
    each.sum::<f64>() / probabilities.len() as f64
}

fn less(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}
