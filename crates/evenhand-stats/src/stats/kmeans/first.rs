//! First centres of a start: k-means++.

use super::Points;
use super::centres::squared_distance;
use rand::RngExt;
use rand::rngs::ChaCha8Rng;

/// Rows that first centres are drawn among: more change little and take long.
const MOST_ROWS: usize = 5_000;

/// [clusters, dims].
pub(super) fn first_centres(points: Points, clusters: usize, rng: &mut ChaCha8Rng) -> Vec<f64> {
    let rows: Vec<usize> = match points.len() {
        few @ ..=MOST_ROWS => (0..few).collect(),
        many => (0..MOST_ROWS).map(|_| rng.random_range(0..many)).collect(),
    };
    let weights: Vec<f64> = rows.iter().map(|&row| points.weight(row)).collect();
    let candidates = 2 + (clusters as f64).ln() as usize;
    let mut centres = Vec::with_capacity(clusters * points.dims());
    let first = points.row(rows[draw(&weights, rng)]);
    centres.extend_from_slice(first);
    let mut away = vec![f64::INFINITY; rows.len()];
    let nearer = |away: &[f64], centre: &[f64]| -> Vec<f64> {
        let away = rows.iter().zip(away);
        away.map(|(&row, away)| away.min(squared_distance(points.row(row), centre)))
            .collect()
    };
    away = nearer(&away, first);
    for _ in 1..clusters {
        let chances: Vec<f64> = away.iter().zip(&weights).map(|(a, w)| a * w).collect();
        let drawn: Vec<usize> = (0..candidates).map(|_| draw(&chances, rng)).collect();
        let choices = drawn.into_iter().map(|at| {
            let away = nearer(&away, points.row(rows[at]));
            let inertia: f64 = away.iter().zip(&weights).map(|(a, w)| a * w).sum();
            (at, inertia, away)
        });
        let best = choices.reduce(|best, other| if other.1 < best.1 { other } else { best });
        if let Some((at, _, left)) = best {
            centres.extend_from_slice(points.row(rows[at]));
            away = left;
        }
    }
    centres
}

/// A place, drawn in proportion to `chances`: any, where all are 0.
fn draw(chances: &[f64], rng: &mut ChaCha8Rng) -> usize {
    let any = rng.random_range(0..chances.len());
    let mut left = rng.random::<f64>() * chances.iter().sum::<f64>();
    let passed = chances.iter().position(|&chance| {
        left -= chance;
        left < 0.0
    });
    // What rounding left over falls to any row, too.
    passed.unwrap_or(any)
}
