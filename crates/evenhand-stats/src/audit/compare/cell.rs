//! Every metric of one group, or of everyone, for both classifiers.

use super::counts::Joint;
use super::scores::{BothScored, ScoreChange};
use super::{Change, Compared, Discordant, PValue, Pair, is_shared};
use crate::audit::estimate::{checked_bootstrap, defined};
use crate::audit::params::IntervalKind;
use crate::audit::table::Units;
use crate::audit::{Estimate, NotEstimable};
use crate::metric::{Confusion, Metric, Of};
use crate::stats::bootstrap;
use crate::stats::contingency::mcnemar;
use crate::stats::linearised::Scale;
use crate::stats::paired::{Paired, newcombe_paired};

pub(super) fn compared(pair: Pair, rows: &[u32]) -> Compared {
    let joint = Joint::new(pair, rows.iter().map(|&row| (row, 0)), 1);
    let counts = joint.of_group(0);
    let n = counts[0].n();
    let metrics: Vec<&Metric> = pair.metrics().collect();
    let mut resampled = Resampled::new(pair, &joint, &metrics, n);
    let has_scores = pair.a.scores.is_some() && pair.b.scores.is_some();
    let scored = match pair.params.enough(n) {
        true => BothScored::new(pair, rows),
        false => None,
    };
    let changes = metrics.into_iter().filter_map(|metric| {
        let values = counts.map(|counts| metric.value(counts));
        let change = match metric.of {
            Of::Scores(_) if !has_scores => return None,
            Of::Scores(form) => {
                let change = scored.as_ref().map(|scored| scored.change(form, pair));
                let ScoreChange { values, difference } = change.unwrap_or(ScoreChange::NONE);
                gated(pair, metric, counts, values, |_| difference)
            }
            Of::Rate(hits) if is_shared(metric) => {
                let paired = joint.paired(metric.cases, hits);
                let change = gated(pair, metric, counts, values, |value| {
                    match pair.has_closed_form(metric) {
                        true => closed(value, paired, pair),
                        false => estimated(value, metric, &joint, &mut resampled, pair),
                    }
                });
                tested(change, paired, pair)
            }
            Of::Rate(_) | Of::Difference(_) | Of::Counts(_) => {
                gated(pair, metric, counts, values, |value| {
                    estimated(value, metric, &joint, &mut resampled, pair)
                })
            }
        };
        Some((metric.name, change))
    });
    Compared {
        changes: changes.collect(),
        n,
    }
}

/// Linearised, or from resamples where there are any.
fn estimated(
    value: f64,
    metric: &Metric,
    joint: &Joint,
    resampled: &mut Resampled,
    pair: Pair,
) -> Result<Estimate, NotEstimable> {
    let level = pair.params.level;
    if pair.params.interval == IntervalKind::Bootstrap {
        let interval = bootstrap::percentile(resampled.of(metric), level);
        return checked_bootstrap(value, interval);
    }
    let classes = pair.a.classes.len();
    let [a, b] = joint.of_group(0).map(|counts| metric.influence(counts));
    let spread = joint.spread(|label, [by_a, by_b]| {
        let cell = |answer: usize| label * classes + answer;
        a[cell(by_a)] - b[cell(by_b)]
    });
    let interval = Scale::Linear.interval(value, spread.reach(level));
    let interval = interval.ok_or(NotEstimable::NoVariation)?;
    Ok(Estimate { value, interval })
}

fn gated(
    pair: Pair,
    metric: &Metric,
    counts: [&Confusion; 2],
    values: [Option<f64>; 2],
    estimate: impl FnOnce(f64) -> Result<Estimate, NotEstimable>,
) -> Change {
    let [of_a, of_b] = counts.map(|counts| metric.cases.count(counts));
    let n = of_a.min(of_b);
    let is_enough = pair.params.enough(n);
    let [a, b] = values.map(|value| value.filter(|_| is_enough));
    let cases = metric.cases.title();
    let difference = match (is_enough, a.zip(b)) {
        (false, _) => Err(NotEstimable::TooFew { n, cases }),
        (true, None) => Err(NotEstimable::Undefined),
        (true, Some((a, b))) => estimate(a - b),
    };
    Change {
        n,
        a,
        b,
        difference,
        discordant: None,
        p: None,
    }
}

fn closed(value: f64, paired: Paired, pair: Pair) -> Result<Estimate, NotEstimable> {
    let interval = newcombe_paired(paired, pair.params.level).ok_or(NotEstimable::Undefined)?;
    Ok(Estimate { value, interval })
}

/// With McNemar's test, not corrected yet. Strata leave it as it is: it looks at discordant cases
/// only, which are independent within them.
fn tested(change: Change, paired: Paired, pair: Pair) -> Change {
    let independent = !matches!(pair.a.units, Units::Clusters(_));
    let p = (independent && pair.params.enough(change.n)).then(|| {
        let p = mcnemar(paired.first, paired.second);
        PValue { p, holm: p, bh: p }
    });
    Change {
        discordant: Some(Discordant {
            only_a: paired.first,
            only_b: paired.second,
        }),
        p,
        ..change
    }
}

/// The differences of many resamples, of each metric that needs them; none where others are asked for.
struct Resampled(Vec<(&'static str, Vec<f64>)>);

impl Resampled {
    fn new(pair: Pair, joint: &Joint, metrics: &[&'static Metric], n: u64) -> Self {
        let asked: Vec<&Metric> = (metrics.iter().copied())
            .filter(|metric| !matches!(metric.of, Of::Scores(_)) && !pair.has_closed_form(metric))
            .collect();
        let is_asked = pair.params.interval == IntervalKind::Bootstrap;
        let replicates = match is_asked && pair.params.enough(n) && !asked.is_empty() {
            true => pair.params.replicates,
            false => 0,
        };
        let drawn = joint.replicate(replicates, pair.params.seed, |groups| {
            let [a, b] = &groups[0];
            let difference = |metric: &&Metric| defined(metric.value(a)) - defined(metric.value(b));
            asked.iter().map(difference).collect::<Vec<f64>>()
        });
        let of_metric = |at: usize| drawn.iter().map(|values| values[at]).collect();
        let named = asked.iter().enumerate();
        Self(
            named
                .map(|(at, metric)| (metric.name, of_metric(at)))
                .collect(),
        )
    }

    fn of(&mut self, metric: &Metric) -> &mut [f64] {
        let mut found = self.0.iter_mut();
        let found = found.find(|(name, _)| *name == metric.name);
        found.map_or(&mut [], |(_, values)| values.as_mut_slice())
    }
}
