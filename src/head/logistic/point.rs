//! A point of the space that a fit searches: coefficients of rows with the margins they give, and intercepts.

use crate::learners::logistic::Vector;

/// Weights that are a sum of rows, and intercepts. All it takes to add such points, and to multiply two of them, are their
/// coefficients and the products of those with the rows.
#[derive(Debug, Clone)]
pub struct Point {
    /// `α`, `[outputs, rows]`.
    pub of_rows: Vec<f64>,
    /// `P α`, the margins but for the intercept, `[outputs, rows]`.
    pub margins: Vec<f64>,
    /// `[outputs]`.
    pub intercepts: Vec<f64>,
}

impl Point {
    pub fn origin(rows: usize, outputs: usize) -> Self {
        Self {
            of_rows: vec![0.0; rows * outputs],
            margins: vec![0.0; rows * outputs],
            intercepts: vec![0.0; outputs],
        }
    }

    /// The product of the weights alone.
    pub fn weights(&self, other: &Self) -> f64 {
        dot(&self.of_rows, &other.margins)
    }
}

impl Vector for Point {
    fn add(&mut self, factor: f64, other: &Self) {
        let pairs = [
            (&mut self.of_rows, &other.of_rows),
            (&mut self.margins, &other.margins),
            (&mut self.intercepts, &other.intercepts),
        ];
        for (own, other) in pairs {
            let pairs = own.iter_mut().zip(other);
            pairs.for_each(|(own, other)| *own += factor * other);
        }
    }

    fn scale(&mut self, factor: f64) {
        for own in [&mut self.of_rows, &mut self.margins, &mut self.intercepts] {
            own.iter_mut().for_each(|of| *of *= factor);
        }
    }

    /// The product of the weights and of the intercepts: `αᵀ P β + b c`.
    fn inner(&self, other: &Self) -> f64 {
        self.weights(other) + dot(&self.intercepts, &other.intercepts)
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
