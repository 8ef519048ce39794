//! One proportion: an interval that stays honest for small groups and for rates near 0 and 1,
//! where the textbook `p ± z·se` gives a perfect group an interval of width 0.

use super::counts::EffectiveCounts;
use super::{Interval, Level, ROUNDING, beta_quantile};

/// Wilson's score interval for the rate `hits / n`, without continuity correction.
///
/// `None` where `n` is 0: nothing was seen, so nothing can be said.
///
/// Counts are discrete, so no interval covers alike everywhere. At 95 %, over true rates from 0.02
/// to 0.98, this one holds the truth in 95.3, 94.8, 95.0 and 95.0 % of samples of 20, 50, 200 and
/// 2,000 on average, and in 92.7, 92.2, 93.3 and 94.7 % at worst.
///
/// # Formula
///
/// Wilson, E. B. (1927), J. Am. Stat. Assoc. 22, 209-212, with `p = hits / n` and `z` from the level:
///
/// ```text
/// (p + z²/2n ± z·sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n)
/// ```
///
/// # Panics
///
/// When `hits` exceeds `n`.
pub fn wilson(hits: u64, n: u64, level: Level) -> Option<Interval> {
    wilson_of(whole(hits, n), level)
}

/// [`wilson`] for counts that need not be whole.
///
/// # Panics
///
/// When hits are not from 0 to `n`.
pub fn wilson_of(counts: EffectiveCounts, level: Level) -> Option<Interval> {
    let EffectiveCounts { hits, n } = seen(counts)?;
    let p = hits / n;
    let z = level.z();
    let z2 = z * z;
    let centre = p + z2 / (2.0 * n);
    let half = z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z2 / n;
    // The ends are exactly 0 and 1 there; rounding would leave them a hair inside or outside.
    let low = if hits == 0.0 {
        0.0
    } else {
        (centre - half) / scale
    };
    let high = if hits == n {
        1.0
    } else {
        (centre + half) / scale
    };
    Some(Interval { low, high })
}

/// Clopper and Pearson's interval for the rate `hits / n`: never less often right than the level
/// promises, at the price of being wider than [`wilson`] for most rates.
///
/// `None` where `n` is 0. Of counts that are not whole, the level is no guarantee: Korn, E. L. and
/// Graubard, B. I. (1998), Survey Methodology 24, 193-201, here without their correction for few
/// clusters.
///
/// # Formula
///
/// Clopper, C. J. and Pearson, E. S. (1934), Biometrika 26, 404-413, with `B(q; a, b)` the quantile
/// of a beta distribution and `α = 1 - level`:
///
/// ```text
/// low  = B(α/2; hits, n - hits + 1)        0 where hits = 0
/// high = B(1 - α/2; hits + 1, n - hits)    1 where hits = n
/// ```
///
/// # Panics
///
/// When hits are not from 0 to `n`.
pub fn clopper_pearson_of(counts: EffectiveCounts, level: Level) -> Option<Interval> {
    let EffectiveCounts { hits, n } = seen(counts)?;
    let misses = n - hits;
    let tail = (1.0 - level.value()) / 2.0;
    let low = if hits == 0.0 {
        0.0
    } else {
        beta_quantile(hits, misses + 1.0, tail)
    };
    let high = if hits == n {
        1.0
    } else {
        beta_quantile(hits + 1.0, misses, 1.0 - tail)
    };
    Some(Interval { low, high })
}

/// Interval of a metric from 0 to 1 that is 0 or 1, where these rows show no variation, from as many
/// independent rows as its rarest denominator has. `None` of any other value, and without rows.
///
/// The AUC has no more variance than the rate of so many rows has: Birnbaum and Klose (1957), Ann.
/// Math. Stat. 28, 933-945. F1 is at least the share `J` of hits among the rows that are positive by
/// label or prediction, and at most `2J / (1 + J)`. The other metrics are not 1 unless all
/// rows of the rarest label are hits. So this is [`wilson_of`] of their share, which is
/// the exact interval of none of them and too wide for most.
pub fn at_bound(value: f64, rows: impl FnOnce() -> f64, level: Level) -> Option<Interval> {
    let at = |share: f64, n: f64| wilson_of(EffectiveCounts { hits: share * n, n }, level);
    let is = |bound: f64| (value - bound).abs() <= ROUNDING;
    if is(1.0) {
        Some(at(1.0, rows())?.with(value))
    } else if is(0.0) {
        let Interval { low, high } = at(0.0, rows())?.with(value);
        let high = 2.0 * high / (1.0 + high);
        Some(Interval { low, high })
    } else {
        None
    }
}

fn whole(hits: u64, n: u64) -> EffectiveCounts {
    assert!(hits <= n, "{hits} hits of {n}");
    EffectiveCounts {
        hits: hits as f64,
        n: n as f64,
    }
}

/// `None` where nothing was seen.
fn seen(counts: EffectiveCounts) -> Option<EffectiveCounts> {
    let EffectiveCounts { hits, n } = counts;
    assert!(0.0 <= hits && hits <= n, "{hits} hits of {n}");
    (n > 0.0).then_some(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_matches_statsmodels() {
        // statsmodels.stats.proportion.proportion_confint(k, n, 1 - level, "wilson")
        let cases = [
            (0, 10, 0.95, 0.0, 0.27753279986288926),
            (0, 10, 0.99, 0.0, 0.3988540933049082),
            (1, 10, 0.95, 0.017876213095072924, 0.40415002679523854),
            (10, 10, 0.95, 0.7224672001371106, 1.0),
            (56, 271, 0.95, 0.16269842209391622, 0.2587862378906198),
            (56, 271, 0.99, 0.1506685779438407, 0.2766368438652448),
            (38, 38, 0.95, 0.9081901317744162, 1.0),
            (38, 38, 0.99, 0.8513518097660516, 1.0),
            (1, 1, 0.95, 0.2065493143772374, 1.0),
            (0, 1, 0.95, 0.0, 0.7934506856227627),
            (
                1,
                10_000,
                0.95,
                1.7652673601122363e-05,
                0.0005662688974013383,
            ),
            (
                2,
                1_000_000,
                0.99,
                3.9045576783153824e-07,
                1.0244370272218531e-05,
            ),
            (
                3,
                10_000_000,
                0.95,
                1.0202707796246512e-07,
                8.821184260515049e-07,
            ),
            (
                9_999_999,
                10_000_000,
                0.95,
                0.9999994335067982,
                0.9999999823475444,
            ),
        ];
        for (k, n, level, low, high) in cases {
            let found = wilson(k, n, Level::new(level).unwrap()).unwrap();
            for (found, expected) in [(found.low, low), (found.high, high)] {
                assert!(
                    (found - expected).abs() <= 1e-12 * expected,
                    "{k}/{n} at {level}: {found}, not {expected}"
                );
            }
        }
    }

    #[test]
    fn clopper_pearson_matches_statsmodels() {
        // statsmodels.stats.proportion.proportion_confint(k, n, 1 - level, "beta")
        let cases = [
            (0, 10, 0.95, 0.0, 0.3084971078187607),
            (1, 10, 0.95, 0.0025285785444617865, 0.4450161170281954),
            (1, 10, 0.99, 0.0005011285754646344, 0.5442870568996868),
            (10, 10, 0.95, 0.6915028921812392, 1.0),
            (56, 271, 0.95, 0.16003544213505294, 0.25979035312759585),
            (38, 38, 0.99, 0.8698544289471332, 1.0),
            (1, 1, 0.95, 0.025, 1.0),
            (
                2,
                1_000_000,
                0.99,
                1.0349459313983792e-07,
                9.273758361504234e-06,
            ),
            (
                3,
                10_000_000,
                0.95,
                6.186721656250596e-08,
                8.767270541303173e-07,
            ),
            (
                3,
                10_000_000,
                0.99,
                3.378634168064924e-08,
                1.0977473116067012e-06,
            ),
            (
                9_999_999,
                10_000_000,
                0.95,
                0.9999994428357883,
                0.9999999974682192,
            ),
            (
                5_000_000,
                10_000_000,
                0.95,
                0.4996900525213711,
                0.5003099474786289,
            ),
            (
                300_000,
                10_000_000,
                0.9,
                0.02991131981696655,
                0.030088881207024642,
            ),
        ];
        for (k, n, level, low, high) in cases {
            let found = clopper_pearson_of(whole(k, n), Level::new(level).unwrap()).unwrap();
            // The logarithm of the gamma function keeps 8 digits of a probability at 10⁷.
            let tolerance = if n > 10_000 { 1e-7 } else { 1e-11 };
            for (found, expected) in [(found.low, low), (found.high, high)] {
                assert!(
                    (found - expected).abs() <= tolerance * expected,
                    "{k}/{n} at {level}: {found}, not {expected}"
                );
                // Of what is missed as well as of what is hit.
                assert!(
                    (found - expected).abs() <= tolerance * (1.0 - expected),
                    "{k}/{n} at {level}: {found}, not {expected}"
                );
            }
        }
    }

    #[test]
    fn counts_that_are_not_whole_match_statsmodels() {
        // proportion_confint(rate * n, n, 0.05, "wilson" and "beta")
        let cases = [
            (
                (0.2066, 120.5),
                (0.1439269242150399, 0.28740192884300514),
                (0.13825443507321283, 0.28988982561189425),
            ),
            (
                (0.0, 33.3),
                (0.0, 0.1034277850861846),
                (0.0, 0.10486180140019191),
            ),
            (
                (1.0, 12.5),
                (0.7649255881715122, 1.0),
                (0.744449428226486, 1.0),
            ),
            (
                (0.01, 1234.5),
                (0.005773614714217198, 0.01726644311269704),
                (0.005233708247511797, 0.017271765755268988),
            ),
        ];
        let level = Level::new(0.95).unwrap();
        for ((rate, n), by_wilson, by_clopper_pearson) in cases {
            let counts = EffectiveCounts::of_rate(rate, n);
            for (found, (low, high)) in [
                (wilson_of(counts, level).unwrap(), by_wilson),
                (
                    clopper_pearson_of(counts, level).unwrap(),
                    by_clopper_pearson,
                ),
            ] {
                assert!((found.low - low).abs() < 1e-12, "{counts:?}: {found:?}");
                assert!((found.high - high).abs() < 1e-12, "{counts:?}: {found:?}");
            }
        }
    }

    #[test]
    fn a_metric_at_its_bound_is_not_known_to_be_there() {
        // proportion_confint(20, 20, 0.05, "wilson") and (0, 20), the latter as 2 * high / (1 + high).
        let level = Level::new(0.95).unwrap();
        let perfect = at_bound(1.0 - 1e-16, || 20.0, level).unwrap();
        assert!(
            (perfect.low - 0.8388748419471806).abs() < 1e-12,
            "{perfect:?}"
        );
        assert_eq!(perfect.high, 1.0);
        let none = at_bound(0.0, || 20.0, level).unwrap();
        assert!((none.high - 0.27753279986288926).abs() < 1e-12, "{none:?}");
        assert_eq!(none.low, 0.0);
        assert_eq!(at_bound(0.5, || 20.0, level), None);
        assert_eq!(at_bound(1.0, || 0.0, level), None);
    }

    #[test]
    #[should_panic(expected = "NaN hits of 3")]
    fn a_rate_that_is_not_a_number_is_refused() {
        wilson_of(
            EffectiveCounts::of_rate(f64::NAN, 3.0),
            Level::new(0.95).unwrap(),
        );
    }

    #[test]
    fn nothing_seen_is_not_estimable() {
        let level = Level::new(0.95).unwrap();
        assert_eq!(wilson(0, 0, level), None);
        assert_eq!(clopper_pearson_of(whole(0, 0), level), None);
    }
}
