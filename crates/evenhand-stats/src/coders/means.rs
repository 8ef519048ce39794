//! Weighted means over items, of two sides and of their difference, with intervals.

use super::measure::{FEWEST, Measure, NotEstimable, Resampling, resampled};
use crate::stats::{Interval, Level};

/// An item's part of two means: of the machine's answers that are the same, and of people's.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Shares {
    /// 0 where the item says nothing.
    pub weight: f64,
    /// Times the weight.
    pub machine: f64,
    pub people: f64,
}

/// A weighted mean over items. An item has a weight and a value times the weight.
struct Column {
    values: Vec<[f64; 2]>,
    is_difference: bool,
    /// Why there is no mean, where there is none.
    reason: NotEstimable,
}

/// Means that are resampled together.
#[derive(Default)]
pub(super) struct Columns {
    columns: Vec<Column>,
}

impl Columns {
    pub fn add(&mut self, values: impl Iterator<Item = [f64; 2]>, reason: NotEstimable) {
        self.columns.push(Column {
            values: values.collect(),
            is_difference: false,
            reason,
        });
    }

    /// The machine, people, and their difference.
    pub fn compare(&mut self, shares: impl Iterator<Item = Shares>, reason: NotEstimable) {
        let shares: Vec<Shares> = shares.collect();
        self.add(shares.iter().map(|of| [of.weight, of.machine]), reason);
        self.add(shares.iter().map(|of| [of.weight, of.people]), reason);
        let differences = shares.iter().map(|of| [of.weight, of.machine - of.people]);
        self.columns.push(Column {
            values: differences.collect(),
            is_difference: true,
            reason,
        });
    }

    pub fn measures(&self, items: usize, resampling: &Resampling) -> Vec<Measure> {
        let ones = vec![1; items];
        let values = self.columns.iter().map(|column| {
            let there = column.values.iter().filter(|[weight, _]| *weight > 0.0);
            let n = there.count();
            let value = match n {
                0 => Err(column.reason),
                _ => Ok(mean(&column.values, &ones)),
            };
            (n, value)
        });
        let mut measures = resampled(values.collect(), items, resampling, |times| {
            let columns = self.columns.iter();
            columns.map(|column| mean(&column.values, times)).collect()
        });
        let columns = measures.iter_mut().zip(&self.columns);
        for (measure, column) in columns.filter(|(_, column)| column.is_difference) {
            if measure.value.is_ok() && measure.n >= FEWEST {
                measure.interval = of_difference(&column.values, resampling.level);
            }
        }
        measures
    }
}

fn mean(column: &[[f64; 2]], times: &[u32]) -> f64 {
    let (mut sum, mut n) = (0.0, 0.0);
    for ([weight, value], &times) in column.iter().zip(times) {
        n += f64::from(times) * weight;
        sum += f64::from(times) * value;
    }
    sum / n
}

/// Student's interval of a difference of two weighted means of the same items, linearised.
///
/// # Errors
/// Both are the same but for a few items.
fn of_difference(column: &[[f64; 2]], level: Level) -> Result<Interval, NotEstimable> {
    let there: Vec<[f64; 2]> = column
        .iter()
        .copied()
        .filter(|[weight, _]| *weight > 0.0)
        .collect();
    if there.iter().filter(|[_, value]| value.abs() > 1e-9).count() < FEWEST {
        return Err(NotEstimable::FewDiffer);
    }
    let n = there.len() as f64;
    let weights: f64 = there.iter().map(|[weight, _]| weight).sum();
    let value = there.iter().map(|[_, value]| value).sum::<f64>() / weights;
    let moves = there.iter().map(|[w, v]| (v - value * w) * n / weights);
    let variance = moves.map(|one| one * one).sum::<f64>() / (n - 1.0) / n;
    let margin = level.t(n - 1.0) * variance.sqrt();
    Ok(Interval {
        low: value - margin,
        high: value + margin,
    })
}
