//! Columns that are shares of one whole.

use crate::rows::Rows;
use serde::{Deserialize, Serialize};

/// The most decimals that values are looked at for.
const MOST_DECIMALS: i32 = 6;

/// Neighbouring columns whose values sum to the same whole in every row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShareSet {
    pub columns: Vec<String>,
    /// 100 or 1.
    pub total: f64,
}

/// Sets of two or more neighbouring columns, none of them negative, that sum to 100 or to 1 in every row, as far as the
/// rounding of their values allows. A column is in one set at most.
pub fn share_sets(rows: &Rows) -> Vec<ShareSet> {
    let width = rows.columns().len();
    let mut sets = Vec::new();
    let mut first = 0;
    while first < width && !rows.is_empty() {
        let found = [100.0, 1.0].into_iter().find_map(|total| {
            let end = set_from(rows, first, total)?;
            Some((end, total))
        });
        if let Some((end, total)) = found {
            let columns = rows.columns()[first..end].to_vec();
            sets.push(ShareSet { columns, total });
            first = end;
        } else {
            first += 1;
        }
    }
    sets
}

/// The end of the shortest set that begins with this column.
fn set_from(rows: &Rows, first: usize, total: f64) -> Option<usize> {
    let mut sums = vec![0.0; rows.len()];
    let mut rounding = total * 1e-9;
    for column in first..rows.columns().len() {
        rounding += unit(rows, column) / 2.0;
        for (sum, value) in sums.iter_mut().zip(rows.column(column)) {
            if value < 0.0 {
                return None;
            }
            *sum += value;
        }
        // The next column makes sums larger.
        if sums.iter().any(|sum| *sum > total + rounding) {
            return None;
        }
        if column > first && sums.iter().all(|sum| *sum >= total - rounding) {
            return Some(column + 1);
        }
    }
    None
}

/// The unit to which the values of a column are rounded.
fn unit(rows: &Rows, column: usize) -> f64 {
    let is_rounded = |decimals: &i32| {
        let scale = 10_f64.powi(*decimals);
        let mut values = rows.column(column);
        values.all(|value| (value * scale - (value * scale).round()).abs() < 1e-6)
    };
    let decimals = (0..MOST_DECIMALS).find(is_rounded);
    10_f64.powi(-decimals.unwrap_or(MOST_DECIMALS))
}
