//! Parallel analysis: components that explain more than chance does.

use super::exact::exact;
use crate::linalg::{means_and_variances, symmetric_eigen};
use evenhand_stats::stats::kmeans::Points;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::f64::consts::TAU;

/// Above so many rows, covariances of permuted columns are drawn from the normal distribution that they have then.
const MOST_PERMUTED: usize = 10_000;

/// How chance is simulated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ParallelParams {
    pub tables: usize,
    /// Of the variances of a component over tables, as in 0.95.
    pub quantile: f64,
    pub seed: u64,
}

impl ParallelParams {
    pub fn new(seed: u64) -> Self {
        Self {
            tables: 200,
            quantile: 0.95,
            seed,
        }
    }
}

/// Variances of components that chance alone gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parallel {
    /// The quantile for each component, in descending order.
    pub quantiles: Vec<f64>,
    /// Leading components whose variance is above it.
    pub keep: usize,
    pub tables: usize,
    pub quantile: f64,
}

/// Compares the `variances` of components with those of tables whose columns were permuted independently. The same seed
/// gives the same result on any number of threads.
///
/// # Formula
///
/// Horn, J. L. (1965), Psychometrika 30, 179-185, with permutations and a high quantile in place of the mean: Buja, A. and
/// Eyuboglu, N. (1992), Multivariate Behavioral Research 27, 509-540. Permutations leave variances of columns as they are
/// and give covariances the mean 0 and the variance `s²t² / (n - 1)`; of more than 10,000 rows these are drawn from the
/// normal distribution, with the effective `n` of weights (Kish).
pub fn parallel(points: Points, variances: &[f64], params: &ParallelParams) -> Parallel {
    let (_, own) = means_and_variances(points);
    let tables = (0..params.tables as u64).into_par_iter().map(|table| {
        let mut rng = ChaCha8Rng::seed_from_u64(params.seed);
        rng.set_stream(table);
        match points.len() {
            ..=MOST_PERMUTED => permuted(points, &mut rng),
            _ => drawn(points, &own, &mut rng),
        }
    });
    let tables: Vec<Vec<f64>> = tables.collect();
    let quantiles = quantiles(&tables, points.dims(), params.quantile);
    let above = variances.iter().zip(&quantiles);
    Parallel {
        keep: above
            .take_while(|(variance, chance)| variance > chance)
            .count(),
        quantiles,
        tables: params.tables,
        quantile: params.quantile,
    }
}

/// The quantile of the variances of each component over tables.
fn quantiles(tables: &[Vec<f64>], components: usize, share: f64) -> Vec<f64> {
    let of_component = |component| {
        let of_tables = tables.iter().map(|variances| variances[component]);
        quantile(of_tables.collect(), share)
    };
    (0..components).map(of_component).collect()
}

/// Variances of the components of rows whose columns are permuted.
fn permuted(points: Points, rng: &mut ChaCha8Rng) -> Vec<f64> {
    let dims = points.dims();
    let mut values = points.values().to_vec();
    let mut column = Vec::with_capacity(points.len());
    for at in 0..dims {
        column.clear();
        column.extend(points.values().iter().skip(at).step_by(dims));
        column.shuffle(rng);
        for (value, &other) in values.iter_mut().skip(at).step_by(dims).zip(&column) {
            *value = other;
        }
    }
    let weights: Vec<f64> = (0..points.len()).map(|row| points.weight(row)).collect();
    exact(Points::new(&values, dims).weighted(Some(&weights))).variances
}

/// Variances of components of columns with these variances when their covariances are what chance makes them.
fn drawn(points: Points, own: &[f64], rng: &mut ChaCha8Rng) -> Vec<f64> {
    let dims = points.dims();
    let weights = (0..points.len()).map(|row| points.weight(row));
    let (sum, squares) = weights.fold((0.0, 0.0), |(sum, squares), weight| {
        (sum + weight, squares + weight * weight)
    });
    let effective = sum * sum / squares - 1.0;
    let n = points.len() as f64;
    let own: Vec<f64> = own
        .iter()
        .map(|variance| variance * n / (n - 1.0))
        .collect();
    let mut matrix = vec![0.0; dims * dims];
    for i in 0..dims {
        matrix[i * dims + i] = own[i];
        for j in i + 1..dims {
            let value = (own[i] * own[j] / effective).sqrt() * normal(rng);
            matrix[i * dims + j] = value;
            matrix[j * dims + i] = value;
        }
    }
    symmetric_eigen(matrix, dims).0
}

/// A draw from the standard normal distribution: Box, G. E. P. and Muller, M. E. (1958), Ann. Math. Stat. 29, 610-611.
pub fn normal(rng: &mut ChaCha8Rng) -> f64 {
    let uniform: f64 = 1.0 - rng.random::<f64>();
    (-2.0 * uniform.ln()).sqrt() * (TAU * rng.random::<f64>()).cos()
}

/// Between the values around it, as numpy does by default.
fn quantile(mut values: Vec<f64>, share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = share * (values.len() - 1) as f64;
    let low = values[place.floor() as usize];
    let high = values[place.ceil() as usize];
    low + (high - low) * place.fract()
}

#[cfg(test)]
/// Quantiles of chance for a small table, as those of a large one are computed.
pub fn drawn_quantiles(points: Points, params: &ParallelParams) -> Vec<f64> {
    let (_, own) = means_and_variances(points);
    let tables = params.tables as u64;
    let tables: Vec<Vec<f64>> = (0..tables)
        .map(|table| drawn(points, &own, &mut ChaCha8Rng::seed_from_u64(table)))
        .collect();
    quantiles(&tables, points.dims(), params.quantile)
}
