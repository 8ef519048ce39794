//! Newton's method with an L2 penalty, for any number of outputs and columns.
//!
//! One matrix of products of columns, `Σ s z zᵀ` with `s` the mean curvature of a row's outputs, serves all outputs.
//! Of two classes it is the Hessian itself: of few columns it is made anew in every step, and a step is Newton's. In
//! all other cases it is the preconditioner of conjugate gradients, which need products of the true Hessian with a
//! vector only, and it is kept over steps and penalties while it is good (truncated Newton: Nocedal, J. and Wright, S.
//! (2006), Numerical Optimization, section 7.1). So a path over penalties costs little more than one fit.

use super::cholesky::Factor;
use super::gram::add;
use super::problem::{Problem, Slopes};

/// Up to here the matrix is made anew in every step.
const NARROW: usize = 64;
/// The matrix is made anew after a step that took more products than this, and than columns by [`COLUMNS_PER_PRODUCT`]:
/// about as many as it costs itself.
const MANY_PRODUCTS: usize = 12;
const COLUMNS_PER_PRODUCT: usize = 40;
const MOST_PRODUCTS: usize = 200;
/// Conjugate gradients end at such a share of what they began with.
const LEAST_EXACT: f64 = 0.1;
const MOST_EXACT: f64 = 1e-3;
/// A step is halved until this share of it is left.
const SMALLEST_SHARE: f64 = 1e-9;
/// From so many rows on, and so many for each column, a start is looked for by a part of the rows.
const MANY_ROWS: usize = 100_000;
const ROWS_PER_COLUMN: usize = 1_000;
/// Each n-th row is in that part, and so many rows of each class.
const THINNED: usize = 16;
const ROWS_OF_A_CLASS: usize = 200;

/// When a fit is done.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stop {
    /// A step is the last if it is this small: its size in the margins of rows, as a root mean square weighted by their
    /// curvature. What comes after it is smaller by far: by its square in Newton's steps, by a thousand in others.
    pub tolerance: f64,
    pub most_steps: usize,
}

impl Default for Stop {
    fn default() -> Self {
        Self {
            tolerance: 1e-6,
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
        if self.gram.is_none() && self.problem.rows() >= MANY_ROWS.max(ROWS_PER_COLUMN * size) {
            self.start_by_a_part(penalty);
        }
        let many = MANY_PRODUCTS.max(size / COLUMNS_PER_PRODUCT);
        let (mut factor, mut products) = (None, 0);
        let mut slopes = self.slopes(&self.theta, penalty);
        for step in 1..=self.stop.most_steps {
            let is_stale = size <= NARROW || products > many;
            if is_stale || self.gram.is_none() {
                self.gram = Some(self.mean_curvature(&slopes));
                factor = None;
            }
            let factor = factor.get_or_insert_with(|| self.factor(penalty));
            let (direction, took) = self.direction(&slopes, factor, penalty);
            products = took;
            let slope = inner(&direction, &slopes.gradient);
            let moves = (-slope / self.problem.weight()).max(0.0).sqrt();
            let is_last = moves <= self.stop.tolerance;
            if is_last {
                add(&mut self.theta, 1.0, &direction);
            } else {
                slopes = self.step(&direction, slope, &slopes, penalty);
            }
            if is_last {
                return Ending {
                    steps: step,
                    converged: true,
                    separated: slopes.all_right,
                };
            }
        }
        Ending {
            steps: self.stop.most_steps,
            converged: false,
            separated: slopes.all_right,
        }
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
            let sum: f64 = p.iter().map(|p| p * (1.0 - p)).sum();
            weights[row] * sum / outputs as f64
        })
    }

    fn factor(&self, penalty: f64) -> Factor {
        let stride = self.problem.stride();
        let gram = self.gram.as_ref().expect("made before it is factored");
        Factor::new(self.problem.size(), |i, j| {
            let ridge = if i == j && i > 0 { penalty } else { 0.0 };
            gram[j * stride + i] + ridge
        })
    }

    /// The direction to the minimum of the quadratic at a point, and how many products of the Hessian it took.
    fn direction(&self, slopes: &Slopes, factor: &Factor, penalty: f64) -> (Vec<f64>, usize) {
        let problem = self.problem;
        let mut rest: Vec<f64> = slopes.gradient.iter().map(|of| -of).collect();
        let precondition = |of: &[f64]| {
            let mut of = of.to_vec();
            for output in of.chunks_exact_mut(problem.stride()) {
                factor.solve(&mut output[..problem.size()]);
            }
            of
        };
        let mut scaled = precondition(&rest);
        if problem.outputs == 1 && problem.size() <= NARROW {
            return (scaled, 0);
        }
        let mut found = vec![0.0; rest.len()];
        let mut ahead = scaled.clone();
        let mut size = inner(&rest, &scaled);
        // The nearer the solution, the more exact the step.
        let share = (size / problem.weight()).max(0.0).sqrt();
        let share = share.clamp(MOST_EXACT, LEAST_EXACT);
        let enough = share * share * size;
        for products in 1..=MOST_PRODUCTS {
            let mut product = problem.product(&slopes.probabilities, &ahead);
            for at in self.penalised() {
                product[at] += penalty * ahead[at];
            }
            let along = inner(&ahead, &product);
            if along <= 0.0 {
                return (found, products);
            }
            add(&mut found, size / along, &ahead);
            add(&mut rest, -size / along, &product);
            scaled = precondition(&rest);
            let next = inner(&rest, &scaled);
            if next <= enough {
                return (found, products);
            }
            let turn = next / size;
            size = next;
            let pairs = ahead.iter_mut().zip(&scaled);
            pairs.for_each(|(ahead, scaled)| *ahead = scaled + turn * *ahead);
        }
        (found, MOST_PRODUCTS)
    }

    /// Steps in a direction as far as the loss falls, and gives the slopes there.
    fn step(&mut self, direction: &[f64], slope: f64, here: &Slopes, penalty: f64) -> Slopes {
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

fn inner(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
