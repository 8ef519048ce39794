//! Two models on the same people. Their rates rise and fall together, and an interval that takes
//! them for strangers is too wide to see a difference.

use super::counts::EffectiveCounts;
use super::difference::square_and_add;
use super::proportion::wilson_of;
use super::{Interval, Level};
use statrs::distribution::{ContinuousCDF, Normal};

/// People by who is right about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paired {
    pub both: u64,
    /// The first only.
    pub first: u64,
    /// The second only.
    pub second: u64,
    pub neither: u64,
}

impl Paired {
    pub fn n(self) -> u64 {
        self.both + self.first + self.second + self.neither
    }

    /// The rate of the first less that of the second. Not a number where there is nobody.
    pub fn difference(self) -> f64 {
        (self.first as f64 - self.second as f64) / self.n() as f64
    }

    /// Sampling variance of the difference, of people who do not depend on each other.
    pub fn variance(self) -> f64 {
        let (n, d) = (self.n() as f64, self.difference());
        ((self.first + self.second) as f64 / n - d * d) / n
    }

    /// Those of everyone who is not in `group`, which is part of these.
    pub fn without(self, group: Self) -> Self {
        Self {
            both: self.both - group.both,
            first: self.first - group.first,
            second: self.second - group.second,
            neither: self.neither - group.neither,
        }
    }

    /// As many independent people as tell as much, of a design effect.
    pub fn deflated(self, effect: f64) -> EffectivePaired {
        let EffectivePaired {
            both,
            first,
            second,
            neither,
        } = self.into();
        EffectivePaired {
            both: both / effect,
            first: first / effect,
            second: second / effect,
            neither: neither / effect,
        }
    }
}

/// [`Paired`] that need not be whole: of people who come in clusters, as many independent ones as tell as much.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EffectivePaired {
    pub both: f64,
    pub first: f64,
    pub second: f64,
    pub neither: f64,
}

impl From<Paired> for EffectivePaired {
    fn from(paired: Paired) -> Self {
        Self {
            both: paired.both as f64,
            first: paired.first as f64,
            second: paired.second as f64,
            neither: paired.neither as f64,
        }
    }
}

impl EffectivePaired {
    fn n(self) -> f64 {
        self.both + self.first + self.second + self.neither
    }

    /// The rate of the first less that of the second. Not a number where there is nobody.
    fn difference(self) -> f64 {
        (self.first - self.second) / self.n()
    }

    /// The difference and its variance, with half a person more in each of the four counts: see
    /// [`change_of_difference_p`].
    pub fn smoothed(self) -> (f64, f64) {
        let n = self.n() + 2.0;
        let (first, second) = (self.first + 0.5, self.second + 0.5);
        let difference = first - second;
        let variance = (first + second - difference * difference / n) / (n * n);
        (difference / n, variance)
    }

    /// How the outcomes correlate, drawn towards 0 where they agree.
    fn phi(self) -> f64 {
        let Self {
            both,
            first,
            second,
            neither,
        } = self;
        let product = both * neither - first * second;
        let half = (both + first + second + neither) / 2.0;
        let corrected = if product > 0.0 {
            (product - half).max(0.0)
        } else {
            product
        };
        let margins = (both + first) * (second + neither) * (both + second) * (first + neither);
        if margins == 0.0 {
            0.0
        } else {
            corrected / margins.sqrt()
        }
    }
}

/// Newcombe's interval for the rate of the first less that of the second, on the same people.
///
/// `None` where there is nobody.
///
/// # Formula
///
/// Newcombe, R. G. (1998), Statistics in Medicine 17, 2635-2650, method 10: with the rates `p1` and
/// `p2` and their Wilson intervals `[l1, u1]` and `[l2, u2]`,
///
/// ```text
/// low  = p1 - p2 - sqrt((p1 - l1)² - 2φ(p1 - l1)(u2 - p2) + (u2 - p2)²)
/// high = p1 - p2 + sqrt((u1 - p1)² - 2φ(u1 - p1)(p2 - l2) + (p2 - l2)²)
/// φ = c / sqrt((both + first)(second + neither)(both + second)(first + neither)), 0 where that is 0
/// c = both·neither - first·second, and where that is positive, less n/2 but at least 0
/// ```
pub fn newcombe_paired(paired: impl Into<EffectivePaired>, level: Level) -> Option<Interval> {
    let paired = paired.into();
    let n = paired.n();
    // A sum in another order may exceed the whole by a hair.
    let of = |hits: f64| EffectiveCounts {
        hits: hits.min(n),
        n,
    };
    let (a, b) = (
        of(paired.both + paired.first),
        of(paired.both + paired.second),
    );
    let (wilson_a, wilson_b) = (wilson_of(a, level)?, wilson_of(b, level)?);
    let rates = [a.rate(), b.rate()];
    Some(square_and_add(rates, [wilson_a, wilson_b], paired.phi()))
}

/// Interval for how much larger the difference of two paired rates is among `a` than among `b`, who are other people.
///
/// `None` where either has nobody in it.
///
/// # Formula
///
/// Zou, G. Y. and Donner, A. (2008), Statistics in Medicine 27, 1693-1702: with `d` and `[l, u]` from
/// [`newcombe_paired`],
///
/// ```text
/// low  = da - db - sqrt((da - la)² + (ub - db)²)
/// high = da - db + sqrt((ua - da)² + (db - lb)²)
/// ```
pub fn change_of_difference(
    a: EffectivePaired,
    b: EffectivePaired,
    level: Level,
) -> Option<Interval> {
    let (of_a, of_b) = (newcombe_paired(a, level)?, newcombe_paired(b, level)?);
    let (da, db) = (a.difference(), b.difference());
    Some(Interval {
        low: da - db - (da - of_a.low).hypot(of_b.high - db),
        high: da - db + (of_a.high - da).hypot(db - of_b.low),
    })
}

/// P-value that the difference of two paired rates is the same among `a` and `b`, who are other people.
///
/// # Formula
///
/// A normal distribution of the difference of `(first - second) / n`, half a person added to each of
/// the four counts of `a` and of `b`, as in Agresti, A. and Min, Y. (2005), Statistics in Medicine 24,
/// 729-740: with them, `(first + second - (first - second)² / n) / n²` is a variance.
pub fn change_of_difference_p(a: EffectivePaired, b: EffectivePaired) -> f64 {
    let [(da, va), (db, vb)] = [a, b].map(EffectivePaired::smoothed);
    let z = (da - db).abs() / (va + vb).sqrt();
    (2.0 * Normal::standard().cdf(-z)).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::difference::newcombe;
    use proptest::prelude::*;

    fn table([both, first, second, neither]: [u64; 4]) -> Paired {
        Paired {
            both,
            first,
            second,
            neither,
        }
    }

    fn found(counts: [u64; 4], level: f64) -> Interval {
        newcombe_paired(table(counts), Level::new(level).unwrap()).unwrap()
    }

    #[test]
    fn newcombe_paired_matches_the_r_package_contingencytables() {
        // Newcombe_square_and_add_CI_paired_2x2(cavo_2012), as its own tests have it.
        let found = found([59, 6, 16, 80], 0.95);
        assert!((found.low + 0.1186).abs() < 5e-5, "{found:?}");
        assert!((found.high + 0.0046).abs() < 5e-5, "{found:?}");
    }

    #[test]
    fn newcombe_paired_matches_numpy() {
        // e, f, g, h = counts; n = e + f + g + h; p1, p2 = (e + f) / n, (e + g) / n
        // (l1, u1), (l2, u2) = (proportion_confint(k, n, 1 - level, "wilson") for k in (e + f, e + g))
        // A = (e + f) * (g + h) * (e + g) * (f + h); B = e * h - f * g; C = B if B < 0 else max(B - n / 2, 0)
        // phi = C / np.sqrt(A) if A else 0
        // p1 - p2 - np.sqrt((p1 - l1)**2 - 2 * phi * (p1 - l1) * (u2 - p2) + (u2 - p2)**2)
        // p1 - p2 + np.sqrt((u1 - p1)**2 - 2 * phi * (u1 - p1) * (p2 - l2) + (p2 - l2)**2)
        let cases = [
            (
                [36, 12, 2, 0],
                0.95,
                0.05692958400323869,
                0.3404276029749407,
            ),
            (
                [20, 12, 2, 16],
                0.95,
                0.056156424841748265,
                0.3292069954001405,
            ),
            (
                [20, 12, 2, 16],
                0.99,
                0.012766997760196547,
                0.36318874663593004,
            ),
            (
                [1, 1, 7, 12],
                0.95,
                -0.506920226686141,
                -0.02555912416485978,
            ),
            (
                [10, 15, 5, 20],
                0.95,
                0.025838416549251064,
                0.3569365716591925,
            ),
            (
                [794, 150, 86, 570],
                0.95,
                0.021230423982877014,
                0.05870387289572883,
            ),
            ([0, 0, 0, 10], 0.95, -0.2775327998628892, 0.2775327998628892),
            (
                [3, 0, 0, 7],
                0.95,
                -0.20019288895024828,
                0.20019288895024828,
            ),
            ([0, 5, 0, 0], 0.95, 0.38554900569034356, 1.0),
            (
                [53, 1, 0, 0],
                0.99,
                -0.09211858173601971,
                0.14023011510710903,
            ),
            ([2, 5, 9, 4], 0.9, -0.4616264485053731, 0.10118359750838307),
            (
                [4000000, 30000, 31000, 900000],
                0.95,
                -0.00029915090487821504,
                -0.00010399495763817695,
            ),
        ];
        for (counts, level, low, high) in cases {
            let found = found(counts, level);
            assert!((found.low - low).abs() < 1e-12, "{counts:?}: {found:?}");
            assert!((found.high - high).abs() < 1e-12, "{counts:?}: {found:?}");
        }
    }

    #[test]
    fn changes_of_differences_match_numpy() {
        // low, high as above of each; da - db - np.hypot(da - la, ub - db), da - db + np.hypot(ua - da, db - lb)
        // f, g = first + .5, second + .5; m = n + 2; v = (f + g - (f - g)**2 / m) / m**2
        // 2 * scipy.stats.norm.sf(abs(da - db) / np.sqrt(va + vb)) with d = (f - g) / m
        let (a, b) = (table([36, 12, 2, 0]), table([20, 12, 2, 16]));
        let [a, b] = [a, b].map(EffectivePaired::from);
        let found = change_of_difference(a, b, Level::new(0.95).unwrap()).unwrap();
        let low = -f64::hypot(0.2 - 0.05692958400323869, 0.3292069954001405 - 0.2);
        let high = f64::hypot(0.3404276029749407 - 0.2, 0.2 - 0.056156424841748265);
        assert!((found.low - low).abs() < 1e-12 && (found.high - high).abs() < 1e-12);
        assert_eq!(change_of_difference_p(a, b), 1.0);
        let p = change_of_difference_p(
            table([40, 9, 1, 50]).into(),
            table([300, 20, 28, 652]).into(),
        );
        assert!((p - 0.007533511198981487).abs() < 1e-12, "{p}");
    }

    #[test]
    fn pairing_narrows_the_interval_of_models_that_agree() {
        let level = Level::new(0.95).unwrap();
        let agreeing = table([800, 40, 20, 140]);
        let a = EffectiveCounts {
            hits: 840.0,
            n: 1000.0,
        };
        let b = EffectiveCounts {
            hits: 820.0,
            n: 1000.0,
        };
        let paired = newcombe_paired(agreeing, level).unwrap();
        let strangers = newcombe(a, b, level).unwrap();
        assert!(paired.high - paired.low < 0.5 * (strangers.high - strangers.low));
        assert!(paired.low > 0.0 && strangers.low < 0.0);
    }

    #[test]
    fn nobody_is_not_estimable() {
        let level = Level::new(0.95).unwrap();
        assert_eq!(newcombe_paired(table([0; 4]), level), None);
    }

    proptest! {
        #[test]
        fn swapping_the_models_negates_the_interval(counts in prop::array::uniform4(0u64..200)) {
            prop_assume!(counts.iter().sum::<u64>() > 0);
            let [both, first, second, neither] = counts;
            let one = found(counts, 0.95);
            let other = found([both, second, first, neither], 0.95);
            prop_assert!((one.low + other.high).abs() < 1e-12);
            prop_assert!((one.high + other.low).abs() < 1e-12);
        }

        #[test]
        fn models_that_never_differ_may_be_alike(both in 0u64..5000, neither in 1u64..5000) {
            prop_assert!(found([both, 0, 0, neither], 0.95).contains(0.0));
        }

        #[test]
        fn the_interval_holds_the_difference_and_stays_within_1(
            counts in prop::array::uniform4(0u64..200),
        ) {
            prop_assume!(counts.iter().sum::<u64>() > 0);
            let interval = found(counts, 0.95);
            prop_assert!(interval.contains(table(counts).difference()));
            prop_assert!(interval.low >= -1.0 - 1e-12 && interval.high <= 1.0 + 1e-12);
        }
    }
}
