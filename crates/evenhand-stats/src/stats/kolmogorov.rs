//! Kolmogorov-Smirnov test that two samples come from one distribution, from counts.
//!
//! Counts of the same bins stand for the samples, so that millions of values need no more memory than
//! a few. The distance is then that of the binned values: never more than that of the values
//! themselves, and equal to it where values have no more digits than bins.

use super::bisect;

/// The largest distance between two cumulative distributions, and how likely chance makes one as
/// large.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KolmogorovSmirnov {
    /// From 0 to 1.
    pub statistic: f64,
    /// By Kolmogorov's limiting distribution; too large (cautious) for few rows and for few bins.
    pub p: f64,
}

/// Two samples as counts of the same ordered bins. `None` where one of them is empty.
///
/// # Panics
///
/// If the slices differ in length.
pub fn two_sample(a: &[u64], b: &[u64]) -> Option<KolmogorovSmirnov> {
    assert_eq!(a.len(), b.len(), "the bins are the same");
    let [n, m] = [a, b].map(|counts| counts.iter().sum::<u64>() as f64);
    if n == 0.0 || m == 0.0 {
        return None;
    }
    let (mut below_a, mut below_b, mut statistic) = (0, 0, 0.0_f64);
    for (a, b) in a.iter().zip(b) {
        below_a += a;
        below_b += b;
        statistic = statistic.max((below_a as f64 / n - below_b as f64 / m).abs());
    }
    let effective = n * m / (n + m);
    Some(KolmogorovSmirnov {
        statistic,
        p: survival(effective.sqrt() * statistic),
    })
}

/// The chance that a variable of Kolmogorov's distribution exceeds `x`.
///
/// Kolmogorov (1933): `2 Σ (-1)^(k-1) exp(-2 k² x²)`; for small `x`, where that converges slowly, its
/// theta-function twin `1 - √(2π)/x Σ exp(-(2k-1)² π² / (8 x²))`.
pub fn survival(x: f64) -> f64 {
    use std::f64::consts::PI;
    if x <= 0.0 {
        return 1.0;
    }
    if x < 1.0 {
        let term = |k: u32| (-f64::from(2 * k - 1).powi(2) * PI * PI / (8.0 * x * x)).exp();
        let below = (2.0 * PI).sqrt() / x * (1..=4).map(term).sum::<f64>();
        return 1.0 - below;
    }
    let term = |k: i32| {
        let sign = if k % 2 == 1 { 2.0 } else { -2.0 };
        sign * (-2.0 * f64::from(k * k) * x * x).exp()
    };
    (1..=6).map(term).sum::<f64>().clamp(0.0, 1.0)
}

/// The value that a variable of Kolmogorov's distribution exceeds with this chance: the inverse of
/// [`survival`].
pub fn critical(chance: f64) -> f64 {
    bisect(0.0, 10.0, |x| survival(x) > chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn survival_matches_scipy() {
        // scipy.special.kolmogorov, SciPy 1.17.1.
        for (x, expected) in [
            (0.1, 1.0),
            (0.3, 0.9999906941986655),
            (0.5, 0.9639452436648751),
            (0.83, 0.4961909953505036),
            (0.99, 0.2808738392255489),
            (1.0, 0.26999967167735456),
            (1.01, 0.25943416909359746),
            (1.36, 0.049485876755377876),
            (2.0, 0.0006709252557796953),
            (4.0, 2.532833109818835e-14),
        ] {
            let found = survival(x);
            assert!(
                (found - expected).abs() < 1e-12 * expected.max(1e-3),
                "{x}: {found:e}"
            );
        }
    }

    #[test]
    fn critical_values_match_scipy() {
        // scipy.special.kolmogi
        for (chance, expected) in [(0.05, 1.3580986393225507), (0.001, 1.9494746035043753)] {
            let found = critical(chance);
            assert!((found - expected).abs() < 1e-9, "{chance}: {found}");
        }
    }

    #[test]
    fn two_samples_match_scipy() {
        // scipy.stats.ks_2samp on the bins' indices, repeated as often as counted, for the statistic;
        // scipy.special.kolmogorov(sqrt(n m / (n + m)) * statistic) for p.
        let a = [12, 30, 41, 17, 0, 5];
        let b = [40, 22, 31, 60, 9, 1];
        let found = two_sample(&a, &b).unwrap();
        assert!(
            (found.statistic - 0.2199240432369267).abs() < 1e-12,
            "{found:?}"
        );
        assert!((found.p - 0.0041509388996302955).abs() < 1e-12, "{found:?}");
    }

    #[test]
    fn equal_distributions_are_no_distance_apart_and_an_empty_one_has_none() {
        let same = two_sample(&[1, 2, 3], &[10, 20, 30]).unwrap();
        assert_eq!((same.statistic, same.p), (0.0, 1.0));
        assert_eq!(two_sample(&[0, 0], &[1, 2]), None);
    }
}
