//! Standard errors of weighted ratios, and the steadier ones that intervals are made with.

use super::{Survey, as_many_rows, residuals};
use crate::stats::counts::EffectiveCounts;
use crate::stats::proportion::wilson_of;
use crate::stats::{Interval, Level};
use std::collections::BTreeMap;

/// How far chance moves an estimate from weighted rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeightedSpread {
    /// The standard error, by linearisation.
    pub se: f64,
    /// The same with the variance of each stratum drawn towards that of all: for intervals.
    pub steady: f64,
    /// Degrees of freedom of the variance.
    pub degrees: f64,
}

/// The moves of a stratum.
struct Stratum {
    variance: f64,
    clusters: f64,
    /// Over clusters: weights of the rows that take part, their squares, and the squares of these.
    weights: [f64; 3],
}

impl Survey {
    /// The spread of a sum of moves, as if clusters were drawn with replacement within strata; `part` are the rows that take
    /// part. `None` where there is one cluster, or one row.
    ///
    /// A stratum with one cluster says nothing of how clusters differ, and is not centred. If weights were adjusted to
    /// margins, what these explain of the moves is taken out first: Deville, J.-C. and Särndal, C.-E. (1992), J. Am. Stat.
    /// Assoc. 87, 376-382.
    ///
    /// # Formula
    ///
    /// With `z_hc` the sum of the moves of cluster `c` of `n_h` in stratum `h`, the variance is
    ///
    /// ```text
    /// Σ_h v_h,   v_h = n_h / (n_h - 1) Σ_c (z_hc - mean of z_h)²
    /// ```
    ///
    /// A stratum of few rows often has no error among them, and then no variance. So the steady variance adds to each one
    /// cluster with the variance of all: with `W_hc` the weight of a cluster, `a_h = Σ_c W_hc²` and `u` the mean of
    /// `v_h / a_h` weighted by `Σ_c W_hc`, it is `Σ_h ((n_h - 1) v_h + a_h u) / n_h`. Degrees of freedom follow from the
    /// weights (Satterthwaite, F. E. (1946), Biometrics Bulletin 2, 110-114):
    ///
    /// ```text
    /// (Σ_h a_h)² / Σ_h a_h² / d_h,   d_h = a_h² / Σ_c W_hc⁴ - 1
    /// ```
    ///
    /// Margins take as many degrees of freedom as they have categories, less one each, as in a regression.
    pub fn spread(&self, moves: &[f64], part: &[u32]) -> Option<WeightedSpread> {
        let strata: Vec<Stratum> = self.strata_of(moves, part).collect();
        let clusters: f64 = strata.iter().map(|of| of.clusters).sum();
        let variance: f64 = strata.iter().map(|of| of.variance).sum();
        let known = || {
            strata
                .iter()
                .filter(|of| of.clusters > 1.0 && of.weights[1] > 0.0)
        };
        let weight: f64 = known().map(|of| of.weights[0]).sum();
        let of_all = known().map(|of| of.weights[0] * of.variance / of.weights[1]);
        let of_all = match weight > 0.0 {
            true => of_all.sum::<f64>() / weight,
            false => 0.0,
        };
        let steady = |of: &Stratum| {
            let own = (of.clusters - 1.0) * of.variance;
            (own + of.weights[1] * of_all) / of.clusters
        };
        let all: f64 = strata.iter().map(|of| of.weights[1]).sum();
        let by_degrees = strata.iter().filter(|of| of.weights[1] > 0.0).map(|of| {
            let [_, squares, fourths] = of.weights;
            squares * squares / (squares * squares / fourths - 1.0).max(1.0)
        });
        let fitted = self.margins.iter().filter_map(|of| of.iter().max());
        let fitted: f64 = fitted.map(|last| f64::from(*last)).sum();
        let left = (clusters - fitted).max(1.0);
        (clusters > 1.0).then(|| WeightedSpread {
            se: variance.sqrt(),
            steady: (strata.iter().map(steady).sum::<f64>() * clusters / left).sqrt(),
            degrees: (all * all / by_degrees.sum::<f64>() - fitted).max(1.0),
        })
    }

    fn strata_of(&self, moves: &[f64], part: &[u32]) -> impl Iterator<Item = Stratum> {
        let rest = match self.margins.as_slice() {
            [] => moves.to_vec(),
            margins => residuals(moves, &self.weights, margins),
        };
        // By cluster, the sum of moves and the weight of the rows that take part.
        let mut strata: BTreeMap<u32, BTreeMap<u32, [f64; 2]>> = BTreeMap::new();
        for (row, moves) in rest.into_iter().enumerate() {
            let (stratum, cluster) = self.cluster(row);
            let of = strata
                .entry(stratum)
                .or_default()
                .entry(cluster)
                .or_default();
            of[0] += moves;
        }
        for &row in part {
            let (stratum, cluster) = self.cluster(row as usize);
            let of = strata
                .entry(stratum)
                .or_default()
                .entry(cluster)
                .or_default();
            of[1] += self.weights[row as usize];
        }
        strata.into_values().map(|clusters| Stratum::new(&clusters))
    }
}

impl Stratum {
    fn new(clusters: &BTreeMap<u32, [f64; 2]>) -> Self {
        let n = clusters.len() as f64;
        let (mean, few) = match clusters.len() {
            1 => (0.0, 1.0),
            _ => {
                let sum: f64 = clusters.values().map(|[moves, _]| moves).sum();
                (sum / n, n / (n - 1.0))
            }
        };
        let squares = clusters.values().map(|[moves, _]| (moves - mean).powi(2));
        let power = |of: i32| clusters.values().map(|[_, weight]| weight.powi(of)).sum();
        Self {
            variance: few * squares.sum::<f64>(),
            clusters: n,
            weights: [1, 2, 4].map(power),
        }
    }
}

impl WeightedSpread {
    /// Wilson's interval of a rate, of as many independent rows as tell as much; of `otherwise` where nothing spreads.
    pub fn of_rate(&self, rate: f64, otherwise: f64, level: Level) -> Option<Interval> {
        let n = match self.steady > 0.0 {
            true => as_many_rows(rate, self.steady, self.degrees, level),
            false => otherwise,
        };
        wilson_of(EffectiveCounts::of_rate(rate.clamp(0.0, 1.0), n), level)
    }

    /// Half the width of Wald's interval, with Student's quantile.
    pub fn reach(&self, level: Level) -> f64 {
        self.steady * level.t(self.degrees)
    }
}
