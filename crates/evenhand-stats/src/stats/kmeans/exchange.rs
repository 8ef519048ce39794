//! Hartigan's exchange: single rows to the cluster where they lower the inertia, until no move does.

use super::Points;
use super::centres::squared_distance;
use super::lloyd::{Optimum, optimum};

/// The most rounds over all rows.
const ROUNDS: usize = 1_000;

/// Moves that lower the inertia by a smaller share are rounding.
const ROUNDING: f64 = 1e-12;

/// Moves single rows from an optimum of Lloyd's algorithm, whose optima are many and shallow: those of the exchange
/// are a part of them.
///
/// # Formula
///
/// Hartigan, J. A. and Wong, M. A. (1979), Applied Statistics 28, 100-108; Telgarsky, M. and Vattani, A. (2010),
/// AISTATS, 820-827. With `W` the weight of a cluster, `w` and `d²` that of a row and its squared distance to the centre,
/// inertia falls by `W·w·d² / (W - w)` where the row leaves and grows by `W·w·d² / (W + w)` where it comes.
pub(super) fn exchange(points: Points, start: Optimum) -> Optimum {
    let dims = points.dims();
    let mut labels = start.labels(points);
    let (mut centres, mut weights) = (start.centres, start.weights);
    let mut counts = start.counts;
    let least = start.inertia * ROUNDING;
    for _ in 0..ROUNDS {
        let mut moved = false;
        for (row, label) in labels.iter_mut().enumerate() {
            let (values, weight, from) = (points.row(row), points.weight(row), *label);
            if counts[from] == 1 {
                continue;
            }
            let away = |at: usize| {
                weight * weights[at] * squared_distance(values, &centres[at * dims..][..dims])
            };
            let saved = away(from) / (weights[from] - weight);
            let others = (0..weights.len()).filter(|&at| at != from);
            let costs = others.map(|at| (at, away(at) / (weights[at] + weight)));
            let cheapest = costs.reduce(|best, other| if other.1 < best.1 { other } else { best });
            let Some((to, _)) = cheapest.filter(|(_, cost)| cost + least < saved) else {
                continue;
            };
            weights[from] -= weight;
            weights[to] += weight;
            counts[from] -= 1;
            counts[to] += 1;
            shift(
                &mut centres[from * dims..][..dims],
                values,
                -weight / weights[from],
            );
            shift(
                &mut centres[to * dims..][..dims],
                values,
                weight / weights[to],
            );
            *label = to;
            moved = true;
        }
        if !moved {
            break;
        }
    }
    optimum(points, centres)
}

/// A centre by a share of the way to a row.
fn shift(centre: &mut [f64], row: &[f64], share: f64) {
    for (centre, value) in centre.iter_mut().zip(row) {
        *centre += share * (value - *centre);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::kmeans::{KMeans, Params, Starts};

    #[test]
    fn single_rows_leave_an_optimum_of_lloyds() {
        // Telgarsky and Vattani's example: Lloyd's algorithm rests, because 0 is as near to -1 as to 1's centre.
        let rows = [-3.0, 0.0, 2.0, 2.5];
        let points = Points::new(&rows, 1);
        let rests = optimum(points, vec![-1.5, 2.25]);
        let moved = exchange(points, rests.clone());
        assert_eq!(rests.inertia, 1.5 * 1.5 * 2.0 + 2.0 * 0.25 * 0.25);
        // -3 alone costs 0; 0, 2 and 2.5 cost 3.5.
        assert!((moved.inertia - 3.5).abs() < 1e-12, "{moved:?}");
        assert_eq!(moved.counts, [1, 3]);
        let params = Params {
            starts: Starts::Exactly(1),
            ..Params::for_rows(4, 2, 1)
        };
        let found = KMeans::fit(points, &params).unwrap();
        assert!((found.inertia - 3.5).abs() < 1e-12, "{found:?}");
    }
}
