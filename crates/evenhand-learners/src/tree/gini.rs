//! Class weights as whole numbers, and what a split of them gains.

use super::criterion::Criterion;

/// A gain below this share of the node's weight is rounding.
const LEAST_GAIN: f64 = 1e-9;

/// The class of a row, and its weight in units of [`Gini`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Draw {
    pub(super) class: u32,
    pub(super) weight: u32,
}

/// The gain in Gini impurity.
///
/// # Formula
///
/// With weights `w_k` of classes and their sum `w`, the impurity of a node is `w - Σ w_k² / w`, and a split gains what
/// the impurity of its sides is less than that of all (Breiman, L. et al. (1984), Classification and Regression
/// Trees).
#[derive(Debug, Clone, Copy)]
pub(super) struct Gini {
    pub(super) classes: usize,
    pub(super) least_rows: usize,
    /// The weight of one unit.
    unit: f64,
}

impl Gini {
    /// Weights up to `most` have 31 bits.
    pub(super) fn new(classes: usize, least_rows: usize, most: f64) -> Self {
        Self {
            classes,
            least_rows: least_rows.max(1),
            unit: most / f64::from(i32::MAX),
        }
    }

    pub(super) fn draw(&self, class: usize, weight: f64) -> Draw {
        Draw {
            class: class as u32,
            weight: (weight / self.unit).round() as u32,
        }
    }

    /// The sums of a bin that has one more row. Its last word is the number of rows.
    pub(super) fn count(&self, bin: &mut [i64], draw: Draw) {
        bin[draw.class as usize] += i64::from(draw.weight);
        bin[self.classes] += 1;
    }

    /// The weights of classes.
    pub(super) fn weights<'a>(&self, sums: &'a [i64]) -> impl Iterator<Item = f64> + 'a {
        let unit = self.unit;
        sums[..self.classes]
            .iter()
            .map(move |&sum| sum as f64 * unit)
    }

    /// The sum of squares over the sum.
    fn purity(&self, weights: impl Iterator<Item = f64>) -> f64 {
        let (mut sum, mut squares) = (0.0, 0.0);
        for weight in weights {
            sum += weight;
            squares += weight * weight;
        }
        if sum > 0.0 { squares / sum } else { 0.0 }
    }
}

impl Criterion for Gini {
    type Sums = Vec<i64>;

    fn words(&self) -> usize {
        self.classes + 1
    }

    fn nothing(&self) -> Vec<i64> {
        vec![0; self.words()]
    }

    fn add(&self, sums: &mut Vec<i64>, bin: &[i64]) {
        for (sum, bin) in sums.iter_mut().zip(bin) {
            *sum += bin;
        }
    }

    fn rows(&self, sums: &Vec<i64>) -> usize {
        self.rows_of(sums)
    }

    fn rows_of(&self, bin: &[i64]) -> usize {
        bin[self.classes] as usize
    }

    fn weight(&self, sums: &Vec<i64>) -> f64 {
        self.weights(sums).sum()
    }

    fn least_rows(&self) -> usize {
        self.least_rows
    }

    fn gain(&self, left: &Vec<i64>, all: &Vec<i64>) -> Option<f64> {
        let rows = self.rows(left);
        if rows < self.least_rows || self.rows(all) - rows < self.least_rows {
            return None;
        }
        let right = self.weights(all).zip(self.weights(left));
        let right = right.map(|(all, left)| all - left);
        let before = self.purity(self.weights(all));
        let gain = self.purity(self.weights(left)) + self.purity(right) - before;
        (gain > LEAST_GAIN * self.weight(all)).then_some(gain)
    }

    /// By the share of the node's most frequent class.
    fn order(&self, bin: &[i64], all: &Vec<i64>) -> f64 {
        let lead = (0..self.classes).max_by_key(|&class| all[class]);
        let sum: f64 = self.weights(bin).sum();
        bin[lead.unwrap_or(0)] as f64 * self.unit / sum.max(f64::MIN_POSITIVE)
    }

    fn least_level_rows(&self) -> usize {
        1
    }

    fn for_levels(&self) -> Self {
        *self
    }
}
