//! How far domains are apart. The same error rates or the same clusters may enter both, so that
//! their errors partly cancel: the variance is that of the difference, row by row.

use super::cell::{PartEstimates, ShareEstimate};
use super::{Difference, METHODS, MOST_COMPARED, Measure, NotEstimable, Params, Share};
use crate::stats::Interval;

/// For each target the differences of all pairs of domains.
pub(super) fn of(
    measured: &[PartEstimates],
    domains: &[String],
    params: Params,
) -> Vec<Vec<Difference>> {
    let targets = measured.first().map_or(0, |first| first.found.len());
    let pairs = || (0..domains.len()).flat_map(|b| (0..b).map(move |a| (a, b)));
    let of_target = |target: usize| {
        let difference = |(a, b): (usize, usize)| Difference {
            a: domains[a].clone(),
            b: domains[b].clone(),
            shares: (0..METHODS.len())
                .map(|method| apart(measured, [a, b], target, method, params))
                .collect(),
        };
        match domains.len() > MOST_COMPARED {
            true => Vec::new(),
            false => pairs().map(difference).collect(),
        }
    };
    (0..targets).map(of_target).collect()
}

fn apart(
    measured: &[PartEstimates],
    pair: [usize; 2],
    target: usize,
    method: usize,
    params: Params,
) -> Measure {
    let found = |at: usize| -> Result<&ShareEstimate, NotEstimable> {
        measured[at].found[target][method]
            .as_ref()
            .map_err(Clone::clone)
    };
    let (a, b) = (found(pair[0])?, found(pair[1])?);
    let difference = a.linear.plus(-1.0, &b.linear);
    let variance = measured[pair[0]].inputs.variance(&difference);
    let se = variance.ok_or(NotEstimable::OneCluster)?.sqrt();
    let reach = params.level.z() * se;
    let value = difference.value;
    Ok(Share {
        value,
        se,
        interval: Interval {
            low: (value - reach).max(-1.0),
            high: (value + reach).min(1.0),
        },
    })
}
