//! A number about agreement with its interval, or the reasons why there is none.

use crate::stats::linearised::{Scale, Spread};
use crate::stats::resample::Plan;
use crate::stats::{Interval, Level, bootstrap};
use std::fmt;

/// A share so near to 0 or 1 is there but for rounding.
const NEAR: f64 = 1e-6;

/// Intervals of fewer items are guesses: too few different resamples can be drawn of them.
pub const FEWEST: usize = 10;

/// How intervals are made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Resampling {
    pub level: Level,
    /// Resamples of the items.
    pub replicates: usize,
    pub seed: u64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measure {
    /// The items that say something about it.
    pub n: usize,
    pub value: Result<f64, NotEstimable>,
    /// An error wherever the value is one.
    pub interval: Result<Interval, NotEstimable>,
}

/// Why there is no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotEstimable {
    /// Nobody's codes can be held against anybody else's.
    NoItemTwice,
    NoItemThrice,
    NoItemByAll,
    NoItemByBoth,
    /// All codes are the same: agreement by chance cannot be estimated.
    OneLabel,
    OneCoder,
    /// Tables of pairs are not made of so many.
    ManyCoders,
    /// None of the coder's items has a majority among the others.
    NoOthers,
    /// Of two that are compared.
    FewDiffer,
    /// Nothing tells how coders err.
    NotIdentified,
    TooFew,
    Unstable,
    NoVariation,
    /// A share of 0 or 1.
    AtBound,
}

impl fmt::Display for NotEstimable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoItemTwice => "no item is coded by two",
            Self::NoItemThrice => "no item is coded by three",
            Self::NoItemByAll => "no item is coded by all",
            Self::NoItemByBoth => "no item is coded by both",
            Self::OneLabel => "only one label is used",
            Self::OneCoder => "there is one coder only",
            Self::ManyCoders => "there are more than 20 coders",
            Self::NoOthers => "no item on which others have a majority",
            Self::FewDiffer => "they differ on fewer than 10 items",
            Self::NotIdentified => {
                "nothing tells how coders err: that takes 5 gold items of each label by every coder, or three coders \
                 who agree with each other beyond chance, or two such coders and groups with clearly different shares"
            }
            Self::TooFew => "fewer than 10 items",
            Self::Unstable => "undefined in many resamples",
            Self::NoVariation => "the bootstrap shows no variation",
            Self::AtBound => "the estimate is 0 or 100 %",
        })
    }
}

impl Measure {
    /// A value that comes with an interval in closed form.
    pub(super) fn with(n: usize, value: f64, interval: Option<Interval>) -> Self {
        Self {
            n,
            value: Ok(value),
            interval: interval.ok_or(NotEstimable::TooFew),
        }
    }

    pub(super) fn none(n: usize, reason: NotEstimable) -> Self {
        Self {
            n,
            value: Err(reason),
            interval: Err(reason),
        }
    }
}

/// Statistics of some items, not a number where they are undefined.
pub(super) type Statistics = Vec<f64>;

/// Gives each value its interval, from resamples of the items that `statistics` weighs. They have
/// the order of `values`, each of which says of how many items it is.
///
/// The intervals are bias-corrected and accelerated: of 1,500 simulated sets of 30, 100 and 300 items
/// with three coders they held Krippendorff's alpha in 94.3 to 96.8 %, percentile intervals in 92.1 to
/// 95.3 %.
///
/// Of 1,000 sets of 30, 100 and 300 items with five ordered labels they held AC1 and weighted kappa in 93.1 to
/// 96.0 %. Of a label that a tenth of 30 items have they held AC1 in 97.0 %, alpha only in 78.2 %; of 100 items, 95.9
/// and 95.5 %.
pub(super) fn resampled(
    values: Vec<(usize, Result<f64, NotEstimable>)>,
    items: usize,
    resampling: &Resampling,
    statistics: impl Fn(&[u32]) -> Statistics + Sync,
) -> Vec<Measure> {
    resampled_or_jackknifed(values, items, resampling, |_| None, statistics)
}

/// Scale of a [`jackknifed`] interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Jackknife {
    /// `ln(1 - x)`, of a coefficient of at most 1.
    Coefficient,
    /// `ln(x / (1 - x))`, of a share.
    Share,
}

/// [`resampled`], where statistics at some places have [`jackknifed`] intervals.
pub(super) fn resampled_or_jackknifed(
    values: Vec<(usize, Result<f64, NotEstimable>)>,
    items: usize,
    resampling: &Resampling,
    jackknife: impl Fn(usize) -> Option<Jackknife>,
    statistics: impl Fn(&[u32]) -> Statistics + Sync,
) -> Vec<Measure> {
    let Resampling {
        level,
        replicates,
        seed,
    } = *resampling;
    let plan = Plan::rows(items);
    let worth_it = values
        .iter()
        .any(|(n, value)| value.is_ok() && *n >= FEWEST);
    let (drawn, without) = match worth_it {
        true => (
            plan.replicate(replicates, seed, &statistics),
            plan.jackknife(&statistics),
        ),
        false => (Vec::new(), Vec::new()),
    };
    let column = |rows: &[Statistics], at: usize| rows.iter().map(|row| row[at]).collect();
    let values = values.into_iter().enumerate();
    let measure = |(at, (n, value)): (usize, (usize, Result<f64, NotEstimable>))| {
        let interval = value.and_then(|value| {
            if n < FEWEST {
                return Err(NotEstimable::TooFew);
            }
            let mut drawn: Vec<f64> = column(&drawn, at);
            let without: Vec<f64> = column(&without, at);
            match jackknife(at) {
                Some(scale) => jackknifed(value, &without, scale, level),
                None => interval(value, &mut drawn, &without, level),
            }
        });
        Measure { n, value, interval }
    };
    values.map(measure).collect()
}

/// Interval of a statistic from its values without each item: Student's, on a scale on which chance is nearly
/// symmetric, with degrees of freedom by how few items make most of the variance. Coefficients near 1 are too skewed for
/// resamples of few items; shares corrected for coders' errors had too narrow ones (docs/guide/coders.md).
///
/// # Formula
///
/// With the values `x_i` without each of `n` items (or blocks of items), `d_i = x_i - mean(x)`: Efron and Tibshirani
/// (1993), An Introduction to the Bootstrap, chapter 11; Satterthwaite (1946), Biometrics Bulletin 2, 110-114.
///
/// ```text
/// se = sqrt((n - 1)/n Σ d²),   t with min(n - 1, 2 (Σ d²)² / Σ d⁴)
/// 1 - (1 - x) exp(± t se / (1 - x)),   or   1 / (1 + (1 - x)/x exp(± t se / (x (1 - x))))
/// ```
fn jackknifed(
    value: f64,
    without: &[f64],
    scale: Jackknife,
    level: Level,
) -> Result<Interval, NotEstimable> {
    let n = without.len() as f64;
    let mean = without.iter().sum::<f64>() / n;
    if !mean.is_finite() {
        return Err(NotEstimable::Unstable);
    }
    let moves = without.iter().map(|one| (n - 1.0) / n * (one - mean));
    let reach = Spread::of_units(moves).reach(level);
    let found = match scale {
        Jackknife::Coefficient => {
            let left = Scale::Log.interval(1.0 - value, reach);
            left.map(|Interval { low, high }| Interval {
                low: 1.0 - high,
                high: 1.0 - low,
            })
        }
        Jackknife::Share if value.min(1.0 - value) < NEAR => return Err(NotEstimable::AtBound),
        Jackknife::Share => Scale::Logit.interval(value, reach),
    };
    found.ok_or(NotEstimable::NoVariation)
}

fn interval(
    value: f64,
    drawn: &mut [f64],
    without: &[f64],
    level: Level,
) -> Result<Interval, NotEstimable> {
    if drawn.iter().all(|one| *one == drawn[0]) {
        return Err(NotEstimable::NoVariation);
    }
    bootstrap::bca(value, drawn, without, level).ok_or(NotEstimable::Unstable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jackknifed_intervals_match_numpy() {
        // x = numpy.array([.9, .91, .88, .93, .9, .95, .9, .89]); d = x - x.mean(); n = 8; v = .9
        // se = ((n - 1) / n * (d**2).sum())**.5; t = scipy.stats.t.ppf(.975, min(n - 1, 2 * (d**2).sum()**2 / (d**4).sum()))
        // 1 - (1 - v) * numpy.exp(t * se / (1 - v)), 1 - (1 - v) * numpy.exp(-t * se / (1 - v))
        let without = [0.9, 0.91, 0.88, 0.93, 0.9, 0.95, 0.9, 0.89];
        let level = Level::new(0.95).unwrap();
        let of = |without: &[f64], scale| jackknifed(0.9, without, scale, level);
        let found = of(&without, Jackknife::Coefficient).unwrap();
        assert!((found.low - 0.6091229416075121).abs() < 1e-9, "{found:?}");
        assert!((found.high - 0.9744165082465424).abs() < 1e-9, "{found:?}");
        // expit(logit(v) - t * se / (v * (1 - v))), expit(logit(v) + t * se / (v * (1 - v)))
        let found = of(&without, Jackknife::Share).unwrap();
        assert!((found.low - 0.6643036840646661).abs() < 1e-9, "{found:?}");
        assert!((found.high - 0.9761519703949122).abs() < 1e-9, "{found:?}");
        let at_bound = jackknifed(1.0 - 1e-9, &without, Jackknife::Share, level);
        assert_eq!(at_bound, Err(NotEstimable::AtBound));
        for scale in [Jackknife::Coefficient, Jackknife::Share] {
            assert_eq!(of(&[0.9; 8], scale), Err(NotEstimable::NoVariation));
            assert_eq!(of(&[f64::NAN, 0.9], scale), Err(NotEstimable::Unstable));
        }
    }
}
