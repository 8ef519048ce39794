//! The metrics of some rows, each with its interval, or the reason why it has none.

use super::params::IntervalKind;
use super::sampling::{Effects, Sampled};
use super::{CheckedParams, Estimate, Measure, NotEstimable};
use crate::metric::{
    CLASS_METRICS, Cases, ClassOf, Confusion, METRICS, Metric, Of, Replicates, ScoreMetrics,
    Scores, ValueWithInterval,
};
use crate::stats::clustered::DesignEffect;
use crate::stats::clustered::deflate;
use crate::stats::counts::{Counts, EffectiveCounts};
use crate::stats::paired::{Paired, newcombe_paired};
use crate::stats::resample::Plan;
use crate::stats::{Interval, bootstrap, proportion};

/// Inputs of a cell's measures.
pub(super) struct Estimator<'a> {
    pub confusion: &'a Confusion,
    pub sampled: &'a Sampled<'a>,
    pub params: &'a CheckedParams,
}

type Value<'a> = Box<dyn Fn(&Confusion) -> Option<f64> + 'a>;

impl Estimator<'_> {
    /// One for each row of the metric table that applies, and the design effects of the rates.
    pub fn measures(&self, scored: Option<&Scored>) -> (Vec<(&'static str, Measure)>, Effects) {
        let metrics: Vec<_> = METRICS
            .iter()
            .filter(|metric| metric.applies_to(self.confusion.classes()))
            .collect();
        let values: Vec<Value> = metrics
            .iter()
            .filter_map(|metric| match metric.of {
                Of::Counts(value) => Some(Box::new(value) as Value),
                _ => None,
            })
            .collect();
        let mut resampled = self.resampled(&values).into_iter();
        let mut effects = Vec::new();
        let measures = metrics
            .into_iter()
            .filter_map(|metric| {
                let n = metric.cases.count(self.confusion);
                let cases = metric.cases.title();
                let measure = match metric.of {
                    Of::Rate(hits) => {
                        let counts = |c: &Confusion| Counts {
                            hits: hits(c),
                            n: metric.cases.count(c),
                        };
                        let (measure, effect) = self.share(counts, cases);
                        effects.extend(effect.map(|effect| (metric.name, effect)));
                        measure
                    }
                    Of::Difference(pairs) => {
                        let effect = self.sampled.difference_effect(pairs);
                        effects.extend(effect.map(|effect| (metric.name, effect)));
                        let effect = effect.unwrap_or(DesignEffect::NONE);
                        self.gated(n, cases, || self.difference(pairs(self.confusion), effect))
                    }
                    Of::Counts(value) => {
                        let mut resampled = resampled.next().unwrap_or_default();
                        let value = value(self.confusion);
                        let of_cases = || match metric.cases {
                            Cases::EitherPositives => self.independent(|c| metric.cases.count(c)),
                            _ => self.rarest_independent(),
                        };
                        self.counted((n, cases), value, &mut resampled, of_cases)
                    }
                    Of::Scores(value) => {
                        let scored = scored?;
                        self.gated(n, cases, || {
                            scored.estimate(metric.name, value, self.params)
                        })
                    }
                };
                Some((metric.name, measure))
            })
            .collect();
        (measures, effects)
    }

    /// Metrics of each of more than two classes, one against all others.
    pub fn by_class(&self) -> Vec<Vec<(&'static str, Measure)>> {
        let classes = self.confusion.classes();
        if classes == 2 {
            return Vec::new();
        }
        let asked = || {
            (0..classes).flat_map(|class| CLASS_METRICS.iter().map(move |metric| (class, metric)))
        };
        let values: Vec<Value> = asked()
            .filter_map(|(class, metric)| match metric.of {
                ClassOf::Counts(value) => {
                    Some(Box::new(move |c: &Confusion| value(c, class)) as Value)
                }
                ClassOf::Rate(_) => None,
            })
            .collect();
        let mut resampled = self.resampled(&values).into_iter();
        let mut found = vec![Vec::with_capacity(CLASS_METRICS.len()); classes];
        for (class, metric) in asked() {
            let cases = |c: &Confusion| (metric.cases)(c, class);
            let measure = match metric.of {
                ClassOf::Rate(hits) => {
                    let counts = |c: &Confusion| Counts {
                        hits: hits(c, class),
                        n: cases(c),
                    };
                    self.share(counts, metric.cases_title).0
                }
                ClassOf::Counts(value) => {
                    let mut resampled = resampled.next().unwrap_or_default();
                    let value = value(self.confusion, class);
                    let counted = (cases(self.confusion), metric.cases_title);
                    self.counted(counted, value, &mut resampled, || self.independent(cases))
                }
            };
            found[class].push((metric.name, measure));
        }
        found
    }

    /// A share of cases in closed form, and its design effect where rows come in clusters.
    fn share(
        &self,
        counts: impl Fn(&Confusion) -> Counts,
        cases: &'static str,
    ) -> (Measure, Option<DesignEffect>) {
        let all = counts(self.confusion);
        let effect = self.sampled.design_effect(counts);
        let measure = self.gated(all.n, cases, || {
            let counts = effect.map_or(all.into(), |effect| {
                effect.effective(all, self.params.level)
            });
            let interval = share_interval(counts, self.params);
            Ok(Estimate {
                value: all.rate(),
                interval: interval.ok_or(NotEstimable::Undefined)?,
            })
        });
        (measure, effect)
    }

    /// In closed form too.
    fn difference(&self, pairs: Paired, effect: DesignEffect) -> Result<Estimate, NotEstimable> {
        let level = self.params.level;
        let interval = newcombe_paired(pairs.deflated(effect.divisor(level)), level);
        Ok(Estimate {
            value: pairs.difference(),
            interval: interval.ok_or(NotEstimable::Undefined)?,
        })
    }

    /// `independent` says from how many independent rows a value is known that no resample moves.
    fn counted(
        &self,
        (n, cases): (u64, &'static str),
        value: Option<f64>,
        resampled: &mut [f64],
        independent: impl FnOnce() -> f64,
    ) -> Measure {
        let level = self.params.level;
        self.gated(n, cases, || {
            let value = value.ok_or(NotEstimable::Undefined)?;
            match checked_bootstrap(value, bootstrap::percentile(resampled, level)) {
                Err(NotEstimable::NoVariation) => {
                    let interval = proportion::at_bound(value, independent(), level);
                    interval
                        .map(|interval| Estimate { value, interval })
                        .ok_or(NotEstimable::NoVariation)
                }
                found => found,
            }
        })
    }

    /// As many independent rows as some cases with one outcome amount to.
    fn independent(&self, cases: impl Fn(&Confusion) -> u64) -> f64 {
        let counts = |c: &Confusion| {
            let n = cases(c);
            Counts { hits: n, n }
        };
        let effect = self.sampled.design_effect(counts);
        deflate(
            counts(self.confusion),
            effect.map_or(1.0, |effect| effect.value),
        )
        .n
    }

    /// The same of the label that has the fewest.
    fn rarest_independent(&self) -> f64 {
        (0..self.confusion.classes())
            .map(|class| self.independent(|c| c.labelled(class)))
            .fold(f64::INFINITY, f64::min)
    }

    fn gated(
        &self,
        n: u64,
        cases: &'static str,
        estimate: impl FnOnce() -> Result<Estimate, NotEstimable>,
    ) -> Measure {
        let estimate = match self.params.enough(n) {
            true => estimate(),
            false => Err(NotEstimable::TooFew { n, cases }),
        };
        Measure { n, estimate }
    }

    /// Each value of many resamples; none of too few rows.
    fn resampled(&self, values: &[Value]) -> Vec<Vec<f64>> {
        let replicates = match self.params.enough(self.confusion.n()) && !values.is_empty() {
            true => self.params.replicates,
            false => 0,
        };
        let mut resampled = vec![Vec::with_capacity(replicates); values.len()];
        self.sampled
            .replicate(replicates, self.params.seed, |drawn| {
                for (value, resampled) in values.iter().zip(&mut resampled) {
                    resampled.push(defined(value(drawn)));
                }
            });
        resampled
    }
}

/// The interval of a share, of the kind that is asked for.
pub(super) fn share_interval(counts: EffectiveCounts, params: &CheckedParams) -> Option<Interval> {
    match params.interval {
        IntervalKind::Wilson => proportion::wilson_of(counts, params.level),
        IntervalKind::ClopperPearson => proportion::clopper_pearson_of(counts, params.level),
    }
}

/// A bootstrap interval that says something: it holds the estimate, and chance moves its ends.
pub(super) fn checked_bootstrap(
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
pub(super) fn defined(value: Option<f64>) -> f64 {
    value.unwrap_or(f64::NAN)
}

/// The metrics of scores, of resamples and without some of the rows.
pub(super) struct Scored {
    all: ScoreMetrics,
    resampled: Vec<ScoreMetrics>,
    without: Vec<ScoreMetrics>,
    closed_forms: Vec<(&'static str, ValueWithInterval)>,
}

impl Scored {
    /// `plan` draws the scores in their order.
    pub fn new(scores: &Scores, plan: &Plan, params: &CheckedParams) -> Self {
        let (mut resampled, mut without) = (Vec::new(), Vec::new());
        let mut closed_forms = Vec::new();
        if params.enough(scores.len() as u64) {
            let replicates = Replicates::new(scores);
            resampled = plan.replicate(params.replicates, params.seed, |weights| {
                replicates.metrics(weights)
            });
            without = plan.jackknife(|weights| replicates.metrics(weights));
            let of = |metric: &Metric| {
                let found = metric.closed_form?(scores, plan, params.level)?;
                Some((metric.name, found))
            };
            closed_forms = METRICS.iter().filter_map(of).collect();
        }
        Self {
            all: scores.metrics(),
            resampled,
            without,
            closed_forms,
        }
    }

    fn estimate(
        &self,
        name: &str,
        value: fn(&ScoreMetrics) -> Option<f64>,
        params: &CheckedParams,
    ) -> Result<Estimate, NotEstimable> {
        let all = value(&self.all).ok_or(NotEstimable::Undefined)?;
        let mut closed = self.closed_forms.iter();
        if let Some((_, found)) = closed.find(|(known, _)| *known == name) {
            return checked(found.value, found.interval);
        }
        let mut resampled: Vec<f64> = self.resampled.iter().map(|m| defined(value(m))).collect();
        let without: Vec<f64> = self.without.iter().map(|m| defined(value(m))).collect();
        // Where the estimate lies outside all resamples, BCa knows no bias.
        let interval = bootstrap::bca(all, &mut resampled, &without, params.level)
            .or_else(|| bootstrap::percentile(&mut resampled, params.level));
        checked_bootstrap(all, interval)
    }
}
