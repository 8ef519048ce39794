//! Objectives of a search.

use crate::audit::Params;
use crate::stats::counts::Counts;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Objective of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Goal {
    /// The most right answers; who goes on is decided by log loss, which tells near misses from far.
    #[default]
    Accuracy,
    /// The most right answers in the group with the fewest.
    WorstGroup,
    /// The least distance between the groups with the most and the fewest right answers.
    Gap,
}

/// Folds that a candidate was evaluated on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage {
    /// It may be dropped or go on.
    SomeFolds,
    AllFolds,
}

impl Goal {
    const ALL: [Self; 3] = [Self::Accuracy, Self::WorstGroup, Self::Gap];

    pub fn needs_groups(self) -> bool {
        self != Self::Accuracy
    }

    /// Score of a candidate, the lower the better.
    pub fn score(self, tally: &Tally, coverage: Coverage) -> f64 {
        let none = f64::INFINITY;
        match self {
            Self::Accuracy if coverage == Coverage::AllFolds => -tally.accuracy(),
            Self::Accuracy => tally.log_loss(),
            Self::WorstGroup => tally.worst().map_or(none, |(_, accuracy)| -accuracy),
            Self::Gap => tally.gap().unwrap_or(none),
        }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Accuracy => "accuracy",
            Self::WorstGroup => "worst-group",
            Self::Gap => "gap",
        })
    }
}

impl FromStr for Goal {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|goal| goal.to_string() == text)
            .ok_or_else(|| format!("`{text}` is no goal; write accuracy, worst-group or gap"))
    }
}

/// Counts of a candidate's held-out predictions; those of folds add up.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Tally {
    /// The sum of the log losses.
    pub loss: f64,
    pub rows: u64,
    pub hits: u64,
    /// For every grouping, rows and hits by group.
    pub groups: Vec<Vec<[u64; 2]>>,
}

impl Tally {
    /// For groupings of these many groups.
    pub fn new(sizes: &[usize]) -> Self {
        Self {
            groups: sizes.iter().map(|&groups| vec![[0; 2]; groups]).collect(),
            ..Self::default()
        }
    }

    /// Takes down a row: the probability of its label, whether the answer was right, and for every
    /// grouping its group.
    pub fn add(&mut self, probability: f64, hit: bool, groups: impl Iterator<Item = usize>) {
        self.loss -= probability.max(f64::from(f32::MIN_POSITIVE)).ln();
        self.rows += 1;
        self.hits += u64::from(hit);
        for (counts, group) in self.groups.iter_mut().zip(groups) {
            counts[group][0] += 1;
            counts[group][1] += u64::from(hit);
        }
    }

    /// Adds what was judged in another fold.
    ///
    /// # Panics
    /// If the groups are not the same.
    pub fn merge(&mut self, other: &Self) {
        assert_eq!(self.groups.len(), other.groups.len(), "the same groupings");
        self.loss += other.loss;
        self.rows += other.rows;
        self.hits += other.hits;
        for (ours, theirs) in self.groups.iter_mut().zip(&other.groups) {
            assert_eq!(ours.len(), theirs.len(), "the same groups");
            for (ours, theirs) in ours.iter_mut().zip(theirs) {
                ours[0] += theirs[0];
                ours[1] += theirs[1];
            }
        }
    }

    pub fn counts(&self) -> Counts {
        Counts {
            hits: self.hits,
            n: self.rows,
        }
    }

    pub fn accuracy(&self) -> f64 {
        self.counts().rate()
    }

    /// Mean over the rows.
    pub fn log_loss(&self) -> f64 {
        self.loss / self.rows as f64
    }

    /// Grouping and group with the lowest accuracy, and that accuracy.
    pub fn worst(&self) -> Option<([usize; 2], f64)> {
        let all = (0..self.groups.len()).flat_map(|at| self.rates(at));
        all.min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// The largest distance between two groups of one grouping.
    pub fn gap(&self) -> Option<f64> {
        let spread = |at: usize| {
            let rates: Vec<f64> = self.rates(at).map(|(_, rate)| rate).collect();
            let low = rates.iter().copied().reduce(f64::min)?;
            let high = rates.iter().copied().reduce(f64::max)?;
            (rates.len() > 1).then_some(high - low)
        };
        let spreads = (0..self.groups.len()).filter_map(spread);
        spreads.reduce(f64::max)
    }

    /// The accuracy of a grouping's groups that are large enough, as an audit has it.
    fn rates(&self, grouping: usize) -> impl Iterator<Item = ([usize; 2], f64)> {
        let groups = self.groups[grouping].iter().enumerate();
        groups
            .filter(|(_, [n, _])| *n >= Params::MIN_N)
            .map(move |(group, &[n, hits])| ([grouping, group], Counts { hits, n }.rate()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(groups: &[[u64; 2]]) -> Tally {
        Tally {
            loss: 30.0,
            rows: groups.iter().map(|[n, _]| n).sum(),
            hits: groups.iter().map(|[_, hits]| hits).sum(),
            groups: vec![groups.to_vec()],
        }
    }

    #[test]
    fn goals_want_different_things() {
        use Coverage::AllFolds;
        let even = tally(&[[100, 80], [100, 80]]);
        let uneven = tally(&[[100, 95], [100, 75]]);
        let better = |goal: Goal| goal.score(&even, AllFolds) < goal.score(&uneven, AllFolds);
        assert!(!better(Goal::Accuracy));
        assert!(better(Goal::WorstGroup));
        assert!(better(Goal::Gap));
        assert_eq!(Goal::Accuracy.score(&even, Coverage::SomeFolds), 0.15);
        assert_eq!(uneven.worst(), Some(([0, 1], 0.75)));
        assert!((uneven.gap().unwrap() - 0.2).abs() < 1e-12);
    }

    #[test]
    fn a_handful_of_rows_is_no_worst_group() {
        let tally = tally(&[[100, 80], [9, 0]]);
        assert_eq!(tally.worst(), Some(([0, 0], 0.8)));
        assert_eq!(tally.gap(), None);
        assert_eq!(Goal::Gap.score(&tally, Coverage::AllFolds), f64::INFINITY);
    }

    #[test]
    fn folds_add_up_to_what_all_rows_are() {
        let mut whole = Tally::new(&[2]);
        let mut parts = [Tally::new(&[2]), Tally::new(&[2])];
        for row in 0..40 {
            let group = row % 2;
            for tally in [&mut whole, &mut parts[row / 25]] {
                tally.add(0.25, row % 4 != 0, std::iter::once(group));
            }
        }
        let [mut first, second] = parts;
        first.merge(&second);
        assert_eq!(
            (first.rows, first.hits, &first.groups),
            (40, 30, &whole.groups)
        );
        assert!((first.log_loss() - 4.0_f64.ln()).abs() < 1e-12);
    }
}
