//! Models: what a learner gives.

use super::kind::Learner;
use crate::frame::{Column, Frame, Values};
use crate::logistic::Logistic;
use crate::tree::model::{Link, TreeEnsemble};
use serde::{Deserialize, Serialize};

/// Probabilities are kept this far from 0 and 1 before their log-odds are taken.
const LEAST: f64 = 1e-6;

/// A fitted model of any learner, or of several added up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Model {
    Logistic(Logistic),
    /// Of a tree, a forest or boosting.
    Trees(Learner, TreeEnsemble),
    /// A model and a correction of it by the same columns: their margins add up.
    Sum(Box<Model>, Box<Model>),
    /// A model and a correction of it by its own margins: see [`margin_frame`].
    Recalibrated(Box<Model>, Logistic),
}

impl Model {
    /// Log-odds of the second class of two, or scores of more whose exponentials are in proportion to probabilities:
    /// `[rows, outputs]`, of a frame with the columns of the training.
    pub fn margins(&self, frame: &Frame, rows: &[usize]) -> Vec<f64> {
        match self {
            Self::Logistic(model) => model.margins(frame, rows),
            Self::Trees(_, trees) if trees.link == Link::Identity => {
                let classes = trees.classes();
                let found = trees.probabilities(frame, rows);
                let rows = found.chunks_exact(classes);
                rows.flat_map(of_probabilities).collect()
            }
            Self::Trees(_, trees) => {
                let margins = trees.margins(frame, rows);
                margins.into_iter().map(f64::from).collect()
            }
            Self::Sum(model, correction) => {
                let added = correction.margins(frame, rows);
                let margins = model.margins(frame, rows).into_iter().zip(added);
                margins.map(|(margin, added)| margin + added).collect()
            }
            Self::Recalibrated(model, correction) => {
                let margins = model.margins(frame, rows);
                let of_margins = margin_frame(&margins, correction.intercepts.len());
                let all: Vec<usize> = (0..rows.len()).collect();
                let added = correction.margins(&of_margins, &all);
                let margins = margins.into_iter().zip(added);
                margins.map(|(margin, added)| margin + added).collect()
            }
        }
    }

    /// Probabilities of all classes, `[rows, classes]`, of a frame with the columns of the training.
    pub fn probabilities(&self, frame: &Frame, rows: &[usize]) -> Vec<f32> {
        match self {
            Self::Logistic(model) => model.probabilities(frame, rows, None),
            Self::Trees(_, trees) => {
                let found = trees.probabilities(frame, rows);
                found.into_iter().map(|p| p as f32).collect()
            }
            Self::Sum(..) | Self::Recalibrated(..) => {
                let margins = self.margins(frame, rows);
                let outputs = margins.len() / rows.len().max(1);
                let rows = margins.chunks_exact(outputs.max(1));
                rows.flat_map(probabilities_of).collect()
            }
        }
    }
}

/// Margins as features, `[rows, outputs]`: what a recalibration takes.
pub fn margin_frame(margins: &[f64], outputs: usize) -> Frame {
    let column = |output: usize| {
        let of_output = margins.iter().skip(output).step_by(outputs);
        let values = of_output.map(|&margin| margin as f32).collect();
        Column::new(format!("margin {output}"), Values::Numbers(values))
    };
    Frame::new((0..outputs).map(column).collect())
}

/// The margins of probabilities of all classes.
fn of_probabilities(of: &[f64]) -> Vec<f64> {
    let log = |p: f64| p.clamp(LEAST, 1.0 - LEAST).ln();
    match of {
        [first, second] => vec![log(*second) - log(*first)],
        more => more.iter().map(|&p| log(p)).collect(),
    }
}

/// Probabilities of all classes from the margins of a row.
pub(super) fn probabilities_of(margins: &[f64]) -> Vec<f32> {
    if let [margin] = margins {
        let second = 1.0 / (1.0 + (-margin).exp());
        return vec![(1.0 - second) as f32, second as f32];
    }
    let most = margins.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let scaled: Vec<f64> = margins.iter().map(|margin| (margin - most).exp()).collect();
    let sum: f64 = scaled.iter().sum();
    scaled.into_iter().map(|of| (of / sum) as f32).collect()
}
