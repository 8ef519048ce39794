//! Metrics of scores. Each classifier orders the rows in its own way, and a resample draws the same
//! rows for both.

use super::Pair;
use crate::audit::estimate::defined;
use crate::audit::sampling;
use crate::metric::{Replicates, ScoreMetrics, Scores};

/// The metrics of A and of B, of all rows and of resamples.
pub(super) struct BothScored {
    all: [ScoreMetrics; 2],
    resampled: Vec<[ScoreMetrics; 2]>,
}

impl BothScored {
    /// `None` where a table has no scores.
    pub fn new(pair: Pair, rows: &[u32]) -> Option<Self> {
        let of_a = pair.a.scores.as_ref()?;
        let of_b = pair.b.scores.as_ref()?;
        let ordered = |scores: &[f64]| {
            let row = |&row: &u32| (scores[row as usize], pair.a.labels[row as usize] == 1);
            Scores::with_order(rows.iter().map(row))
        };
        let ((a, order_a), (b, order_b)) = (ordered(of_a), ordered(of_b));
        let all = [a.metrics(), b.metrics()];
        if !pair.params.enough(rows.len() as u64) {
            let resampled = Vec::new();
            return Some(Self { all, resampled });
        }
        let mut place = vec![0; rows.len()];
        for (at, &row) in (0_u32..).zip(&order_a) {
            place[row as usize] = at;
        }
        let in_a: Vec<u32> = order_b.iter().map(|&row| place[row as usize]).collect();
        let plan = sampling::plan(pair.a, order_a.iter().map(|&at| rows[at as usize]));
        let [a, b] = [a, b].map(|scores| Replicates::new(&scores));
        let resampled = plan.replicate(pair.params.replicates, pair.params.seed, |weights| {
            let for_b: Vec<u32> = in_a.iter().map(|&at| weights[at as usize]).collect();
            [a.metrics(weights), b.metrics(&for_b)]
        });
        Some(Self { all, resampled })
    }

    /// Values of a metric of A and of B.
    pub fn values(&self, of: fn(&ScoreMetrics) -> Option<f64>) -> [Option<f64>; 2] {
        self.all.each_ref().map(of)
    }

    /// A less B, of each resample.
    pub fn differences(&self, of: fn(&ScoreMetrics) -> Option<f64>) -> Vec<f64> {
        let difference = |[a, b]: &[ScoreMetrics; 2]| defined(of(a)) - defined(of(b));
        self.resampled.iter().map(difference).collect()
    }
}
