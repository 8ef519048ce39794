//! Exact principal components.

use super::{Method, Pca};
use crate::linalg::{covariance, means_and_variances, symmetric_eigen};
use evenhand_stats::stats::kmeans::Points;

/// All principal components of rows, from the eigenvectors of their covariance matrix.
///
/// # Formula
///
/// Jolliffe, I. T. (2002), Principal Component Analysis, 2nd ed., section 1.1. With weights, means and covariances are
/// weighted (section 14.2.1); the divisor of variances is `n - 1`.
pub fn exact(points: Points) -> Pca {
    let dims = points.dims();
    let (means, _) = means_and_variances(points);
    let covariance = covariance(points, &means);
    let total = (0..dims).map(|at| covariance[at * dims + at]).sum();
    let (variances, loadings) = symmetric_eigen(covariance, dims);
    let variances = variances.into_iter().map(|value| value.max(0.0));
    Pca::new(Method::Exact, means, loadings, variances.collect(), total)
}
