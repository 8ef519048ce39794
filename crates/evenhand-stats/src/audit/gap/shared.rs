//! Groups whose rows share clusters: how far their differences vary beside those of groups that share none.

use super::{Group, contrast};
use crate::audit::CheckedParams;
use crate::audit::sampling::PairCorrelations;
use crate::stats::clustered::variance_ratio;
use crate::stats::counts::EffectiveCounts;
use crate::stats::permutation::Dependence;
use std::collections::HashMap;

/// Of one rate; `places` are those of the groups among the cells that `correlations` are of.
pub(super) fn dependence(
    metric: &str,
    groups: &[Group],
    places: &[usize],
    everyone: &Group,
    correlations: &PairCorrelations,
    params: &CheckedParams,
) -> Dependence {
    if correlations.is_empty() {
        return Dependence::none();
    }
    let effective: Vec<EffectiveCounts> = (groups.iter())
        .map(|group| group.effective(params.level))
        .collect();
    let all: f64 = effective.iter().map(|counts| counts.n).sum();
    // The permutation test takes the rest of a group for as many independent cases as its groups have.
    let ratio = |(group, own): (&Group, &EffectiveCounts)| {
        let rest = group.rest(everyone);
        let variance = 1.0 / own.n + 1.0 / rest.effective(params.level).n;
        let assumed = 1.0 / own.n + 1.0 / (all - own.n);
        (contrast(group, &rest).variance_ratio() * variance / assumed).sqrt()
    };
    let from_rest = groups.iter().zip(&effective).map(ratio);
    let place: HashMap<usize, usize> = places.iter().copied().zip(0..).collect();
    let pairs = correlations.iter().filter_map(|((a, b), of_pair)| {
        let pair = (*place.get(a)?, *place.get(b)?);
        let (_, correlation) = of_pair.iter().find(|(name, _)| *name == metric)?;
        let deviations = [pair.0, pair.1].map(|at| deviation(effective[at]));
        Some((pair, variance_ratio(*correlation, deviations).sqrt()))
    });
    Dependence::new(from_rest.collect(), pairs.collect())
}

/// Standard error of a rate.
fn deviation(counts: EffectiveCounts) -> f64 {
    let rate = counts.rate();
    (rate * (1.0 - rate) / counts.n).sqrt()
}
