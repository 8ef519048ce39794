//! Leading principal components of wide tables, from products with random vectors.

use super::parallel::normal;
use super::{Method, Pca};
use crate::linalg::{dot, means_and_variances, orthonormalise, symmetric_eigen};
use evenhand_stats::stats::gram;
use evenhand_stats::stats::kmeans::Points;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rayon::prelude::*;

/// Rows whose products are summed together.
const CHUNK: usize = 256;
/// Columns whose products a thread sums.
const PANEL: usize = 512;

/// How leading components are looked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RandomisedParams {
    pub components: usize,
    /// Random vectors beyond the number of components.
    pub oversampling: usize,
    /// The most rounds of products with the table and its transpose.
    pub rounds: usize,
    /// Rounds end when no variance of a component changes by more than this, relatively.
    pub tolerance: f64,
    pub seed: u64,
}

impl RandomisedParams {
    pub fn new(components: usize, seed: u64) -> Self {
        Self {
            components,
            oversampling: 20,
            rounds: 16,
            tolerance: 1e-8,
            seed,
        }
    }
}

/// The leading principal components of rows. Explained shares are of all variance, which is computed exactly.
///
/// # Formula
///
/// Halko, N., Martinsson, P. G. and Tropp, J. A. (2011), SIAM Review 53, 217-288, algorithm 4.4: an orthonormal basis of
/// `(AᵀA)^q Ω`, where the rounds `q` end when the variances do not change any more.
///
/// # Panics
/// When there are fewer rows or columns than components.
pub fn randomised(points: Points, params: &RandomisedParams) -> Pca {
    let (dims, rows) = (points.dims(), points.len());
    let most = rows.min(dims);
    assert!(
        params.components <= most,
        "{} components",
        params.components
    );
    let count = (params.components + params.oversampling).min(most);
    let table = Centred::new(points);
    let mut rng = ChaCha8Rng::seed_from_u64(params.seed);
    let mut basis: Vec<f64> = (0..count * dims).map(|_| normal(&mut rng)).collect();
    orthonormalise(&mut basis, dims);
    let mut variances = vec![0.0; params.components];
    let last = params.rounds.max(1);
    for round in 1..=last {
        let products = table.times(&basis, count);
        let small = table.inner_products(&products, count);
        let (found, vectors) = symmetric_eigen(small, count);
        let moved = found.iter().zip(&variances);
        let moved = moved.map(|(new, old)| (new - old).abs() / new.max(f64::MIN_POSITIVE));
        let is_settled = moved.fold(0.0, f64::max) <= params.tolerance;
        variances = found[..params.components].to_vec();
        if is_settled || round == last {
            basis = combined(&basis, &vectors, dims, count);
            break;
        }
        basis = table.transpose_times(&products, &vectors, count);
        orthonormalise(&mut basis, dims);
    }
    basis.truncate(params.components * dims);
    Pca::new(
        Method::Randomised,
        table.means,
        basis,
        variances,
        table.total,
    )
}

/// Rows less their means, times the roots of their weights; never held in memory.
struct Centred<'a> {
    points: Points<'a>,
    means: Vec<f64>,
    /// Root of the weight of each row, so that variances have the divisor `n - 1`.
    factors: Vec<f64>,
    total: f64,
}

impl<'a> Centred<'a> {
    fn new(points: Points<'a>) -> Self {
        let n = points.len() as f64;
        let (means, variances) = means_and_variances(points);
        let sum: f64 = (0..points.len()).map(|row| points.weight(row)).sum();
        let factor = |row| (points.weight(row) / sum * n / (n - 1.0)).sqrt();
        Self {
            points,
            means,
            factors: (0..points.len()).map(factor).collect(),
            total: variances.iter().sum::<f64>() * n / (n - 1.0),
        }
    }

    /// The table times vectors, one a row of `basis`: [rows, count].
    fn times(&self, basis: &[f64], count: usize) -> Vec<f64> {
        let dims = self.points.dims();
        let by_column = transposed(basis, dims);
        let mut offsets = vec![0.0; count];
        for (row, mean) in by_column.chunks_exact(count).zip(&self.means) {
            gram::add(&mut offsets, *mean, row);
        }
        let mut products = vec![0.0; self.points.len() * count];
        let rows = products.par_chunks_mut(CHUNK * count).enumerate();
        rows.for_each(|(chunk, products)| {
            gram::wide(|| {
                for (at, into) in products.chunks_exact_mut(count).enumerate() {
                    let row = chunk * CHUNK + at;
                    for (value, vectors) in self
                        .points
                        .row(row)
                        .iter()
                        .zip(by_column.chunks_exact(count))
                    {
                        gram::add(into, *value, vectors);
                    }
                    for (value, offset) in into.iter_mut().zip(&offsets) {
                        *value = (*value - offset) * self.factors[row];
                    }
                }
            });
        });
        products
    }

    /// Products of the columns of [rows, count] with each other.
    fn inner_products(&self, products: &[f64], count: usize) -> Vec<f64> {
        let chunks = products.par_chunks(CHUNK * count).map(|rows| {
            let mut sums = vec![0.0; count * count];
            for row in rows.chunks_exact(count) {
                for (sums, value) in sums.chunks_exact_mut(count).zip(row) {
                    gram::add(sums, *value, row);
                }
            }
            sums
        });
        let mut total = vec![0.0; count * count];
        let parts: Vec<Vec<f64>> = chunks.collect();
        parts
            .iter()
            .for_each(|part| gram::add(&mut total, 1.0, part));
        total
    }

    /// The transpose of the table times `products`, turned by `vectors`: one row of `dims` numbers for each vector.
    fn transpose_times(&self, products: &[f64], vectors: &[f64], count: usize) -> Vec<f64> {
        let dims = self.points.dims();
        let turned: Vec<f64> = products
            .par_chunks(count)
            .zip(&self.factors)
            .flat_map_iter(|(row, factor)| {
                vectors
                    .chunks_exact(count)
                    .map(move |v| factor * dot(v, row))
            })
            .collect();
        let mut sums = vec![0.0; count];
        turned
            .chunks_exact(count)
            .for_each(|row| gram::add(&mut sums, 1.0, row));
        let mut by_column = vec![0.0; dims * count];
        let panels = by_column.par_chunks_mut(PANEL * count).enumerate();
        panels.for_each(|(panel, into)| {
            gram::wide(|| {
                let first = panel * PANEL;
                for (row, vectors) in turned.chunks_exact(count).enumerate() {
                    let values = &self.points.row(row)[first..first + into.len() / count];
                    for (value, into) in values.iter().zip(into.chunks_exact_mut(count)) {
                        gram::add(into, *value, vectors);
                    }
                }
                let means = &self.means[first..];
                for (into, mean) in into.chunks_exact_mut(count).zip(means) {
                    gram::add(into, -mean, &sums);
                }
            });
        });
        transposed(&by_column, count)
    }
}

/// [columns, rows] of [rows, columns].
fn transposed(matrix: &[f64], columns: usize) -> Vec<f64> {
    let rows = matrix.len() / columns;
    let mut turned = vec![0.0; matrix.len()];
    for (i, row) in matrix.chunks_exact(columns).enumerate() {
        for (j, value) in row.iter().enumerate() {
            turned[j * rows + i] = *value;
        }
    }
    turned
}

/// Sums of the rows of `basis`, [count, dims], with each row of `vectors` as factors.
fn combined(basis: &[f64], vectors: &[f64], dims: usize, count: usize) -> Vec<f64> {
    let mut directions = vec![0.0; count * dims];
    let rows = directions
        .par_chunks_mut(dims)
        .zip(vectors.par_chunks(count));
    rows.for_each(|(direction, factors)| {
        for (factor, vector) in factors.iter().zip(basis.chunks_exact(dims)) {
            gram::add(direction, *factor, vector);
        }
    });
    directions
}
