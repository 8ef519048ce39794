//! Limited-memory BFGS (Nocedal, J. and Wright, S. (2006), Numerical Optimization, algorithm 7.4).

use super::point::Point;
use std::collections::VecDeque;

/// Steps that are remembered.
const MEMORY: usize = 12;

/// The last steps, each with the change of the gradient, and one over the product of both.
#[derive(Default)]
pub struct Memory(VecDeque<(Point, Point, f64)>);

impl Memory {
    /// Remembers a step and the gradients at both ends of it.
    pub fn add(&mut self, step: Point, from: Point, to: &Point) {
        let mut change = from;
        change.scale(-1.0);
        change.add(1.0, to);
        let product = step.inner(&change);
        if product > 0.0 {
            self.0.push_back((step, change, product.recip()));
        }
        if self.0.len() > MEMORY {
            self.0.pop_front();
        }
    }

    /// Down the gradient, times the inverse of the curvature as the last steps show it. Before there are any, the
    /// curvature is at most `most`.
    pub fn direction(&self, gradient: &Point, most: f64) -> Point {
        let mut rest = gradient.clone();
        rest.scale(-1.0);
        let mut shares = Vec::with_capacity(self.0.len());
        for (step, change, factor) in self.0.iter().rev() {
            let share = factor * step.inner(&rest);
            rest.add(-share, change);
            shares.push(share);
        }
        rest.scale(match self.0.back() {
            Some((_, change, factor)) => 1.0 / (factor * change.inner(change)),
            None => 1.0 / most,
        });
        for ((step, change, factor), share) in self.0.iter().zip(shares.iter().rev()) {
            rest.add(share - factor * change.inner(&rest), step);
        }
        rest
    }
}
