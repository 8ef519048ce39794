//! Metrics of scores of weighted rows, with how far each row moves them: those of `influence.rs`, where a row counts as
//! often as its weight says.

use super::influence::Linear;
use super::loss;
use crate::stats::linearised::Scale;

/// A metric of scores by weights.
#[derive(Debug, Clone, Copy)]
pub struct WeightedForm {
    /// The value, and how far each row moves it; `None` where it is not defined.
    pub linear: fn(&WeightedScores) -> Option<Linear>,
    /// Scale of its interval.
    pub scale: Scale,
}

/// Scores and labels of rows with their weights.
#[derive(Debug, Clone)]
pub struct WeightedScores {
    /// Score of the positive class, whether the label is positive, and the weight.
    rows: Vec<(f64, bool, f64)>,
    /// The places of the rows, from the lowest score.
    order: Vec<u32>,
}

impl WeightedScores {
    pub fn new(rows: Vec<(f64, bool, f64)>) -> Self {
        let mut order: Vec<u32> = (0..rows.len() as u32).collect();
        order.sort_by(|a, b| {
            let [a, b] = [a, b].map(|at| rows[*at as usize].0);
            a.total_cmp(&b)
        });
        Self { rows, order }
    }

    /// The weights of both labels, negative and positive; `None` unless there are both.
    fn labelled(&self) -> Option<[f64; 2]> {
        let mut sums = [0.0; 2];
        for (_, positive, weight) in &self.rows {
            sums[usize::from(*positive)] += weight;
        }
        (sums[0] > 0.0 && sums[1] > 0.0).then_some(sums)
    }

    /// Places of rows that score alike with their weights by label, from the lowest score.
    fn ties(&self) -> impl Iterator<Item = (&[u32], [f64; 2])> {
        let score = |at: &u32| self.rows[*at as usize].0;
        let ties = self.order.chunk_by(move |a, b| score(a) == score(b));
        ties.map(|tie| {
            let mut sums = [0.0; 2];
            for &at in tie {
                let (_, positive, weight) = self.rows[at as usize];
                sums[usize::from(positive)] += weight;
            }
            (tie, sums)
        })
    }

    /// How far rows move a value, by their weight and a number for each label and tie.
    fn moves(&self, number: impl Fn(usize, bool) -> f64) -> Vec<f64> {
        let rows = self.rows.iter().enumerate();
        rows.map(|(at, (_, positive, weight))| weight * number(at, *positive))
            .collect()
    }

    fn mean(&self, value: impl Fn(f64, bool) -> f64) -> Option<Linear> {
        let values: Vec<f64> = (self.rows.iter())
            .map(|(score, positive, _)| value(*score, *positive))
            .collect();
        let all: f64 = self.rows.iter().map(|(.., weight)| weight).sum();
        let sum: f64 = (self.rows.iter().zip(&values))
            .map(|((.., weight), value)| weight * value)
            .sum();
        let mean = sum / all;
        (all > 0.0).then(|| Linear {
            value: mean,
            influence: self.moves(|at, _| (values[at] - mean) / all),
        })
    }
}

/// Area under the ROC curve: of DeLong's `V`, shares are those of weights.
pub fn auc(scores: &WeightedScores) -> Option<Linear> {
    let [negatives, positives] = scores.labelled()?;
    let mut better = vec![0.0; scores.rows.len()];
    // Negative rows that score lower, positive ones that score higher.
    let (mut lower, mut higher, mut value) = (0.0, positives, 0.0);
    for (tie, [negative, positive]) in scores.ties() {
        higher -= positive;
        let of_positive = (lower + negative / 2.0) / negatives;
        let of_negative = (higher + positive / 2.0) / positives;
        for &at in tie {
            better[at as usize] = match scores.rows[at as usize].1 {
                true => of_positive,
                false => of_negative,
            };
        }
        value += positive * of_positive / positives;
        lower += negative;
    }
    let of = |positive| if positive { positives } else { negatives };
    Some(Linear {
        value,
        influence: scores.moves(|at, positive| (better[at] - value) / of(positive)),
    })
}

/// Average precision: precisions are those of weights.
pub fn average_precision(scores: &WeightedScores) -> Option<Linear> {
    let [negatives, positives] = scores.labelled()?;
    let mut gains = vec![0.0; scores.rows.len()];
    let (mut rows, mut hits) = (negatives + positives, positives);
    let (mut inverse, mut shares, mut value) = (0.0, 0.0, 0.0);
    for (tie, [negative, positive]) in scores.ties() {
        let precision = hits / rows;
        inverse += positive / rows;
        shares += positive * precision / rows;
        value += positive * precision / positives;
        for &at in tie {
            gains[at as usize] = match scores.rows[at as usize].1 {
                true => precision + inverse - shares,
                false => -shares,
            };
        }
        rows -= negative + positive;
        hits -= positive;
    }
    let above = |positive| if positive { value } else { 0.0 };
    Some(Linear {
        value,
        influence: scores.moves(|at, positive| (gains[at] - above(positive)) / positives),
    })
}

pub fn brier(scores: &WeightedScores) -> Option<Linear> {
    scores.mean(|score, positive| (score - f64::from(u8::from(positive))).powi(2))
}

pub fn log_loss(scores: &WeightedScores) -> Option<Linear> {
    scores.mean(loss)
}
