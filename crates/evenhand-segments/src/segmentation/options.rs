//! Settings of a segmentation.

use crate::pca::Components;
use crate::scale::Scaling;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// How many segments are made. As text `7` or `2-12`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
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

impl FromStr for SegmentCount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}`: a number such as 7, or a range such as 2-12 is allowed");
        let number = |text: &str| text.trim().parse::<usize>().map_err(|_| wrong());
        let Some((first, last)) = text.split_once('-') else {
            return Ok(Self::Number(number(text)?));
        };
        match (number(first)?, number(last)?) {
            (first, last) if first <= last => Ok(Self::Choose(first..=last)),
            _ => Err(wrong()),
        }
    }
}

impl TryFrom<String> for SegmentCount {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl fmt::Display for SegmentCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Choose(range) => write!(f, "{}-{}", range.start(), range.end()),
        }
    }
}

impl From<SegmentCount> for String {
    fn from(count: SegmentCount) -> Self {
        count.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_ranges_are_read_back() {
        for (text, count) in [
            ("7", SegmentCount::Number(7)),
            ("2-12", SegmentCount::Choose(2..=12)),
        ] {
            assert_eq!(text.parse(), Ok(count.clone()));
            assert_eq!(count.to_string(), text);
        }
        for text in ["", "12-2", "2-", "seven", "-3"] {
            assert!(text.parse::<SegmentCount>().is_err(), "{text}");
        }
    }
}
