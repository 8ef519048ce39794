//! One part of the corpus by all methods.

use super::adjusted::ErrorRates;
use super::data::{EstimateInputs, Part, Sampling};
use super::effective::effective;
use super::emq;
use super::linear::{Linear, Moved, coded_mean, mean};
use super::powered::powered;
use super::{Cell, Clusters, METHODS, Measure, NotEstimable, Params, Share};
use crate::stats::clustered::{deflate, design_effect};
use crate::stats::counts::{Counts, EffectiveCounts};
use crate::stats::linearised::Spread;
use crate::stats::proportion::wilson_of;
use crate::stats::survey::kish;
use crate::stats::{Interval, Level};

/// So many standard errors outside of 0 and 1, once in a thousand times, chance is no explanation.
const FAR_OUTSIDE: f64 = 3.29;

/// What a method found of a target: the estimate, and the share if it had to be moved onto the
/// simplex.
#[derive(Debug, Clone)]
pub(super) struct ShareEstimate {
    pub linear: Linear,
    pub se: f64,
    /// What intervals are made with.
    spread: Spread,
    share: f64,
    form: Form,
}

/// How the interval of a share follows.
#[derive(Debug, Clone, Copy)]
enum Form {
    /// Wilson's, of the share and as many rows.
    Wilson { n: f64 },
    /// So many standard errors to each side.
    Wald,
}

/// A part of the corpus, with what all methods found of all targets.
#[derive(Debug, Clone)]
pub(super) struct PartEstimates<'a> {
    pub inputs: &'a EstimateInputs,
    corpus: u64,
    coded: u64,
    lambdas: Vec<Option<f64>>,
    /// `[target][method]`, in the order of [`METHODS`].
    pub found: Vec<[Result<ShareEstimate, NotEstimable>; METHODS.len()]>,
}

impl<'a> PartEstimates<'a> {
    pub fn new(inputs: &'a EstimateInputs, part: &Part, params: Params) -> Self {
        let enough = enough(part, params.min_n);
        let rates = enough
            .clone()
            .and_then(|()| ErrorRates::measure(part, params.min_n));
        let corrected = rates.and_then(|rates| rates.shares(part));
        // The share of rows from elsewhere says nothing about the spread here.
        let within = inputs.is_coded.contains(&true);
        let mut lambdas = Vec::new();
        let found = (0..inputs.targets.len()).map(|target| {
            let class = inputs.targets[target];
            let is_class = |row: u32| f64::from(u8::from(inputs.coded.is(row, class)));
            let mean = coded_mean(part, is_class).ok_or(NotEstimable::FewCoded { n: 0 });
            let mean = enough.clone().and(mean);
            let powered = enough.clone().and_then(|()| powered(part, target));
            lambdas.push(powered.as_ref().ok().map(|powered| powered.lambda));
            let by_wilson = |estimate: Result<Linear, NotEstimable>, is_fitted| {
                let of_coded = mean.as_ref().map_err(Clone::clone)?.value;
                ShareEstimate::by_wilson(part, estimate?, of_coded, is_fitted, params.level)
            };
            let emq = enough.clone();
            let emq = emq.and_then(|()| emq::emq(part, target, params.min_n));
            let adjusted = corrected.as_ref().map_err(Clone::clone);
            [
                naive(part, class),
                by_wilson(mean.clone(), false),
                adjusted.and_then(|(shares, estimates)| {
                    adjusted_share(part, shares[class], &estimates[class])
                }),
                match within {
                    true => by_wilson(emq, true),
                    false => emq.and_then(|estimate| ShareEstimate::of_part(part, estimate)),
                },
                by_wilson(powered.map(|powered| powered.estimate), true),
            ]
        });
        let found = found.collect();
        Self {
            inputs,
            corpus: part.all.len() as u64,
            coded: part.coded.len() as u64,
            lambdas,
            found,
        }
    }

    /// Estimates of a part that cannot be told among the coded rows.
    pub fn without_domains(mut self) -> Self {
        for [_, of_coded @ ..] in &mut self.found {
            of_coded.fill(Err(NotEstimable::NoDomains));
        }
        self
    }

    /// One for each target; `missing` rows of the part have no prediction.
    pub fn cells(&self, missing: u64, params: Params) -> Vec<Cell> {
        let found = self.found.iter().zip(&self.lambdas);
        found
            .map(|(found, lambda)| Cell {
                corpus: self.corpus,
                coded: self.coded,
                missing,
                lambda: *lambda,
                shares: found.iter().map(|found| measure(found, params)).collect(),
            })
            .collect()
    }
}

impl ShareEstimate {
    fn new(part: &Part, linear: Linear) -> Result<Self, NotEstimable> {
        let variance = part.inputs.variance(&linear);
        let spread = part.inputs.spread(&linear, part.coded);
        Ok(Self {
            share: linear.value.clamp(0.0, 1.0),
            se: variance.ok_or(NotEstimable::OneCluster)?.sqrt(),
            spread: spread.ok_or(NotEstimable::OneCluster)?,
            form: Form::Wald,
            linear,
        })
    }

    /// Of predictions, that tell as much as `n` independent rows.
    fn naive(linear: Linear, n: f64) -> Self {
        let share = linear.value;
        let variance = share * (1.0 - share) / n;
        Self {
            share,
            se: variance.sqrt(),
            spread: Spread::of_many(variance),
            form: Form::Wilson { n },
            linear,
        }
    }

    /// From coded rows that stand for the part. If they were drawn by design, they would with all rows
    /// coded give the very share of the part; what is left then errs as a share does, unless it is the share of
    /// exactly these rows that is asked for.
    fn of_part(part: &Part, mut linear: Linear) -> Result<Self, NotEstimable> {
        if part.inputs.sampling() == Sampling::Designed {
            let weights = part.all.iter().map(|&row| part.inputs.corpus.weight(row));
            linear.corpus = match part.inputs.finite {
                true => Moved::default(),
                false => Moved::by_share(linear.value, kish(weights)),
            };
        }
        Self::new(part, linear)
    }

    /// As [`of_part`](Self::of_part), with Wilson's interval. Coded rows have the share `of_coded`; λ of PPI++ is
    /// fitted to them.
    fn by_wilson(
        part: &Part,
        linear: Linear,
        of_coded: f64,
        is_fitted: bool,
        level: Level,
    ) -> Result<Self, NotEstimable> {
        let found = Self::of_part(part, linear)?;
        if part.inputs.finite && part.coded.len() == part.all.len() {
            // Nothing is left to chance.
            return Ok(found);
        }
        let n = effective(part, of_coded, found.spread, is_fitted, level);
        let form = Form::Wilson { n };
        Ok(Self { form, ..found })
    }
}

/// `share` is where the simplex has the estimate.
fn adjusted_share(
    part: &Part,
    share: f64,
    estimate: &Linear,
) -> Result<ShareEstimate, NotEstimable> {
    let found = ShareEstimate::of_part(part, estimate.clone())?;
    let raw = estimate.value;
    match (-raw).max(raw - 1.0) > FAR_OUTSIDE * found.se {
        true => Err(NotEstimable::Impossible(raw)),
        false => Ok(ShareEstimate {
            share: share.clamp(0.0, 1.0),
            ..found
        }),
    }
}

/// The share as it is shown. One that had to be moved onto the simplex has the interval around where it came to lie.
pub(super) fn measure(found: &Result<ShareEstimate, NotEstimable>, params: Params) -> Measure {
    let found = found.as_ref().map_err(Clone::clone)?;
    let value = found.share;
    let reach = found.spread.reach(params.level);
    let wald = Interval {
        low: (value - reach).max(0.0),
        high: (value + reach).min(1.0),
    };
    let interval = match found.form {
        Form::Wilson { n } => wilson_of(EffectiveCounts::of_rate(value, n), params.level),
        Form::Wald => None,
    };
    Ok(Share {
        value,
        se: found.se,
        interval: interval.unwrap_or(wald),
    })
}

/// Whether coded rows say anything of how classes mix.
fn enough(part: &Part, min_n: u64) -> Result<(), NotEstimable> {
    let n = part.coded.len() as u64;
    match n < min_n.max(2) {
        true => Err(NotEstimable::FewCoded { n }),
        false => Ok(()),
    }
}

/// The share of predictions, with Wilson's interval.
fn naive(part: &Part, class: usize) -> Result<ShareEstimate, NotEstimable> {
    let inputs = part.inputs;
    let is_hit = |row: u32| usize::from(inputs.corpus.predicted[row as usize]) == class;
    let share = mean(inputs, part.all, |row| f64::from(u8::from(is_hit(row))));
    let (value, corpus) = share.ok_or(NotEstimable::NoRows)?;
    let linear = Linear {
        value,
        coded: vec![0.0; inputs.coded.len()],
        corpus,
    };
    if !inputs.corpus.weights.is_empty() {
        let n = weighted_rows(part, &linear)?;
        return Ok(ShareEstimate::naive(linear, n));
    }
    let counts = |rows: &[u32]| Counts {
        hits: rows.iter().filter(|&&row| is_hit(row)).count() as u64,
        n: rows.len() as u64,
    };
    let all = counts(part.all);
    let effective = match inputs.clusters {
        0 => EffectiveCounts::from(all),
        clusters => {
            let mut each = vec![Counts { hits: 0, n: 0 }; clusters];
            for &row in part.all {
                let of = &mut each[inputs.corpus.clusters[row as usize] as usize];
                of.n += 1;
                of.hits += u64::from(is_hit(row));
            }
            deflate(all, design_effect(each.into_iter()))
        }
    };
    Ok(ShareEstimate::naive(linear, effective.n))
}

/// As many rows that stand for one tell as much of the predictions as these.
fn weighted_rows(part: &Part, share: &Linear) -> Result<f64, NotEstimable> {
    let inputs = part.inputs;
    let variance = inputs.variance(share).ok_or(NotEstimable::OneCluster)?;
    Ok(match variance > 0.0 {
        true => share.value * (1.0 - share.value) / variance,
        false => kish(part.all.iter().map(|&row| inputs.corpus.weight(row))),
    })
}

impl EstimateInputs {
    /// Those of these rows that estimates take for uncoded.
    pub(super) fn uncoded(&self, rows: &[u32]) -> Vec<u32> {
        let rows = rows.iter().copied();
        match !self.is_drawn() {
            true => rows.filter(|&row| !self.is_coded[row as usize]).collect(),
            false => rows.collect(),
        }
    }

    pub(crate) fn count_clusters(&self) -> Option<Clusters> {
        let coded = &self.coded.rows.clusters;
        let coded: std::collections::BTreeSet<&u32> = coded.iter().collect();
        (self.clusters > 0).then_some(Clusters {
            all: self.clusters as u64,
            coded: coded.len() as u64,
        })
    }
}
