//! Disparities: differences between groups, and their size by chance alone.

use super::sampling::PairCorrelations;
use super::{Cell, CheckedParams, DifferenceGap, Gap};
use crate::metric::{METRICS, Of};
use crate::stats::counts::Counts;
use crate::stats::shrinkage::{Shrunk, shrink};
use rayon::prelude::*;

/// The differences between the groups of one grouping.
#[derive(Debug, Clone, PartialEq)]
pub struct Disparity {
    /// By name, for every rate that at least two groups have.
    pub gaps: Vec<(&'static str, Gap)>,
    /// By name, for every difference of rates that at least two groups have: predicted minus true share.
    pub differences: Vec<(&'static str, DifferenceGap)>,
    /// By the group, in the order of the cells: its accuracy, drawn towards that of all groups by
    /// as much as chance is likely to have pushed it away. `None` where no group has any rows.
    pub shrunk: Option<Vec<(String, Shrunk)>>,
}

impl Disparity {
    /// `correlations` are of the cells.
    pub(super) fn new(
        cells: &[(String, Cell)],
        correlations: &PairCorrelations,
        overall: &Cell,
        params: &CheckedParams,
    ) -> Self {
        let groups = (cells, correlations);
        let gaps: Vec<(&'static str, Gap)> = METRICS
            .par_iter()
            .filter(|metric| metric.complements.is_none())
            .filter_map(|metric| {
                let Of::Rate(hits) = metric.of else {
                    return None;
                };
                Some((
                    metric.name,
                    Gap::new(metric, hits, groups, overall, params)?,
                ))
            })
            .collect();
        let gaps = with_complements(gaps);
        let differences = METRICS.iter().filter_map(|metric| {
            let Of::Difference(pairs) = metric.of else {
                return None;
            };
            Some((
                metric.name,
                DifferenceGap::new(metric, pairs, groups, params)?,
            ))
        });
        let right = |cell: &Cell| {
            let effect = cell.design_effect("accuracy");
            effect.effective(cell.right(), params.level).rounded()
        };
        let counts: Vec<Counts> = cells.iter().map(|(_, cell)| right(cell)).collect();
        let shrunk = shrink(&counts, params.level).map(|shrunk| {
            let names = cells.iter().map(|(value, _)| value.clone());
            names.zip(shrunk).collect()
        });
        Self {
            gaps,
            differences: differences.collect(),
            shrunk,
        }
    }

    pub fn difference(&self, name: &str) -> Option<&DifferenceGap> {
        let mut differences = self.differences.iter();
        differences.find_map(|(known, gap)| (*known == name).then_some(gap))
    }

    /// The largest difference that two groups may have by a metric: the upper end of an interval that knows that it is the
    /// largest.
    pub fn at_most(&self, name: &str) -> Option<f64> {
        let of_rate = self.gap(name).map(|gap| gap.largest.high);
        of_rate.or_else(|| Some(self.difference(name)?.largest.interval.high))
    }

    pub fn gap(&self, name: &str) -> Option<&Gap> {
        self.gaps
            .iter()
            .find_map(|(known, gap)| (*known == name).then_some(gap))
    }

    /// fairlearn's measures by its names, with `_to_overall` and `_mean` for its other methods and
    /// aggregates; `None` for what cannot be estimated.
    pub fn named(&self) -> Vec<(String, Option<f64>)> {
        let selection = self.gap("selection_rate");
        let (tpr, fpr) = (self.gap("tpr"), self.gap("fpr"));
        let mut named = Vec::new();
        for aspect in &ASPECTS {
            let of = |gap: Option<&Gap>| gap.and_then(aspect.of);
            let both = of(tpr).zip(of(fpr));
            for (measure, suffix, value) in [
                ("demographic_parity", "", of(selection)),
                ("equal_opportunity", "", of(tpr)),
                (
                    "equalized_odds",
                    "",
                    both.map(|(a, b)| (aspect.worse)(a, b)),
                ),
                ("equalized_odds", "_mean", both.map(|(a, b)| (a + b) / 2.0)),
            ] {
                named.push((format!("{measure}_{}{suffix}", aspect.name), value));
            }
        }
        named
    }
}

/// Summary of a gap in one number.
struct Aspect {
    name: &'static str,
    of: fn(&Gap) -> Option<f64>,
    /// Which of two rates' numbers says that they are further apart.
    worse: fn(f64, f64) -> f64,
}

static ASPECTS: [Aspect; 4] = [
    Aspect {
        name: "difference",
        of: |gap| Some(gap.largest.gap),
        worse: f64::max,
    },
    Aspect {
        name: "ratio",
        of: Gap::ratio,
        worse: f64::min,
    },
    Aspect {
        name: "difference_to_overall",
        of: |gap| Some(gap.to_overall()),
        worse: f64::max,
    },
    Aspect {
        name: "ratio_to_overall",
        of: Gap::ratio_to_overall,
        worse: f64::min,
    },
];

/// Adds the rates that are 1 less another.
fn with_complements(gaps: Vec<(&'static str, Gap)>) -> Vec<(&'static str, Gap)> {
    let find = |name: &str| gaps.iter().find(|(known, _)| *known == name);
    METRICS
        .iter()
        .filter_map(|metric| match metric.complements {
            None => find(metric.name).cloned(),
            Some(other) => Some((metric.name, find(other)?.1.complement())),
        })
        .collect()
}
