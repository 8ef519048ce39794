//! Target encoding: a level becomes the mean label of its training rows, shrunk to the mean of all.
//!
//! A row that helps to make its own encoding tells the learner its label. So training rows are encoded by the rows of
//! other folds (Micci-Barreca, D. (2001), SIGKDD Explorations 3, 27-32, for the shrinkage; scikit-learn's
//! `TargetEncoder` for the folds).

use evenhand_stats::stats::resample::mix;
use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::SliceRandom;

/// A row: the slot of its level, its label as 0 or 1, and its weight.
pub type Row = (usize, f64, f64);

/// Sums of one level.
#[derive(Debug, Clone, Copy, Default)]
struct Level {
    weight: f64,
    /// Of squared weights.
    squares: f64,
    label: f64,
}

impl Level {
    fn mean(self) -> f64 {
        self.label / self.weight
    }

    /// As many rows of equal weight (Kish).
    fn rows(self) -> f64 {
        self.weight * self.weight / self.squares
    }
}

/// The mean label of levels, and how far it is from the mean of all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shrinkage {
    mean: f64,
    /// The variance of a label within its level.
    within: f64,
    /// The variance between levels.
    between: f64,
    slots: usize,
}

impl Shrinkage {
    /// # Formula
    ///
    /// With `m` the mean of all `n` rows, `m_l` that of the `n_l` rows of a level and `σ² = m (1 - m)`, the variance
    /// between levels is the moment estimate of a one-way analysis of variance (Searle, S. R., Casella, G. and
    /// McCulloch, C. E. (1992), Variance Components, section 3.6):
    ///
    /// ```text
    /// τ² = max(0, Σ (n_l (m_l - m)² - (1 - n_l / n) σ²) / (n - Σ n_l² / n))
    /// ```
    pub fn of(rows: &[Row], slots: usize) -> Self {
        let levels = sums(rows.iter(), slots);
        let seen = || levels.iter().filter(|level| level.weight > 0.0);
        let weight: f64 = seen().map(|level| level.weight).sum();
        let mean = seen().map(|level| level.label).sum::<f64>() / weight;
        let within = mean * (1.0 - mean);
        let n: f64 = seen().map(|level| level.rows()).sum();
        let (mut excess, mut squares) = (0.0, 0.0);
        for level in seen() {
            let rows = level.rows();
            excess += rows * (level.mean() - mean).powi(2) - (1.0 - rows / n) * within;
            squares += rows * rows;
        }
        Self {
            mean,
            within,
            between: f64::max(excess / (n - squares / n), 0.0),
            slots,
        }
    }

    /// False where levels differ no more than by chance: all of them have the mean then.
    pub fn tells_levels(&self) -> bool {
        self.between > 0.0
    }

    /// By slot, `m + τ² / (τ² + σ² / n_l) (m_l - m)`; a slot without rows has the mean of all.
    pub fn means<'a>(&self, rows: impl Iterator<Item = &'a Row>) -> Vec<f64> {
        let value = |level: &Level| match level.weight > 0.0 && self.between > 0.0 {
            true => {
                let kept = self.between / (self.between + self.within / level.rows());
                self.mean + kept * (level.mean() - self.mean)
            }
            false => self.mean,
        };
        sums(rows, self.slots).iter().map(value).collect()
    }

    /// For each row what its slot has by the rows of other folds.
    pub fn cross_fitted(&self, rows: &[Row], fold_of: &[usize]) -> Vec<f64> {
        let folds = fold_of.iter().max().map_or(0, |last| last + 1);
        let by_fold = (0..folds).map(|fold| {
            let others = rows.iter().zip(fold_of).filter(|(_, of)| **of != fold);
            self.means(others.map(|(row, _)| row))
        });
        let by_fold: Vec<Vec<f64>> = by_fold.collect();
        let rows = rows.iter().zip(fold_of);
        rows.map(|((slot, ..), &fold)| by_fold[fold][*slot])
            .collect()
    }
}

fn sums<'a>(rows: impl Iterator<Item = &'a Row>, slots: usize) -> Vec<Level> {
    let mut levels = vec![Level::default(); slots];
    for &(slot, label, weight) in rows {
        let level = &mut levels[slot];
        level.weight += weight;
        level.squares += weight * weight;
        level.label += weight * label;
    }
    levels
}

/// The fold of each row, of folds of the same size but for one row.
pub fn folds(rows: usize, folds: usize, seed: u64) -> Vec<usize> {
    let mut of: Vec<usize> = (0..rows).map(|row| row % folds).collect();
    of.shuffle(&mut Xoshiro256PlusPlus::seed_from_u64(mix(seed, 0)));
    of
}
