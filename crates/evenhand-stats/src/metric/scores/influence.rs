//! Metrics of scores with their influence: how far each row moves the value.

use super::{BINS, Scores, loss};
use std::ops::Range;

/// A value, and how far each row moves it: numbers that sum to 0, in the order of the scores.
#[derive(Debug, Clone, PartialEq)]
pub struct Linear {
    pub value: f64,
    pub influence: Vec<f64>,
}

/// Area under the ROC curve.
///
/// # Formula
///
/// DeLong, E. R., DeLong, D. M. and Clarke-Pearson, D. L. (1988), Biometrics 44, 837-845: with `V` of a
/// positive row the share of the negative rows that score lower, and of a negative row the share of the
/// positive rows that score higher (ties counted half), a row among `m` of its label moves `(V - AUC) / m`.
/// One pass over sorted scores, as Sun and Xu (2014), IEEE Signal Processing Letters 21, 1389-1393.
pub fn auc(scores: &Scores) -> Option<Linear> {
    let [value, _] = scores.order();
    let value = value?;
    let [negatives, positives] = scores.labelled().map(|rows| rows as f64);
    let mut influence = vec![0.0; scores.len()];
    // Negative rows that score lower, positive ones that score higher.
    let (mut lower, mut higher) = (0.0, positives);
    for tie in scores.ties_from_lowest() {
        let rows = tie.len() as f64;
        let tied = scores.positives(&tie);
        higher -= tied;
        let of_positive = ((lower + (rows - tied) / 2.0) / negatives - value) / positives;
        let of_negative = ((higher + tied / 2.0) / positives - value) / negatives;
        for row in tie {
            influence[row] = match scores.is_positive(row) {
                true => of_positive,
                false => of_negative,
            };
        }
        lower += rows - tied;
    }
    Some(Linear { value, influence })
}

/// Average precision.
///
/// # Formula
///
/// The value is the mean over positive rows of the precision `P` among the `N` rows that score at least
/// as high. A row with label `y`, one of `m` positive rows or not, moves it by
///
/// ```text
/// (y (P - AP) + Σ (y - P_i) / N_i) / m
/// ```
///
/// with the sum over positive rows `i` that score at most as high: it is one of their `N_i`.
pub fn average_precision(scores: &Scores) -> Option<Linear> {
    let [_, value] = scores.order();
    let value = value?;
    let [_, positives] = scores.labelled().map(|rows| rows as f64);
    let mut influence = vec![0.0; scores.len()];
    let (mut rows, mut hits) = (scores.len() as f64, positives);
    let (mut inverse, mut shares) = (0.0, 0.0);
    for tie in scores.ties_from_lowest() {
        let tied = scores.positives(&tie);
        let precision = hits / rows;
        inverse += tied / rows;
        shares += tied * precision / rows;
        let of_negative = -shares / positives;
        let of_positive = (precision - value + inverse - shares) / positives;
        rows -= tie.len() as f64;
        hits -= tied;
        for row in tie {
            influence[row] = match scores.is_positive(row) {
                true => of_positive,
                false => of_negative,
            };
        }
    }
    Some(Linear { value, influence })
}

/// Brier score: a row moves the mean by its distance from it.
pub fn brier(scores: &Scores) -> Option<Linear> {
    mean(scores, |row| scores.residual(row).powi(2))
}

/// Logarithmic loss, also a mean.
pub fn log_loss(scores: &Scores) -> Option<Linear> {
    mean(scores, |row| {
        loss(scores.score(row), scores.is_positive(row))
    })
}

/// Expected calibration error: a mean of residuals, each with the sign of the sum of its bin. Near perfect
/// calibration signs are chance too, and this makes too much of the rows.
pub fn calibration_error(scores: &Scores) -> Option<Linear> {
    let mut signs = vec![0.0; scores.len()];
    for rows in scores.bins(BINS) {
        let sum: f64 = rows.clone().map(|row| scores.residual(row)).sum();
        signs[rows].fill(sum.signum());
    }
    mean(scores, |row| signs[row] * scores.residual(row))
}

fn mean(scores: &Scores, value: impl Fn(usize) -> f64) -> Option<Linear> {
    let n = scores.len() as f64;
    let mut influence: Vec<f64> = (0..scores.len()).map(value).collect();
    let mean = influence.iter().sum::<f64>() / n;
    for influence in &mut influence {
        *influence = (*influence - mean) / n;
    }
    (n > 0.0).then_some(Linear {
        value: mean,
        influence,
    })
}

impl Scores {
    /// Rows of the same score, from the lowest.
    fn ties_from_lowest(&self) -> impl Iterator<Item = Range<usize>> {
        let mut end = self.len();
        std::iter::from_fn(move || {
            let last = end.checked_sub(1)?;
            let score = self.rows[last] >> 1;
            let mut start = last;
            while start > 0 && self.rows[start - 1] >> 1 == score {
                start -= 1;
            }
            let tie = start..end;
            end = start;
            Some(tie)
        })
    }

    fn positives(&self, rows: &Range<usize>) -> f64 {
        let rows = &self.rows[rows.clone()];
        rows.iter().map(|row| row & 1).sum::<u64>() as f64
    }
}

#[cfg(test)]
mod tests;
