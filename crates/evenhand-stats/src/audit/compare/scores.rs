//! Metrics of scores. Each classifier orders the rows in its own way; the influence of a row on the
//! difference is that on A less that on B, and a resample draws the same rows for both.

use super::Pair;
use crate::audit::estimate::{checked_bootstrap, defined};
use crate::audit::params::IntervalKind;
use crate::audit::{Estimate, NotEstimable, sampling};
use crate::metric::{Linear, Replicates, ScoreForm, ScoreMetrics, Scores};
use crate::stats::bootstrap;
use crate::stats::linearised::Scale;
use crate::stats::resample::Plan;

/// Scores of A and of B.
pub(super) struct BothScored {
    scores: [Scores; 2],
    /// Which of the rows each sorted score is of.
    orders: [Vec<u32>; 2],
    /// Of the rows.
    plan: Plan,
    /// The metrics of all rows and of resamples, where a bootstrap is asked for.
    resampled: Option<([ScoreMetrics; 2], Vec<[ScoreMetrics; 2]>)>,
}

/// A metric of A and of B, and the difference.
pub(super) struct ScoreChange {
    pub values: [Option<f64>; 2],
    pub difference: Result<Estimate, NotEstimable>,
}

impl ScoreChange {
    /// Of nobody.
    pub const NONE: Self = Self {
        values: [None; 2],
        difference: Err(NotEstimable::Undefined),
    };
}

impl BothScored {
    /// `None` where a table has no scores.
    pub fn new(pair: Pair, rows: &[u32]) -> Option<Self> {
        let of_a = pair.a.scores.as_ref()?;
        let of_b = pair.b.scores.as_ref()?;
        let ordered = |scores: &[f64]| {
            let row = |&row: &u32| (scores[row as usize], pair.a.labels[row as usize] == 1);
            Scores::with_order(rows.iter().map(row))
        };
        let ((a, order_a), (b, order_b)) = rayon::join(|| ordered(of_a), || ordered(of_b));
        let mut both = Self {
            scores: [a, b],
            orders: [order_a, order_b],
            plan: sampling::plan(pair.a, rows.iter().copied()),
            resampled: None,
        };
        let is_asked = pair.params.interval == IntervalKind::Bootstrap;
        if is_asked && pair.params.enough(rows.len() as u64) {
            both.resampled = Some(both.resample(pair));
        }
        Some(both)
    }

    pub fn change(&self, form: ScoreForm, pair: Pair) -> ScoreChange {
        match &self.resampled {
            Some((all, drawn)) => {
                let values = all.each_ref().map(form.resampled);
                let of = |metrics: &ScoreMetrics| defined((form.resampled)(metrics));
                let mut differences: Vec<f64> = drawn.iter().map(|[a, b]| of(a) - of(b)).collect();
                let interval = bootstrap::percentile(&mut differences, pair.params.level);
                let difference = difference(values, |value| checked_bootstrap(value, interval));
                ScoreChange { values, difference }
            }
            None => self.linearised(form, pair),
        }
    }

    fn linearised(&self, form: ScoreForm, pair: Pair) -> ScoreChange {
        let [a, b] = self.scores.each_ref().map(form.linear);
        let values = [&a, &b].map(|linear| linear.as_ref().map(|linear| linear.value));
        let mut influence = vec![0.0; self.orders[0].len()];
        for ((linear, order), sign) in [a, b].into_iter().zip(&self.orders).zip([1.0, -1.0]) {
            let Some(Linear {
                influence: moves, ..
            }) = linear
            else {
                continue;
            };
            for (by, &row) in moves.into_iter().zip(order) {
                influence[row as usize] += sign * by;
            }
        }
        let difference = difference(values, |value| {
            let reach = self.plan.spread(&influence).reach(pair.params.level);
            let interval = Scale::Linear.interval(value, reach);
            let interval = interval.ok_or(NotEstimable::NoVariation)?;
            Ok(Estimate { value, interval })
        });
        ScoreChange { values, difference }
    }

    fn resample(&self, pair: Pair) -> ([ScoreMetrics; 2], Vec<[ScoreMetrics; 2]>) {
        let ready = self.scores.each_ref().map(Replicates::new);
        let measure = |of: usize, weights: &[u32]| {
            let order = self.orders[of].iter();
            let weights: Vec<u32> = order.map(|&row| weights[row as usize]).collect();
            ready[of].metrics(&weights)
        };
        let drawn = self
            .plan
            .replicate(pair.params.replicates, pair.params.seed, |weights| {
                [0, 1].map(|of| measure(of, weights))
            });
        (self.scores.each_ref().map(Scores::metrics), drawn)
    }
}

fn difference(
    values: [Option<f64>; 2],
    estimate: impl FnOnce(f64) -> Result<Estimate, NotEstimable>,
) -> Result<Estimate, NotEstimable> {
    match values {
        [Some(a), Some(b)] => estimate(a - b),
        _ => Err(NotEstimable::Undefined),
    }
}
