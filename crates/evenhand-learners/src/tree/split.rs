//! Splits: which rows of a node go left.

use super::bins::{Bins, MISSING, Scale};
use super::criterion::{Candidate, Criterion, Sides};
use super::node::{Child, LevelSet, Node, Test};
use super::{category, number};

/// The best split of a node.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Split {
    pub(super) gain: f64,
    pub(super) column: usize,
    pub(super) sides: Sides,
}

/// The best split of a column, from its part of a histogram, whose last bin is that of gaps.
pub(super) fn best<C: Criterion>(
    criterion: &C,
    scale: &Scale,
    bins: &[i64],
    all: &C::Sums,
) -> Option<Candidate> {
    match scale {
        Scale::Numbers { .. } => number::best(criterion, bins, all),
        Scale::Levels { .. } => category::best(criterion, bins, all),
    }
}

/// The candidate that gains most; of equals the one of the first column.
pub(super) fn choose(
    candidates: impl IntoIterator<Item = (usize, Option<Candidate>)>,
) -> Option<Split> {
    let mut best: Option<Split> = None;
    for (column, candidate) in candidates {
        if let Some(Candidate { gain, sides }) = candidate
            && best.as_ref().is_none_or(|best| gain > best.gain)
        {
            best = Some(Split {
                gain,
                column,
                sides,
            });
        }
    }
    best
}

impl Split {
    /// Whether rows of a code go left, by code.
    pub(super) fn goes_left(&self) -> [bool; 256] {
        match &self.sides {
            Sides::Among(goes_left) => **goes_left,
            Sides::UpTo { bin, missing_left } => {
                let mut goes_left = [false; 256];
                goes_left[..=usize::from(*bin)].fill(true);
                goes_left[usize::from(MISSING)] = *missing_left;
                goes_left
            }
        }
    }

    /// The split as a node, whose children are not known yet.
    pub(super) fn node(&self, bins: &Bins) -> Node {
        let (test, missing_left) = self.test(bins);
        Node {
            column: self.column as u32,
            test,
            missing_left,
            left: Child::Leaf(0),
            right: Child::Leaf(0),
            gain: self.gain as f32,
        }
    }

    /// The split in terms of values, and whether gaps go left. Levels that are not binned go where gaps go.
    fn test(&self, bins: &Bins) -> (Test, bool) {
        match (&self.sides, &bins.scales[self.column]) {
            (Sides::UpTo { bin, missing_left }, Scale::Numbers { cuts }) => {
                let cut = cuts.get(usize::from(*bin)).copied().unwrap_or(f32::MAX);
                (Test::Below(cut), *missing_left)
            }
            (Sides::Among(goes_left), Scale::Levels { levels, known }) => {
                let missing_left = goes_left[usize::from(MISSING)];
                let mut left = vec![missing_left; *known];
                for (code, &level) in levels.iter().enumerate() {
                    left[level as usize] = goes_left[code];
                }
                let levels = (0..*known as u32).filter(|&level| left[level as usize]);
                (Test::Among(LevelSet::new(levels)), missing_left)
            }
            _ => unreachable!("numbers are cut, and levels are in sets"),
        }
    }
}

/// Rows and what they bring along, in the order of leaves, with room to divide them.
#[derive(Debug)]
pub(super) struct Ordered<T> {
    pub(super) rows: Vec<u32>,
    pub(super) items: Vec<T>,
    spare: Vec<(u32, T)>,
}

impl<T: Copy + Default> Ordered<T> {
    pub(super) fn new(rows: Vec<u32>, items: Vec<T>) -> Self {
        let spare = vec![(0, T::default()); rows.len()];
        Self { rows, items, spare }
    }

    /// Rows of a range that go left come first, in the order they had; gives their number.
    pub(super) fn divide(
        &mut self,
        range: std::ops::Range<usize>,
        bins: &Bins,
        split: &Split,
    ) -> usize {
        let goes_left = split.goes_left();
        let codes = &bins.codes[split.column];
        let (mut left, mut right) = (0, 0);
        let rows = &mut self.rows[range.clone()];
        let items = &mut self.items[range];
        for index in 0..rows.len() {
            let (row, item) = (rows[index], items[index]);
            let is_left = goes_left[usize::from(codes[row as usize])];
            rows[left] = row;
            items[left] = item;
            self.spare[right] = (row, item);
            left += usize::from(is_left);
            right += usize::from(!is_left);
        }
        for (index, &(row, item)) in (left..).zip(&self.spare[..right]) {
            rows[index] = row;
            items[index] = item;
        }
        left
    }
}
