//! A group beside everyone who is not in it, by one metric.

use super::Cell;
use crate::metric::{Metric, Of};
use crate::stats::clustered::deflate;
use crate::stats::contingency::fisher;
use crate::stats::counts::{Counts, EffectiveCounts};
use crate::stats::difference::newcombe;
use crate::stats::paired::{Paired, change_of_difference, change_of_difference_p};
use crate::stats::{Interval, Level};

/// What is known of a group, and of the rest.
pub(super) enum Contrast {
    Rates([EffectiveCounts; 2]),
    Differences([Paired; 2]),
}

impl Contrast {
    /// `None` where there is no rest, and of metrics that are no share of cases and no difference of shares.
    pub fn new(metric: &Metric, group: &Cell, overall: &Cell) -> Option<Self> {
        let name = match metric.of {
            // In clusters, such a difference varies as much more as errors do.
            Of::Difference(_) => "accuracy",
            _ => metric.name,
        };
        let effects = [group.design_effect(name), group.rest_design_effect(name)];
        match metric.of {
            Of::Rate(hits) => {
                let counts = |cell: &Cell| Counts {
                    hits: hits(&cell.confusion),
                    n: metric.cases.count(&cell.confusion),
                };
                let (group, all) = (counts(group), counts(overall));
                let rest = all.without(group);
                (rest.n > 0)
                    .then(|| Self::Rates([deflate(group, effects[0]), deflate(rest, effects[1])]))
            }
            Of::Difference(pairs) => {
                let (group, all) = (pairs(&group.confusion), pairs(&overall.confusion));
                let rest = all.without(group);
                (rest.n() > 0).then(|| {
                    Self::Differences([group.deflated(effects[0]), rest.deflated(effects[1])])
                })
            }
            Of::Counts(_) | Of::Scores(_) => None,
        }
    }

    /// Value of the group, and of the rest.
    pub fn values(&self) -> [f64; 2] {
        match self {
            Self::Rates(rates) => rates.map(EffectiveCounts::rate),
            Self::Differences(pairs) => pairs.map(Paired::difference),
        }
    }

    /// P-value that both have the same.
    pub fn p(&self) -> f64 {
        match *self {
            Self::Rates([group, rest]) => fisher(group.rounded(), rest.rounded()),
            Self::Differences([group, rest]) => change_of_difference_p(group, rest),
        }
    }

    /// Interval for the value of the group less that of the rest; `None` of nobody.
    pub fn interval(&self, level: Level) -> Option<Interval> {
        match *self {
            Self::Rates([group, rest]) => newcombe(group, rest, level),
            Self::Differences([group, rest]) => change_of_difference(group, rest, level),
        }
    }
}
