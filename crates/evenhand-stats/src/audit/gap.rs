//! One rate across the groups of a grouping: how far they are apart, and what chance would make of
//! such groups.

mod shared;

use super::contrast::Contrast;
use super::sampling::PairCorrelations;
use super::{Cell, CheckedParams, Estimate};
use crate::metric::{Confusion, Metric};
use crate::stats::Interval;
use crate::stats::Level;
use crate::stats::clustered::{DesignEffect, deflate, variance_ratio};
use crate::stats::counts::{Counts, EffectiveCounts};
use crate::stats::multiple::{benjamini_hochberg, holm};
use crate::stats::permutation::{LargestGap, largest_gap};
use crate::stats::ratio::koopman;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use shared::dependence;

/// One rate across groups. Groups of too few cases take no part. Of more than 300 groups, the
/// largest gap is held against fewer resamples than were asked for, 100 at least.
#[derive(Debug, Clone, PartialEq)]
pub struct Gap {
    /// By the group, in the order of the cells; at least two.
    pub rates: Vec<(String, f64)>,
    /// Everyone's rate.
    pub overall: f64,
    /// The highest rate less the lowest, and how much of that chance makes; with the omnibus test
    /// that all groups have one rate.
    pub largest: LargestGap,
    /// Each group against everyone who is not in it.
    pub versus: Vec<(String, Versus)>,
}

/// A group against the rest.
#[derive(Debug, Clone, PartialEq)]
pub struct Versus {
    /// Rate of the group less that of the rest, with Newcombe's interval.
    pub difference: Estimate,
    /// Rate of the group by that of the rest, with Koopman's interval, whose high end may be
    /// infinite; `None` where the rest has a rate of 0.
    pub ratio: Option<Estimate>,
    /// The same of 1 less the rates.
    pub(super) ratio_of_complements: Option<Estimate>,
    /// P-value of Fisher's exact test.
    pub p: f64,
    /// Corrected, so that a false alarm anywhere among the groups is as rare as for one test (Holm).
    pub p_holm: f64,
    /// Corrected, so that the expected share of false alarms among the groups flagged is at most the
    /// level (Benjamini and Hochberg).
    pub p_bh: f64,
}

/// The cases of a group, and what they are worth where they come in clusters.
struct Group<'a> {
    name: &'a str,
    counts: Counts,
    effect: DesignEffect,
    /// Design effect of everyone else.
    rest_effect: DesignEffect,
    /// With everyone else, through clusters that lie in both.
    correlation: f64,
}

impl Group<'_> {
    /// Everyone else.
    fn rest(&self, everyone: &Group) -> Self {
        Self {
            name: "",
            counts: everyone.counts.without(self.counts),
            effect: self.rest_effect,
            rest_effect: self.effect,
            correlation: self.correlation,
        }
    }

    fn effective(&self, level: Level) -> EffectiveCounts {
        self.effect.effective(self.counts, level)
    }
}

impl Gap {
    /// Of more groups, the largest gap is held against fewer resamples than were asked for.
    pub const FULL: usize = 300;

    /// `None` where fewer than two groups have the rate.
    pub(super) fn new(
        metric: &Metric,
        hits: fn(&Confusion) -> u64,
        (cells, correlations): (&[(String, Cell)], &PairCorrelations),
        overall: &Cell,
        params: &CheckedParams,
    ) -> Option<Self> {
        let group = |name, cell: &Cell| Group {
            name,
            counts: Counts {
                hits: hits(&cell.confusion),
                n: metric.cases.count(&cell.confusion),
            },
            effect: cell.design_effect(metric.name),
            rest_effect: cell.rest_design_effect(metric.name),
            correlation: cell.rest_correlation(metric.name),
        };
        let everyone = group("", overall);
        let estimable = |cell: &Cell| {
            cell.measure(metric.name)
                .is_some_and(|m| m.estimate.is_ok())
        };
        let places: Vec<usize> = (0..cells.len())
            .filter(|&at| estimable(&cells[at].1))
            .collect();
        let groups: Vec<Group> = (places.iter())
            .map(|&at| group(&cells[at].0, &cells[at].1))
            .collect();
        let rates: Vec<(String, f64)> = groups
            .iter()
            .map(|group| (group.name.to_owned(), group.counts.rate()))
            .collect();
        let counts: Vec<Counts> = (groups.iter())
            .map(|group| group.effective(params.level).rounded())
            .collect();
        let dependence = dependence(
            metric.name,
            &groups,
            &places,
            &everyone,
            correlations,
            params,
        );
        let replicates = affordable(params.replicates, groups.len());
        let mut rng = ChaCha8Rng::seed_from_u64(params.seed);
        let largest = largest_gap(&counts, &dependence, replicates, params.level, &mut rng)?;
        let mut gap = Self {
            rates,
            overall: everyone.counts.rate(),
            largest,
            versus: versus(&groups, &everyone, params),
        };
        // Effective counts are rounded.
        let LargestGap { low, high, .. } = gap.largest;
        gap.largest.gap = gap.highest().1 - gap.lowest().1;
        gap.largest.low = low.min(gap.largest.gap);
        gap.largest.high = high.max(gap.largest.gap);
        Some(gap)
    }

    /// Gap of 1 less the rate: the same, seen from the other side.
    pub(super) fn complement(&self) -> Self {
        let turned = |(group, rate): &(String, f64)| (group.clone(), 1.0 - rate);
        let versus = |(group, versus): &(String, Versus)| (group.clone(), versus.complement());
        Self {
            rates: self.rates.iter().map(turned).collect(),
            overall: 1.0 - self.overall,
            largest: self.largest,
            versus: self.versus.iter().map(versus).collect(),
        }
    }

    pub fn lowest(&self) -> (&str, f64) {
        self.rates
            .iter()
            .map(|(group, rate)| (group.as_str(), *rate))
            .reduce(|low, one| if one.1 < low.1 { one } else { low })
            .expect("at least two groups")
    }

    pub fn highest(&self) -> (&str, f64) {
        self.rates
            .iter()
            .map(|(group, rate)| (group.as_str(), *rate))
            .reduce(|high, one| if one.1 > high.1 { one } else { high })
            .expect("at least two groups")
    }

    /// The lowest rate by the highest; `None` where all rates are 0.
    pub fn ratio(&self) -> Option<f64> {
        quotient(self.lowest().1, self.highest().1)
    }

    /// The mean distance of two groups, over all pairs.
    pub fn mean(&self) -> f64 {
        let mut sorted: Vec<f64> = self.rates.iter().map(|(_, rate)| *rate).collect();
        sorted.sort_by(f64::total_cmp);
        // In order, each rate is taken as often as it is the higher less as it is the lower one.
        let n = sorted.len() as f64;
        let signed = (0..)
            .zip(&sorted)
            .map(|(at, rate)| (2.0 * f64::from(at) - n + 1.0) * rate);
        signed.sum::<f64>() / (n * (n - 1.0) / 2.0)
    }

    /// The largest distance of a group from everyone.
    pub fn to_overall(&self) -> f64 {
        self.away().fold(0.0, f64::max)
    }

    /// The mean distance of a group from everyone.
    pub fn mean_to_overall(&self) -> f64 {
        self.away().sum::<f64>() / self.rates.len() as f64
    }

    /// The smallest ratio of a group and everyone, of each two rates the smaller by the larger;
    /// `None` where all rates are 0.
    pub fn ratio_to_overall(&self) -> Option<f64> {
        let ratios = self
            .rates
            .iter()
            .filter_map(|(_, rate)| quotient(rate.min(self.overall), rate.max(self.overall)));
        ratios.reduce(f64::min)
    }

    fn away(&self) -> impl Iterator<Item = f64> {
        self.rates
            .iter()
            .map(|(_, rate)| (rate - self.overall).abs())
    }
}

fn quotient(a: f64, b: f64) -> Option<f64> {
    (b > 0.0).then(|| a / b)
}

impl Versus {
    /// Difference of 1 less the rates, without a ratio, which would need the counts.
    fn complement(&self) -> Self {
        let Estimate { value, interval } = self.difference;
        Self {
            difference: Estimate {
                value: -value,
                interval: interval.negated(),
            },
            ratio: self.ratio_of_complements,
            ratio_of_complements: self.ratio,
            ..self.clone()
        }
    }
}

fn contrast(group: &Group, rest: &Group) -> Contrast {
    let rates = [group, rest].map(|of| (of.counts, of.effect));
    Contrast::of_rates(rates, group.correlation)
}

/// A resample compares all pairs of groups: of more than 300, there are fewer of them, but 100.
pub(super) fn affordable(replicates: usize, groups: usize) -> usize {
    const LEAST: usize = 100;
    if groups <= Gap::FULL {
        return replicates;
    }
    (replicates * Gap::FULL * Gap::FULL / (groups * groups)).max(LEAST)
}

/// Groups that are everyone have no rest and are left out.
fn versus(groups: &[Group], everyone: &Group, params: &CheckedParams) -> Vec<(String, Versus)> {
    let compared: Vec<(&Group, Group)> = groups
        .iter()
        .map(|group| (group, group.rest(everyone)))
        .filter(|(_, rest)| rest.counts.n > 0)
        .collect();
    let p: Vec<f64> = (compared.iter())
        .map(|(group, rest)| contrast(group, rest).p(params.level))
        .collect();
    // Of two groups that are everyone, each is the other's rest: one test, not two.
    let one_test = groups.len() == 2
        && groups.iter().map(|group| group.counts.n).sum::<u64>() == everyone.counts.n;
    let (by_holm, by_bh) = match one_test {
        true => (p.clone(), p.clone()),
        false => (holm(&p), benjamini_hochberg(&p)),
    };
    compared
        .iter()
        .enumerate()
        .filter_map(|(at, (group, rest))| {
            let interval = contrast(group, rest).interval(params.level)?;
            let value = group.counts.rate() - rest.counts.rate();
            let versus = Versus {
                difference: Estimate { value, interval },
                ratio: ratio(group, rest, |counts| counts, params),
                ratio_of_complements: ratio(group, rest, Counts::misses, params),
                p: p[at],
                p_holm: by_holm[at],
                p_bh: by_bh[at],
            };
            Some((group.name.to_owned(), versus))
        })
        .collect()
}

/// Ratio of the rates of `part` of the counts.
fn ratio(
    group: &Group,
    rest: &Group,
    part: fn(Counts) -> Counts,
    params: &CheckedParams,
) -> Option<Estimate> {
    // Relative to its rate, what a rate varies by is what its logarithm does.
    let deviations = [group, rest].map(|of| {
        let EffectiveCounts { n, .. } = of.effective(params.level);
        let rate = part(of.counts).rate();
        ((1.0 - rate) / rate / n).sqrt()
    });
    let ratio = match deviations.iter().all(|of| of.is_finite()) {
        true => variance_ratio(group.correlation, deviations),
        false => 1.0,
    };
    let effective = |of: &Group| {
        let divisor = of.effect.divisor(params.level) * ratio;
        deflate(part(of.counts), divisor).rounded()
    };
    let interval = koopman(effective(group), effective(rest), params.level)?;
    let value = quotient(part(group.counts).rate(), part(rest.counts).rate())?;
    // Effective counts are rounded.
    let interval = Interval {
        low: interval.low.min(value),
        high: interval.high.max(value),
    };
    Some(Estimate { value, interval })
}
