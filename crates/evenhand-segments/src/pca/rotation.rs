//! Varimax: components turned so that each loads on few columns.

use super::Pca;
use crate::linalg::{dot, turn_to_positive};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Rounds over all pairs of components.
const ROUNDS: usize = 1_000;
/// An angle that turns nothing.
const STILL: f64 = 1e-13;

/// Components that are rotated, the one with the largest variance first, the largest absolute loading of each positive.
///
/// Rotation changes what components are called and how rows are described, not distances between rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rotation {
    /// Covariances of columns with the rotated scores: [components, columns].
    loadings: Vec<f64>,
    /// Rotated scores are scores times this: [components, components], one rotated component a row.
    turn: Vec<f64>,
    /// Variance of the columns that each component explains.
    pub variances: Vec<f64>,
}

/// Rotates the components of `pca` so that the variance of their squared loadings is the largest.
///
/// # Formula
///
/// Kaiser, H. F. (1958), Psychometrika 23, 187-200: raw varimax, by pairs of components, of loadings times the standard
/// deviation of their component. Rotated scores are standardised, so that loadings are their covariances with the columns.
pub fn varimax(pca: &Pca) -> Rotation {
    let (count, dims) = (pca.components(), pca.means.len());
    let deviations: Vec<f64> = pca.variances[..count].iter().map(|v| v.sqrt()).collect();
    let scaled = (0..count).flat_map(|at| pca.loadings(at).iter().map(move |value| (at, value)));
    let mut loadings: Vec<f64> = scaled.map(|(at, value)| value * deviations[at]).collect();
    let mut turn = vec![0.0; count * count];
    (0..count).for_each(|at| turn[at * count + at] = 1.0);
    for _ in 0..ROUNDS {
        let mut largest: f64 = 0.0;
        for p in 0..count {
            for q in p + 1..count {
                let angle = angle(&loadings[p * dims..][..dims], &loadings[q * dims..][..dims]);
                rotate(&mut loadings, dims, (p, q), angle);
                rotate(&mut turn, count, (p, q), angle);
                largest = largest.max(angle.abs());
            }
        }
        if largest <= STILL {
            break;
        }
    }
    in_order(&loadings, &turn, &deviations, dims)
}

/// The angle by which two components are turned.
fn angle(x: &[f64], y: &[f64]) -> f64 {
    let n = x.len() as f64;
    let [mut a, mut b, mut c, mut d] = [0.0; 4];
    for (x, y) in x.iter().zip(y) {
        let (u, v) = (x * x - y * y, 2.0 * x * y);
        a += u;
        b += v;
        c += u * u - v * v;
        d += 2.0 * u * v;
    }
    (d - 2.0 * a * b / n).atan2(c - (a * a - b * b) / n) / 4.0
}

fn rotate(rows: &mut [f64], width: usize, (p, q): (usize, usize), angle: f64) {
    let (sin, cos) = angle.sin_cos();
    let (upper, lower) = rows.split_at_mut(q * width);
    let pairs = upper[p * width..(p + 1) * width]
        .iter_mut()
        .zip(&mut lower[..width]);
    for (x, y) in pairs {
        (*x, *y) = (cos * *x + sin * *y, cos * *y - sin * *x);
    }
}

/// Largest variance first, largest loading positive, the turn divided by the deviations of the scores.
fn in_order(loadings: &[f64], turn: &[f64], deviations: &[f64], dims: usize) -> Rotation {
    let count = deviations.len();
    let mut rotated: Vec<(f64, Vec<f64>, Vec<f64>)> = loadings
        .chunks_exact(dims)
        .zip(turn.chunks_exact(count))
        .map(|(loadings, turn)| {
            let mut loadings = loadings.to_vec();
            let sign = if turn_to_positive(&mut loadings) {
                -1.0
            } else {
                1.0
            };
            let turn = turn
                .iter()
                .zip(deviations)
                .map(|(turn, sd)| sign * turn / sd);
            (dot(&loadings, &loadings), loadings, turn.collect())
        })
        .collect();
    rotated.sort_by(|a, b| b.0.total_cmp(&a.0));
    Rotation {
        loadings: rotated
            .iter()
            .flat_map(|(_, loadings, _)| loadings.clone())
            .collect(),
        turn: rotated
            .iter()
            .flat_map(|(_, _, turn)| turn.clone())
            .collect(),
        variances: rotated.iter().map(|(variance, _, _)| *variance).collect(),
    }
}

impl Rotation {
    /// Loadings of a rotated component, one a column.
    pub fn loadings(&self, component: usize) -> &[f64] {
        let dims = self.loadings.len() / self.variances.len();
        &self.loadings[component * dims..(component + 1) * dims]
    }

    /// What scores are multiplied by: one row for each rotated component.
    pub fn turn(&self) -> &[f64] {
        &self.turn
    }

    /// Rotated scores of scores, both [rows, components]: standardised, by the rows that components were fitted to.
    pub fn scores(&self, scores: &[f64]) -> Vec<f64> {
        let count = self.variances.len();
        let mut rotated = vec![0.0; scores.len()];
        let rows = rotated.par_chunks_mut(count).zip(scores.par_chunks(count));
        rows.for_each(|(rotated, row)| {
            for (value, turn) in rotated.iter_mut().zip(self.turn.chunks_exact(count)) {
                *value = dot(row, turn);
            }
        });
        rotated
    }
}
