//! Statistics: intervals and tests from counts. Knows nothing of images, models or files.

/// A two-sided confidence interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}
