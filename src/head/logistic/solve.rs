//! The minimum of the penalised loss.

use super::super::HeadError;
use super::loss::loss;
use super::point::Point;
use super::products::Products;
use crate::learners::logistic::{Memory, Vector};

/// A step is the last if it changes the loss of a row by about the square of this.
const TOLERANCE: f64 = 1e-4;
/// Steps, at most: a path needs 5 to 50 for each penalty.
const MOST_STEPS: usize = 200;
/// A step is halved until this share of it is left.
const SMALLEST_SHARE: f64 = 1e-6;

/// Rows to fit to.
pub struct Problem<'a> {
    pub products: &'a Products,
    pub labels: Vec<usize>,
    pub weights: Vec<f64>,
    pub outputs: usize,
}

/// What is minimised at a point, and the slopes of rows there.
struct Value {
    loss: f64,
    slopes: Vec<f64>,
}

impl Problem<'_> {
    /// Finds the minimum of `Σ w loss(P α + b) + penalty / 2 αᵀ P α`, with intercepts free.
    ///
    /// # Errors
    /// The device fails.
    pub fn minimise(&self, start: Point, penalty: f64) -> Result<Point, HeadError> {
        let total: f64 = self.weights.iter().sum();
        let mut point = start;
        let mut value = self.value(&point, penalty);
        let mut gradient = self.gradient(&point, &value, penalty)?;
        let mut memory = Memory::default();
        for _ in 0..MOST_STEPS {
            // No row's loss curves by more than a quarter in its margin.
            let curvature = memory.curvature().unwrap_or(0.25 * total + penalty);
            let mut step = memory.direction(&gradient, |rest| rest.scale(1.0 / curvature));
            let slope = step.inner(&gradient);
            if -slope <= TOLERANCE * TOLERANCE * total {
                break;
            }
            value = self.go(&mut point, &mut step, (value.loss, slope), penalty);
            let there = self.gradient(&point, &value, penalty)?;
            let mut change = there.clone();
            change.add(-1.0, &gradient);
            memory.add(step, change);
            gradient = there;
        }
        Ok(point)
    }

    fn value(&self, point: &Point, penalty: f64) -> Value {
        let of_rows = point.margins.chunks_exact(self.products.rows());
        let margins = of_rows.zip(&point.intercepts);
        let margins = margins.flat_map(|(of, intercept)| of.iter().map(move |of| of + intercept));
        let margins: Vec<f64> = margins.collect();
        let (loss, slopes) = loss(&margins, &self.labels, &self.weights);
        Value {
            loss: loss + 0.5 * penalty * point.weights(point),
            slopes,
        }
    }

    fn gradient(&self, point: &Point, value: &Value, penalty: f64) -> Result<Point, HeadError> {
        let outputs = value.slopes.chunks_exact(self.products.rows());
        let mut gradient = Point {
            margins: self.products.times(&value.slopes)?,
            intercepts: outputs.map(|of| of.iter().sum()).collect(),
            of_rows: value.slopes.clone(),
        };
        let weights = Point {
            intercepts: vec![0.0; self.outputs],
            ..point.clone()
        };
        gradient.add(penalty, &weights);
        Ok(gradient)
    }

    /// Goes a step as far as the loss falls, which is what is left of `step` then.
    fn go(
        &self,
        point: &mut Point,
        step: &mut Point,
        (loss, slope): (f64, f64),
        penalty: f64,
    ) -> Value {
        let mut share = 1.0;
        loop {
            let mut moved = point.clone();
            moved.add(share, step);
            let value = self.value(&moved, penalty);
            // Armijo's rule.
            if value.loss <= loss + 1e-4 * share * slope || share < SMALLEST_SHARE {
                step.scale(share);
                *point = moved;
                return value;
            }
            share /= 2.0;
        }
    }
}
