//! Columns of a segment against all other rows.

use super::moments::{Moments, Side};
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

/// For each segment, the difference of each column from all other rows: columns of `rows` first, then those of `other`, which
/// segments were not made of.
///
/// # Formula
///
/// Welch, B. L. (1947), Biometrika 34, 28-35. Weighted means `m = Σwx / Σw` have the variance
/// `n/(n-1) Σ w²(x-m)² / (Σw)²`, which is Welch's where weights are equal.
///
/// # Panics
/// When there is not a segment below `segments` for every row.
pub fn differences(
    rows: &Rows,
    other: Option<&Rows>,
    of: &[usize],
    segments: usize,
) -> Vec<Vec<Difference>> {
    let mut found = vec![Vec::new(); segments];
    let mut tested = Vec::new();
    for (table, is_used) in [(Some(rows), true), (other, false)] {
        let Some(table) = table else { continue };
        let moments = Moments::of(table, rows.weights(), of, segments);
        for (segment, found) in found.iter_mut().enumerate() {
            for (at, column) in table.columns().iter().enumerate() {
                let (inside, outside) = moments.sides(segment, at);
                let difference =
                    difference(column, is_used, &inside, &outside, moments.deviation(at));
                tested.extend(welch(&inside, &outside).map(|p| (segment, found.len(), p)));
                found.push(difference);
            }
        }
    }
    let corrected = holm(&tested.iter().map(|(_, _, p)| *p).collect::<Vec<_>>());
    for ((segment, at, _), p) in tested.into_iter().zip(corrected) {
        found[segment][at].p_holm = Some(p);
    }
    found
}

fn difference(
    column: &str,
    is_used: bool,
    inside: &Side,
    outside: &Side,
    deviation: f64,
) -> Difference {
    Difference {
        column: column.to_owned(),
        is_used,
        mean: inside.mean,
        elsewhere: outside.mean,
        standardised: match deviation > 0.0 {
            true => (inside.mean - outside.mean) / deviation,
            false => 0.0,
        },
        p_holm: None,
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
