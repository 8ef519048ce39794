//! Where to cut scores into predictions. 0.5 is a convention: what the errors cost, or how many can
//! be selected, is the user's to say, and each such wish has one best cut on given rows.

use super::scores::{CandidateThreshold, Scores};

/// Objective of a threshold, on the rows that it is chosen on. On others it does less well.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rule {
    MaxAccuracy,
    /// The highest mean of true positive and true negative rate, and so the highest of Youden's
    /// index (1950, Cancer 3, 32-35).
    MaxBalanced,
    /// The least distance of the false positive rate from the false negative rate.
    EqualError,
    /// The share of rows that are predicted positive is nearest to this, from 0 to 1.
    SelectionRate(f64),
    /// The true positive rate is nearest to this, from 0 to 1.
    Tpr(f64),
}

impl Rule {
    /// The share that the rule aims at.
    fn target(self) -> Option<f64> {
        match self {
            Self::SelectionRate(target) | Self::Tpr(target) => Some(target),
            Self::MaxAccuracy | Self::MaxBalanced | Self::EqualError => None,
        }
    }

    fn is_defined(self, [negatives, positives]: [u64; 2]) -> bool {
        match self {
            Self::MaxAccuracy | Self::SelectionRate(_) => negatives + positives > 0,
            Self::MaxBalanced | Self::EqualError => negatives > 0 && positives > 0,
            Self::Tpr(_) => positives > 0,
        }
    }

    /// What is to be as low as can be when these are predicted positive. Whole numbers, so that
    /// equals are equal.
    fn loss(self, selected: &CandidateThreshold, [negatives, positives]: [u64; 2]) -> i128 {
        let (hits, false_alarms) = (selected.positives, selected.negatives);
        let product = |a: u64, b: u64| i128::from(a) * i128::from(b);
        match self {
            Self::MaxAccuracy => i128::from(false_alarms) - i128::from(hits),
            Self::MaxBalanced => product(false_alarms, positives) - product(hits, negatives),
            Self::EqualError => {
                let misses = positives - hits;
                (product(false_alarms, positives) - product(misses, negatives)).abs()
            }
            Self::SelectionRate(target) => {
                distance(hits + false_alarms, target, negatives + positives)
            }
            Self::Tpr(target) => distance(hits, target, positives),
        }
    }
}

/// Of `hits` from a share of `n`, in millionths of a row: coarse enough that 14 and 15 of 50 are
/// equally far from 0.29, which no float is.
fn distance(hits: u64, target: f64, n: u64) -> i128 {
    ((hits as f64 - target * n as f64).abs() * 1e6).round() as i128
}

/// The threshold, from 0 to 1, such that "positive where the score is at least that" follows the
/// rule best on these rows.
///
/// It lies midway between two scores that are neighbours. It is 0 where everyone is to be positive,
/// and 1 where nobody is: then no row scores 1. Rows that do are positive by every threshold.
///
/// Of equally good thresholds, it is the one with the fewest false positives, then the one nearest
/// to 0.5, then the highest.
///
/// `None` without rows, without positive ones for [`Rule::Tpr`], and without both labels for
/// [`Rule::MaxBalanced`] and [`Rule::EqualError`].
///
/// # Panics
///
/// When the rule's share is not from 0 to 1.
pub fn choose(scores: &Scores, rule: Rule) -> Option<f64> {
    if let Some(target) = rule.target() {
        assert!((0.0..=1.0).contains(&target), "a share of {target}");
    }
    let all = scores.labelled();
    if !rule.is_defined(all) {
        return None;
    }
    let mut best = None;
    let mut consider = |selected: &CandidateThreshold, threshold: f64| {
        let loss = rule.loss(selected, all);
        let rank = (loss, selected.negatives, (threshold - 0.5).abs());
        if best.is_none_or(|(least, _)| rank < least) {
            best = Some((rank, threshold));
        }
    };
    let mut selected = CandidateThreshold::NOBODY;
    for next in scores.candidates() {
        let threshold = if selected == CandidateThreshold::NOBODY {
            1.0
        } else {
            between(next.score, selected.score)
        };
        if threshold > next.score {
            consider(&selected, threshold);
        }
        selected = next;
    }
    consider(&selected, 0.0);
    best.map(|(_, threshold)| threshold)
}

/// Midway, but above the lower one even if no number is.
fn between(low: f64, high: f64) -> f64 {
    let middle = low.midpoint(high);
    if middle > low { middle } else { high }
}

#[cfg(test)]
mod tests;
