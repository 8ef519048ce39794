//! Distributions of columns.

use crate::rows::Rows;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Bins of a histogram.
const BINS: usize = 20;

/// The distribution of a column, by the weights of the rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnSummary {
    pub name: String,
    pub mean: f64,
    pub median: f64,
    /// With the divisor `n`.
    pub deviation: f64,
    /// Third standardised moment; 0 of a constant column.
    pub skew: f64,
    pub low: f64,
    pub high: f64,
    pub histogram: Histogram,
}

/// Weights of rows by bins of equal width from the lowest value to the highest, which belongs to the last bin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    pub low: f64,
    pub width: f64,
    pub weights: Vec<f64>,
}

/// Distributions of all columns, in their order.
pub fn summaries(rows: &Rows) -> Vec<ColumnSummary> {
    let columns = 0..rows.columns().len();
    columns
        .into_par_iter()
        .map(|column| summary(rows, column))
        .collect()
}

fn summary(rows: &Rows, column: usize) -> ColumnSummary {
    let points = rows.points();
    let values: Vec<f64> = rows.column(column).collect();
    let mut sorted: Vec<(f64, f64)> = values
        .iter()
        .enumerate()
        .map(|(row, &value)| (value, points.weight(row)))
        .collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let total: f64 = sorted.iter().map(|(_, weight)| weight).sum();
    let mean = sorted
        .iter()
        .map(|(value, weight)| value * weight)
        .sum::<f64>()
        / total;
    let moment = |power: i32| {
        let powers = sorted
            .iter()
            .map(|(value, weight)| weight * (value - mean).powi(power));
        powers.sum::<f64>() / total
    };
    let (low, high) = match (sorted.first(), sorted.last()) {
        (Some(first), Some(last)) => (first.0, last.0),
        _ => (f64::NAN, f64::NAN),
    };
    let variance = moment(2);
    ColumnSummary {
        name: rows.columns()[column].clone(),
        mean,
        median: median(&sorted, total),
        deviation: variance.sqrt(),
        skew: if high > low {
            moment(3) / variance.powf(1.5)
        } else {
            0.0
        },
        low,
        high,
        histogram: histogram(&sorted, low, high),
    }
}

/// The value that half of the weight lies below; between two values where it falls between them.
fn median(sorted: &[(f64, f64)], total: f64) -> f64 {
    let mut below = 0.0;
    for (at, (value, weight)) in sorted.iter().enumerate() {
        below += weight;
        let apart = below - total / 2.0;
        if apart.abs() <= total * 1e-12 {
            let next = sorted.get(at + 1).map_or(*value, |next| next.0);
            return (value + next) / 2.0;
        }
        if apart > 0.0 {
            return *value;
        }
    }
    f64::NAN
}

fn histogram(sorted: &[(f64, f64)], low: f64, high: f64) -> Histogram {
    let mut weights = vec![0.0; if high > low { BINS } else { 1 }];
    let width = (high - low) / weights.len() as f64;
    let last = weights.len() - 1;
    for (value, weight) in sorted {
        let bin = if width > 0.0 {
            ((value - low) / width) as usize
        } else {
            0
        };
        weights[bin.min(last)] += weight;
    }
    Histogram {
        low,
        width,
        weights,
    }
}
