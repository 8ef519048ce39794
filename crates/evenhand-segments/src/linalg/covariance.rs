//! Means and covariances of weighted rows.

use evenhand_stats::stats::gram;
use evenhand_stats::stats::kmeans::Points;
use rayon::prelude::*;

/// Rows whose sums are added together, in their order: the same on any number of threads.
const CHUNK: usize = 8_192;
/// Rows of a product that fit a processor's cache.
const BLOCK: usize = 256;

/// Weighted mean and variance of each column, the latter with the sum of weights as its divisor.
pub fn means_and_variances(points: Points) -> (Vec<f64>, Vec<f64>) {
    let dims = points.dims();
    let sum = total_weight(points);
    let means = summed(points, |sums, row, weight| gram::add(sums, weight, row));
    let means: Vec<f64> = means.iter().map(|total| total / sum).collect();
    let squares = summed(points, |sums, row, weight| {
        for (sum, (value, mean)) in sums.iter_mut().zip(row.iter().zip(&means)) {
            *sum += weight * (value - mean) * (value - mean);
        }
    });
    debug_assert_eq!(squares.len(), dims);
    (means, squares.iter().map(|total| total / sum).collect())
}

/// The sum over rows of what `add` adds for one, by column.
fn summed(points: Points, add: impl Fn(&mut [f64], &[f64], f64) + Sync) -> Vec<f64> {
    let dims = points.dims();
    let chunks = points.values().par_chunks(CHUNK * dims).enumerate();
    let parts = chunks.map(|(chunk, rows)| {
        let mut sums = vec![0.0; dims];
        for (at, row) in rows.chunks_exact(dims).enumerate() {
            add(&mut sums, row, points.weight(chunk * CHUNK + at));
        }
        sums
    });
    total(parts.collect(), dims)
}

fn total(parts: Vec<Vec<f64>>, len: usize) -> Vec<f64> {
    let mut total = vec![0.0; len];
    parts
        .iter()
        .for_each(|part| gram::add(&mut total, 1.0, part));
    total
}

fn total_weight(points: Points) -> f64 {
    (0..points.len()).map(|row| points.weight(row)).sum()
}

/// Covariance matrix, [columns, columns], of rows whose weighted `means` are known. Weights are divided by their mean; the
/// divisor is `n - 1`, as without weights.
pub fn covariance(points: Points, means: &[f64]) -> Vec<f64> {
    let dims = points.dims();
    let width = gram::padded(dims);
    let chunks = points.values().par_chunks(CHUNK * dims).enumerate();
    let parts = chunks.map(|(chunk, rows)| {
        let mut sums = vec![0.0; width * width];
        for (block, rows) in rows.chunks(BLOCK * dims).enumerate() {
            let first = chunk * CHUNK + block * BLOCK;
            let weights = (0..rows.len() / dims).map(|at| points.weight(first + at).sqrt());
            let panels = centred(rows, means, width, weights);
            gram::wide(|| gram::add_products(&mut sums, &panels, width));
        }
        sums
    });
    let sums = total(parts.collect(), width * width);
    let n = points.len() as f64;
    let scale = n / (total_weight(points) * (n - 1.0));
    let mut matrix = vec![0.0; dims * dims];
    for i in 0..dims {
        for j in i..dims {
            matrix[i * dims + j] = sums[i * width + j] * scale;
            matrix[j * dims + i] = matrix[i * dims + j];
        }
    }
    matrix
}

/// Rows less their means, times a factor, in panels of `width` columns.
fn centred(
    rows: &[f64],
    means: &[f64],
    width: usize,
    factors: impl Iterator<Item = f64>,
) -> Vec<f64> {
    let dims = means.len();
    let mut padded = vec![0.0; rows.len() / dims * width];
    for (into, row) in padded.chunks_exact_mut(width).zip(rows.chunks_exact(dims)) {
        for (into, (value, mean)) in into.iter_mut().zip(row.iter().zip(means)) {
            *into = value - mean;
        }
    }
    let mut panels = vec![0.0; padded.len()];
    gram::pack(&padded, width, factors, &mut panels);
    panels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covariances_match_numpy() {
        // x = np.array([[1., 10., 3.], [2., 40., 1.], [4., 20., 7.], [3., 0., 2.]]); np.cov(x.T).ravel()
        let values = [
            1.0, 10.0, 3.0, 2.0, 40.0, 1.0, 4.0, 20.0, 7.0, 3.0, 0.0, 2.0,
        ];
        let expected = [
            1.6666666666666665,
            -1.6666666666666665,
            2.1666666666666665,
            -1.6666666666666665,
            291.66666666666663,
            -5.833333333333333,
            2.1666666666666665,
            -5.833333333333333,
            6.916666666666666,
        ];
        let points = Points::new(&values, 3);
        let (means, variances) = means_and_variances(points);
        let found = covariance(points, &means);
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{found}, not {expected}");
        }
        assert!((variances[0] - 1.25).abs() < 1e-15);
        // w = [1, 2, 3, 4]; np.cov(x.T, aweights=w, ddof=0) * 4 / 3
        let weights = [1.0, 2.0, 3.0, 4.0];
        let points = points.weighted(Some(&weights));
        let (means, _) = means_and_variances(points);
        let found = covariance(points, &means);
        let expected = [1.1866666666666668, -3.3333333333333335, 2.186666666666667];
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{found}, not {expected}");
        }
    }
}
