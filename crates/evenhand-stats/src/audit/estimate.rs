//! The metrics of some rows, each with its interval, or the reason why it has none.

mod bootstrap;

pub(super) use bootstrap::{checked_bootstrap, defined};

use bootstrap::Value;

use super::params::IntervalKind;
use super::sampling::{Effects, Sampled};
use super::{CheckedParams, Estimate, Measure, NotEstimable};
use crate::metric::{
    CLASS_METRICS, Cases, ClassOf, Confusion, CountForm, METRICS, Metric, Of, Scores,
};
use crate::stats::clustered::{DesignEffect, deflate};
use crate::stats::counts::{Counts, EffectiveCounts};
use crate::stats::paired::{Paired, newcombe_paired};
use crate::stats::resample::Plan;
use crate::stats::{Interval, proportion};
use rayon::prelude::*;

/// Inputs of a cell's measures.
pub(super) struct Estimator<'a> {
    pub confusion: &'a Confusion,
    pub sampled: &'a Sampled,
    pub params: &'a CheckedParams,
}

impl Estimator<'_> {
    /// One for each row of the metric table that applies, and the design effects of the rates.
    pub fn measures(&self, scored: Option<&Scored>) -> (Vec<(&'static str, Measure)>, Effects) {
        let mut effects = Vec::new();
        let applies = |metric: &&Metric| metric.applies_to(self.confusion.classes());
        let (mut measures, mut resampled) = (Vec::with_capacity(METRICS.len()), Vec::new());
        for metric in METRICS.iter().filter(applies) {
            let cases = (metric.cases.count(self.confusion), metric.cases.title());
            let (measure, effect) = match metric.of {
                Of::Rate(hits) => {
                    let counts = |c: &Confusion| Counts {
                        hits: hits(c),
                        n: metric.cases.count(c),
                    };
                    self.share(counts, cases.1)
                }
                Of::Difference(pairs) => self.difference(pairs, cases),
                Of::Counts(form) => (self.smooth(metric, form, cases), None),
                Of::Scores(_) => {
                    let Some(scored) = scored else { continue };
                    (self.gated(cases, || scored.estimate(metric.name)), None)
                }
            };
            if !matches!(metric.of, Of::Scores(_)) {
                let value: Value = Box::new(|counts| metric.value(counts));
                resampled.push((measures.len(), value));
            }
            effects.extend(effect.map(|effect| (metric.name, effect)));
            measures.push((metric.name, measure));
        }
        let (places, values): (Vec<usize>, Vec<Value>) = resampled.into_iter().unzip();
        for (place, estimate) in places.into_iter().zip(self.bootstrapped(&values)) {
            let measure = &mut measures[place].1;
            measure.estimate = bootstrap::chosen(measure.estimate, estimate);
        }
        (measures, effects)
    }

    /// Metrics of each of more than two classes, one against all others.
    pub fn by_class(&self) -> Vec<Vec<(&'static str, Measure)>> {
        let classes = self.confusion.classes();
        if classes == 2 {
            return Vec::new();
        }
        (0..classes).map(|class| self.of_class(class)).collect()
    }

    fn of_class(&self, class: usize) -> Vec<(&'static str, Measure)> {
        let confusion = &self.confusion.against_all(class);
        let sampled = &self.sampled.against_all(class);
        let one = Estimator {
            confusion,
            sampled,
            ..*self
        };
        let mut values: Vec<Value> = Vec::with_capacity(CLASS_METRICS.len());
        let mut measures = Vec::with_capacity(CLASS_METRICS.len());
        for metric in &CLASS_METRICS {
            let cases = (metric.cases)(confusion);
            let measure = match metric.of {
                ClassOf::Rate(hits) => {
                    let counts = |c: &Confusion| Counts {
                        hits: hits(c),
                        n: (metric.cases)(c),
                    };
                    one.share(counts, metric.cases_title).0
                }
                ClassOf::Counts(form) => one.linearised(form, (cases, metric.cases_title), || {
                    one.independent(metric.cases)
                }),
            };
            values.push(Box::new(|counts| metric.value(counts)));
            measures.push((metric.name, measure));
        }
        for ((_, measure), estimate) in measures.iter_mut().zip(one.bootstrapped(&values)) {
            measure.estimate = bootstrap::chosen(measure.estimate, estimate);
        }
        measures
    }

    /// A share of cases, and its design effect where rows come in clusters.
    fn share(
        &self,
        counts: impl Fn(&Confusion) -> Counts,
        cases: &'static str,
    ) -> (Measure, Option<DesignEffect>) {
        let all = counts(self.confusion);
        let effect = self.sampled.design_effect(counts);
        let measure = self.gated((all.n, cases), || {
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

    /// The difference of two shares of the same rows, in the same way.
    fn difference(
        &self,
        pairs: fn(&Confusion) -> Paired,
        cases: (u64, &'static str),
    ) -> (Measure, Option<DesignEffect>) {
        let level = self.params.level;
        let effect = self.sampled.difference_effect(pairs);
        let measure = self.gated(cases, || {
            let pairs = pairs(self.confusion);
            let divisor = effect.unwrap_or(DesignEffect::NONE).divisor(level);
            let interval = newcombe_paired(pairs.deflated(divisor), level);
            Ok(Estimate {
                value: pairs.difference(),
                interval: interval.ok_or(NotEstimable::Undefined)?,
            })
        });
        (measure, effect)
    }

    fn smooth(&self, metric: &Metric, form: CountForm, cases: (u64, &'static str)) -> Measure {
        self.linearised(form, cases, || match metric.cases {
            Cases::EitherPositives => self.independent(|c| metric.cases.count(c)),
            _ => self.rarest_independent(),
        })
    }

    /// `independent` says from how many independent rows a value at a bound is known.
    fn linearised(
        &self,
        form: CountForm,
        cases: (u64, &'static str),
        independent: impl FnOnce() -> f64,
    ) -> Measure {
        let level = self.params.level;
        self.gated(cases, || {
            let value = (form.value)(self.confusion).ok_or(NotEstimable::Undefined)?;
            let (at, spread) = self.sampled.spread(form, self.confusion);
            let interval = (form.scale.interval_by(value, spread.reach(level), at))
                .or_else(|| proportion::at_bound(value, independent, level));
            Ok(Estimate {
                value,
                interval: interval.ok_or(NotEstimable::NoVariation)?,
            })
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
        (n, cases): (u64, &'static str),
        estimate: impl FnOnce() -> Result<Estimate, NotEstimable>,
    ) -> Measure {
        let estimate = match self.params.enough(n) {
            true => estimate(),
            false => Err(NotEstimable::TooFew { n, cases }),
        };
        Measure { n, estimate }
    }
}

/// The interval of a share, of the kind that is asked for.
pub(super) fn share_interval(counts: EffectiveCounts, params: &CheckedParams) -> Option<Interval> {
    match params.interval {
        IntervalKind::Wilson | IntervalKind::Bootstrap => {
            proportion::wilson_of(counts, params.level)
        }
        IntervalKind::ClopperPearson => proportion::clopper_pearson_of(counts, params.level),
    }
}

/// The metrics of scores.
pub(super) struct Scored(Vec<(&'static str, Result<Estimate, NotEstimable>)>);

impl Scored {
    /// `plan` says which of the scores, in their order, are independent.
    pub fn new(scores: &Scores, plan: &Plan, params: &CheckedParams) -> Self {
        if !params.enough(scores.len() as u64) {
            return Self(Vec::new());
        }
        let linearised = METRICS.par_iter().filter_map(|metric| {
            let Of::Scores(form) = metric.of else {
                return None;
            };
            let found = (form.estimate)(scores, plan, params.level);
            let estimate = found.ok_or(NotEstimable::Undefined).and_then(|found| {
                Ok(Estimate {
                    value: found.value,
                    interval: found.interval.ok_or(NotEstimable::NoVariation)?,
                })
            });
            Some((metric.name, estimate))
        });
        let mut estimates: Vec<_> = linearised.collect();
        for (name, found) in bootstrap::of_scores(scores, plan, params) {
            let known = estimates.iter_mut().find(|(known, _)| *known == name);
            if let Some((_, estimate)) = known {
                *estimate = bootstrap::chosen(*estimate, found);
            }
        }
        Self(estimates)
    }

    fn estimate(&self, name: &str) -> Result<Estimate, NotEstimable> {
        let mut found = self.0.iter();
        let found = found.find(|(known, _)| *known == name);
        found.map_or(Err(NotEstimable::Undefined), |(_, estimate)| *estimate)
    }
}

#[cfg(test)]
mod tests;
