//! Columns that components were not made of.

use crate::linalg::{covariance, means_and_variances};
use evenhand_stats::stats::kmeans::Points;

/// Correlations of a column with each component's scores, [rows, components]: what it has to do with components that it had
/// no part in. `NaN` where one of them is constant.
///
/// # Panics
/// When there is not a value for every row.
pub fn correlations(column: &[f64], scores: Points) -> Vec<f64> {
    assert_eq!(column.len(), scores.len(), "one value a row");
    let count = scores.dims();
    let rows = column.iter().zip(scores.values().chunks_exact(count));
    let beside: Vec<f64> = rows
        .flat_map(|(value, scores)| std::iter::once(*value).chain(scores.iter().copied()))
        .collect();
    let weights: Vec<f64> = (0..scores.len()).map(|row| scores.weight(row)).collect();
    let points = Points::new(&beside, count + 1).weighted(Some(&weights));
    let (means, _) = means_and_variances(points);
    let matrix = covariance(points, &means);
    let at = |i: usize, j: usize| matrix[i * (count + 1) + j];
    (1..=count)
        .map(|component| at(0, component) / (at(0, 0) * at(component, component)).sqrt())
        .collect()
}
