//! The difference of two proportions, such as the gap between a group and everyone else.

use super::counts::EffectiveCounts;
use super::proportion::wilson_of;
use super::{Interval, Level};

/// Newcombe's interval for `a - b` of two independent groups of people.
///
/// `None` where either has nobody in it. Counts need not be whole.
///
/// At 95 %, over pairs of true rates from 0.02 to 0.98, it holds the truth in 95.7, 95.9, 95.1 and
/// 95.0 % of samples of 20, 50, 200 and 2,000 each on average, and in 88.0, 94.3, 93.6 and 94.8 % at
/// worst.
///
/// # Formula
///
/// Newcombe, R. G. (1998), Statistics in Medicine 17, 873-890, method 10: with each proportion `p`
/// and its Wilson interval `[l, u]`,
///
/// ```text
/// low  = pa - pb - sqrt((pa - la)² + (ub - pb)²)
/// high = pa - pb + sqrt((ua - pa)² + (pb - lb)²)
/// ```
///
/// # Panics
///
/// When hits are not from 0 to `n`.
pub fn newcombe(
    a: impl Into<EffectiveCounts>,
    b: impl Into<EffectiveCounts>,
    level: Level,
) -> Option<Interval> {
    let (a, b) = (a.into(), b.into());
    let wilson_a = wilson_of(a, level)?;
    let wilson_b = wilson_of(b, level)?;
    let rates = [a.rate(), b.rate()];
    Some(square_and_add(rates, [wilson_a, wilson_b], 0.0))
}

/// An interval for `a - b` from an interval of each, which need not be symmetric: the distances to their ends are
/// added as standard errors of estimates with this correlation are. It lies within -1 and 1 if both intervals lie within
/// 0 and 1.
///
/// # Formula
///
/// Zou, G. Y. and Donner, A. (2008), Statistics in Medicine 27, 1693-1702: with each value `p`, its interval `[l, u]`
/// and the correlation `r`,
///
/// ```text
/// low  = pa - pb - sqrt((pa - la)² - 2r(pa - la)(ub - pb) + (ub - pb)²)
/// high = pa - pb + sqrt((ua - pa)² - 2r(ua - pa)(pb - lb) + (pb - lb)²)
/// ```
pub(crate) fn square_and_add(
    [a, b]: [f64; 2],
    [of_a, of_b]: [Interval; 2],
    correlation: f64,
) -> Interval {
    let reach = |x: f64, y: f64| {
        let squares = x * x - 2.0 * correlation * x * y + y * y;
        squares.max(0.0).sqrt()
    };
    Interval {
        low: a - b - reach(a - of_a.low, of_b.high - b),
        high: a - b + reach(of_a.high - a, b - of_b.low),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::counts::Counts;

    #[test]
    fn square_and_add_matches_numpy() {
        // a, b, c, e = pa - la, ub - pb, ua - pa, pb - lb
        // pa - pb - np.sqrt(a*a - 2*r*a*b + b*b), pa - pb + np.sqrt(c*c - 2*r*c*e + e*e)
        let of = |low, high| Interval { low, high };
        let found = square_and_add([0.3, 0.1], [of(0.2, 0.45), of(0.05, 0.25)], 0.4);
        assert!((found.low - 0.05682178936723645).abs() < 1e-12, "{found:?}");
        assert!(
            (found.high - 0.33784048752090223).abs() < 1e-12,
            "{found:?}"
        );
        let found = square_and_add([0.0, 0.1], [of(0.0, 0.04), of(0.05, 0.25)], -0.2);
        assert!((found.low + 0.25).abs() < 1e-12, "{found:?}");
        assert!((found.high + 0.03).abs() < 1e-12, "{found:?}");
    }

    #[test]
    fn newcombe_matches_statsmodels() {
        // confint_proportions_2indep(k1, n1, k2, n2, method="newcomb", compare="diff")
        let cases = [
            (56, 271, 19, 318, 0.09272261686779393, 0.203170545108662),
            (94, 271, 1, 385, 0.2887883057944827, 0.40275772915884445),
            (0, 40, 3, 50, -0.16217091688838173, 0.03606625607875302),
            (12, 12, 11, 12, -0.16864135389867974, 0.35387991114111705),
            (
                5,
                1000,
                9,
                1200,
                -0.009778860331987027,
                0.005038728363387582,
            ),
        ];
        let level = Level::new(0.95).unwrap();
        for (k1, n1, k2, n2, low, high) in cases {
            let (a, b) = (Counts { hits: k1, n: n1 }, Counts { hits: k2, n: n2 });
            let found = newcombe(a, b, level).unwrap();
            assert!(
                (found.low - low).abs() < 1e-12,
                "{k1}/{n1} - {k2}/{n2}: {found:?}"
            );
            assert!(
                (found.high - high).abs() < 1e-12,
                "{k1}/{n1} - {k2}/{n2}: {found:?}"
            );
        }
    }

    #[test]
    fn a_gap_of_counts_that_are_not_whole_matches_statsmodels() {
        // confint_proportions_2indep(20.5, 101.25, 33.3, 80.8, method="newcomb", compare="diff")
        let a = EffectiveCounts {
            hits: 20.5,
            n: 101.25,
        };
        let b = EffectiveCounts {
            hits: 33.3,
            n: 80.8,
        };
        let found = newcombe(a, b, Level::new(0.95).unwrap()).unwrap();
        assert!((found.low - -0.3373932755987615).abs() < 1e-12, "{found:?}");
        assert!(
            (found.high - -0.0754303170670001).abs() < 1e-12,
            "{found:?}"
        );
    }

    #[test]
    fn a_gap_to_nobody_is_not_estimable() {
        let level = Level::new(0.95).unwrap();
        let (some, nobody) = (Counts { hits: 3, n: 4 }, Counts { hits: 0, n: 0 });
        assert_eq!(newcombe(some, nobody, level), None);
        assert_eq!(newcombe(nobody, some, level), None);
    }
}
