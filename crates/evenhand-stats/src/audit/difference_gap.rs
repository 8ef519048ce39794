//! A difference of rates across the groups of a grouping: how far apart the groups are by predicted minus true share.

use super::gap::affordable;
use super::sampling::PairCorrelations;
use super::{Cell, CheckedParams};
use crate::metric::{Confusion, Metric};
use crate::stats::clustered::variance_ratio;
use crate::stats::largest_difference::{LargestDifference, largest_difference};
use crate::stats::paired::Paired;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

/// Values of at least two groups, and the largest difference between two.
#[derive(Debug, Clone, PartialEq)]
pub struct DifferenceGap {
    /// By the group, in the order of the cells.
    pub values: Vec<(String, f64)>,
    /// Its interval knows that it is the largest of all pairs. Where it is computed from few rows, half a row more is
    /// counted in each of four cells.
    pub largest: LargestDifference,
}

impl DifferenceGap {
    /// `None` where fewer than two groups have the metric.
    pub(super) fn new(
        metric: &Metric,
        pairs: fn(&Confusion) -> Paired,
        (cells, correlations): (&[(String, Cell)], &PairCorrelations),
        params: &CheckedParams,
    ) -> Option<Self> {
        let is_estimable = |at: &usize| {
            let measure = cells[*at].1.measure(metric.name);
            measure.is_some_and(|measure| measure.estimate.is_ok())
        };
        let places: Vec<usize> = (0..cells.len()).filter(is_estimable).collect();
        let estimates: Vec<(f64, f64)> = (places.iter())
            .map(|&at| {
                let cell = &cells[at].1;
                let divisor = cell.design_effect(metric.name).divisor(params.level);
                pairs(&cell.confusion).deflated(divisor).smoothed()
            })
            .collect();
        let ratio = |a: usize, b: usize| {
            let of_pair = correlations.get(&(places[a], places[b]));
            let mut of_pair = of_pair.into_iter().flatten();
            let correlation = of_pair.find(|(name, _)| *name == metric.name);
            let deviations = [a, b].map(|at| estimates[at].1.sqrt());
            correlation.map_or(1.0, |(_, r)| variance_ratio(*r, deviations).sqrt())
        };
        let replicates = affordable(params.replicates, places.len());
        let mut rng = ChaCha8Rng::seed_from_u64(params.seed);
        let mut largest =
            largest_difference(&estimates, ratio, replicates, params.level, &mut rng)?;
        let values = places.into_iter().map(|at| {
            let (name, cell) = &cells[at];
            (name.clone(), pairs(&cell.confusion).difference())
        });
        let values: Vec<(String, f64)> = values.collect();
        let mut gap = Self { values, largest };
        // Values are not smoothed.
        largest.gap = gap.highest().1 - gap.lowest().1;
        largest.interval = largest.interval.with(largest.gap);
        gap.largest = largest;
        Some(gap)
    }

    pub fn lowest(&self) -> (&str, f64) {
        self.end(|one, other| one < other)
    }

    pub fn highest(&self) -> (&str, f64) {
        self.end(|one, other| one > other)
    }

    fn end(&self, is_further: impl Fn(f64, f64) -> bool) -> (&str, f64) {
        let values = self
            .values
            .iter()
            .map(|(group, value)| (group.as_str(), *value));
        let furthest = values.reduce(|end, one| if is_further(one.1, end.1) { one } else { end });
        furthest.expect("at least two groups")
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::Params;
    use crate::audit::toy::audited;

    #[test]
    fn two_groups_have_the_interval_of_their_difference() {
        // f, g, n = fn + .5, fp + .5, rows + 2 (first less second: predicted less true); d = (g - f) / n
        // v = (f + g - (f - g)**2 / n) / n**2; d_x - d_y +- norm.ppf(.975) * (v_x + v_y)**.5
        let counts = [("x", [440, 70, 60, 430]), ("y", [380, 40, 120, 460])];
        let audit = audited(
            "g",
            &counts,
            Params {
                replicates: 20_000,
                ..Params::default()
            },
        );
        let gap = audit.groupings[0]
            .disparity
            .difference("share_error")
            .unwrap();
        assert_eq!((gap.lowest().0, gap.highest().0), ("y", "x"));
        assert!((gap.largest.gap - 0.09).abs() < 1e-12, "{gap:?}");
        let interval = gap.largest.interval;
        assert!(
            (interval.low - 0.056768697996559876).abs() < 5e-4,
            "{interval:?}"
        );
        assert!(
            (interval.high - 0.12287202056631438).abs() < 5e-4,
            "{interval:?}"
        );
        let json = &audit.to_json()["disparity"]["g"]["rates"]["share_error"];
        assert_eq!(json["lowest"], "y");
        assert!(json["difference_high"].as_f64().unwrap() > 0.1, "{json}");
    }
}
