//! Metrics of scores, before any threshold. Rows are sorted once; every metric is then one pass.

mod curves;
pub mod influence;
mod replicate;
pub mod weighted;

use rayon::prelude::*;
use std::ops::Range;
use std::sync::OnceLock;

pub use curves::{Bin, RocPoint};
pub use replicate::Replicates;

use super::calibration::{self, CLIP, Row, logit};
use super::calibration_error::{CalibrationBin, CalibrationError};

/// Bins of the calibration error.
pub const BINS: usize = 15;

/// Scores and labels of one group, from the highest score to the lowest: 8 bytes a row, and as many again
/// where their calibration is asked for.
#[derive(Debug, Clone)]
pub struct Scores {
    /// The bits of a score from 0 to 1 are ordered as the score is and leave the top one free:
    /// shifted by one, the label is the lowest.
    rows: Vec<u64>,
    /// Of the scores, once they are asked for.
    logits: OnceLock<Vec<f64>>,
}

/// The rows that score at least so much.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct CandidateThreshold {
    pub score: f64,
    pub positives: u64,
    pub negatives: u64,
}

impl CandidateThreshold {
    pub const NOBODY: Self = Self {
        score: f64::INFINITY,
        positives: 0,
        negatives: 0,
    };
}

/// `None` where a metric is not defined.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ScoreMetrics {
    /// Area under the ROC curve: the chance that a positive row scores above a negative one, ties
    /// counted half. Hanley and McNeil (1982), Radiology 143, 29-36. Needs both labels.
    pub auc: Option<f64>,
    /// `Σ (R_k - R_{k-1}) P_k` over distinct scores, as scikit-learn: precision `P` and recall `R`
    /// of the rows with at least that score. Needs both labels.
    pub average_precision: Option<f64>,
    /// `mean((score - label)²)`: Brier (1950), Monthly Weather Review 78, 1-3.
    pub brier: Option<f64>,
    /// `-mean(ln(the score given to the label))`, of scores clipped by
    /// [`CLIP`]. Good (1952), J. R. Stat. Soc. B 14, 107-114.
    pub log_loss: Option<f64>,
    /// Expected calibration error over [`BINS`] bins `(k/15, (k+1)/15]` of the score, 0 in the first,
    /// without the part that chance adds: [`CalibrationError::debiased`].
    pub ece: Option<f64>,
    /// See [`calibration::line()`].
    pub calibration_slope: Option<f64>,
    /// See [`calibration::in_the_large`].
    pub calibration_intercept: Option<f64>,
}

impl Scores {
    /// Rows are pairs of the score of the positive class and whether the label is positive.
    ///
    /// # Panics
    ///
    /// When a score is not from 0 to 1.
    pub fn new(rows: impl IntoIterator<Item = (f64, bool)>) -> Self {
        let mut rows: Vec<u64> = rows.into_iter().map(pack).collect();
        rows.par_sort_unstable_by(|a, b| b.cmp(a));
        Self::sorted(rows)
    }

    /// Also the order: which row each sorted one was, to bring strata and clusters into it.
    ///
    /// # Panics
    ///
    /// When a score is not from 0 to 1.
    pub fn with_order(rows: impl IntoIterator<Item = (f64, bool)>) -> (Self, Vec<u32>) {
        let mut rows: Vec<(u64, u32)> = rows.into_iter().map(pack).zip(0..).collect();
        rows.par_sort_unstable_by(|(a, at_a), (b, at_b)| b.cmp(a).then(at_a.cmp(at_b)));
        let (rows, order) = rows.into_iter().unzip();
        (Self::sorted(rows), order)
    }

    fn sorted(rows: Vec<u64>) -> Self {
        let logits = OnceLock::new();
        Self { rows, logits }
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub fn score(&self, row: usize) -> f64 {
        f64::from_bits(self.rows[row] >> 1)
    }

    pub fn is_positive(&self, row: usize) -> bool {
        self.rows[row] & 1 == 1
    }

    /// Every row once.
    pub fn metrics(&self) -> ScoreMetrics {
        self.measure(|_| 1)
    }

    /// Every row as often as its weight says. Exact and slow: see [`Replicates::metrics`].
    ///
    /// # Panics
    ///
    /// When there is not one weight a row.
    #[cfg(test)]
    fn weighted(&self, weights: &[u32]) -> ScoreMetrics {
        assert_eq!(weights.len(), self.len(), "one weight a row");
        self.measure(|row| weights[row])
    }

    /// A row of the logistic regression of labels on scores.
    pub(super) fn row(&self, row: usize) -> Row {
        (self.all_logits()[row], self.is_positive(row), 1.0)
    }

    pub(super) fn logits(&self) -> impl Iterator<Item = Row> + Clone {
        let rows = self.all_logits().iter().zip(&self.rows);
        rows.map(|(&logit, row)| (logit, row & 1 == 1, 1.0))
    }

    fn all_logits(&self) -> &[f64] {
        self.logits.get_or_init(|| {
            let rows = (0..self.len()).map(|row| logit(self.score(row)));
            rows.collect()
        })
    }

    /// True if the next row scores less.
    fn ends_tie(&self, row: usize) -> bool {
        let next = self.rows.get(row + 1);
        next.is_none_or(|next| next >> 1 != self.rows[row] >> 1)
    }

    /// The rows of each of `count` bins `(k/count, (k+1)/count]` of the score, 0 in the first: from
    /// the highest bin to the lowest.
    fn bins(&self, count: usize) -> impl Iterator<Item = Range<usize>> {
        let mut start = 0;
        (0..count).rev().map(move |bin| {
            let edge = bin as f64 / count as f64;
            let above = |row: &u64| bin == 0 || row >> 1 > edge.to_bits();
            let end = start + self.rows[start..].partition_point(above);
            std::mem::replace(&mut start, end)..end
        })
    }

    /// Area under the ROC curve and average precision, as [`ScoreMetrics`] has them.
    pub(super) fn order(&self) -> [Option<f64>; 2] {
        let mut ranks = Ranks::default();
        for row in 0..self.len() {
            ranks.add(1, self.is_positive(row), self.ends_tie(row));
        }
        [ranks.auc(), ranks.average_precision()]
    }

    /// The bins of the calibration error, from the highest.
    pub(super) fn calibration_bins(&self) -> impl Iterator<Item = CalibrationBin> {
        self.bins(BINS).map(|rows| {
            let mut bin = CalibrationBin::default();
            for row in rows {
                bin.add(self.score(row), self.is_positive(row), 1.0);
            }
            bin
        })
    }

    /// How many times the variance of independent rows the distances of bins have: as a design
    /// effect, of the residuals within bins. At least 1.
    pub(super) fn residual_effect<'a>(&self, clusters: impl Iterator<Item = &'a [u32]>) -> f64 {
        let mut bin_of = vec![0; self.len()];
        let mut means = Vec::with_capacity(BINS);
        for (at, rows) in self.bins(BINS).enumerate() {
            bin_of[rows.clone()].fill(at);
            let n = rows.len().max(1) as f64;
            means.push(rows.map(|row| self.residual(row)).sum::<f64>() / n);
        }
        let (mut together, mut apart) = (0.0, 0.0);
        for rows in clusters {
            let mut sums = [0.0; BINS];
            for &row in rows {
                let row = row as usize;
                let rest = self.residual(row) - means[bin_of[row]];
                sums[bin_of[row]] += rest;
                apart += rest * rest;
            }
            together += sums.iter().map(|sum| sum * sum).sum::<f64>();
        }
        let effect: f64 = together / apart;
        // Not a number where no bin has a residual.
        effect.max(1.0)
    }

    fn residual(&self, row: usize) -> f64 {
        self.score(row) - f64::from(self.is_positive(row))
    }

    /// Candidate thresholds, by the rows they select, from the fewest to all.
    pub(super) fn candidates(&self) -> impl Iterator<Item = CandidateThreshold> {
        let mut positives = 0;
        (0..self.len()).filter_map(move |row| {
            positives += u64::from(self.is_positive(row));
            self.ends_tie(row).then(|| CandidateThreshold {
                score: self.score(row),
                positives,
                negatives: row as u64 + 1 - positives,
            })
        })
    }

    /// How many rows each label has: negative, positive.
    pub(super) fn labelled(&self) -> [u64; 2] {
        let positives = self.rows.iter().map(|row| row & 1).sum();
        [self.len() as u64 - positives, positives]
    }

    fn measure(&self, weight: impl Fn(usize) -> u32 + Copy) -> ScoreMetrics {
        let mut ranks = Ranks::default();
        let (mut brier, mut log_loss) = (0.0, 0.0);
        let mut bins = Vec::with_capacity(BINS);
        for bin in self.bins(BINS) {
            let mut sums = CalibrationBin::default();
            for row in bin {
                let (score, positive) = (self.score(row), self.is_positive(row));
                let count = weight(row);
                ranks.add(count, positive, self.ends_tie(row));
                let weight = f64::from(count);
                let residual = self.residual(row);
                sums.add(score, positive, weight);
                brier += weight * residual * residual;
                log_loss += weight * loss(score, positive);
            }
            bins.push(sums);
        }
        let rows = (0..self.len()).map(|row| {
            let (x, positive, _) = self.row(row);
            (x, positive, f64::from(weight(row)))
        });
        let mean = |sum: f64| (ranks.n > 0).then(|| sum / ranks.n as f64);
        ScoreMetrics {
            auc: ranks.auc(),
            average_precision: ranks.average_precision(),
            brier: mean(brier),
            log_loss: mean(log_loss),
            ece: CalibrationError::new(bins, 1.0).map(|error| error.debiased()),
            calibration_slope: calibration::line(rows.clone()).map(|line| line.slope),
            calibration_intercept: calibration::in_the_large(rows),
        }
    }
}

fn pack((score, positive): (f64, bool)) -> u64 {
    assert!((0.0..=1.0).contains(&score), "a score of {score}");
    // Adding 0 takes the sign from -0.
    (score + 0.0).to_bits() << 1 | u64::from(positive)
}

/// Logarithmic loss of a row, of a score clipped by [`CLIP`].
pub(in crate::metric) fn loss(score: f64, positive: bool) -> f64 {
    let score = score.clamp(CLIP, 1.0 - CLIP);
    -if positive { score } else { 1.0 - score }.ln()
}

/// Metrics of order alone, row by row from the highest score.
#[derive(Debug, Clone, Copy, Default)]
struct Ranks {
    n: u64,
    positives: u64,
    /// Both as they were where the last tie ended.
    true_positives: u64,
    false_positives: u64,
    /// Twice the pairs in the right order, ties counted half.
    pairs: u64,
    precisions: f64,
}

impl Ranks {
    /// Free of branches: labels and ties in order of score cannot be foreseen.
    #[inline(always)]
    fn add(&mut self, weight: u32, positive: bool, ends_tie: bool) {
        let weight = u64::from(weight);
        self.n += weight;
        self.positives += weight & mask(positive);
        let end = mask(ends_tie);
        let gained = (self.positives - self.true_positives) & end;
        let lost = (self.n - self.positives - self.false_positives) & end;
        self.pairs += lost * (self.positives + self.true_positives);
        self.precisions += gained as i64 as f64 * self.precision();
        self.true_positives += gained;
        self.false_positives += lost;
    }

    /// [`Self::add`] where no two rows tie.
    #[inline(always)]
    fn add_untied(&mut self, weight: u32, positive: bool) {
        let weight = u64::from(weight);
        let gained = weight & mask(positive);
        self.n += weight;
        self.positives += gained;
        self.pairs += 2 * (weight - gained) * self.positives;
        self.precisions += gained as i64 as f64 * self.precision();
    }

    #[inline(always)]
    fn precision(&self) -> f64 {
        self.positives as i64 as f64 / self.n.max(1) as i64 as f64
    }

    fn auc(&self) -> Option<f64> {
        let all = self.positives * (self.n - self.positives);
        (all > 0).then(|| self.pairs as f64 / (2 * all) as f64)
    }

    fn average_precision(&self) -> Option<f64> {
        let both = self.positives > 0 && self.positives < self.n;
        both.then(|| self.precisions / self.positives as f64)
    }
}

#[inline(always)]
fn mask(set: bool) -> u64 {
    0u64.wrapping_sub(u64::from(set))
}

#[cfg(test)]
mod tests;
