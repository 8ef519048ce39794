//! Bounds for rows without a prediction, of which nothing is known.

use crate::stats::Interval;

/// Rows of the corpus without a prediction.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Missing {
    pub all: u64,
    /// For each of [`EstimateInputs::attributes`](super::EstimateInputs::attributes) those of every domain; empty where
    /// there are none.
    pub by: Vec<Vec<u64>>,
}

impl Missing {
    pub(super) fn of_domain(&self, attribute: usize, domain: usize) -> u64 {
        let counts = self.by.get(attribute);
        counts.and_then(|of| of.get(domain)).copied().unwrap_or(0)
    }
}

/// Worst-case bounds of the share among all rows, from the interval of the share among `judged` rows: none or all of
/// the `missing` rows are of the class. They hold the share of all rows at least as often as the interval holds that
/// of judged rows.
///
/// `None` without missing rows.
///
/// # Formula
///
/// Manski, C. F. (2003), Partial Identification of Probability Distributions, chapter 1, with the ends of the interval
/// as in Horowitz, J. L. and Manski, C. F. (2000), J. Am. Stat. Assoc. 95, 77-84:
///
/// ```text
/// low  = low · judged / (judged + missing)
/// high = (high · judged + missing) / (judged + missing)
/// ```
pub(super) fn worst_case(interval: Interval, judged: u64, missing: u64) -> Option<Interval> {
    let (n, m) = (judged as f64, missing as f64);
    (missing > 0).then(|| Interval {
        low: interval.low * n / (n + m),
        high: (interval.high * n + m) / (n + m),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_rows_may_all_be_of_the_class_or_none() {
        let interval = Interval {
            low: 0.4,
            high: 0.5,
        };
        let found = worst_case(interval, 900, 100).unwrap();
        assert!((found.low - 0.36).abs() < 1e-12, "{found:?}");
        assert!((found.high - 0.55).abs() < 1e-12, "{found:?}");
        assert_eq!(worst_case(interval, 900, 0), None);
    }
}
