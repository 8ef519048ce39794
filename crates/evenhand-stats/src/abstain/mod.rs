//! Abstention: which rows are left to people, so that the others keep a promise about their errors.
//!
//! A promise needs rows that the classifier did not learn from, each with its confidence and whether it was
//! right. They are kept as a histogram, which travels with the classifier.

mod promise;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;

pub use promise::{Controlled, LEVEL, NoPromise, Promise, RISKS};

use crate::stats::counts::Counts;
use serde::{Deserialize, Serialize};

/// Groupings of more groups are left out: the histogram would outgrow the classifier's card.
const MOST_GROUPS: usize = 30;

/// Thresholds lie this far from each other in the logit, up to the last that is below 1.
const WIDTH: f64 = 0.1;
const LOWEST: i32 = -70;
const HIGHEST: i32 = 138;

/// Confidences as they are written have six decimals.
const ONE: f64 = 1e6;

/// Histogram of the confidence of held-out rows, with the errors in each bin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Confidences {
    /// Bins that have rows, the most certain first.
    pub bins: Vec<Bin>,
    /// Groupings of at most 30 groups.
    pub groupings: Vec<GroupedBins>,
}

/// Rows whose confidence is at least `from` and below the bin before.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    pub from: f64,
    pub rows: u64,
    pub errors: u64,
}

/// The same rows by group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupedBins {
    pub grouping: String,
    pub groups: Vec<GroupBins>,
}

/// Rows of one group, and errors among them, in each of the bins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupBins {
    pub group: String,
    pub rows: Vec<u64>,
    pub errors: Vec<u64>,
}

/// A row that was held out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeldOut {
    /// Its largest probability.
    pub confidence: f64,
    pub is_wrong: bool,
}

/// Groups of one grouping, for [`Confidences::new`].
#[derive(Debug, Clone, Copy)]
pub struct Grouping<'a> {
    pub name: &'a str,
    pub values: &'a [String],
    /// Index of the group of every row.
    pub of: &'a [u32],
}

impl Confidences {
    /// `None` without rows.
    ///
    /// # Panics
    ///
    /// When a grouping has not one group a row.
    pub fn new(rows: &[HeldOut], groupings: &[Grouping]) -> Option<Self> {
        let thresholds = thresholds();
        let bin_of = |row: &HeldOut| {
            let not_above = thresholds.partition_point(|&from| from <= row.confidence);
            not_above.saturating_sub(1)
        };
        let all = count(
            thresholds.len(),
            rows.iter().map(|row| (bin_of(row), row.is_wrong)),
        );
        let filled: Vec<usize> = (0..thresholds.len())
            .rev()
            .filter(|&bin| all[bin].n > 0)
            .collect();
        let bins = filled.iter().map(|&bin| Bin {
            from: thresholds[bin],
            rows: all[bin].n,
            errors: all[bin].hits,
        });
        let few = |grouping: &&Grouping| grouping.values.len() <= MOST_GROUPS;
        let groupings = groupings.iter().filter(few).map(|grouping| {
            assert_eq!(grouping.of.len(), rows.len(), "a group a row");
            let group = |(index, value): (usize, &String)| {
                let members = rows.iter().zip(grouping.of);
                let members = members.filter(|(_, of)| **of as usize == index);
                let members = members.map(|(row, _)| (bin_of(row), row.is_wrong));
                let counts = count(thresholds.len(), members);
                GroupBins {
                    group: value.clone(),
                    rows: filled.iter().map(|&bin| counts[bin].n).collect(),
                    errors: filled.iter().map(|&bin| counts[bin].hits).collect(),
                }
            };
            GroupedBins {
                grouping: grouping.name.to_owned(),
                groups: grouping.values.iter().enumerate().map(group).collect(),
            }
        });
        let found = Self {
            bins: bins.collect(),
            groupings: groupings.collect(),
        };
        (!rows.is_empty()).then_some(found)
    }

    /// True if every group has counts for every bin, and nowhere more errors than rows.
    pub fn is_complete(&self) -> bool {
        let bins = self.bins.len();
        let is_sound = |rows: &u64, errors: &u64| errors <= rows;
        let groups = self.groupings.iter().flat_map(|of| &of.groups);
        let mut groups = groups.map(|group| {
            let mut counts = group.rows.iter().zip(&group.errors);
            let are_all = (group.rows.len(), group.errors.len()) == (bins, bins);
            are_all && counts.all(|(rows, errors)| is_sound(rows, errors))
        });
        let mut all = self.bins.iter();
        bins > 0 && all.all(|bin| is_sound(&bin.rows, &bin.errors)) && groups.all(|sound| sound)
    }

    /// Rows kept from each bin's threshold up, with the errors among them as hits.
    fn steps(&self) -> Vec<Counts> {
        let bins = self.bins.iter().map(|bin| (bin.rows, bin.errors));
        cumulative(bins)
    }
}

impl GroupBins {
    fn steps(&self) -> Vec<Counts> {
        let bins = self.rows.iter().copied();
        cumulative(bins.zip(self.errors.iter().copied()))
    }
}

fn cumulative(bins: impl Iterator<Item = (u64, u64)>) -> Vec<Counts> {
    let kept = bins.scan(Counts { hits: 0, n: 0 }, |kept, (rows, errors)| {
        kept.n += rows;
        kept.hits += errors;
        Some(*kept)
    });
    kept.collect()
}

/// Rows and errors, as hits, of each bin.
fn count(bins: usize, rows: impl Iterator<Item = (usize, bool)>) -> Vec<Counts> {
    let mut counts = vec![Counts { hits: 0, n: 0 }; bins];
    for (bin, is_wrong) in rows {
        counts[bin].n += 1;
        counts[bin].hits += u64::from(is_wrong);
    }
    counts
}

/// Thresholds are the same for all classifiers, and not chosen by what is right: rising from 0, even in the
/// logit, with six decimals.
fn thresholds() -> Vec<f64> {
    let share = |step: i32| 1.0 / (1.0 + (-WIDTH * f64::from(step)).exp());
    let shares = (LOWEST..=HIGHEST).map(|step| (share(step) * ONE).round() / ONE);
    let mut thresholds: Vec<f64> = std::iter::once(0.0).chain(shares).collect();
    thresholds.dedup();
    thresholds
}
