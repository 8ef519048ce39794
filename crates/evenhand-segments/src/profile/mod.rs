//! Profiles: what a segment is, in units of the data.

mod differences;
mod members;
mod moments;
mod sentence;

pub use differences::{Difference, differences};
pub use members::{Members, members};
pub use sentence::{rounded, sentence};

use crate::rows::Rows;
use evenhand_stats::stats::kmeans::Nearest;
use serde::{Deserialize, Serialize};

/// A segment, seen through columns of the data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// From 0, the largest first.
    pub segment: usize,
    pub rows: usize,
    /// Sum of the weights of its rows, as a share of all.
    pub weight_share: f64,
    /// One for each column, the columns that segments were made of first.
    pub differences: Vec<Difference>,
    pub members: Members,
    pub sentence: String,
}

/// Distance to the next centre less that to the own one, as a share of the former: 0 halfway between two segments, 1 on the
/// centre. 1 where there is one segment.
pub fn margin(nearest: &Nearest) -> f64 {
    let (first, second) = (nearest.squared.sqrt(), nearest.second_squared.sqrt());
    match second {
        // All centres are on the row.
        0.0 => 0.0,
        second if second.is_infinite() => 1.0,
        second => (second - first) / second,
    }
}

/// Profiles of segments: `rows` are in units of the data, `other` are columns that segments were not made of, and `nearest` is
/// the segment of each row.
///
/// # Panics
/// When there is not a segment for every row, or a segment is beyond `segments`.
pub fn profiles(
    rows: &Rows,
    other: Option<&Rows>,
    nearest: &[Nearest],
    segments: usize,
) -> Vec<Profile> {
    let of: Vec<usize> = nearest.iter().map(|nearest| nearest.cluster).collect();
    let mut all = differences(rows, other, &of, segments);
    let total: f64 = (0..rows.len()).map(|row| rows.points().weight(row)).sum();
    (0..segments)
        .map(|segment| {
            let inside = (0..rows.len()).filter(|&row| of[row] == segment);
            let weight: f64 = inside.clone().map(|row| rows.points().weight(row)).sum();
            let differences = std::mem::take(&mut all[segment]);
            let size = inside.count();
            Profile {
                segment,
                rows: size,
                weight_share: weight / total,
                sentence: sentence(segment, size, weight / total, &differences),
                members: members(nearest, segment),
                differences,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
