//! Gap statistic: how much more compact segments are than those of rows without structure.

use super::fits::{careful, quick};
use crate::pca;
use evenhand_stats::stats::kmeans::{KMeansError, Points};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// Gap of a number of segments.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Gap {
    pub segments: usize,
    /// Mean log inertia of reference tables less that of the rows.
    pub gap: f64,
    /// Standard deviation of the log inertia of reference tables, times `√(1 + 1/tables)`.
    pub error: f64,
}

/// Gaps of `segments` in this order, with reference tables of uniform numbers in the box of the rows' principal components.
///
/// # Formula
///
/// Tibshirani, R., Walther, G. and Hastie, T. (2001), J. R. Stat. Soc. B 63, 411-423, with the reference of their section 4(b).
/// The inertia of weighted rows is weighted, and reference rows have the same weights.
///
/// # Errors
/// When there are fewer rows than segments.
pub fn gaps(
    points: Points,
    segments: RangeInclusive<usize>,
    tables: usize,
    seed: u64,
) -> Result<Vec<Gap>, KMeansError> {
    let references = (0..tables as u64).into_par_iter().map(|table| {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(table);
        let values = reference(points, &mut rng);
        let reference = Points::new(&values, points.dims()).weighted(points.weights());
        let fits = segments
            .clone()
            .map(|count| Ok(quick(reference, count, seed)?.inertia));
        fits.collect()
    });
    let references: Vec<Vec<f64>> = references.collect::<Result<_, _>>()?;
    let own = segments
        .clone()
        .map(|count| Ok(careful(points, count, seed)?.inertia));
    let own: Vec<f64> = own.collect::<Result<_, _>>()?;
    let gap = |(at, (count, own)): (usize, (usize, &f64))| {
        let logs: Vec<f64> = references.iter().map(|table| table[at].ln()).collect();
        gap_of(count, *own, &logs)
    };
    Ok(segments.zip(&own).enumerate().map(gap).collect())
}

fn gap_of(segments: usize, inertia: f64, logs: &[f64]) -> Gap {
    let tables = logs.len() as f64;
    let mean = logs.iter().sum::<f64>() / tables;
    let squares: f64 = logs.iter().map(|log| (log - mean).powi(2)).sum();
    Gap {
        segments,
        gap: mean - inertia.ln(),
        error: (squares / tables).sqrt() * (1.0 + 1.0 / tables).sqrt(),
    }
}

/// The smallest number of segments whose gap is at least the next one's less its error; `None` where there is none among
/// `gaps`, which are of consecutive numbers.
pub fn one_error_rule(gaps: &[Gap]) -> Option<usize> {
    let accepted = gaps
        .windows(2)
        .find(|pair| pair[0].gap >= pair[1].gap - pair[1].error);
    accepted.map(|pair| pair[0].segments)
}

/// Uniform rows in the smallest box along the principal components that holds all rows.
fn reference(points: Points, rng: &mut ChaCha8Rng) -> Vec<f64> {
    let dims = points.dims();
    let components = pca::exact(points);
    let scores = components.scores(points.values());
    let (mut low, mut high) = (vec![f64::INFINITY; dims], vec![f64::NEG_INFINITY; dims]);
    for row in scores.chunks_exact(dims) {
        for (at, &value) in row.iter().enumerate() {
            low[at] = low[at].min(value);
            high[at] = high[at].max(value);
        }
    }
    // Distances are the same along the components as along the columns.
    let uniform =
        |at: usize, rng: &mut ChaCha8Rng| low[at] + (high[at] - low[at]) * rng.random::<f64>();
    (0..points.values().len())
        .map(|at| uniform(at % dims, rng))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_the_papers_formula() {
        // l = np.log([3., 4., 5.]); l.mean() - np.log(2), l.std() * np.sqrt(4 / 3)
        let logs = [3.0_f64, 4.0, 5.0].map(f64::ln);
        let found = gap_of(2, 2.0, &logs);
        assert!((found.gap - 0.6716343401807549).abs() < 1e-12, "{found:?}");
        assert!(
            (found.error - 0.2414452893166735).abs() < 1e-12,
            "{found:?}"
        );
    }

    #[test]
    fn the_rule_takes_the_first_gap_that_the_next_does_not_beat_by_an_error() {
        let gaps = |values: &[(f64, f64)]| -> Vec<Gap> {
            let numbered = (1..).zip(values);
            numbered
                .map(|(segments, &(gap, error))| Gap {
                    segments,
                    gap,
                    error,
                })
                .collect()
        };
        let rising = gaps(&[(0.1, 0.01), (0.5, 0.01), (0.505, 0.01), (0.4, 0.01)]);
        assert_eq!(one_error_rule(&rising), Some(2));
        assert_eq!(one_error_rule(&rising[..2]), None);
    }

    #[test]
    fn three_clouds_have_their_largest_gap_at_3() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let cloud = |row: usize| [[0.0, 0.0], [8.0, 0.0], [0.0, 8.0]][row % 3];
        let values: Vec<f64> = (0..150)
            .flat_map(|row| cloud(row).map(|corner| corner + rng.random::<f64>()))
            .collect();
        let found = gaps(Points::new(&values, 2), 1..=5, 10, 1).unwrap();
        assert_eq!(one_error_rule(&found), Some(3), "{found:?}");
    }
}
