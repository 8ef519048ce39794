//! Principal components: directions of the largest variance, in descending order.

mod exact;
mod keep;
mod parallel;
mod randomised;
mod rotation;
mod supplementary;

#[cfg(test)]
mod tests;

pub use exact::exact;
pub use keep::Components;
pub use parallel::{Parallel, ParallelParams, parallel};
pub use randomised::{RandomisedParams, randomised};
pub use rotation::{Rotation, varimax};
pub use supplementary::correlations;

use crate::linalg::{dot, turn_to_positive};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// The most columns whose covariance matrix is decomposed exactly; wider tables have randomised components.
pub const MOST_EXACT: usize = 256;

/// How components are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// From the covariance matrix.
    Exact,
    /// The leading ones, from products with random vectors.
    Randomised,
}

/// Fitted principal components. The largest absolute loading of each is positive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pca {
    pub method: Method,
    pub means: Vec<f64>,
    /// Loadings of the components that are kept, vectors of length 1: [components, columns].
    loadings: Vec<f64>,
    /// Variances of the components in descending order, also of those that are not kept, as far as they are known. The
    /// divisor is `n - 1`.
    pub variances: Vec<f64>,
    /// Variance of all columns together.
    pub total_variance: f64,
}

impl Pca {
    fn new(
        method: Method,
        means: Vec<f64>,
        mut loadings: Vec<f64>,
        variances: Vec<f64>,
        total_variance: f64,
    ) -> Self {
        let components = loadings.chunks_mut(means.len());
        components.for_each(|loadings| {
            turn_to_positive(loadings);
        });
        Self {
            method,
            means,
            loadings,
            variances,
            total_variance,
        }
    }

    /// The number of components that are kept.
    pub fn components(&self) -> usize {
        self.loadings.len() / self.means.len()
    }

    /// Loadings of a component, one a column.
    pub fn loadings(&self, component: usize) -> &[f64] {
        &self.loadings[component * self.means.len()..(component + 1) * self.means.len()]
    }

    /// Variance of a component as a share of **all** variance, also of that in components that are not kept. In the order of
    /// `variances`.
    pub fn explained(&self) -> impl Iterator<Item = f64> + '_ {
        let share = |variance: &f64| variance / self.total_variance;
        self.variances.iter().map(share)
    }

    /// Keeps the first components.
    ///
    /// # Panics
    /// When there are fewer.
    pub fn keep(mut self, components: usize) -> Self {
        assert!(components <= self.components(), "{components} components");
        self.loadings.truncate(components * self.means.len());
        self
    }

    /// Scores of rows, [rows, columns], scaled as those that this was fitted to: [rows, components].
    pub fn scores(&self, values: &[f64]) -> Vec<f64> {
        let (dims, count) = (self.means.len(), self.components());
        let mut scores = vec![0.0; values.len() / dims * count];
        let rows = scores.par_chunks_mut(count).zip(values.par_chunks(dims));
        rows.for_each_init(
            || vec![0.0; dims],
            |centred, (scores, row)| {
                for (value, (row, mean)) in centred.iter_mut().zip(row.iter().zip(&self.means)) {
                    *value = row - mean;
                }
                for (score, loadings) in scores.iter_mut().zip(self.loadings.chunks_exact(dims)) {
                    *score = dot(centred, loadings);
                }
            },
        );
        scores
    }
}
