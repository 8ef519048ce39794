//! Clusters of rows that are still to be collected.

use crate::stats::Level;
use crate::stats::clustered::DesignEffect;

/// Rows that come in clusters, such as photos of one person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Clusters {
    /// How many times the variance of independent rows a rate has.
    pub effect: f64,
    /// Rows of a cluster; `None` where they do not matter.
    size: Option<f64>,
}

impl Clusters {
    /// Of rows that do not hang together.
    pub const NONE: Self = Self {
        effect: 1.0,
        size: None,
    };

    /// Clusters of as many rows, of which two correlate by `icc`.
    ///
    /// # Formula
    ///
    /// Kish, L. (1965), Survey Sampling, section 5.4: `1 + (size - 1)·icc`.
    pub fn new(size: f64, icc: f64) -> Self {
        Self {
            effect: 1.0 + (size - 1.0) * icc,
            size: (size > 1.0).then_some(size),
        }
    }

    /// As `n` rows had them.
    pub fn measured(effect: DesignEffect, n: u64) -> Self {
        Self {
            effect: effect.value,
            size: effect.degrees.map(|degrees| n as f64 / (degrees + 1.0)),
        }
    }

    /// Number of clusters of `n` rows.
    pub(super) fn count(self, n: f64) -> f64 {
        n / self.size.unwrap_or(1.0)
    }

    /// As many independent rows tell as much as `n` rows, by [`DesignEffect::effective`].
    pub(super) fn effective(self, n: f64, level: Level) -> f64 {
        let degrees = |size: f64| (n / size - 1.0).max(1.0);
        let effect = DesignEffect {
            value: self.effect,
            degrees: self.size.map(degrees),
        };
        n / effect.divisor(level)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_rows_of_a_person_tell_as_much_as_two() {
        // 1 + 2 · 0.2 = 1.4, and t of 99 degrees for z: 300 / 1.4 · (norm.ppf(0.975) / t.ppf(0.975, 99))².
        let level = Level::new(0.95).unwrap();
        let found = Clusters::new(3.0, 0.2).effective(300.0, level);
        assert!((found - 209.0793252797456).abs() < 1e-6, "{found}");
        assert_eq!(Clusters::new(1.0, 0.2).effective(300.0, level), 300.0);
    }

    #[test]
    fn measured_clusters_are_as_large_when_there_are_more_of_them() {
        let level = Level::new(0.95).unwrap();
        let effect = DesignEffect {
            value: 1.4,
            degrees: Some(99.0),
        };
        let measured = Clusters::measured(effect, 300);
        let planned = Clusters::new(3.0, 0.2);
        for n in [30.0, 300.0, 3_000.0] {
            let [a, b] = [measured, planned].map(|of| of.effective(n, level));
            assert!((a - b).abs() < 1e-9, "{a} and {b}");
        }
        assert_eq!(Clusters::measured(DesignEffect::NONE, 300), Clusters::NONE);
    }
}
