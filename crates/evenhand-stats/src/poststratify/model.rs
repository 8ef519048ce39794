//! The multilevel logistic regression, given the standard deviations of its random intercepts.

use super::Cells;
use super::cholesky::Cholesky;

/// Standard deviation of the prior of the intercept, in log odds.
const INTERCEPT: f64 = 5.0;
/// Newton's method is done after a few steps: the posterior is concave.
const MOST_STEPS: usize = 100;
/// A step this small is rounding.
const DONE: f64 = 1e-9;
/// So often a step that leads downhill is halved.
const MOST_HALVINGS: usize = 30;

/// Cells with their rows, for one class.
#[derive(Debug)]
pub(super) struct Model<'a> {
    cells: &'a Cells,
    hits: &'a [u64],
    /// Where the effects of each grouping start; the intercept is the first effect.
    starts: Vec<usize>,
    effects: usize,
}

/// The posterior of the effects given the standard deviations: normal around its mode.
///
/// Effects are in units of their standard deviations, so that they stay finite where those go to 0.
#[derive(Debug, Clone)]
pub(super) struct Conditional {
    pub mode: Vec<f64>,
    /// Of the negative Hessian at the mode.
    pub factor: Cholesky,
    /// The logarithm of the marginal likelihood of the standard deviations, but for a constant.
    pub ln_likelihood: f64,
}

impl<'a> Model<'a> {
    pub fn new(cells: &'a Cells, hits: &'a [u64]) -> Self {
        let mut effects = 1;
        let starts = cells.groupings.iter().map(|grouping| {
            let start = effects;
            effects += grouping.groups.len();
            start
        });
        let starts = starts.collect();
        Self {
            cells,
            hits,
            starts,
            effects,
        }
    }

    pub fn groupings(&self) -> usize {
        self.starts.len()
    }

    pub fn effects(&self) -> usize {
        self.effects
    }

    pub fn cells(&self) -> &Cells {
        self.cells
    }

    /// The effects of a cell, each with its standard deviation.
    fn terms<'b>(
        &'b self,
        cell: usize,
        spreads: &'b [f64],
    ) -> impl Iterator<Item = (usize, f64)> + 'b {
        let groups = self.cells.groupings.iter().zip(&self.starts).zip(spreads);
        let groups = groups
            .map(move |((grouping, start), spread)| (start + grouping.of[cell] as usize, *spread));
        std::iter::once((0, INTERCEPT)).chain(groups)
    }

    /// The log odds of the class in a cell.
    pub fn log_odds(&self, cell: usize, effects: &[f64], spreads: &[f64]) -> f64 {
        let terms = self.terms(cell, spreads);
        terms.map(|(at, spread)| spread * effects[at]).sum()
    }

    /// The logarithm of the posterior of the effects, but for a constant.
    fn ln_posterior(&self, effects: &[f64], spreads: &[f64]) -> f64 {
        let prior: f64 = effects.iter().map(|effect| effect * effect).sum();
        let likelihood = self.with_rows().map(|cell| {
            let eta = self.log_odds(cell, effects, spreads);
            self.hits[cell] as f64 * eta - self.cells.rows[cell] as f64 * ln_one_plus_exp(eta)
        });
        likelihood.sum::<f64>() - 0.5 * prior
    }

    fn with_rows(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.hits.len()).filter(|&cell| self.cells.rows[cell] > 0)
    }

    /// Gradient and negative Hessian (its lower triangle) of the logarithm of the posterior.
    fn slopes(&self, effects: &[f64], spreads: &[f64]) -> (Vec<f64>, Vec<Vec<f64>>) {
        let mut gradient: Vec<f64> = effects.iter().map(|effect| -effect).collect();
        let row = |i: usize| (0..=i).map(|j| f64::from(u8::from(i == j))).collect();
        let mut information: Vec<Vec<f64>> = (0..self.effects).map(row).collect();
        for cell in self.with_rows() {
            let p = logistic(self.log_odds(cell, effects, spreads));
            let n = self.cells.rows[cell] as f64;
            let residual = self.hits[cell] as f64 - n * p;
            for (i, a) in self.terms(cell, spreads) {
                gradient[i] += a * residual;
                let earlier = self.terms(cell, spreads).take_while(|(j, _)| *j <= i);
                for (j, b) in earlier {
                    information[i][j] += a * b * n * p * (1.0 - p);
                }
            }
        }
        (gradient, information)
    }

    /// Newton's method from a start, then Laplace's approximation at the mode.
    pub fn conditional(&self, spreads: &[f64], start: &[f64]) -> Conditional {
        let mut mode = start.to_vec();
        let mut height = self.ln_posterior(&mode, spreads);
        let mut factor;
        let mut steps = 0;
        loop {
            let (gradient, information) = self.slopes(&mode, spreads);
            factor = Cholesky::new(&information).expect("the prior makes it positive definite");
            let step = factor.solve(&gradient);
            steps += 1;
            let is_done = step.iter().all(|step| step.abs() < DONE);
            if is_done || steps == MOST_STEPS {
                break;
            }
            (mode, height) = self.moved(&mode, height, &step, spreads);
        }
        Conditional {
            ln_likelihood: height - 0.5 * factor.ln_determinant(),
            mode,
            factor,
        }
    }

    /// Effects after a step, which is halved until it does not lead downhill.
    fn moved(&self, from: &[f64], height: f64, step: &[f64], spreads: &[f64]) -> (Vec<f64>, f64) {
        let mut share = 1.0;
        for _ in 0..MOST_HALVINGS {
            let to = from.iter().zip(step).map(|(at, step)| at + share * step);
            let to: Vec<f64> = to.collect();
            let new = self.ln_posterior(&to, spreads);
            if new >= height - 1e-12 * height.abs() {
                return (to, new);
            }
            share /= 2.0;
        }
        (from.to_vec(), height)
    }
}

pub(super) fn logistic(eta: f64) -> f64 {
    1.0 / (1.0 + (-eta).exp())
}

fn ln_one_plus_exp(eta: f64) -> f64 {
    eta.max(0.0) + (-eta.abs()).exp().ln_1p()
}
