//! Rows that show what a segment is, and rows that might be in another one.

use super::margin;
use evenhand_stats::stats::kmeans::Nearest;
use serde::{Deserialize, Serialize};

/// The most rows of each kind.
const SHOWN: usize = 5;

/// Rows of a segment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Members {
    /// Nearest to the centre, the nearest first.
    pub typical: Vec<usize>,
    /// With the smallest margin, the smallest first.
    pub borderline: Vec<usize>,
}

/// Typical and borderline rows of a segment.
pub fn members(nearest: &[Nearest], segment: usize) -> Members {
    let inside = nearest.iter().enumerate();
    let inside: Vec<(usize, &Nearest)> = inside.filter(|(_, row)| row.cluster == segment).collect();
    Members {
        typical: least(&inside, |row| row.squared),
        borderline: least(&inside, margin),
    }
}

fn least(rows: &[(usize, &Nearest)], value: impl Fn(&Nearest) -> f64) -> Vec<usize> {
    let mut order: Vec<(f64, usize)> = rows.iter().map(|(row, at)| (value(at), *row)).collect();
    let by_value = |a: &(f64, usize), b: &(f64, usize)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
    if order.len() > SHOWN {
        order.select_nth_unstable_by(SHOWN - 1, by_value);
        order.truncate(SHOWN);
    }
    order.sort_by(by_value);
    order.into_iter().map(|(_, row)| row).collect()
}
