//! Sample weights: which rows a training listens to more, or sees more often, than their number would
//! give them.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// The weight of the rarest cell is at most this many times that of the most frequent one: more
/// would let a handful of images steer every step.
const CAP: f64 = 20.0;

/// Balancing: the parts of the data that get equal weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Balance {
    /// Every row.
    #[default]
    None,
    /// Every label.
    Label,
    /// Every label within every group.
    Group,
    /// Every label within every group, by drawing their rows more often instead of weighing them more.
    Oversample,
}

impl Balance {
    const ALL: [Self; 4] = [Self::None, Self::Label, Self::Group, Self::Oversample];
}

impl fmt::Display for Balance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Label => "label",
            Self::Group => "group",
            Self::Oversample => "oversample",
        })
    }
}

impl FromStr for Balance {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|balance| balance.to_string() == text)
            .ok_or_else(|| {
                format!("`{text}` is no balance; write none, label, group or oversample")
            })
    }
}

/// One weight a row, with mean 1.
///
/// A row's cell is its label, or its label and group (`groups[row]` numbers the row's combination
/// of attribute values). Its weight is proportional to `1 / n`, `n` the rows of its cell, so that
/// all cells have one total; weights above 20 times the smallest are cut to that. Where rows are
/// drawn more often instead, the weight says how often.
///
/// # Formula
///
/// `w = min(n_max / n, 20)`, then divided by the mean of `w`.
///
/// # Panics
///
/// If `labels` and `groups` differ in length.
pub fn sample_weights(balance: Balance, labels: &[usize], groups: &[usize]) -> Vec<f32> {
    assert_eq!(labels.len(), groups.len(), "one group a row");
    let cell = |row: usize| match balance {
        Balance::None => (0, 0),
        Balance::Label => (labels[row], 0),
        Balance::Group | Balance::Oversample => (labels[row], groups[row]),
    };
    let mut counts: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for row in 0..labels.len() {
        *counts.entry(cell(row)).or_default() += 1;
    }
    let most = counts.values().max().copied().unwrap_or_default() as f64;
    let raw: Vec<f64> = (0..labels.len())
        .map(|row| (most / counts[&cell(row)] as f64).min(CAP))
        .collect();
    let mean = raw.iter().sum::<f64>() / raw.len() as f64;
    raw.into_iter()
        .map(|weight| (weight / mean) as f32)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn totals(weights: &[f32], cells: &[usize]) -> Vec<f32> {
        let mut totals = vec![0.0; cells.iter().max().unwrap() + 1];
        for (weight, cell) in weights.iter().zip(cells) {
            totals[*cell] += weight;
        }
        totals
    }

    #[test]
    fn balanced_cells_have_one_total_and_weights_have_mean_one() {
        let labels = [0, 0, 0, 0, 0, 0, 1, 1, 1];
        let groups = [0, 0, 0, 1, 1, 1, 0, 0, 1];
        assert_eq!(sample_weights(Balance::None, &labels, &groups), [1.0; 9]);
        let by_label = sample_weights(Balance::Label, &labels, &groups);
        assert!(
            totals(&by_label, &labels)
                .iter()
                .all(|total| (total - 4.5).abs() < 1e-5)
        );
        let by_group = sample_weights(Balance::Group, &labels, &groups);
        let cells: Vec<usize> = labels.iter().zip(&groups).map(|(l, g)| 2 * l + g).collect();
        assert!(
            totals(&by_group, &cells)
                .iter()
                .all(|total| (total - 2.25).abs() < 1e-5)
        );
    }

    #[test]
    fn a_single_image_does_not_outweigh_more_than_twenty() {
        let mut labels = vec![0; 1000];
        labels[0] = 1;
        let weights = sample_weights(Balance::Label, &labels, &vec![0; 1000]);
        assert!((weights[0] / weights[1] - 20.0).abs() < 1e-4);
        let mean = weights.iter().map(|weight| f64::from(*weight)).sum::<f64>() / 1000.0;
        assert!((mean - 1.0).abs() < 1e-5);
    }

    #[test]
    fn no_rows_have_no_weights() {
        assert!(sample_weights(Balance::Group, &[], &[]).is_empty());
    }
}
