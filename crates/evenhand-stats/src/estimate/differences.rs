//! How far domains are apart. The same error rates or the same clusters may enter both, so that
//! their errors partly cancel: the covariance is found row by row.

use super::cell::{PartEstimates, ShareEstimate, measure};
use super::{Difference, METHODS, MOST_COMPARED, Measure, NotEstimable, Params, Share};
use crate::stats::difference::square_and_add;

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

/// The difference of the shares as they are shown, of which either may have been moved to 0 or 1. Its interval follows
/// from the intervals shown, so that all three agree: see [`square_and_add`].
fn apart(
    measured: &[PartEstimates],
    pair: [usize; 2],
    target: usize,
    method: usize,
    params: Params,
) -> Measure {
    let found = pair.map(|at| &measured[at].found[target][method]);
    let [a, b] = found.map(|of| of.as_ref().map_err(Clone::clone));
    let (linear_a, linear_b): (&ShareEstimate, &ShareEstimate) = (a?, b?);
    let shown = |at: usize| measure(found[at], params);
    let (a, b) = (shown(0)?, shown(1)?);
    let inputs = measured[pair[0]].inputs;
    let difference = linear_a.linear.plus(-1.0, &linear_b.linear);
    let variance = inputs.variance(&difference);
    let variance = variance.ok_or(NotEstimable::OneCluster)?;
    let covariance = (a.se * a.se + b.se * b.se - variance) / 2.0;
    let correlation = match a.se * b.se > 0.0 {
        true => (covariance / (a.se * b.se)).clamp(-1.0, 1.0),
        false => 0.0,
    };
    Ok(Share {
        value: a.value - b.value,
        se: variance.sqrt(),
        interval: square_and_add([a.value, b.value], [a.interval, b.interval], correlation),
    })
}
