//! Stability: whether another sample of the same population would have given the same segments.

use super::fits::quick;
use super::rand_index::adjusted_rand;
use evenhand_stats::stats::kmeans::{KMeansError, Points};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Adjusted Rand indices of pairs of bootstrap samples.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Stability {
    pub mean: f64,
    /// A tenth of the pairs agree less.
    pub tenth: f64,
    pub pairs: usize,
}

/// Agreement of the segments of two bootstrap samples, over `pairs` of them: each gives every row of the table a segment, and
/// the adjusted Rand index compares the two. Rows are drawn with equal probabilities and keep their weights.
///
/// # Formula
///
/// Fang, Y. and Wang, J. (2012), Comput. Stat. Data Anal. 56, 468-477, with the index of Hubert and Arabie (1985) in place of
/// the share of pairs; Hennig, C. (2007), Comput. Stat. Data Anal. 52, 258-271.
///
/// # Errors
/// When there are fewer rows than segments.
pub fn stability(
    points: Points,
    segments: usize,
    pairs: usize,
    seed: u64,
) -> Result<Stability, KMeansError> {
    let agreement = |pair: u64| -> Result<f64, KMeansError> {
        let labels = |sample: u64| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream(2 * pair + sample);
            let (values, weights) = resample(points, &mut rng);
            let sample = Points::new(&values, points.dims()).weighted(weights.as_deref());
            Ok(quick(sample, segments, seed + pair)?.assign(points.values()))
        };
        Ok(adjusted_rand(&labels(0)?, &labels(1)?))
    };
    let found = (0..pairs as u64).into_par_iter().map(agreement);
    let mut found: Vec<f64> = found.collect::<Result<_, _>>()?;
    found.sort_by(f64::total_cmp);
    Ok(Stability {
        mean: found.iter().sum::<f64>() / found.len() as f64,
        tenth: found[found.len() / 10],
        pairs,
    })
}

/// As many rows, drawn with replacement, with their weights.
fn resample(points: Points, rng: &mut ChaCha8Rng) -> (Vec<f64>, Option<Vec<f64>>) {
    let rows = (0..points.len()).map(|_| rng.random_range(0..points.len()));
    let rows: Vec<usize> = rows.collect();
    let values = rows.iter().flat_map(|&row| points.row(row)).copied();
    let weights = points
        .weights()
        .map(|_| rows.iter().map(|&row| points.weight(row)).collect());
    (values.collect(), weights)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_that_are_there_are_stable_and_others_are_not() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let cloud = |row: usize| [[0.0, 0.0], [8.0, 0.0], [0.0, 8.0]][row % 3];
        let values: Vec<f64> = (0..240)
            .flat_map(|row| cloud(row).map(|corner| corner + rng.random::<f64>()))
            .collect();
        let points = Points::new(&values, 2);
        let three = stability(points, 3, 10, 1).unwrap();
        assert_eq!((three.mean, three.tenth), (1.0, 1.0));
        let seven = stability(points, 7, 10, 1).unwrap();
        assert!(seven.mean < 0.8 && seven.tenth <= seven.mean, "{seven:?}");
    }
}
