//! Numbers of a column in short: moments, quantiles and a histogram.

use super::codes::quantile;
use serde::{Deserialize, Serialize};

/// Bins of a histogram.
const BINS: usize = 20;
const SHARES: [f64; 7] = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];

/// Numbers of a column, of unweighted rows, without gaps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NumberSummary {
    pub min: f64,
    pub max: f64,
    pub mean: f64,
    /// Standard deviation, of `n - 1`; 0 of one row.
    pub sd: f64,
    /// Rows that are exactly 0.
    pub zeros: u64,
    pub quantiles: Vec<Quantile>,
    pub histogram: Histogram,
}

/// The smallest value that at least `share` of the rows does not exceed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quantile {
    pub share: f64,
    pub value: f64,
}

/// Rows in 20 bins of equal width. Where a few rows lie far away, the bins reach from the first to the 99th
/// percentile, and `below` and `above` count the others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    pub from: f64,
    pub to: f64,
    pub counts: Vec<u64>,
    pub below: u64,
    pub above: u64,
}

impl NumberSummary {
    /// Of different numbers with their rows, ascending. `None` without any.
    pub(super) fn of(numbers: &[(f64, u64)]) -> Option<Self> {
        let (first, last) = (numbers.first()?, numbers.last()?);
        let rows: u64 = numbers.iter().map(|(_, rows)| rows).sum();
        let n = rows as f64;
        let sum = |of: &dyn Fn(f64) -> f64| -> f64 {
            numbers
                .iter()
                .map(|(value, rows)| of(*value) * *rows as f64)
                .sum()
        };
        let mean = sum(&|value| value) / n;
        let squares = sum(&|value| (value - mean).powi(2));
        let zero = numbers.iter().find(|(value, _)| *value == 0.0);
        let quantiles = SHARES.map(|share| Quantile {
            share,
            value: quantile(numbers, share),
        });
        Some(Self {
            min: first.0,
            max: last.0,
            mean,
            sd: if rows > 1 {
                (squares / (n - 1.0)).sqrt()
            } else {
                0.0
            },
            zeros: zero.map_or(0, |(_, rows)| *rows),
            quantiles: quantiles.to_vec(),
            histogram: Histogram::of(numbers),
        })
    }

    /// The value of one of the shares that are kept.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let found = self.quantiles.iter().find(|kept| kept.share == share);
        found.map(|kept| kept.value)
    }
}

impl Histogram {
    fn of(numbers: &[(f64, u64)]) -> Self {
        let (min, max) = (numbers[0].0, numbers[numbers.len() - 1].0);
        let (low, high) = (quantile(numbers, 0.01), quantile(numbers, 0.99));
        let (from, to) = match high > low && max - min > 3.0 * (high - low) {
            true => (low, high),
            false => (min, max),
        };
        let mut histogram = Self {
            from,
            to,
            counts: vec![0; BINS],
            below: 0,
            above: 0,
        };
        for &(value, rows) in numbers {
            let bin = (value - from) / (to - from) * BINS as f64;
            match value {
                value if value < from => histogram.below += rows,
                value if value > to => histogram.above += rows,
                // The last bin holds its upper end; of one value there is one bin.
                _ => histogram.counts[(bin.max(0.0) as usize).min(BINS - 1)] += rows,
            }
        }
        histogram
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_summed_up() {
        // Python: statistics.stdev([0, 0, 1, 1, 1, 2, 2, 2, 2, 10]) is 2.8848262031225076.
        let summary = NumberSummary::of(&[(0.0, 2), (1.0, 3), (2.0, 4), (10.0, 1)]).unwrap();
        assert!((summary.mean - 2.1).abs() < 1e-12);
        assert!((summary.sd - 2.884_826_203_122_507_6).abs() < 1e-12);
        assert_eq!((summary.zeros, summary.quantile(0.5)), (2, Some(1.0)));
        assert_eq!(summary.histogram.counts.iter().sum::<u64>(), 10);
        assert_eq!(summary.histogram.counts[0], 2);
        assert_eq!(summary.histogram.counts[BINS - 1], 1);
        assert_eq!(NumberSummary::of(&[]), None);
    }

    #[test]
    fn a_far_value_does_not_press_all_others_into_one_bin() {
        let mut numbers: Vec<(f64, u64)> = (0..100).map(|at| (f64::from(at), 10)).collect();
        numbers.push((1e6, 1));
        let histogram = NumberSummary::of(&numbers).unwrap().histogram;
        assert_eq!((histogram.from, histogram.to), (1.0, 99.0));
        assert_eq!((histogram.below, histogram.above), (10, 1));
        let one = NumberSummary::of(&[(7.0, 3)]).unwrap();
        assert_eq!((one.histogram.counts[0], one.sd), (3, 0.0));
    }
}
