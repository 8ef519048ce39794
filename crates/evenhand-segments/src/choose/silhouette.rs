//! Silhouette: how much nearer rows are to their own segment than to the next.

use evenhand_stats::stats::kmeans::Points;
use rayon::prelude::*;

/// Mean silhouettes of several divisions of the same rows, each with a segment for every row. Distances are computed once
/// for all of them, for every pair of rows.
///
/// # Formula
///
/// Rousseeuw, P. J. (1987), J. Comput. Appl. Math. 20, 53-65: the mean of `(b - a) / max(a, b)`, where `a` is the mean
/// distance to the other rows of the own segment and `b` the least mean distance to those of another one. 0 for a row that
/// is alone. With weights, all means are weighted.
///
/// # Panics
/// When there is not a segment for every row.
pub fn silhouettes(points: Points, divisions: &[Vec<usize>]) -> Vec<f64> {
    for segments in divisions {
        assert_eq!(segments.len(), points.len(), "a segment for every row");
    }
    let sizes: Vec<Vec<f64>> = divisions.iter().map(|of| sizes(points, of)).collect();
    let starts: Vec<usize> = sizes
        .iter()
        .scan(0, |start, sizes| {
            *start += sizes.len();
            Some(*start - sizes.len())
        })
        .collect();
    let places: usize = sizes.iter().map(Vec::len).sum();
    let of_row = |row: usize| -> Vec<f64> {
        let mut sums = vec![0.0; places];
        for other in 0..points.len() {
            let distance = distance(points.row(row), points.row(other)) * points.weight(other);
            for (segments, start) in divisions.iter().zip(&starts) {
                sums[start + segments[other]] += distance;
            }
        }
        let each = divisions.iter().zip(&sizes).zip(&starts);
        each.map(|((segments, sizes), &start)| {
            let sums = &sums[start..start + sizes.len()];
            silhouette(sums, sizes, segments[row], points.weight(row))
        })
        .collect()
    };
    let rows: Vec<Vec<f64>> = (0..points.len()).into_par_iter().map(of_row).collect();
    let total: f64 = (0..points.len()).map(|row| points.weight(row)).sum();
    (0..divisions.len())
        .map(|at| {
            let weighted = rows.iter().enumerate();
            let sum: f64 = weighted.map(|(row, s)| points.weight(row) * s[at]).sum();
            sum / total
        })
        .collect()
}

/// Sum of the weights of each segment.
fn sizes(points: Points, segments: &[usize]) -> Vec<f64> {
    let count = segments.iter().max().map_or(0, |largest| largest + 1);
    let mut sizes = vec![0.0; count];
    for (row, &segment) in segments.iter().enumerate() {
        sizes[segment] += points.weight(row);
    }
    sizes
}

/// Of a row with these sums of distances to segments of these sizes.
fn silhouette(sums: &[f64], sizes: &[f64], own: usize, weight: f64) -> f64 {
    let rest = sizes[own] - weight;
    // The row is alone; weights leave rounding.
    if rest <= sizes[own] * 1e-12 {
        return 0.0;
    }
    let a = sums[own] / rest;
    let others = sums.iter().zip(sizes).enumerate();
    let means = others.filter(|(at, (_, size))| *at != own && **size > 0.0);
    let b = means
        .map(|(_, (sum, size))| sum / size)
        .fold(f64::INFINITY, f64::min);
    match (b.is_finite(), a.max(b)) {
        (false, _) | (_, 0.0) => 0.0,
        (_, largest) => (b - a) / largest,
    }
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    let squared: f64 = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum();
    squared.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silhouettes_match_scikit_learn() {
        let values = [0.0, 0.0, 1.0, 0.5, 0.2, 1.0, 4.0, 4.0, 5.0, 3.5, 9.0, 1.0];
        let points = Points::new(&values, 2);
        // sklearn.metrics.silhouette_score(x, [0, 0, 0, 1, 1, 2]), (x, [0, 1, 0, 1, 0, 1])
        let divisions = [vec![0, 0, 0, 1, 1, 2], vec![0, 1, 0, 1, 0, 1]];
        let found = silhouettes(points, &divisions);
        for (found, expected) in found.iter().zip(EXPECTED) {
            assert!((found - expected).abs() < 1e-12, "{found}, not {expected}");
        }
    }

    const EXPECTED: [f64; 2] = [0.658867206911116, -0.08578244255042762];

    #[test]
    fn weights_count_distances_and_rows() {
        let values = [0.0, 1.0, 5.0, 7.0];
        let weights = [2.0, 1.0, 1.0, 3.0];
        let points = Points::new(&values, 1).weighted(Some(&weights));
        let found = silhouettes(points, &[vec![0, 0, 1, 1]])[0];
        // Distances to the own segment: 1, 1, 2, 2; to the other one: (5 + 21) / 4, (4 + 18) / 4, (10 + 4) / 3, (14 + 6) / 3.
        let b = [6.5, 5.5, 14.0 / 3.0, 20.0 / 3.0];
        let s = [
            1.0 - 1.0 / b[0],
            1.0 - 1.0 / b[1],
            1.0 - 2.0 / b[2],
            1.0 - 2.0 / b[3],
        ];
        let expected = (2.0 * s[0] + s[1] + s[2] + 3.0 * s[3]) / 7.0;
        assert!((found - expected).abs() < 1e-15, "{found}, not {expected}");
    }
}
