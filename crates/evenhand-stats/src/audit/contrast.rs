//! A group beside everyone who is not in it, by one metric.

use super::Cell;
use crate::metric::{Metric, Of};
use crate::stats::clustered::DesignEffect;
use crate::stats::contingency::fisher;
use crate::stats::counts::Counts;
use crate::stats::difference::newcombe;
use crate::stats::paired::{Paired, change_of_difference, change_of_difference_p};
use crate::stats::{Interval, Level};

/// Counts of a group and of the rest, and how they hang together.
pub(super) enum Contrast {
    Rates([(Counts, DesignEffect); 2]),
    Differences([(Paired, DesignEffect); 2]),
}

impl Contrast {
    /// `None` where there is no rest, and of metrics that are no share of cases and no difference of shares.
    pub fn new(metric: &Metric, group: &Cell, overall: &Cell) -> Option<Self> {
        let name = metric.name;
        let [own, others] = [group.design_effect(name), group.rest_design_effect(name)];
        match metric.of {
            Of::Rate(hits) => {
                let counts = |cell: &Cell| Counts {
                    hits: hits(&cell.confusion),
                    n: metric.cases.count(&cell.confusion),
                };
                let (group, all) = (counts(group), counts(overall));
                let rest = all.without(group);
                (rest.n > 0).then_some(Self::Rates([(group, own), (rest, others)]))
            }
            Of::Difference(pairs) => {
                let (group, all) = (pairs(&group.confusion), pairs(&overall.confusion));
                let rest = all.without(group);
                (rest.n() > 0).then_some(Self::Differences([(group, own), (rest, others)]))
            }
            Of::Counts(_) | Of::Scores(_) => None,
        }
    }

    /// True if the group of each is the rest of the other: one comparison, seen from both sides.
    pub fn mirrors(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Rates([a, rest_a]), Self::Rates([b, rest_b])) => {
                (a.0, rest_a.0) == (rest_b.0, b.0)
            }
            (Self::Differences([a, rest_a]), Self::Differences([b, rest_b])) => {
                (a.0, rest_a.0) == (rest_b.0, b.0)
            }
            _ => false,
        }
    }

    /// Value of the group, and of the rest.
    pub fn values(&self) -> [f64; 2] {
        match self {
            Self::Rates(rates) => rates.map(|(counts, _)| counts.rate()),
            Self::Differences(pairs) => pairs.map(|(paired, _)| paired.difference()),
        }
    }

    /// P-value that both have the same; few clusters tell as much as they do at `level`.
    pub fn p(&self, level: Level) -> f64 {
        match *self {
            Self::Rates(rates) => {
                let [a, b] = rates.map(|(counts, effect)| effect.effective(counts, level));
                fisher(a.rounded(), b.rounded())
            }
            Self::Differences(pairs) => {
                let [a, b] = pairs.map(|(paired, effect)| paired.deflated(effect.divisor(level)));
                change_of_difference_p(a, b)
            }
        }
    }

    /// Interval for the value of the group less that of the rest; `None` of nobody.
    pub fn interval(&self, level: Level) -> Option<Interval> {
        match *self {
            Self::Rates(rates) => {
                let [a, b] = rates.map(|(counts, effect)| effect.effective(counts, level));
                newcombe(a, b, level)
            }
            Self::Differences(pairs) => {
                let [a, b] = pairs.map(|(paired, effect)| paired.deflated(effect.divisor(level)));
                change_of_difference(a, b, level)
            }
        }
    }
}
