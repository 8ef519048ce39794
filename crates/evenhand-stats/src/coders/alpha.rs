//! Krippendorff's alpha: agreement beyond chance, for any number of coders, with codes missing.
//!
//! Krippendorff (2011), Computing Krippendorff's Alpha-Reliability.

use super::codes::Code;
use super::measure::NotEstimable;

/// Level of measurement of the labels.
#[derive(Debug, Clone, PartialEq)]
pub enum Scale {
    /// Labels are the same or different.
    Nominal,
    /// In the order of the labels.
    Ordinal,
    /// Numbers, one a label.
    Interval(Vec<f64>),
}

impl Scale {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Nominal => "nominal",
            Self::Ordinal => "ordinal",
            Self::Interval(_) => "interval",
        }
    }
}

/// How often pairs of labels occur together within items: `[labels, labels]`, symmetric.
pub(super) struct Coincidences {
    labels: usize,
    counts: Vec<f64>,
}

impl Coincidences {
    /// Coincidences of items, so many times each. An item that is coded once has no pair.
    pub fn of<'a>(items: impl Iterator<Item = (&'a [Code], u32)>, labels: usize) -> Self {
        let mut counts = vec![0.0; labels * labels];
        for (codes, weight) in items.filter(|(codes, weight)| *weight > 0 && codes.len() > 1) {
            let share = f64::from(weight) / (codes.len() - 1) as f64;
            for (at, a) in codes.iter().enumerate() {
                for b in &codes[..at] {
                    counts[a.label * labels + b.label] += share;
                    counts[b.label * labels + a.label] += share;
                }
            }
        }
        Self { labels, counts }
    }

    /// # Formula
    ///
    /// With the coincidences `o`, their sums `n_c` and `n`, and the distance `δ` of labels,
    ///
    /// ```text
    /// α = 1 - (n - 1) Σ o_ck δ²_ck / Σ n_c n_k δ²_ck
    /// ```
    ///
    /// # Errors
    /// There are no pairs, or only one label.
    pub fn alpha(&self, scale: &Scale) -> Result<f64, NotEstimable> {
        let sums: Vec<f64> = self
            .counts
            .chunks_exact(self.labels)
            .map(|row| row.iter().sum())
            .collect();
        let n: f64 = sums.iter().sum();
        if n == 0.0 {
            return Err(NotEstimable::NoItemTwice);
        }
        // Sums up to and with each label.
        let mut sum = 0.0;
        let running: Vec<f64> = sums
            .iter()
            .map(|n| {
                sum += n;
                sum
            })
            .collect();
        let distance = |c: usize, k: usize| match scale {
            Scale::Nominal => 1.0,
            Scale::Ordinal => {
                let between = running[k] - running[c] + sums[c];
                (between - (sums[c] + sums[k]) / 2.0).powi(2)
            }
            Scale::Interval(numbers) => (numbers[c] - numbers[k]).powi(2),
        };
        let (mut observed, mut expected) = (0.0, 0.0);
        for c in 0..self.labels {
            for k in c + 1..self.labels {
                let distance = distance(c, k);
                observed += self.counts[c * self.labels + k] * distance;
                expected += sums[c] * sums[k] * distance;
            }
        }
        match expected {
            0.0 => Err(NotEstimable::OneLabel),
            _ => Ok(1.0 - (n - 1.0) * observed / expected),
        }
    }
}
