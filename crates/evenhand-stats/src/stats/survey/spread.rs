//! Standard errors of weighted ratios, and the steadier ones that intervals are made with.

use super::{Survey, as_many_rows, residuals};
use crate::stats::counts::EffectiveCounts;
use crate::stats::linearised::{Spread, Stratum};
use crate::stats::proportion::wilson_of;
use crate::stats::{Interval, Level};
use std::collections::BTreeMap;

/// How far chance moves an estimate from weighted rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeightedSpread {
    /// The standard error, by linearisation.
    pub se: f64,
    /// The same with the variance of each stratum drawn towards that of all: for intervals.
    pub steady: Spread,
}

/// A stratum with what its units weigh.
struct WeightedStratum {
    moves: Stratum,
    /// Over units: weights of the rows that take part, their squares, and the squares of these.
    weights: [f64; 3],
}

impl WeightedStratum {
    /// Of units with their moves and weights.
    fn new(units: impl Iterator<Item = [f64; 2]> + Clone) -> Self {
        let power = |of: i32| units.clone().map(|[_, weight]| weight.powi(of)).sum();
        Self {
            weights: [1, 2, 4].map(power),
            moves: Stratum::new(units.clone().map(|[by, _]| (by, 1.0))),
        }
    }
}

impl Survey {
    /// The spread of a sum of moves, as if clusters were drawn with replacement within strata; `part` are the rows that take
    /// part. `None` where there is one cluster, or one row.
    ///
    /// If weights were adjusted to margins, what these explain of the moves is taken out first: Deville, J.-C. and
    /// Särndal, C.-E. (1992), J. Am. Stat. Assoc. 87, 376-382. Margins take as many degrees of freedom as they have
    /// categories, less one each, as in a regression.
    pub fn spread(&self, moves: &[f64], part: &[u32]) -> Option<WeightedSpread> {
        let strata = self.strata_of(moves, part);
        let of_all = |of: fn(&WeightedStratum) -> f64| strata.iter().map(of).sum::<f64>();
        let clusters = of_all(|of| of.moves.units);
        let fitted = self.margins.iter().filter_map(|of| of.iter().max());
        let fitted: f64 = fitted.map(|last| f64::from(*last)).sum();
        let left = (clusters - fitted).max(1.0);
        let steady = steady(&strata);
        (clusters > 1.0).then(|| WeightedSpread {
            se: of_all(|of| of.moves.variance).sqrt(),
            steady: Spread {
                variance: steady.variance * clusters / left,
                degrees: (steady.degrees - fitted).max(1.0),
                effective_degrees: (steady.effective_degrees - fitted).max(1.0),
            },
        })
    }

    fn strata_of(&self, moves: &[f64], part: &[u32]) -> Vec<WeightedStratum> {
        let rest = match self.margins.as_slice() {
            [] => moves.to_vec(),
            margins => residuals(moves, &self.weights, margins),
        };
        // By cluster, the sum of moves and the weight of the rows that take part.
        let mut strata: BTreeMap<u32, BTreeMap<u32, [f64; 2]>> = BTreeMap::new();
        let mut add = |row: usize, [moves, weight]: [f64; 2]| {
            let (stratum, cluster) = self.cluster(row);
            let of = strata.entry(stratum).or_default();
            let of = of.entry(cluster).or_default();
            *of = [of[0] + moves, of[1] + weight];
        };
        for (row, moves) in rest.into_iter().enumerate() {
            add(row, [moves, 0.0]);
        }
        for &row in part {
            add(row as usize, [0.0, self.weights[row as usize]]);
        }
        let strata = strata.values();
        strata
            .map(|clusters| WeightedStratum::new(clusters.values().copied()))
            .collect()
    }
}

impl WeightedSpread {
    /// Wilson's interval of a rate, of as many independent rows as tell as much; of `otherwise` where nothing spreads.
    pub fn of_rate(&self, rate: f64, otherwise: f64, level: Level) -> Option<Interval> {
        let n = match self.steady.variance > 0.0 {
            true => as_many_rows(rate, &self.steady, level),
            false => otherwise,
        };
        wilson_of(EffectiveCounts::of_rate(rate.clamp(0.0, 1.0), n), level)
    }

    /// Half the width of Wald's interval, with Student's quantile.
    pub fn reach(&self, level: Level) -> f64 {
        self.steady.reach(level)
    }
}

/// A steadier variance of a sum over strata.
///
/// # Formula
///
/// A stratum of few units often has no error among them, and then no variance. So each gets one unit more, with the
/// variance of all: with `W_hc` the weight of unit `c` of `n_h` in stratum `h`, `v_h` its variance, `a_h = Σ_c W_hc²`
/// and `u` the mean of `v_h / a_h` weighted by `Σ_c W_hc`, it is
///
/// ```text
/// Σ_h ((n_h - 1) v_h + a_h u) / n_h
/// ```
///
/// Degrees of freedom follow from the weights (Satterthwaite, F. E. (1946), Biometrics Bulletin 2, 110-114), at most those
/// by the design:
///
/// ```text
/// (Σ_h a_h)² / Σ_h a_h² / d_h,   d_h = a_h² / Σ_c W_hc⁴ - 1
/// ```
fn steady(strata: &[WeightedStratum]) -> Spread {
    let weighing = || strata.iter().filter(|of| of.weights[1] > 0.0);
    let known = || weighing().filter(|of| of.moves.units > 1.0);
    let weight: f64 = known().map(|of| of.weights[0]).sum();
    let of_all = known().map(|of| of.weights[0] * of.moves.variance / of.weights[1]);
    let of_all = match weight > 0.0 {
        true => of_all.sum::<f64>() / weight,
        false => 0.0,
    };
    let steady = |of: &WeightedStratum| {
        let own = (of.moves.units - 1.0) * of.moves.variance;
        (own + of.weights[1] * of_all) / of.moves.units
    };
    let all: f64 = strata.iter().map(|of| of.weights[1]).sum();
    let by_degrees = weighing().map(|of| {
        let [_, squares, fourths] = of.weights;
        squares * squares / (squares * squares / fourths - 1.0).max(1.0)
    });
    let by_weights = all * all / by_degrees.sum::<f64>();
    Spread {
        variance: strata.iter().map(steady).sum(),
        effective_degrees: by_weights,
        ..Spread::of_parts(strata.iter().map(|of| of.moves))
    }
}
