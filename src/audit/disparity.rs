//! What the differences between groups amount to, and what chance alone would make of them.

use super::{Cell, CheckedParams, Estimate};
use crate::metric::{METRICS, Metric, Of};
use crate::stats::Interval;
use crate::stats::contingency::{chi_squared, fisher};
use crate::stats::difference::{Counts, newcombe};
use crate::stats::multiple::{benjamini_hochberg, holm};
use crate::stats::permutation::{LargestGap, largest_gap};
use crate::stats::shrinkage::{Shrunk, shrink};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rayon::prelude::*;

/// The differences between the groups of one grouping.
#[derive(Debug, Clone, PartialEq)]
pub struct Disparity {
    /// By name, for every rate that at least two groups have.
    pub gaps: Vec<(&'static str, Gap)>,
    /// By the group, in the order of the cells: its accuracy, drawn towards that of all groups by
    /// as much as chance is likely to have pushed it away. `None` where no group has any rows.
    pub shrunk: Option<Vec<(String, Shrunk)>>,
}

/// One rate across groups. Groups of too few cases take no part. Of more than 300 groups, the
/// largest gap is held against fewer resamples than were asked for, 100 at least.
#[derive(Debug, Clone, PartialEq)]
pub struct Gap {
    pub lowest: (String, f64),
    pub highest: (String, f64),
    /// The lowest rate by the highest; `None` where all rates are 0.
    pub ratio: Option<f64>,
    /// The largest distance of a group from everyone.
    pub to_overall: f64,
    /// Of Pearson's chi-squared test that all groups have one rate; `None` where everyone has the
    /// same outcome.
    pub p: Option<f64>,
    /// The highest rate less the lowest, and how much of that chance makes.
    pub largest: LargestGap,
    /// Each group against everyone who is not in it.
    pub versus: Vec<(String, Versus)>,
}

/// A group against the rest.
#[derive(Debug, Clone, PartialEq)]
pub struct Versus {
    /// Rate of the group less that of the rest, with Newcombe's interval.
    pub difference: Estimate,
    /// Of Fisher's exact test.
    pub p: f64,
    /// Corrected, so that a false alarm anywhere among the groups is as rare as for one test (Holm).
    pub p_holm: f64,
    /// Corrected, so that the expected share of false alarms among the groups flagged is at most the
    /// level (Benjamini and Hochberg).
    pub p_bh: f64,
}

impl Disparity {
    pub(super) fn new(cells: &[(String, Cell)], overall: &Cell, params: &CheckedParams) -> Self {
        let gaps: Vec<(&'static str, Gap)> = METRICS
            .par_iter()
            .filter(|metric| metric.complements.is_none())
            .filter_map(|metric| {
                let Of::Rate(hits) = metric.of else {
                    return None;
                };
                Some((metric.name, Gap::new(metric, hits, cells, overall, params)?))
            })
            .collect();
        let gaps = with_complements(gaps);
        let counts: Vec<Counts> = cells.iter().map(|(_, cell)| cell.right()).collect();
        let shrunk = shrink(&counts, params.level).map(|shrunk| {
            let names = cells.iter().map(|(value, _)| value.clone());
            names.zip(shrunk).collect()
        });
        Self { gaps, shrunk }
    }

    pub fn gap(&self, name: &str) -> Option<&Gap> {
        self.gaps
            .iter()
            .find_map(|(known, gap)| (*known == name).then_some(gap))
    }

    /// fairlearn's measures by its names, with `_to_overall` and `_mean` for its other methods and
    /// aggregates; those that cannot be estimated are left out.
    pub fn named(&self) -> Vec<(&'static str, f64)> {
        let selection = self.gap("selection_rate");
        let (tpr, fpr) = (self.gap("tpr"), self.gap("fpr"));
        let odds = |of: fn(&Gap) -> f64, both: fn(f64, f64) -> f64| Some(both(of(tpr?), of(fpr?)));
        let difference = |gap: &Gap| gap.largest.gap;
        let to_overall = |gap: &Gap| gap.to_overall;
        let ratios = tpr
            .and_then(|gap| gap.ratio)
            .zip(fpr.and_then(|gap| gap.ratio));
        [
            ("demographic_parity_difference", selection.map(difference)),
            (
                "demographic_parity_ratio",
                selection.and_then(|gap| gap.ratio),
            ),
            (
                "demographic_parity_difference_to_overall",
                selection.map(to_overall),
            ),
            ("equal_opportunity_difference", tpr.map(difference)),
            ("equal_opportunity_ratio", tpr.and_then(|gap| gap.ratio)),
            ("equalized_odds_difference", odds(difference, f64::max)),
            (
                "equalized_odds_difference_mean",
                odds(difference, |a, b| (a + b) / 2.0),
            ),
            (
                "equalized_odds_difference_to_overall",
                odds(to_overall, f64::max),
            ),
            ("equalized_odds_ratio", ratios.map(|(a, b)| a.min(b))),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }
}

impl Gap {
    /// Of 1 less the rate.
    fn complement(&self) -> Self {
        let turned = |(group, rate): &(String, f64)| (group.clone(), 1.0 - rate);
        let (lowest, highest) = (turned(&self.highest), turned(&self.lowest));
        let versus = self.versus.iter().map(|(group, versus)| {
            let Estimate { value, interval } = versus.difference;
            let difference = Estimate {
                value: -value,
                interval: Interval {
                    low: -interval.high,
                    high: -interval.low,
                },
            };
            (
                group.clone(),
                Versus {
                    difference,
                    ..versus.clone()
                },
            )
        });
        Self {
            ratio: (highest.1 > 0.0).then(|| lowest.1 / highest.1),
            versus: versus.collect(),
            lowest,
            highest,
            ..self.clone()
        }
    }

    fn new(
        metric: &Metric,
        hits: fn(&crate::metric::Confusion) -> u64,
        cells: &[(String, Cell)],
        overall: &Cell,
        params: &CheckedParams,
    ) -> Option<Self> {
        let counts = |cell: &Cell| Counts {
            hits: hits(&cell.confusion),
            n: metric.cases.count(&cell.confusion),
        };
        let everyone = counts(overall);
        let (names, groups): (Vec<&str>, Vec<Counts>) = cells
            .iter()
            .filter(|(_, cell)| {
                cell.measure(metric.name)
                    .is_some_and(|m| m.estimate.is_ok())
            })
            .map(|(value, cell)| (value.as_str(), counts(cell)))
            .unzip();
        let rates: Vec<f64> = groups.iter().map(|group| group.rate()).collect();
        let by_rate = |a: &usize, b: &usize| rates[*a].total_cmp(&rates[*b]);
        let lowest = (0..rates.len()).min_by(by_rate)?;
        let highest = (0..rates.len()).max_by(by_rate)?;
        let mut rng = ChaCha8Rng::seed_from_u64(params.seed);
        let replicates = affordable(params.replicates, groups.len());
        let largest = largest_gap(&groups, replicates, params.level, &mut rng)?;
        let away = rates.iter().map(|rate| (rate - everyone.rate()).abs());
        Some(Self {
            lowest: (names[lowest].to_owned(), rates[lowest]),
            highest: (names[highest].to_owned(), rates[highest]),
            ratio: (rates[highest] > 0.0).then(|| rates[lowest] / rates[highest]),
            to_overall: away.fold(0.0, f64::max),
            p: chi_squared(&groups).map(|test| test.p),
            largest,
            versus: versus(&names, &groups, everyone, params),
        })
    }
}

/// Adds the rates that are 1 less another: their gaps are the same ones, seen from the other side.
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

/// A resample compares all pairs of groups: of more than 300, there are fewer of them, but 100.
fn affordable(replicates: usize, groups: usize) -> usize {
    const FULL: usize = 300;
    const LEAST: usize = 100;
    if groups <= FULL {
        return replicates;
    }
    (replicates * FULL * FULL / (groups * groups)).max(LEAST)
}

/// Groups that are everyone have no rest and are left out.
fn versus(
    names: &[&str],
    groups: &[Counts],
    everyone: Counts,
    params: &CheckedParams,
) -> Vec<(String, Versus)> {
    let compared: Vec<(&str, Estimate, f64)> = names
        .iter()
        .zip(groups)
        .filter_map(|(name, &group)| {
            let rest = everyone.without(group);
            let interval = newcombe(group, rest, params.level)?;
            let value = group.rate() - rest.rate();
            Some((*name, Estimate { value, interval }, fisher(group, rest)))
        })
        .collect();
    let p: Vec<f64> = compared.iter().map(|(_, _, p)| *p).collect();
    // Of two groups that are everyone, each is the other's rest: one test, not two.
    let one_test =
        groups.len() == 2 && groups.iter().map(|group| group.n).sum::<u64>() == everyone.n;
    let (by_holm, by_bh) = match one_test {
        true => (p.clone(), p.clone()),
        false => (holm(&p), benjamini_hochberg(&p)),
    };
    compared
        .into_iter()
        .zip(by_holm.into_iter().zip(by_bh))
        .map(|((name, difference, p), (p_holm, p_bh))| {
            let versus = Versus {
                difference,
                p,
                p_holm,
                p_bh,
            };
            (name.to_owned(), versus)
        })
        .collect()
}
