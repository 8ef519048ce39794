//! Linear algebra that principal components need: sums over rows and small symmetric matrices.

mod covariance;
mod eigen;
mod orthonormal;

pub use covariance::{covariance, means_and_variances};
pub use eigen::symmetric_eigen;
pub use orthonormal::orthonormalise;

/// Largest absolute value of a vector of numbers positive: turns it around where it is not.
pub fn turn_to_positive(vector: &mut [f64]) -> bool {
    let largest = vector.iter().copied().reduce(|best, value| {
        if value.abs() > best.abs() {
            value
        } else {
            best
        }
    });
    let is_turned = largest.is_some_and(|value| value < 0.0);
    if is_turned {
        vector.iter_mut().for_each(|value| *value = -*value);
    }
    is_turned
}

/// `Σ a b`.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Cosine of two vectors; 0 where one has no length.
pub fn cosine(a: &[f64], b: &[f64]) -> f64 {
    let length = (dot(a, a) * dot(b, b)).sqrt();
    if length > 0.0 {
        dot(a, b) / length
    } else {
        0.0
    }
}
