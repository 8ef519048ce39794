//! How many rows or clusters each label has, for the variance of an area under the ROC curve.

use crate::metric::scores::Scores;
use crate::stats::resample::Plan;

/// Rows or clusters of a label less one, at least.
const FEWEST_UNITS: f64 = 0.5;

/// By label, the factor that makes the standard error of its part one of as many rows or clusters as hold it, in the place
/// of one of all.
pub(super) fn label_ratios(scores: &Scores, plan: &Plan) -> [f64; 2] {
    let (all, units) = match plan.cluster_rows() {
        None => {
            let units = scores.labelled().map(|rows| rows as f64);
            (units[0] + units[1], units)
        }
        Some(clusters) => clusters_of_labels(scores, clusters),
    };
    units.map(|m| {
        let divided = m / (m - 1.0).max(FEWEST_UNITS);
        (divided * (all - 1.0) / all).max(1.0).sqrt()
    })
}

/// The number of clusters, and of those that hold rows of each label, if all had as many.
fn clusters_of_labels<'a>(
    scores: &Scores,
    clusters: impl Iterator<Item = &'a [u32]>,
) -> (f64, [f64; 2]) {
    let (mut all, mut rows, mut squares) = (0.0, [0.0; 2], [0.0; 2]);
    for cluster in clusters {
        let positive = |row: &&u32| scores.is_positive(**row as usize);
        let positives = cluster.iter().filter(positive).count() as f64;
        all += 1.0;
        for (label, n) in [(0, cluster.len() as f64 - positives), (1, positives)] {
            rows[label] += n;
            squares[label] += n * n;
        }
    }
    (
        all,
        [0, 1].map(|label| rows[label] * rows[label] / squares[label]),
    )
}
