//! The learning curves: every fold as a thin line, their mean as a bold one, and the final fit.

use super::content::{Curve, CurvePoint, Fit};
use super::plot::{self, Line};
use crate::record::Unit;

pub struct Curves {
    pub folds: usize,
    pub has_final: bool,
    /// Losses, then accuracy where there is any.
    pub charts: Vec<Chart>,
}

pub struct Chart {
    pub title: &'static str,
    pub svg: String,
    /// Description of the chart, a sentence.
    pub sentence: String,
}

type Value = fn(&CurvePoint) -> Option<f64>;

const TRAIN_LOSS: Value = |point| Some(point.train_loss);
const VALIDATION_LOSS: Value = |point| point.validation_loss;
const VALIDATION_ACCURACY: Value = |point| point.validation_accuracy;

impl Curves {
    /// `None` without a single point.
    pub fn new(curves: &[Curve], unit: Unit) -> Option<Self> {
        let many = unit.many();
        let curves: Vec<&Curve> = curves
            .iter()
            .filter(|curve| !curve.points.is_empty())
            .collect();
        if curves.is_empty() {
            return None;
        }
        let folds = curves
            .iter()
            .filter(|curve| curve.fit != Fit::Final)
            .count();
        let mut losses = series(&curves, "train", TRAIN_LOSS);
        losses.extend(series(&curves, "validation", VALIDATION_LOSS));
        let best = lowest(&losses);
        let sentence = match best {
            Some((epoch, loss)) => format!(
                "Validation loss is lowest at epoch {epoch}, at {loss:.3}. Where it rises while training loss falls, training {many} are learned by heart; early stopping keeps the best epoch."
            ),
            None => format!("No part of the {many} was kept for validation."),
        };
        let mut charts = vec![Chart {
            title: "Loss",
            svg: plot::lines("loss", "Loss by epoch", &sentence, &losses, false),
            sentence,
        }];
        let accuracies = series(&curves, "validation", VALIDATION_ACCURACY);
        if let Some(line) = bold(&accuracies) {
            let (epoch, value) = line.points[line.points.len() - 1];
            let sentence = format!(
                "Validation accuracy is {:.1}% at epoch {epoch}. The part of the {many} it is measured on also decides when to stop, so it flatters a little{}.",
                100.0 * value,
                if folds > 0 {
                    "; the results above do not use it"
                } else {
                    ""
                }
            );
            charts.push(Chart {
                title: "Validation accuracy",
                svg: plot::lines(
                    "fit",
                    "Validation accuracy by epoch",
                    &sentence,
                    &accuracies,
                    true,
                ),
                sentence,
            });
        }
        Some(Self {
            folds,
            has_final: folds < curves.len(),
            charts,
        })
    }
}

/// The lines of one quantity, the bold ones last so that they lie on top. Empty lines are left out.
fn series(curves: &[&Curve], class: &str, value: Value) -> Vec<Line> {
    let points = |curve: &Curve| -> Vec<(u32, f64)> {
        let finite = |point: &CurvePoint| value(point).filter(|value| value.is_finite());
        curve
            .points
            .iter()
            .filter_map(|point| Some((point.epoch, finite(point)?)))
            .collect()
    };
    let (last, folds): (Vec<&Curve>, Vec<&Curve>) =
        curves.iter().partition(|curve| curve.fit == Fit::Final);
    let folds: Vec<_> = folds.into_iter().map(points).collect();
    let line = |role: &str, points| Line {
        class: format!("{class} {role}"),
        points,
    };

    let mut lines: Vec<Line> = folds
        .iter()
        .map(|points| line("fold", points.clone()))
        .collect();
    lines.push(line("mean", mean(&folds)));
    lines.extend(last.into_iter().map(|curve| line("final", points(curve))));
    lines.retain(|line| !line.points.is_empty());
    lines
}

/// The mean at every epoch that all folds reached. After an early stop of one fold, the mean of the
/// others would jump for no reason of learning.
fn mean(folds: &[Vec<(u32, f64)>]) -> Vec<(u32, f64)> {
    let Some((first, others)) = folds.split_first() else {
        return Vec::new();
    };
    let at = |epoch: u32| {
        others
            .iter()
            .map(move |fold| fold.iter().find(|point| point.0 == epoch).map(|p| p.1))
    };
    let sum = |&(epoch, value): &(u32, f64)| {
        let sum = at(epoch).try_fold(value, |sum, other| Some(sum + other?))?;
        Some((epoch, sum / folds.len() as f64))
    };
    first.iter().filter_map(sum).collect()
}

/// The line that stands for all: the mean, or else the final fit.
fn bold(lines: &[Line]) -> Option<&Line> {
    let with = |role: &str| {
        lines
            .iter()
            .find(|line| line.class == format!("validation {role}"))
    };
    with("mean").or_else(|| with("final"))
}

fn lowest(lines: &[Line]) -> Option<(u32, f64)> {
    bold(lines)?
        .points
        .iter()
        .copied()
        .min_by(|a, b| a.1.total_cmp(&b.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_ends_with_the_shortest_fold() {
        let folds = [vec![(1, 1.0), (2, 0.5), (3, 0.2)], vec![(1, 0.0), (2, 0.1)]];
        assert_eq!(mean(&folds), [(1, 0.5), (2, 0.3)]);
    }
}
