//! Bootstrap intervals, where they are asked for.

use super::Estimator;
use crate::audit::params::IntervalKind;
use crate::audit::{CheckedParams, Estimate, NotEstimable};
use crate::metric::{Confusion, METRICS, Metric, Of, Replicates, Scores};
use crate::stats::resample::Plan;
use crate::stats::{Interval, bootstrap};

pub(super) type Value<'a> = Box<dyn Fn(&Confusion) -> Option<f64> + 'a>;

/// Interval from resamples, or why there is none.
type Resampled = Result<Interval, NotEstimable>;

impl Estimator<'_> {
    /// Interval of each value; none where other intervals are asked for.
    pub(super) fn bootstrapped(&self, values: &[Value]) -> Vec<Resampled> {
        let Self { params, .. } = self;
        let is_asked = params.interval == IntervalKind::Bootstrap;
        if !is_asked || !params.enough(self.confusion.n()) {
            return Vec::new();
        }
        let mut resampled = vec![Vec::with_capacity(params.replicates); values.len()];
        self.sampled
            .replicate(params.replicates, params.seed, |drawn| {
                for (value, resampled) in values.iter().zip(&mut resampled) {
                    resampled.push(defined(value(drawn)));
                }
            });
        let interval = |mut resampled: Vec<f64>| {
            let interval = bootstrap::percentile(&mut resampled, params.level);
            interval.ok_or(NotEstimable::Unstable)
        };
        resampled.into_iter().map(interval).collect()
    }
}

/// Intervals of the metrics of scores that have one by resampling; none where others are asked for.
pub(super) fn of_scores(
    scores: &Scores,
    plan: &Plan,
    params: &CheckedParams,
) -> Vec<(&'static str, Resampled)> {
    if params.interval != IntervalKind::Bootstrap {
        return Vec::new();
    }
    let ready = Replicates::new(scores);
    let measure = |weights: &[u32]| ready.metrics(weights);
    let drawn = plan.replicate(params.replicates, params.seed, measure);
    let without = plan.jackknife(measure);
    let all = scores.metrics();
    let interval = |metric: &'static Metric| {
        let Of::Scores(form) = metric.of else {
            return None;
        };
        let of = |measured: &_| defined((form.resampled)(measured));
        let mut resampled: Vec<f64> = drawn.iter().map(of).collect();
        let without: Vec<f64> = without.iter().map(of).collect();
        // Where the estimate lies outside all resamples, BCa knows no bias.
        let interval = bootstrap::bca(of(&all), &mut resampled, &without, params.level)
            .or_else(|| bootstrap::percentile(&mut resampled, params.level));
        let interval = interval.ok_or(NotEstimable::Unstable);
        form.has_bootstrap.then_some((metric.name, interval))
    };
    METRICS.iter().filter_map(interval).collect()
}

/// The estimate with its bootstrap interval; as it was where resamples show no variation.
pub(super) fn chosen(
    known: Result<Estimate, NotEstimable>,
    resampled: Resampled,
) -> Result<Estimate, NotEstimable> {
    let value = match known {
        Ok(estimate) => estimate.value,
        Err(_) => return known,
    };
    match resampled.and_then(|interval| checked(value, interval)) {
        Err(NotEstimable::NoVariation) => known,
        found => found,
    }
}

/// A bootstrap interval that says something: it holds the estimate, and chance moves its ends.
pub(in crate::audit) fn checked_bootstrap(
    value: f64,
    interval: Option<Interval>,
) -> Result<Estimate, NotEstimable> {
    checked(value, interval.ok_or(NotEstimable::Unstable)?)
}

fn checked(value: f64, interval: Interval) -> Result<Estimate, NotEstimable> {
    if interval.is_point() {
        return Err(NotEstimable::NoVariation);
    }
    if !interval.contains(value) {
        return Err(NotEstimable::OneSided);
    }
    Ok(Estimate { value, interval })
}

/// Value for the bootstrap: not a number for a resample without one.
pub(in crate::audit) fn defined(value: Option<f64>) -> f64 {
    value.unwrap_or(f64::NAN)
}
