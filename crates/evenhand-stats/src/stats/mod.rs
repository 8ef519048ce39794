//! Statistics: intervals and tests from counts. Knows nothing of images, models or files.

pub mod bootstrap;
pub mod clustered;
pub mod conformal;
pub mod contingency;
pub mod counts;
#[cfg(test)]
mod coverage;
pub mod difference;
mod discrete;
pub mod gram;
pub mod homogeneity;
pub mod kmeans;
pub mod kolmogorov;
pub mod largest_difference;
pub mod linearised;
pub mod multiple;
pub mod paired;
pub mod permutation;
pub mod power;
pub mod proportion;
pub mod raking;
pub mod ratio;
pub mod resample;
pub mod sample_size;
pub mod shrinkage;
pub mod stability;
pub mod survey;

use statrs::distribution::{ContinuousCDF, Normal};
use statrs::function::beta::checked_beta_reg;

/// Ends of an interval that differ by less differ by rounding: a perfect Matthews' correlation is
/// 0.9999999999999999 in some resamples.
const ROUNDING: f64 = 1e-9;

/// A two-sided confidence interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}

impl Interval {
    pub fn contains(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// Interval of the same number with its sign changed.
    pub fn negated(self) -> Self {
        Self {
            low: -self.high,
            high: -self.low,
        }
    }

    /// True if both ends are the same but for rounding.
    pub fn is_point(&self) -> bool {
        self.high - self.low <= ROUNDING
    }

    /// The smallest interval that holds all of this one and a value.
    pub fn with(self, value: f64) -> Self {
        Self {
            low: self.low.min(value),
            high: self.high.max(value),
        }
    }

    /// Where the whole interval lies, seen from a value; `None` if it holds the value.
    pub fn side_of(&self, value: f64) -> Option<Side> {
        if self.high < value {
            Some(Side::Below)
        } else if self.low > value {
            Some(Side::Above)
        } else {
            None
        }
    }
}

/// Side of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Below,
    Above,
}

/// The share of intervals that hold the truth when many are made: more than 0 and less than 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level(f64);

impl Level {
    pub fn new(value: f64) -> Option<Self> {
        (value > 0.0 && value < 1.0).then_some(Self(value))
    }

    pub fn value(self) -> f64 {
        self.0
    }

    /// The quantile of the standard normal distribution that `(1 - level) / 2` lies above:
    /// 1.96 at 0.95.
    pub fn z(self) -> f64 {
        -Normal::standard().inverse_cdf((1.0 - self.0) / 2.0)
    }

    /// The quantile of Student's t distribution with so many degrees of freedom that
    /// `(1 - level) / 2` lies above: 2.78 at 0.95 and 4 degrees.
    ///
    /// # Panics
    ///
    /// When the degrees of freedom are not positive.
    pub fn t(self, degrees: f64) -> f64 {
        assert!(degrees > 0.0, "{degrees} degrees of freedom");
        if degrees >= MANY_DEGREES {
            return near_normal(self.z(), degrees);
        }
        // P(|T| > t) is the share of Beta(degrees / 2, 1 / 2) below degrees / (degrees + t²).
        let x = beta_quantile(degrees / 2.0, 0.5, 1.0 - self.0);
        (degrees * (1.0 - x) / x).sqrt()
    }
}

/// From here on, [`near_normal`] has eleven digits of the quantiles up to 5.
const MANY_DEGREES: f64 = 1_000.0;

/// Quantile of Student's t from that of the normal distribution: Abramowitz and Stegun (1964), Handbook of
/// Mathematical Functions, 26.7.5.
fn near_normal(z: f64, degrees: f64) -> f64 {
    let square = z * z;
    let terms = [
        (square + 1.0) / 4.0,
        ((5.0 * square + 16.0) * square + 3.0) / 96.0,
        (((3.0 * square + 19.0) * square + 17.0) * square - 15.0) / 384.0,
        ((((79.0 * square + 776.0) * square + 1482.0) * square - 1920.0) * square - 945.0)
            / 92160.0,
    ];
    let sum = terms
        .iter()
        .rev()
        .fold(0.0, |sum, term| (sum + term) / degrees);
    z * (1.0 + sum)
}

/// The two-sided p-value of a standard normal statistic.
pub fn two_sided_p(z: f64) -> f64 {
    2.0 * Normal::standard().sf(z.abs())
}

/// The two-sided p-value of a statistic with Student's t distribution.
pub fn two_sided_p_of_t(t: f64, degrees: f64) -> f64 {
    // P(|T| > t) is the share of Beta(degrees / 2, 1 / 2) below degrees / (degrees + t²).
    let below = checked_beta_reg(degrees / 2.0, 0.5, degrees / (degrees + t * t));
    below.expect("a share of a beta distribution")
}

/// Bisection: the point between `low` and `high` where `is_below` turns false, to the last bit.
pub(crate) fn bisect(mut low: f64, mut high: f64, is_below: impl Fn(f64) -> bool) -> f64 {
    loop {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            return middle;
        }
        if is_below(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// The value that a share `p` of a Beta(a, b) distribution lies below, for positive `a` and `b`.
///
/// By bisection: `statrs`'s own inverse does not come back for rare events among 10⁷.
pub(crate) fn beta_quantile(a: f64, b: f64, p: f64) -> f64 {
    bisect(0.0, 1.0, |x| {
        checked_beta_reg(a, b, x).is_ok_and(|below| below < p)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn z_matches_published_tables() {
        for (level, z) in [
            (0.90, 1.644853626951),
            (0.95, 1.959963984540),
            (0.99, 2.575829303549),
        ] {
            let found = Level::new(level).unwrap().z();
            assert!((found - z).abs() < 1e-11, "{level}: {found}");
        }
    }

    #[test]
    fn t_matches_scipy() {
        // scipy.stats.t.ppf((1 + level) / 2, degrees)
        for (level, degrees, t) in [
            (0.90, 2.0, 2.9199855803537247),
            (0.95, 1.0, 12.706204736174693),
            (0.95, 4.0, 2.7764451051977987),
            (0.95, 39.0, 2.022690920036762),
            (0.99, 9.0, 3.24983554159213),
            (0.95, 100_000.0, 1.9599877075346095),
            (0.95, 999.0, 1.9623414611334493),
            (0.95, 1_000.0, 1.9623390808264083),
            (0.999999, 1_000.0, 4.922289523401577),
        ] {
            let found = Level::new(level).unwrap().t(degrees);
            assert!((found / t - 1.0).abs() < 1e-8, "{level} {degrees}: {found}");
        }
    }

    #[test]
    fn ends_that_differ_by_rounding_are_a_point() {
        let interval = |low, high| Interval { low, high };
        assert!(interval(0.9999999999999999, 1.0).is_point());
        assert!(!interval(0.9999, 1.0).is_point());
        assert_eq!(interval(0.2, 0.4).with(0.1), interval(0.1, 0.4));
        assert_eq!(interval(0.2, 0.4).with(0.5), interval(0.2, 0.5));
    }

    #[test]
    fn a_level_outside_0_to_1_is_refused() {
        for level in [0.0, 1.0, -0.5, 95.0, f64::NAN] {
            assert_eq!(Level::new(level), None);
        }
    }
}
