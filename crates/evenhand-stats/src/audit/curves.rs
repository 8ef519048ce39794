//! What is drawn rather than said: how scores tell positives from negatives, whether they mean what
//! they say, and where they lie.

use super::CheckedParams;
use crate::metric::Scores;
use crate::metric::scores::{Bin, RocPoint};

/// Points of a curve; more are not seen.
const POINTS: usize = 100;

/// Bars of a histogram.
const BARS: usize = 20;

/// The curves of a cell's scores.
#[derive(Debug, Clone, PartialEq)]
pub struct Curves {
    /// From (0, 0) to (1, 1); `None` of too few rows of a label.
    pub roc: Option<Vec<RocPoint>>,
    /// The bins that the calibration error sums over, but for empty ones.
    pub reliability: Vec<Bin>,
    /// Rows by label, negative and positive, in 20 bins of equal width from 0 to 1.
    pub histogram: [Vec<u64>; 2],
}

impl Curves {
    pub(super) fn new(scores: &Scores, params: &CheckedParams) -> Self {
        let positives = (0..scores.len())
            .filter(|&row| scores.is_positive(row))
            .count();
        let rarer = positives.min(scores.len() - positives);
        Self {
            roc: scores.roc(POINTS).filter(|_| params.enough(rarer as u64)),
            reliability: scores.reliability(),
            histogram: scores.histogram(BARS),
        }
    }
}
