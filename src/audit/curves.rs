//! What is drawn rather than said: how scores tell positives from negatives, whether they mean what
//! they say, and where they lie.

use crate::metric::Scores;
use crate::metric::scores::{Bin, RocPoint};

/// Points of a curve; more are not seen.
const POINTS: usize = 100;

/// Bars of a histogram.
const BARS: usize = 20;

/// The curves of a cell's scores.
#[derive(Debug, Clone, PartialEq)]
pub struct Curves {
    /// From (0, 0) to (1, 1); `None` where a label is absent.
    pub roc: Option<Vec<RocPoint>>,
    /// The bins that the calibration error sums over, but for empty ones.
    pub reliability: Vec<Bin>,
    /// Rows by label, negative and positive, in 20 bins of equal width from 0 to 1.
    pub histogram: [Vec<u64>; 2],
}

impl Curves {
    pub(super) fn new(scores: &Scores) -> Self {
        Self {
            roc: scores.roc(POINTS),
            reliability: scores.reliability(),
            histogram: scores.histogram(BARS),
        }
    }
}
