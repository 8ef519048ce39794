//! Settings of a segmentation.

use crate::pca::Components;
use crate::scale::Scaling;
use std::ops::RangeInclusive;

/// How many segments are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SegmentCount {
    Number(usize),
    /// The number of these that is recommended: [`crate::choose::Choice::recommended`].
    Choose(RangeInclusive<usize>),
}

/// How rows become segments.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    pub scaling: Scaling,
    pub components: Components,
    /// Whether components are rotated by varimax. Segments stay the same: distances are those of unrotated scores.
    pub is_rotated: bool,
    pub segments: SegmentCount,
    /// Numbers of segments that are compared with the one given, as far as there are rows; `None` compares none.
    pub compared: Option<RangeInclusive<usize>>,
    /// Names of components, the components numbered from 0.
    pub names: Vec<(usize, String)>,
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            scaling: Scaling::MinMax,
            components: Components::Share(0.8),
            is_rotated: false,
            segments: SegmentCount::Choose(2..=12),
            compared: Some(2..=12),
            names: Vec::new(),
            seed: 1,
        }
    }
}

impl Options {
    /// The numbers of segments that are compared, of so many rows.
    pub(super) fn range(&self, rows: usize) -> Option<RangeInclusive<usize>> {
        match (&self.segments, &self.compared) {
            (SegmentCount::Choose(range), _) => Some(range.clone()),
            (SegmentCount::Number(number), Some(compared)) => {
                let last = (*compared.end()).max(*number).min(rows - 1);
                let first = (*compared.start()).min(*number);
                (first <= last).then_some(first..=last)
            }
            (SegmentCount::Number(_), None) => None,
        }
    }
}
