//! Weights of pairs of labels: how far two labels agree, from 0 to 1.

use super::alpha::Scale;

/// Weights of pairs of labels. A label agrees with itself wholly.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Weights {
    /// Labels are the same or different.
    Identity,
    /// `[labels, labels]`, symmetric.
    Graded { labels: usize, weights: Vec<f64> },
}

impl Weights {
    /// Linear and quadratic weights of an ordered scale; `None` of a nominal one. Places in the order
    /// are the numbers of an ordinal scale.
    ///
    /// # Formula
    ///
    /// With the numbers `x` of the labels, and 1 or 2 as the power,
    ///
    /// ```text
    /// w_kl = 1 - (|x_k - x_l| / (max x - min x))^power
    /// ```
    pub fn graded(scale: &Scale, labels: usize) -> Option<[Self; 2]> {
        let numbers = match scale {
            Scale::Nominal => return None,
            Scale::Ordinal => (0..labels).map(|label| label as f64).collect(),
            Scale::Interval(numbers) => numbers.clone(),
        };
        let greatest = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let least = numbers.iter().copied().fold(f64::INFINITY, f64::min);
        // A single label agrees with itself.
        let range = (greatest - least).max(f64::MIN_POSITIVE);
        let of = |power: i32| Self::Graded {
            labels,
            weights: numbers
                .iter()
                .flat_map(|a| numbers.iter().map(move |b| (a - b).abs() / range))
                .map(|distance| 1.0 - distance.powi(power))
                .collect(),
        };
        Some([of(1), of(2)])
    }

    /// The weight of two labels.
    pub fn of(&self, a: usize, b: usize) -> f64 {
        match self {
            Self::Identity => f64::from(u8::from(a == b)),
            Self::Graded { labels, weights } => weights[a * labels + b],
        }
    }

    /// The expected weight of two labels that are drawn independently, from one distribution each.
    pub fn expected(&self, first: &[f64], second: &[f64]) -> f64 {
        match self {
            Self::Identity => first.iter().zip(second).map(|(a, b)| a * b).sum(),
            Self::Graded { labels, weights } => {
                let rows = first.iter().zip(weights.chunks_exact(*labels));
                let row = |weights: &[f64]| -> f64 {
                    weights.iter().zip(second).map(|(w, b)| w * b).sum()
                };
                rows.map(|(a, weights)| a * row(weights)).sum()
            }
        }
    }

    /// The sum of the weights of all pairs of so many labels, of each with itself too.
    pub fn total(&self, labels: usize) -> f64 {
        match self {
            Self::Identity => labels as f64,
            Self::Graded { weights, .. } => weights.iter().sum(),
        }
    }
}
