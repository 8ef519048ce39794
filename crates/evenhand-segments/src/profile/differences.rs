//! Columns of a segment against all other rows.

use crate::rows::Rows;
use evenhand_stats::stats::multiple::holm;
use evenhand_stats::stats::two_sided_p_of_t;
use serde::{Deserialize, Serialize};

/// The mean of a column in a segment, and in all other rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    pub column: String,
    /// Whether segments were made of this column. If they were, they differ in it by construction, and its p-value is too small.
    pub is_used: bool,
    pub mean: f64,
    pub elsewhere: f64,
    /// The difference in standard deviations of the column over all rows; 0 where these are 0.
    pub standardised: f64,
    /// P-value of Welch's test, corrected for the number of segments and columns (Holm). `None` where a side has fewer than two
    /// rows or neither varies.
    pub p_holm: Option<f64>,
}

impl Difference {
    /// Whether the difference is more than chance at 0.05.
    pub fn is_significant(&self) -> bool {
        self.p_holm.is_some_and(|p| p < 0.05)
    }
}

/// For each segment, the difference of each column from all other rows.
///
/// # Formula
///
/// Welch, B. L. (1947), Biometrika 34, 28-35. Weighted means `m = Σwx / Σw` have the variance
/// `n/(n-1) Σ w²(x-m)² / (Σw)²`, which is Welch's where weights are equal.
pub fn differences(
    rows: &Rows,
    other: Option<&Rows>,
    of: &[usize],
    segments: usize,
) -> Vec<Vec<Difference>> {
    let used = (0..rows.columns().len()).map(|column| (rows, column, true));
    let unused = other.iter().flat_map(|other| {
        let columns = 0..other.columns().len();
        columns.map(move |column| (*other, column, false))
    });
    let mut found = vec![Vec::new(); segments];
    let mut p_values = Vec::new();
    for (table, column, is_used) in used.chain(unused) {
        let values: Vec<f64> = table.column(column).collect();
        let deviation = Side::of(rows, &values, |_| true).deviation;
        for (segment, found) in found.iter_mut().enumerate() {
            let inside = Side::of(rows, &values, |row| of[row] == segment);
            let outside = Side::of(rows, &values, |row| of[row] != segment);
            found.push(Difference {
                column: table.columns()[column].clone(),
                is_used,
                mean: inside.mean,
                elsewhere: outside.mean,
                standardised: match deviation > 0.0 {
                    true => (inside.mean - outside.mean) / deviation,
                    false => 0.0,
                },
                p_holm: None,
            });
            p_values.push((segment, found.len() - 1, welch(&inside, &outside)));
        }
    }
    let tested = p_values.iter().filter_map(|(_, _, p)| *p);
    let corrected = holm(&tested.collect::<Vec<_>>());
    let places = p_values.iter().filter(|(_, _, p)| p.is_some());
    for ((segment, at, _), p) in places.zip(corrected) {
        found[*segment][*at].p_holm = Some(p);
    }
    found
}

/// Some rows' values of a column.
struct Side {
    rows: usize,
    mean: f64,
    /// Standard deviation, with the sum of weights as divisor.
    deviation: f64,
    /// Variance of the mean.
    error_squared: f64,
}

impl Side {
    fn of(table: &Rows, values: &[f64], is_in: impl Fn(usize) -> bool) -> Self {
        let points = table.points();
        let rows = (0..values.len()).filter(|&row| is_in(row));
        let weight: f64 = rows.clone().map(|row| points.weight(row)).sum();
        let sum: f64 = rows
            .clone()
            .map(|row| points.weight(row) * values[row])
            .sum();
        let mean = sum / weight;
        let (mut squares, mut weighted_squares) = (0.0, 0.0);
        for row in rows.clone() {
            let (away, weight) = (values[row] - mean, points.weight(row));
            squares += weight * away * away;
            weighted_squares += weight * weight * away * away;
        }
        let n = rows.count();
        Self {
            rows: n,
            mean,
            deviation: (squares / weight).sqrt(),
            error_squared: weighted_squares / (weight * weight) * n as f64 / (n as f64 - 1.0),
        }
    }
}

fn welch(a: &Side, b: &Side) -> Option<f64> {
    let error_squared = a.error_squared + b.error_squared;
    if a.rows < 2 || b.rows < 2 || error_squared <= 0.0 {
        return None;
    }
    let part = |side: &Side| side.error_squared.powi(2) / (side.rows as f64 - 1.0);
    let degrees = error_squared.powi(2) / (part(a) + part(b));
    let t = (a.mean - b.mean) / error_squared.sqrt();
    Some(two_sided_p_of_t(t, degrees))
}
