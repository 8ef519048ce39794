//! Power of a comparison of two rates: how often a test finds the difference that there is.

use super::Level;
use super::counts::EffectiveCounts;
use statrs::distribution::{ContinuousCDF, Normal};

/// Probability that an exact two-sided test at one minus `level` finds two expected rates different, in the
/// direction in which they differ.
///
/// Counts need not be whole. 0 where either has nobody in it.
///
/// # Formula
///
/// Fleiss, J. L., Tytun, A. and Ury, H. K. (1980), Biometrics 36, 343-346, solved for the power: the normal
/// approximation with a continuity correction, which stands for Fisher's exact test. With rates `a` and `b` of `n` and
/// `m` cases, `p` the rate of all of them and `z` from the level,
///
/// ```text
/// Φ((|a - b| - (1/n + 1/m)/2 - z·sqrt(p(1-p)(1/n + 1/m))) / sqrt(a(1-a)/n + b(1-b)/m))
/// ```
///
/// # Panics
///
/// When hits are not from 0 to `n`.
pub fn power(a: EffectiveCounts, b: EffectiveCounts, level: Level) -> f64 {
    corrected(a, b, 0.5, level)
}

/// With a continuity correction of `correction · (1/n + 1/m)`.
fn corrected(a: EffectiveCounts, b: EffectiveCounts, correction: f64, level: Level) -> f64 {
    for EffectiveCounts { hits, n } in [a, b] {
        assert!(0.0 <= hits && hits <= n, "{hits} hits of {n}");
    }
    if a.n == 0.0 || b.n == 0.0 {
        return 0.0;
    }
    let difference = (a.rate() - b.rate()).abs();
    let all = (a.hits + b.hits) / (a.n + b.n);
    let both = 1.0 / a.n + 1.0 / b.n;
    let chance = level.z() * (all * (1.0 - all) * both).sqrt() + correction * both;
    let variance = |of: EffectiveCounts| of.rate() * (1.0 - of.rate()) / of.n;
    let se = (variance(a) + variance(b)).sqrt();
    match difference == chance {
        true => 0.5,
        false => Normal::standard().cdf((difference - chance) / se),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(rate: f64, n: f64) -> EffectiveCounts {
        EffectiveCounts::of_rate(rate, n)
    }

    #[test]
    fn without_a_correction_it_is_the_power_of_statsmodels() {
        // power_proportions_2indep(a - b, b, n, ratio=m / n, alpha=(1 - level) / 2, alternative="smaller",
        // return_results=False)
        let cases = [
            (0.85, 0.9, 500.0, 3000.0, 0.95, 0.8901253580643212),
            (
                0.85,
                0.9,
                700.0,
                4200.0,
                1.0 - 0.05 / 10.5,
                0.8428664069480428,
            ),
            (0.05, 0.1, 435.0, 435.0, 0.95, 0.80051378350218),
            (0.6, 0.8, 50.0, 20.0, 0.99, 0.13753673510420517),
        ];
        for (a, b, n, m, level, expected) in cases {
            let level = Level::new(level).unwrap();
            let found = corrected(of(a, n), of(b, m), 0.0, level);
            assert!((found - expected).abs() < 1e-9, "{found}, not {expected}");
        }
    }

    #[test]
    fn with_a_correction_it_is_that_of_published_sample_sizes() {
        // Fleiss, J. L. (1981), Statistical Methods for Rates and Proportions, table A.3, and of unequal groups the
        // formula of Fleiss, Tytun and Ury in scipy:
        // n = ((z * sqrt((r + 1) * p * q) + y * sqrt(r * a * (1 - a) + b * (1 - b))) / d)**2 / r
        // n / 4 * (1 + sqrt(1 + 2 * (r + 1) / (n * r * d)))**2
        let cases = [
            (0.05, 0.1, 1.0, 0.95, 0.8, 473.5874053836668),
            (0.85, 0.9, 6.0, 1.0 - 0.05 / 10.5, 0.8, 658.880185128611),
            (0.7, 0.9, 2.0, 0.99, 0.9, 90.41417039485233),
            (0.02, 0.05, 0.25, 0.95, 0.8, 1464.5082134658912),
        ];
        for (a, b, ratio, level, power_there, n) in cases {
            let level = Level::new(level).unwrap();
            let found = power(of(a, n), of(b, ratio * n), level);
            assert!((found - power_there).abs() < 1e-6, "{found} at {n}");
        }
        let level = Level::new(0.95).unwrap();
        assert!(power(of(0.05, 474.0), of(0.10, 474.0), level) >= 0.8);
        assert!(power(of(0.05, 473.0), of(0.10, 473.0), level) < 0.8);
    }

    #[test]
    fn rates_without_chance_are_always_or_never_told_apart() {
        let level = Level::new(0.95).unwrap();
        assert_eq!(power(of(0.0, 20.0), of(1.0, 20.0), level), 1.0);
        assert_eq!(power(of(0.0, 1.0), of(1.0, 1.0), level), 0.0);
        assert_eq!(power(of(0.5, 0.0), of(0.9, 20.0), level), 0.0);
        assert!(power(of(0.9, 20.0), of(0.9, 20.0), level) < 0.025);
    }
}
