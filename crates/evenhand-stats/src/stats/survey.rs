//! Ratios of rows that count by weights: of a sample that was drawn by design, or that was weighted to known margins.
//! Each row moves a ratio by one number; from these numbers follow variances in strata and clusters (Taylor
//! linearisation: Wolter, K. M. (2007), Introduction to Variance Estimation, chapter 6).

mod spread;

pub use spread::WeightedSpread;

use super::Level;
use super::linearised::Spread;
use std::collections::BTreeSet;

/// Sweeps of the regression on margins.
const SWEEPS: usize = 1_000;

/// Rows with their weights, and how they were drawn.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Survey {
    /// How many rows of the population each stands for, or a number in proportion to it; above 0.
    pub weights: Vec<f64>,
    /// The stratum of each row. Empty where there were none.
    pub strata: Vec<u32>,
    /// The cluster of each row: rows that were drawn together. Empty where each was drawn for itself.
    pub clusters: Vec<u32>,
    /// Of each margin that weights were adjusted to, the category of each row.
    pub margins: Vec<Vec<u32>>,
}

/// A weighted ratio, and how far each row moves it.
#[derive(Debug, Clone, PartialEq)]
pub struct Ratio {
    pub value: f64,
    /// By row; 0 for rows that take no part. They sum to 0.
    pub moves: Vec<f64>,
    /// Rows of the denominator.
    pub rows: u64,
}

impl Survey {
    /// The weighted sum of one number by that of another (Hájek's ratio). `None` where the second is 0.
    pub fn ratio(&self, part: &[u32], numbers: impl Fn(usize) -> [f64; 2]) -> Option<Ratio> {
        let [mut above, mut below] = [0.0; 2];
        for &row in part {
            let [of_above, of_below] = numbers(row as usize);
            above += self.weights[row as usize] * of_above;
            below += self.weights[row as usize] * of_below;
        }
        if below == 0.0 {
            return None;
        }
        let value = above / below;
        let mut found = Ratio {
            value,
            moves: vec![0.0; self.weights.len()],
            rows: 0,
        };
        for &row in part {
            let row = row as usize;
            let [of_above, of_below] = numbers(row);
            found.rows += u64::from(of_below != 0.0);
            found.moves[row] = self.weights[row] * (of_above - value * of_below) / below;
        }
        Some(found)
    }

    /// As many rows with equal weights tell as much (Kish); of clusters no more than there are.
    pub fn effective_rows(&self, part: &[u32]) -> f64 {
        let weights = || part.iter().map(|&row| self.weights[row as usize]);
        let rows = kish(weights());
        match self.clusters.is_empty() {
            true => rows,
            false => {
                let clusters = part.iter().map(|&row| self.cluster(row as usize));
                rows.min(clusters.collect::<BTreeSet<_>>().len() as f64)
            }
        }
    }

    fn cluster(&self, row: usize) -> (u32, u32) {
        let stratum = self.strata.get(row).copied().unwrap_or(0);
        (
            stratum,
            self.clusters.get(row).copied().unwrap_or(row as u32),
        )
    }
}

/// Moves of an estimate without what the categories of margins explain of them: `w·(e - fitted)` of moves `w·e`, by a
/// regression weighted by `w` on all categories. It is found by sweeping out the mean of each category in turn, as in
/// an analysis of variance (Gauss and Seidel).
fn residuals(moves: &[f64], weights: &[f64], margins: &[Vec<u32>]) -> Vec<f64> {
    let mut rest: Vec<f64> = moves.to_vec();
    let size = rest.iter().map(|of| of.abs()).sum::<f64>();
    for _ in 0..SWEEPS {
        let mut swept = 0.0;
        for of in margins {
            let categories = of.iter().max().map_or(0, |last| *last as usize + 1);
            let (above, below) = (sums(&rest, of, categories), sums(weights, of, categories));
            for ((rest, weight), &category) in rest.iter_mut().zip(weights).zip(of) {
                let fitted = above[category as usize] / below[category as usize];
                *rest -= weight * fitted;
                swept += (weight * fitted).abs();
            }
        }
        if swept <= 1e-12 * size {
            break;
        }
    }
    rest
}

/// The sums of values by category.
pub(super) fn sums(values: &[f64], of: &[u32], categories: usize) -> Vec<f64> {
    let mut sums = vec![0.0; categories];
    for (value, &category) in values.iter().zip(of) {
        sums[category as usize] += value;
    }
    sums
}

/// `(Σ w)² / Σ w²`: Kish, L. (1965), Survey Sampling, section 11.7.
pub fn kish(weights: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut squares) = (0.0, 0.0);
    for weight in weights {
        sum += weight;
        squares += weight * weight;
    }
    sum * sum / squares
}

/// As many independent rows tell as much about a rate as an estimate with this spread, with Student's quantile in the
/// place of the normal one.
///
/// # Formula
///
/// Korn, E. L. and Graubard, B. I. (1998), Survey Methodology 24, 193-201:
///
/// ```text
/// p(1 - p) / variance · (z / t)²
/// ```
pub fn as_many_rows(rate: f64, spread: &Spread, level: Level) -> f64 {
    rate * (1.0 - rate) * (level.z() / spread.reach(level)).powi(2)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::stats) const ROWS: u32 = 60;

    /// `[hits, cases]` of a row.
    pub(in crate::stats) fn numbers(row: usize) -> [f64; 2] {
        let (hit, case) = ((row * 11) % 7 < 4, (row * 5) % 9 < 6);
        [hit && case, case].map(|is| f64::from(u8::from(is)))
    }

    pub(in crate::stats) fn weights() -> Vec<f64> {
        (0..ROWS).map(|row| f64::from(1 + (row * 7) % 5)).collect()
    }

    #[test]
    fn ratios_match_samplics() {
        // i = np.arange(60); w = 1 + (i * 7) % 5; y = (i * 11) % 7 < 4; x = (i * 5) % 9 < 6
        // TaylorEstimator(PopParam.ratio).estimate(y=y * x, x=x, samp_weight=w, stratum=i // 20, psu=i // 4)
        // The interval by the formulas of `spread` with numpy and scipy.stats.t
        let all: Vec<u32> = (0..ROWS).collect();
        let cases: Vec<u32> = all
            .iter()
            .copied()
            .filter(|&row| numbers(row as usize)[1] > 0.0)
            .collect();
        let strata: Vec<u32> = (0..ROWS).map(|row| row / 20).collect();
        let clusters: Vec<u32> = (0..ROWS).map(|row| row / 4).collect();
        let level = Level::new(0.95).unwrap();
        for (strata, clusters, expected) in [
            (
                vec![],
                vec![],
                [
                    0.5508474576271186,
                    0.0875549802441479,
                    23.667398463227222,
                    0.3748521629666174,
                    0.7149702061659239,
                ],
            ),
            (
                strata.clone(),
                vec![],
                [
                    0.5508474576271186,
                    0.08681648634262519,
                    21.669631512126823,
                    0.375416757408916,
                    0.7144791105648933,
                ],
            ),
            (
                strata,
                clusters,
                [
                    0.5508474576271186,
                    0.06330996372413546,
                    7.368235805871143,
                    0.4045520390821402,
                    0.6888448349943472,
                ],
            ),
        ] {
            let survey = Survey {
                weights: weights(),
                strata,
                clusters,
                margins: vec![],
            };
            let found = survey.ratio(&all, numbers).unwrap();
            let spread = survey.spread(&found.moves, &cases).unwrap();
            assert_eq!(found.rows, 40);
            let interval = spread.of_rate(found.value, 0.0, level).unwrap();
            let (se, degrees) = (spread.se, spread.steady.effective_degrees);
            let found = [found.value, se, degrees, interval.low, interval.high];
            for (found, expected) in found.into_iter().zip(expected) {
                assert!((found - expected).abs() < 1e-9, "{found} {expected}");
            }
        }
    }

    #[test]
    fn rows_of_one_outcome_have_an_interval_and_one_cluster_has_none() {
        let mut survey = Survey {
            weights: weights(),
            ..Survey::default()
        };
        let all: Vec<u32> = (0..ROWS).collect();
        let found = survey.ratio(&all, |_| [1.0, 1.0]).unwrap();
        let spread = survey.spread(&found.moves, &all).unwrap();
        let level = Level::new(0.95).unwrap();
        let interval = spread.of_rate(found.value, survey.effective_rows(&all), level);
        let interval = interval.unwrap();
        // (Σw)²/Σw² = 180² / 660; proportion_confint(n, n, 0.05, "wilson")
        assert!(
            (interval.low - 0.9274270361924986).abs() < 1e-9 && interval.high == 1.0,
            "{interval:?}"
        );
        survey.clusters = vec![0; 60];
        assert_eq!(survey.spread(&found.moves, &all), None);
        assert_eq!(survey.ratio(&all, |_| [0.0, 0.0]), None);
    }
}
