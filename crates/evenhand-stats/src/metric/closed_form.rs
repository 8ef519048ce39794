//! Metrics of scores whose intervals follow from a formula, without resampling.

use super::calibration::{self, Line, Sums};
use super::calibration_error::CalibrationError;
use super::scores::Scores;
use crate::stats::clustered::{deflate, design_effect};
use crate::stats::counts::Counts;
use crate::stats::proportion::at_bound;
use crate::stats::resample::Plan;
use crate::stats::{Interval, Level};

/// A value with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ValueWithInterval {
    pub value: f64,
    pub interval: Interval,
}

/// Formula of a metric and its interval, from scores and the plan that tells which of them are of one
/// cluster. `None` where the metric is not defined, or has no such interval here.
pub type ClosedForm = fn(&Scores, &Plan, Level) -> Option<ValueWithInterval>;

/// The area under the ROC curve where it is 0 or 1: see [`at_bound`].
pub fn bounded_auc(scores: &Scores, plan: &Plan, level: Level) -> Option<ValueWithInterval> {
    let [auc, _] = scores.order();
    bounded(auc?, scores, plan, level)
}

/// The average precision where it is 1. With one positive row in `n + 1` missed it is at least about
/// `n / (n + 1)`, as a rate is: see [`at_bound`].
pub fn bounded_average_precision(
    scores: &Scores,
    plan: &Plan,
    level: Level,
) -> Option<ValueWithInterval> {
    let [_, average_precision] = scores.order();
    bounded(average_precision?, scores, plan, level)
}

fn bounded(value: f64, scores: &Scores, plan: &Plan, level: Level) -> Option<ValueWithInterval> {
    let rows = [false, true].map(|label| {
        let is_one = |row: usize| scores.is_positive(row) == label;
        let n = (0..scores.len()).filter(|&row| is_one(row)).count() as u64;
        let all = Counts { hits: n, n };
        let effect = plan.cluster_rows().map_or(1.0, |clusters| {
            design_effect(clusters.map(|rows| {
                let n = rows.iter().filter(|&&row| is_one(row as usize)).count() as u64;
                Counts { hits: n, n }
            }))
        });
        deflate(all, effect).n
    });
    let interval = at_bound(value, rows[0].min(rows[1]), level)?;
    Some(ValueWithInterval { value, interval })
}

/// The expected calibration error; see [`CalibrationError::debiased`].
///
/// Where rows come in clusters, chance is as large as the design effect of residuals within bins says.
pub fn calibration_error(scores: &Scores, plan: &Plan, level: Level) -> Option<ValueWithInterval> {
    let effect = plan
        .cluster_rows()
        .map_or(1.0, |clusters| scores.residual_effect(clusters));
    let error = CalibrationError::new(scores.calibration_bins(), effect)?;
    Some(ValueWithInterval {
        value: error.debiased(),
        interval: error.interval(level),
    })
}

/// The calibration slope with Wald's interval: from the information matrix of the logistic
/// regression or, where rows come in clusters, from the sandwich of Liang and Zeger (1986), Biometrika 73,
/// 13-22, with Student's quantile.
///
/// At 95 % it held the slope in 93 to 96 % of 1,000 samples of 60 to 1,000 rows and of 10 to 80 clusters,
/// the bootstrap's (BCa) in 71 to 95 %.
pub fn calibration_slope(scores: &Scores, plan: &Plan, level: Level) -> Option<ValueWithInterval> {
    let line = calibration::line(scores.logits())?;
    let all = Sums::at(line, scores.logits());
    let [h00, h01, h11] = all.hessian;
    Wald {
        value: line.slope,
        line,
        variance: h00 / (h00 * h11 - h01 * h01),
        parameters: 2,
        influence: |gradient| Sums { gradient, ..all }.step()[1],
    }
    .interval(scores, plan, level)
}

/// The calibration intercept with Wald's interval, as [`calibration_slope`] has it.
pub fn calibration_intercept(
    scores: &Scores,
    plan: &Plan,
    level: Level,
) -> Option<ValueWithInterval> {
    let line = Line {
        intercept: calibration::in_the_large(scores.logits())?,
        ..Line::IDENTITY
    };
    let [information, ..] = Sums::at(line, scores.logits()).hessian;
    Wald {
        value: line.intercept,
        line,
        variance: 1.0 / information,
        parameters: 1,
        influence: |gradient: [f64; 2]| gradient[0] / information,
    }
    .interval(scores, plan, level)
}

/// A coefficient of greatest likelihood.
struct Wald<F> {
    value: f64,
    line: Line,
    /// Of independent rows: from the inverse of the information matrix.
    variance: f64,
    parameters: usize,
    /// How far rows of this gradient move the coefficient.
    influence: F,
}

impl<F: Fn([f64; 2]) -> f64> Wald<F> {
    fn interval(self, scores: &Scores, plan: &Plan, level: Level) -> Option<ValueWithInterval> {
        let (variance, quantile) = match plan.cluster_rows() {
            None => (self.variance, level.z()),
            Some(clusters) => {
                let moves: Vec<f64> = clusters
                    .map(|rows| {
                        let rows = rows.iter().map(|&row| scores.row(row as usize));
                        (self.influence)(Sums::at(self.line, rows).gradient)
                    })
                    .collect();
                let (clusters, rows) = (moves.len() as f64, scores.len() as f64);
                if clusters < 2.0 {
                    return None;
                }
                let few =
                    clusters / (clusters - 1.0) * (rows - 1.0) / (rows - self.parameters as f64);
                let squares: f64 = moves.iter().map(|by| by * by).sum();
                (few * squares, level.t(clusters - 1.0))
            }
        };
        let reach = quantile * variance.sqrt();
        reach.is_finite().then_some(ValueWithInterval {
            value: self.value,
            interval: Interval {
                low: self.value - reach,
                high: self.value + reach,
            },
        })
    }
}

#[cfg(test)]
mod tests;
