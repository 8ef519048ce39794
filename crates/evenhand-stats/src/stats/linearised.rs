//! Intervals of smooth estimates by linearisation: to first order an estimate moves by a sum of one
//! number a row, its influence. From these numbers follow the variance and, on a scale on which
//! chance is nearly symmetric, the interval (Wolter, K. M. (2007), Introduction to Variance Estimation,
//! chapters 2 and 6).

use super::{Interval, Level, ROUNDING};

/// How far the units of a stratum move an estimate.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Stratum {
    pub units: f64,
    /// Sampling variance of their sum: `n / (n - 1) Σ (u - mean(u))²` of `n` units that move it by `u`.
    pub variance: f64,
    /// The sum of the squares of its terms.
    fourth: f64,
}

impl Stratum {
    /// From the moves of units, each with how many units have it, which need not be whole.
    ///
    /// One unit says nothing of how units differ: its moves are not centred.
    pub fn new(moves: impl Iterator<Item = (f64, f64)> + Clone) -> Self {
        let (mut n, mut sum) = (0.0, 0.0);
        for (by, times) in moves.clone() {
            n += times;
            sum += by * times;
        }
        let (centre, few) = match n > 1.0 {
            true => (sum / n, n / (n - 1.0)),
            false => (0.0, 1.0),
        };
        let mut found = Self {
            units: n,
            ..Self::default()
        };
        for (by, times) in moves {
            let square = few * (by - centre).powi(2);
            found.variance += times * square;
            found.fourth += times * square * square;
        }
        found
    }

    /// Where this share of the variance is left, as in a sample without replacement: one less the share of the stratum
    /// that was drawn (Cochran, W. G. (1977), Sampling Techniques, section 5.6).
    pub fn left(self, share: f64) -> Self {
        Self {
            units: self.units,
            variance: share * self.variance,
            fourth: share * share * self.fourth,
        }
    }
}

/// Sampling variance of an estimate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    pub variance: f64,
    /// Degrees of freedom by the design: independent units less strata, at least 1.
    pub degrees: f64,
    /// Degrees of freedom by the influence values too, at most those by the design: where few of many
    /// rows move the estimate much, their variance is known from these few.
    ///
    /// With `u` the influence of each unit, `2 (Σu²)² / Σu⁴` (Satterthwaite 1946, Biometrics Bulletin
    /// 2, 110-114).
    pub effective_degrees: f64,
}

impl Spread {
    /// From the influence of independent units by stratum, each with how many units have it, which need not be
    /// whole. A unit is a row, or the sum over the rows of a cluster. Rows that were not drawn by stratum are of
    /// one.
    ///
    /// # Formula
    ///
    /// With `n` units of influence `u` in each [`Stratum`]:
    ///
    /// ```text
    /// Σ_strata n / (n - 1) Σ (u - mean(u))²
    /// ```
    pub fn of_strata<S>(strata: impl IntoIterator<Item = S>) -> Self
    where
        S: Iterator<Item = (f64, f64)> + Clone,
    {
        Self::of_parts(strata.into_iter().map(Stratum::new))
    }

    /// From strata whose moves are summed up.
    pub fn of_parts(strata: impl IntoIterator<Item = Stratum>) -> Self {
        let (mut variance, mut fourth, mut degrees) = (0.0, 0.0, 0.0);
        for stratum in strata {
            variance += stratum.variance;
            fourth += stratum.fourth;
            degrees += f64::max(stratum.units - 1.0, 0.0);
        }
        let degrees = f64::max(degrees, 1.0);
        let effective = 2.0 * variance * variance / fourth;
        Self {
            variance,
            degrees,
            effective_degrees: effective.max(1.0).min(degrees),
        }
    }

    /// Of units that are in no strata.
    pub fn of_units(influence: impl Iterator<Item = f64> + Clone) -> Self {
        Self::of_strata([influence.map(|influence| (influence, 1.0))])
    }

    /// Of so many units that its quantile is the normal one.
    pub fn of_many(variance: f64) -> Self {
        Self {
            variance,
            degrees: f64::INFINITY,
            effective_degrees: f64::INFINITY,
        }
    }

    /// Standard error times Student's quantile.
    pub fn reach(&self, level: Level) -> f64 {
        level.t(self.effective_degrees) * self.variance.sqrt()
    }

    /// The same with the degrees of freedom that the design has.
    pub fn reach_by_design(&self, level: Level) -> f64 {
        level.t(self.degrees) * self.variance.sqrt()
    }
}

/// Scale on which an interval is symmetric about its estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// The estimate's own.
    Linear,
    /// `ln x`, of numbers above 0.
    Log,
    /// `ln(x / (1 - x))`, of numbers from 0 to 1.
    Logit,
    /// `artanh x`, of correlations: Fisher's z.
    Fisher,
}

impl Scale {
    /// True if the scale ends there, but for rounding.
    fn is_bound(self, value: f64) -> bool {
        let bounds: &[f64] = match self {
            Self::Linear => &[],
            Self::Log => &[0.0],
            Self::Logit => &[0.0, 1.0],
            Self::Fisher => &[-1.0, 1.0],
        };
        bounds.iter().any(|bound| (value - bound).abs() <= ROUNDING)
    }

    /// Interval of a value by how far it would reach on the value's own scale (delta method). `None`
    /// where no chance was seen, and on the bounds of the scale.
    pub fn interval(self, value: f64, reach: f64) -> Option<Interval> {
        self.interval_by(value, reach, value)
    }

    /// The same, with the slope of the scale at another value, that the variance was taken at.
    pub fn interval_by(self, value: f64, reach: f64, at: f64) -> Option<Interval> {
        let (centre, slope) = match self {
            Self::Linear => (value, 1.0),
            Self::Log => (value.ln(), at.recip()),
            Self::Logit => ((value / (1.0 - value)).ln(), (at * (1.0 - at)).recip()),
            Self::Fisher => (value.atanh(), (1.0 - at * at).recip()),
        };
        let back = |x: f64| match self {
            Self::Linear => x,
            Self::Log => x.exp(),
            Self::Logit => 1.0 / (1.0 + (-x).exp()),
            Self::Fisher => x.tanh(),
        };
        let reach = slope * reach;
        if self.is_bound(value) || !(centre.is_finite() && reach.is_finite()) {
            return None;
        }
        let interval = Interval {
            low: back(centre - reach),
            high: back(centre + reach),
        };
        // Going there and back rounds.
        (!interval.is_point()).then(|| interval.with(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level() -> Level {
        Level::new(0.95).unwrap()
    }

    const INFLUENCE: [f64; 6] = [0.3, -0.1, -0.2, 0.05, 0.15, -0.2];

    #[test]
    fn independent_rows_have_the_variance_of_a_mean() {
        // u = numpy.array([.3, -.1, -.2, .05, .15, -.2]); u.var(ddof=1) * 6; 2 * s**2 / (v**4).sum()
        // with v = u - u.mean(), v2 = 6 / 5 * v**2, s = v2.sum()
        let spread = Spread::of_units(INFLUENCE.into_iter());
        assert!((spread.variance - 0.246).abs() < 1e-12, "{spread:?}");
        assert_eq!((spread.degrees, spread.effective_degrees), (5.0, 5.0));
        let few = Spread::of_strata([[(1.0, 1.0), (-0.01, 100.0)].into_iter()]);
        assert!((few.effective_degrees - 2.0).abs() < 0.05, "{few:?}");
        assert_eq!(few.degrees, 100.0);
    }

    #[test]
    fn what_differs_between_strata_is_no_chance() {
        let strata = |shift: f64| {
            let [a, b] = [[0.0, 1.0], [2.0, 3.0]].map(|values| values.map(|u| (u, 1.0)));
            [a, b.map(|(u, n)| (u + shift, n))].map(IntoIterator::into_iter)
        };
        let found = Spread::of_strata(strata(0.0));
        assert_eq!(found, Spread::of_strata(strata(64.0)));
        // Two strata with 2 / 1 · (0.25 + 0.25) each.
        assert_eq!((found.variance, found.degrees), (2.0, 2.0));
        let single = Spread::of_strata([[(0.5, 1.0)].into_iter()]);
        assert_eq!(single.variance, 0.25);
    }

    #[test]
    fn intervals_match_numpy_on_every_scale() {
        // expit(logit(.8) + q), q = -.1 / .16, .1 / .16; tanh(arctanh(.8) + q), q = -.1 / .36, .1 / .36;
        // .8 * exp(q), q = -.125, .125
        for (scale, low, high) in [
            (Scale::Linear, 0.7, 0.9),
            (Scale::Logit, 0.6816346876077918, 0.8819778226778467),
            (Scale::Fisher, 0.6755238271393413, 0.8801403387944707),
            (Scale::Log, 0.7059975220676763, 0.9065187624534611),
        ] {
            let found = scale.interval(0.8, 0.1).unwrap();
            assert!((found.low - low).abs() < 1e-9, "{scale:?} {found:?}");
            assert!((found.high - high).abs() < 1e-9, "{scale:?} {found:?}");
        }
        for scale in [Scale::Logit, Scale::Fisher] {
            assert_eq!(scale.interval(1.0 - 1e-16, 0.1), None);
        }
        assert_eq!(Scale::Log.interval(0.0, 0.1), None);
        assert_eq!(Scale::Linear.interval(0.5, 0.0), None);
    }

    #[test]
    fn few_units_reach_further() {
        let spread = Spread::of_units(INFLUENCE.into_iter());
        // scipy.stats.t.ppf(.975, 5) * .246**.5
        assert!((spread.reach(level()) - 1.2749671288041227).abs() < 1e-9);
    }
}
