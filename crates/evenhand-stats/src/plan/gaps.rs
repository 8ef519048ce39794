//! Rows that groups need so that an audit's verdict finds a gap.

use super::Clusters;
use crate::audit::{self, JUDGED, part_of};
use crate::metric::{self, Better, Metric, Of};
use crate::stats::counts::EffectiveCounts;
use crate::stats::power::power;
use crate::stats::sample_size::least_from;
use crate::stats::{Level, bisect};

/// Rates of 0 and 1 may be missed by rounding.
const ROUNDING: f64 = 1e-9;

/// Gaps that are to be found, all rates as shares.
#[derive(Debug, Clone)]
pub struct GapParams {
    /// One of [`planned_metrics`].
    pub metric: &'static Metric,
    /// How much worse than the rest a group is; each above 0.
    pub gaps: Vec<f64>,
    /// Probabilities that a verdict finds the gap, above 0.5.
    pub powers: Vec<f64>,
    /// Level of the audit.
    pub level: Level,
    pub clusters: Clusters,
}

/// Cases that each of some groups of equal size needs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GapNeed {
    pub groups: u64,
    pub gap: f64,
    pub power: f64,
    /// Cases of each group; `None` where no number is enough.
    pub cases: Option<u64>,
}

/// The rates that groups are judged by.
pub fn planned_metrics() -> impl Iterator<Item = &'static Metric> {
    let judged = JUDGED.iter().filter_map(|name| metric::find(name));
    judged.filter(|metric| matches!(metric.of, Of::Rate(_)))
}

/// One of them by its name.
pub fn planned_metric(name: &str) -> Option<&'static Metric> {
    planned_metrics().find(|metric| metric.name == name)
}

/// Comparisons that a verdict makes by one metric, of groupings of so many groups. Of two groups each is the other's
/// rest.
pub fn comparisons(groups: &[u64]) -> u64 {
    let of = |&groups: &u64| if groups == 2 { 1 } else { groups };
    groups.iter().map(of).sum()
}

impl GapParams {
    /// Level of one comparison: false alarms are divided among the metrics and groups as a verdict divides them.
    pub fn level_of_one(&self, comparisons: u64, classes: usize) -> Level {
        let applies = |name: &&str| metric::find(name).is_some_and(|of| of.applies_to(classes));
        let metrics: Vec<&str> = JUDGED.into_iter().filter(applies).collect();
        let alpha = 1.0 - self.level.value();
        let of_one = alpha * part_of(self.metric.name, &metrics) / comparisons.max(1) as f64;
        Level::new(1.0 - of_one).expect("a part of what is between 0 and 1")
    }

    /// Cases that each group needs, if all have as many and one of them is worse than the rest, of rate `rate`.
    ///
    /// The needs are those of the verdict's test, by [`power`] at the level of one comparison, with as many cases as
    /// clusters leave of them. The verdict also wants an interval that leaves 0 out. Where 80 % were planned it found a
    /// gap of 10 points below 90 % in 81.6, 81.3, 80.6 and 77.1 % of 1,000 simulated audits of 2, 7, 14 and 50 groups
    /// (docs/guide/plan.md).
    pub fn needs(&self, groups: &[u64], rate: f64) -> Vec<GapNeed> {
        let level = self.level_of_one(comparisons(groups), 2);
        let contrast = Contrast {
            rate,
            level,
            better: self.metric.better,
            clusters: [self.clusters; 2],
        };
        let mut needs = Vec::new();
        for &groups in groups {
            for &gap in &self.gaps {
                for &power in &self.powers {
                    let cases = least(0, |n| {
                        let n = n as f64;
                        contrast.power(gap, [n, n * (groups - 1) as f64]) >= power
                    });
                    needs.push(GapNeed {
                        groups,
                        gap,
                        power,
                        cases,
                    });
                }
            }
        }
        needs
    }
}

/// A group beside its rest.
pub(super) struct Contrast {
    /// Rate of the rest.
    pub rate: f64,
    /// Level of this comparison.
    pub level: Level,
    pub better: Better,
    /// Of the group, and of the rest.
    pub clusters: [Clusters; 2],
}

impl Contrast {
    /// The largest gap that there can be.
    pub fn room(&self) -> f64 {
        match self.better {
            Better::Lower => 1.0 - self.rate,
            Better::Higher | Better::Neither => self.rate,
        }
    }

    /// Probability that a group that is worse by `gap` is found, from the cases of the group and of the rest. 0 where
    /// it cannot be that much worse.
    pub fn power(&self, gap: f64, cases: [f64; 2]) -> f64 {
        if gap > self.room() + ROUNDING {
            return 0.0;
        }
        let worse = match self.better {
            Better::Lower => self.rate + gap,
            Better::Higher | Better::Neither => self.rate - gap,
        };
        let effective = |at: usize| self.clusters[at].effective(cases[at], self.level);
        let [here, rest] = [(worse, 0), (self.rate, 1)]
            .map(|(rate, at)| EffectiveCounts::of_rate(rate.clamp(0.0, 1.0), effective(at)));
        power(here, rest, self.level)
    }

    /// The smallest gap that is found with probability `target`; `None` where none is.
    pub fn smallest_gap(&self, target: f64, cases: [f64; 2]) -> Option<f64> {
        let room = self.room();
        let is_missed = |gap: f64| self.power(gap, cases) < target;
        (room > 0.0 && !is_missed(room)).then(|| bisect(0.0, room, is_missed))
    }
}

/// The least number from `n` that is enough for a comparison that an audit makes.
pub(super) fn least(n: u64, is_enough: impl Fn(u64) -> bool) -> Option<u64> {
    let found = least_from(n, |n| n > 0 && is_enough(n));
    (found < u64::MAX).then(|| found.max(audit::Params::MIN_N))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(metric: &str) -> GapParams {
        GapParams {
            metric: planned_metric(metric).unwrap(),
            gaps: vec![0.1],
            powers: vec![0.8, 0.9],
            level: Level::new(0.95).unwrap(),
            clusters: Clusters::NONE,
        }
    }

    fn contrast(rate: f64, better: Better) -> Contrast {
        Contrast {
            rate,
            level: Level::new(0.99).unwrap(),
            better,
            clusters: [Clusters::NONE; 2],
        }
    }

    #[test]
    fn a_comparison_has_its_part_of_the_false_alarms() {
        // Two thirds of 5 % among eight, a ninth of it among eight, and all of it where there is no other metric.
        let alpha = |metric, classes| 1.0 - params(metric).level_of_one(8, classes).value();
        assert_eq!(comparisons(&[7, 2]), 8);
        for (metric, classes, expected) in [
            ("accuracy", 2, 0.05 * 2.0 / 3.0 / 8.0),
            ("tpr", 2, 0.05 / 9.0 / 8.0),
            ("accuracy", 3, 0.05 / 8.0),
        ] {
            let found = alpha(metric, classes);
            assert!((found - expected).abs() < 1e-12, "{metric}: {found}");
        }
        let names: Vec<&str> = planned_metrics().map(|metric| metric.name).collect();
        assert_eq!(names, ["accuracy", "tpr", "fpr"]);
    }

    #[test]
    fn the_smallest_gap_of_as_many_rows_as_are_needed_is_the_one_asked_about() {
        for (rate, better) in [(0.9, Better::Higher), (0.04, Better::Lower)] {
            let contrast = contrast(rate, better);
            let n = least(0, |n| contrast.power(0.03, [n as f64, 9_000.0]) >= 0.8).unwrap();
            let found = contrast.smallest_gap(0.8, [n as f64, 9_000.0]).unwrap();
            assert!((0.0299..=0.03).contains(&found), "{n}: {found}");
        }
    }

    #[test]
    fn a_rest_that_is_too_small_shows_no_gap_whatever_the_group() {
        let contrast = contrast(0.9, Better::Higher);
        assert_eq!(
            least(10, |n| contrast.power(0.02, [n as f64, 50.0]) >= 0.8),
            None
        );
        assert_eq!(contrast.smallest_gap(0.8, [1.0, 2.0]), None);
    }

    #[test]
    fn the_largest_gap_there_can_be_is_planned() {
        // 1 - 0.9 is a little less than 0.1.
        let needs = params("fpr").needs(&[2], 0.9);
        assert!(needs.iter().all(|need| need.cases.is_some()), "{needs:?}");
    }
}
