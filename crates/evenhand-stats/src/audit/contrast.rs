//! A group beside everyone who is not in it, by one metric.

use super::Cell;
use crate::metric::{Metric, Of};
use crate::stats::clustered::{DesignEffect, deflate, variance_ratio};
use crate::stats::contingency::fisher;
use crate::stats::counts::{Counts, EffectiveCounts};
use crate::stats::difference::newcombe;
use crate::stats::paired::{EffectivePaired, Paired, change_of_difference, change_of_difference_p};
use crate::stats::{Interval, Level};

/// Counts of a group and of the rest, and how rows within each and of both hang together.
#[derive(Clone, Copy)]
pub(super) struct Contrast {
    counts: Both,
    /// Of the values of both, through clusters that lie in both.
    correlation: f64,
}

#[derive(Clone, Copy)]
enum Both {
    Rates([(Counts, DesignEffect); 2]),
    Differences([(Paired, DesignEffect); 2]),
}

impl Contrast {
    /// `None` where there is no rest, and of metrics that are no share of cases and no difference of shares.
    pub fn new(metric: &Metric, group: &Cell, overall: &Cell) -> Option<Self> {
        let name = metric.name;
        let [own, others] = [group.design_effect(name), group.rest_design_effect(name)];
        let correlation = group.rest_correlation(name);
        match metric.of {
            Of::Rate(hits) => {
                let counts = |cell: &Cell| Counts {
                    hits: hits(&cell.confusion),
                    n: metric.cases.count(&cell.confusion),
                };
                let (group, all) = (counts(group), counts(overall));
                let rest = all.without(group);
                (rest.n > 0).then(|| Self::of_rates([(group, own), (rest, others)], correlation))
            }
            Of::Difference(pairs) => {
                let (group, all) = (pairs(&group.confusion), pairs(&overall.confusion));
                let rest = all.without(group);
                (rest.n() > 0).then_some(Self {
                    counts: Both::Differences([(group, own), (rest, others)]),
                    correlation,
                })
            }
            Of::Counts(_) | Of::Scores(_) => None,
        }
    }

    pub fn of_rates(rates: [(Counts, DesignEffect); 2], correlation: f64) -> Self {
        Self {
            counts: Both::Rates(rates),
            correlation,
        }
    }

    /// Variance of the difference, as a multiple of what it would be if no cluster lay in both.
    pub fn variance_ratio(&self) -> f64 {
        let sd = |variance: f64, effect: DesignEffect| (variance * effect.value).sqrt();
        let deviations = match self.counts {
            Both::Rates(rates) => rates.map(|(counts, effect)| {
                let rate = counts.rate();
                sd(rate * (1.0 - rate) / counts.n as f64, effect)
            }),
            Both::Differences(pairs) => pairs.map(|(paired, effect)| sd(paired.variance(), effect)),
        };
        variance_ratio(self.correlation, deviations)
    }

    /// As many independent cases as tell as much of the difference, of a rate; few clusters tell as much as they do at
    /// `level`.
    fn effective(&self, rates: [(Counts, DesignEffect); 2], level: Level) -> [EffectiveCounts; 2] {
        let ratio = self.variance_ratio();
        rates.map(|(counts, effect)| deflate(counts, effect.divisor(level) * ratio))
    }

    fn effective_pairs(
        &self,
        pairs: [(Paired, DesignEffect); 2],
        level: Level,
    ) -> [EffectivePaired; 2] {
        let ratio = self.variance_ratio();
        pairs.map(|(paired, effect)| paired.deflated(effect.divisor(level) * ratio))
    }

    /// True if the group of each is the rest of the other: one comparison, seen from both sides.
    pub fn mirrors(&self, other: &Self) -> bool {
        match (self.counts, other.counts) {
            (Both::Rates([a, rest_a]), Both::Rates([b, rest_b])) => {
                (a.0, rest_a.0) == (rest_b.0, b.0)
            }
            (Both::Differences([a, rest_a]), Both::Differences([b, rest_b])) => {
                (a.0, rest_a.0) == (rest_b.0, b.0)
            }
            _ => false,
        }
    }

    /// Value of the group, and of the rest.
    pub fn values(&self) -> [f64; 2] {
        match self.counts {
            Both::Rates(rates) => rates.map(|(counts, _)| counts.rate()),
            Both::Differences(pairs) => pairs.map(|(paired, _)| paired.difference()),
        }
    }

    /// P-value that both have the same.
    pub fn p(&self, level: Level) -> f64 {
        match self.counts {
            Both::Rates(rates) => {
                let [a, b] = self.effective(rates, level);
                fisher(a.rounded(), b.rounded())
            }
            Both::Differences(pairs) => {
                let [a, b] = self.effective_pairs(pairs, level);
                change_of_difference_p(a, b)
            }
        }
    }

    /// Interval for the value of the group less that of the rest; `None` of nobody.
    pub fn interval(&self, level: Level) -> Option<Interval> {
        match self.counts {
            Both::Rates(rates) => {
                let [a, b] = self.effective(rates, level);
                newcombe(a, b, level)
            }
            Both::Differences(pairs) => {
                let [a, b] = self.effective_pairs(pairs, level);
                change_of_difference(a, b, level)
            }
        }
    }
}
