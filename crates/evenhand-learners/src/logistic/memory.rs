//! Limited-memory BFGS (Nocedal, J. and Wright, S. (2006), Numerical Optimization, algorithm 7.4).

use std::collections::VecDeque;

/// Steps and changes of the gradient that are remembered.
const MEMORY: usize = 12;

/// What is searched: coefficients, in whatever form they are kept.
pub trait Vector: Clone {
    /// `self += factor · other`.
    fn add(&mut self, factor: f64, other: &Self);
    /// `self *= factor`.
    fn scale(&mut self, factor: f64);
    /// The inner product.
    fn inner(&self, other: &Self) -> f64;
}

impl Vector for Vec<f64> {
    fn add(&mut self, factor: f64, other: &Self) {
        evenhand_stats::stats::gram::add(self, factor, other);
    }

    fn scale(&mut self, factor: f64) {
        self.iter_mut().for_each(|of| *of *= factor);
    }

    fn inner(&self, other: &Self) -> f64 {
        inner(self, other)
    }
}

pub(super) fn inner(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The last steps, each with the change of the gradient, and one over the product of both.
#[derive(Debug)]
pub struct Memory<V>(VecDeque<(V, V, f64)>);

impl<V> Default for Memory<V> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<V: Vector> Memory<V> {
    /// Remembers a step and how it changed the gradient.
    pub fn add(&mut self, step: V, change: V) {
        let product = step.inner(&change);
        if product > 0.0 {
            self.0.push_back((step, change, product.recip()));
        }
        if self.0.len() > MEMORY {
            self.0.pop_front();
        }
    }

    /// The curvature along the last step; `None` before there is one.
    pub fn curvature(&self) -> Option<f64> {
        let (_, change, factor) = self.0.back()?;
        Some(factor * change.inner(change))
    }

    /// Down the gradient, times the inverse of the curvature as the last steps show it and `scale` has it elsewhere.
    pub fn direction(&self, gradient: &V, scale: impl FnOnce(&mut V)) -> V {
        let mut rest = gradient.clone();
        rest.scale(-1.0);
        let mut shares = Vec::with_capacity(self.0.len());
        for (step, change, factor) in self.0.iter().rev() {
            let share = factor * step.inner(&rest);
            rest.add(-share, change);
            shares.push(share);
        }
        scale(&mut rest);
        for ((step, change, factor), share) in self.0.iter().zip(shares.iter().rev()) {
            let other = factor * change.inner(&rest);
            rest.add(share - other, step);
        }
        rest
    }
}
