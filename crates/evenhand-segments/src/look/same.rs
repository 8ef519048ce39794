//! Columns that are the same thing.

use super::correlations::{Correlations, correlations};
use crate::error::SegmentError;
use crate::rows::Rows;
use serde::{Deserialize, Serialize};

/// From here on, two columns are nearly the same.
const DUPLICATE: f64 = 0.98;
/// From here on, logarithms of counts grow together.
const TOGETHER: f64 = 0.95;
/// The slopes of logarithms of counts that grow in proportion.
const PROPORTIONAL: std::ops::RangeInclusive<f64> = 0.8..=1.25;
/// Counts of units of different sizes span more than this, from the lowest to the highest.
const SPAN: f64 = 20.0;

/// Two columns with an absolute correlation above 0.98.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Duplicate {
    pub first: String,
    pub second: String,
    pub correlation: f64,
}

/// The pairs of columns that are nearly the same, those with the largest absolute correlation first.
pub fn duplicates(columns: &[String], correlations: &Correlations) -> Vec<Duplicate> {
    let count = columns.len();
    let pairs = (0..count).flat_map(|i| (i + 1..count).map(move |j| (i, j)));
    let near = pairs.filter(|&(i, j)| correlations.of(i, j).abs() > DUPLICATE);
    let mut found: Vec<Duplicate> = near
        .map(|(i, j)| Duplicate {
            first: columns[i].clone(),
            second: columns[j].clone(),
            correlation: correlations.of(i, j),
        })
        .collect();
    found.sort_by(|a, b| b.correlation.abs().total_cmp(&a.correlation.abs()));
    found
}

/// Counts that grow in proportion to another count, such as a population.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScaledCounts {
    /// The column with the largest mean.
    pub of: String,
    pub columns: Vec<String>,
}

/// Sets of columns of counts (whole numbers from 0 that span more than a factor of 20) whose logarithms, of count plus 1, have a
/// correlation of at least 0.95 with those of the set's largest column, and grow about as fast.
pub fn scaled_counts(rows: &Rows) -> Vec<ScaledCounts> {
    let mut counts: Vec<usize> = (0..rows.columns().len())
        .filter(|&at| is_count(rows, at))
        .collect();
    let mean = |column: usize| rows.column(column).sum::<f64>();
    counts.sort_by(|&a, &b| mean(b).total_cmp(&mean(a)));
    let names: Vec<String> = counts
        .iter()
        .map(|&at| rows.columns()[at].clone())
        .collect();
    let logs =
        (0..rows.len()).flat_map(|row| counts.iter().map(move |&at| rows.row(row)[at].ln_1p()));
    let Ok(logs) = Rows::new(names, logs.collect()) else {
        return Vec::new();
    };
    let correlations = correlations(&logs);
    let deviations: Vec<f64> = super::summaries(&logs)
        .iter()
        .map(|s| s.deviation)
        .collect();
    let mut left: Vec<usize> = (0..counts.len()).collect();
    let mut sets = Vec::new();
    while let Some(&of) = left.first() {
        let grows_with = |at: &usize| {
            let correlation = correlations.of(of, *at);
            let slope = correlation * deviations[*at] / deviations[of];
            *at != of && correlation >= TOGETHER && PROPORTIONAL.contains(&slope)
        };
        let mut columns: Vec<usize> = left.iter().copied().filter(grows_with).collect();
        left.retain(|at| *at != of && !columns.contains(at));
        columns.sort_by_key(|&at| counts[at]);
        if !columns.is_empty() {
            let name = |at: usize| logs.columns()[at].clone();
            let columns = columns.into_iter().map(name).collect();
            sets.push(ScaledCounts {
                of: name(of),
                columns,
            });
        }
    }
    sets
}

fn is_count(rows: &Rows, column: usize) -> bool {
    let mut values = rows.column(column);
    if !values
        .clone()
        .all(|value| value >= 0.0 && value.fract() == 0.0)
    {
        return false;
    }
    let Some(first) = values.next() else {
        return false;
    };
    let range = values.fold((first, first), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    range.1 > SPAN * range.0.max(1.0)
}

/// The same rows with counts as shares of the count that they grow with, which stays as it is. 0 of 0 is 0.
///
/// # Errors
/// When a column is not there, or a share is no finite number.
pub fn as_shares(rows: &Rows, counts: &ScaledCounts) -> Result<Rows, SegmentError> {
    let mut needed = vec![counts.of.clone()];
    needed.extend(counts.columns.iter().cloned());
    rows.select(&needed)?;
    let place = |name: &String| rows.columns().iter().position(|other| other == name);
    let of = place(&counts.of);
    let changed: Vec<bool> = rows
        .columns()
        .iter()
        .map(|name| counts.columns.contains(name))
        .collect();
    let values = (0..rows.len()).flat_map(|row| {
        let row = rows.row(row);
        let whole = of.map_or(f64::NAN, |of| row[of]);
        let each = row.iter().zip(&changed);
        each.map(
            move |(&value, &is_changed)| match is_changed && value != 0.0 {
                true => value / whole,
                false => value,
            },
        )
    });
    let shares = Rows::new(rows.columns().to_vec(), values.collect())?;
    match rows.weights() {
        Some(weights) => shares.weighted(weights.to_vec()),
        None => Ok(shares),
    }
}
