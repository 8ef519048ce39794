//! The largest difference among estimates of several groups, with an interval that knows that it is the largest.

use super::{Interval, Level};
use rand::{Rng, RngExt};
use statrs::distribution::{ContinuousCDF, Normal};

/// The highest estimate less the lowest, both of groups that are compared in all pairs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LargestDifference {
    pub gap: f64,
    /// For the gap between the true values, around `gap`; not below 0.
    pub interval: Interval,
}

/// `estimates` are values with their variances; `ratio` says how many times the standard error of independent estimates
/// the difference of two has, by place, the first before the second. `None` of fewer than two.
///
/// # Formula
///
/// That of [`largest_gap`](super::permutation::largest_gap) for estimates that are nearly normal: with `d` and `se` of
/// each pair and `q` the level quantile of `max |z_i - z_j| / se`, of normal draws `z` with these variances, at least the
/// normal quantile (Tukey and Kramer's method, where variances are equal),
///
/// ```text
/// low  = max(|d| - q·se), over pairs, at least 0
/// high = max(|d| + q·se), over pairs
/// ```
///
/// # Panics
///
/// Without replicates.
pub fn largest_difference(
    estimates: &[(f64, f64)],
    ratio: impl Fn(usize, usize) -> f64,
    replicates: usize,
    level: Level,
    rng: &mut impl Rng,
) -> Option<LargestDifference> {
    assert!(replicates > 0, "no replicates");
    if estimates.len() < 2 {
        return None;
    }
    let normal = Normal::standard();
    let mut largest: Vec<f64> = (0..replicates)
        .map(|_| {
            let drawn = estimates.iter().map(|(_, variance)| {
                // From 0 to 1, but neither.
                let uniform = (rng.random::<f64>() + f64::EPSILON / 2.0).min(1.0 - f64::EPSILON);
                (variance.sqrt() * normal.inverse_cdf(uniform), *variance)
            });
            let drawn: Vec<(f64, f64)> = drawn.collect();
            let distances = pairs(&drawn).filter(|(_, _, se)| *se > 0.0);
            distances.map(|(_, d, se)| d / se).fold(0.0, f64::max)
        })
        .collect();
    largest.sort_by(f64::total_cmp);
    let rank = (level.value() * (replicates + 1) as f64).ceil() as usize;
    let q = largest[rank.clamp(1, replicates) - 1].max(level.z());
    let ends = pairs(estimates).map(|((a, b), d, se)| (d, q * se * ratio(a, b)));
    let (mut low, mut high, mut gap) = (0.0_f64, 0.0_f64, 0.0_f64);
    for (d, reach) in ends {
        (low, high, gap) = (low.max(d - reach), high.max(d + reach), gap.max(d));
    }
    Some(LargestDifference {
        gap,
        interval: Interval { low, high },
    })
}

/// The places of each pair, its distance, and its standard error if both are independent.
fn pairs(estimates: &[(f64, f64)]) -> impl Iterator<Item = ((usize, usize), f64, f64)> {
    let numbered = || estimates.iter().enumerate();
    numbered().flat_map(move |(i, (a, of_a))| {
        let others = numbered().skip(i + 1);
        others.map(move |(j, (b, of_b))| ((i, j), (a - b).abs(), (of_a + of_b).sqrt()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::ChaCha8Rng;

    fn found(estimates: &[(f64, f64)], ratio: f64) -> Option<LargestDifference> {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let level = Level::new(0.95).unwrap();
        largest_difference(estimates, |_, _| ratio, 20_000, level, &mut rng)
    }

    #[test]
    fn equal_variances_have_tukeys_quantile() {
        // scipy.stats.studentized_range.ppf(.95, k, numpy.inf) / 2**.5
        for (k, q) in [(2, 1.959963984540054), (3, 2.343700845), (10, 3.163683933)] {
            let estimates: Vec<(f64, f64)> = (0..k).map(|at| (0.1 * f64::from(at), 5e-5)).collect();
            let found = found(&estimates, 1.0).unwrap();
            let gap = 0.1 * f64::from(k - 1);
            assert!((found.gap - gap).abs() < 1e-12, "{found:?}");
            let reach = found.interval.high - gap;
            assert!((reach / 0.01 - q).abs() < 0.04, "{k}: {reach}");
            assert!(
                (gap - found.interval.low - reach).abs() < 1e-12,
                "{found:?}"
            );
        }
    }

    #[test]
    fn differences_that_vary_less_are_known_better() {
        let estimates = [(0.0, 1e-4), (0.1, 1e-4), (0.04, 4e-4)];
        let [one, half] = [1.0, 0.5].map(|ratio| found(&estimates, ratio).unwrap());
        assert!(half.interval.high < one.interval.high && half.interval.low > one.interval.low);
        assert_eq!(found(&estimates[..1], 1.0), None);
        let same = found(&[(0.2, 1e-4), (0.2, 1e-4)], 1.0).unwrap();
        assert_eq!((same.gap, same.interval.low), (0.0, 0.0));
    }
}
