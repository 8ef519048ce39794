//! Correlations of columns.

use crate::linalg::{covariance, means_and_variances};
use crate::rows::Rows;
use serde::{Deserialize, Serialize};

/// Pearson's correlations of all pairs of columns, by the weights of the rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Correlations {
    /// [columns, columns]; 0 beside a constant column.
    values: Vec<f64>,
    columns: usize,
}

impl Correlations {
    pub fn of(&self, first: usize, second: usize) -> f64 {
        self.values[first * self.columns + second]
    }
}

/// Correlations of all pairs of columns.
pub fn correlations(rows: &Rows) -> Correlations {
    let columns = rows.columns().len();
    let (means, _) = means_and_variances(rows.points());
    let mut values = covariance(rows.points(), &means);
    let roots: Vec<f64> = (0..columns)
        .map(|at| values[at * columns + at].sqrt())
        .collect();
    for (at, value) in values.iter_mut().enumerate() {
        let scale = roots[at / columns] * roots[at % columns];
        *value = if scale > 0.0 { *value / scale } else { 0.0 };
    }
    Correlations { values, columns }
}
