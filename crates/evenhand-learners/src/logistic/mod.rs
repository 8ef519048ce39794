//! Logistic regression with a penalty: of two classes, and multinomial of more.

mod cholesky;
mod lasso;
mod memory;
mod newton;
mod problem;
mod table;

#[cfg(test)]
mod speed;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod toy;

pub use lasso::L1Params;
pub use memory::{Memory, Vector};
pub use newton::{Ending, Stop};
pub use problem::loss_of_row;
pub use table::{Coefficient, CoefficientTable, Errors, Estimate};

use crate::encode::{Design, EncodeParams, Encoder};
use crate::error::LearnerError;
use crate::examples::{Examples, outputs};
use crate::frame::Frame;
use evenhand_stats::stats::gram;
use newton::Newton;
use problem::{Problem, class_probabilities};
use serde::{Deserialize, Serialize};

/// Rows whose design matrix is in memory at a time where a model is applied.
const BLOCK: usize = 8192;

/// A logistic regression, applied to frames of the columns that it was fitted to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Logistic {
    pub encoder: Encoder,
    pub classes: usize,
    pub penalty: f64,
    /// The share of the penalty that is on absolute values (L1); the rest is on squares (L2).
    pub l1_share: f64,
    /// One an output.
    pub intercepts: Vec<f64>,
    /// Of the standardised columns of the design matrix, `[outputs, width]`.
    pub coefficients: Vec<f64>,
    pub ending: Ending,
    /// True if coefficients were drawn to those of another model, whose encoder this one has.
    pub has_source: bool,
}

/// How a logistic regression is fitted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogisticParams {
    pub encode: EncodeParams,
    pub stop: Stop,
}

/// So many penalties from the largest to the smallest, each smaller by the same factor.
pub fn penalties(largest: f64, smallest: f64, count: usize) -> Vec<f64> {
    let steps = count.saturating_sub(1).max(1) as f64;
    let at = |step: usize| largest * (smallest / largest).powf(step as f64 / steps);
    (0..count).map(at).collect()
}

impl Logistic {
    /// Fits one model for each penalty, in their order, the largest first and each from where the last one was.
    ///
    /// # Formula
    ///
    /// With weights `w` of mean 1, `y` the label of a row, `p` the probabilities of the model and `β` its coefficients of
    /// standardised columns (intercepts are free), the minimum of
    ///
    /// ```text
    /// Σ -w ln p_y  +  penalty / 2 Σ β²
    /// ```
    ///
    /// which is that of scikit-learn's `LogisticRegression` with `C = 1 / penalty`. Of more than two classes each has
    /// coefficients (softmax).
    ///
    /// # Errors
    /// Too few rows, one label, no column that varies, or a penalty below 0.
    pub fn fit_path(
        examples: &Examples,
        rows: &[usize],
        penalties: &[f64],
        params: &LogisticParams,
    ) -> Result<Vec<Self>, LearnerError> {
        examples.check(rows, "logistic regression")?;
        let (encoder, design) = Encoder::fit(examples, rows, &params.encode)?;
        let problem = problem(examples, rows, &design);
        let centre = vec![0.0; problem.outputs * problem.stride()];
        let mut start = centre.clone();
        constants(&problem, &mut start);
        let newton = Newton::new(&problem, params.stop, &centre, start);
        let origin = Origin {
            encoder: &encoder,
            classes: examples.classes,
            l1_share: 0.0,
            has_source: false,
        };
        path(origin, problem.stride(), newton, penalties)
    }

    /// The same with coefficients drawn to those of this model, instead of to 0: few rows of one population, by what is
    /// known of another. Rows are encoded as this model encodes them; intercepts are free.
    ///
    /// # Formula
    ///
    /// With `β₀` the coefficients of this model, the minimum of
    ///
    /// ```text
    /// Σ -w ln p_y  +  penalty / 2 Σ (β - β₀)²
    /// ```
    ///
    /// # Errors
    /// Too few rows, one label, other classes, or a penalty below 0.
    pub fn fit_path_towards(
        &self,
        examples: &Examples,
        rows: &[usize],
        penalties: &[f64],
        stop: Stop,
    ) -> Result<Vec<Self>, LearnerError> {
        examples.check(rows, "logistic regression")?;
        if examples.classes != self.classes {
            return Err(LearnerError::OtherClasses {
                found: self.classes,
                expected: examples.classes,
            });
        }
        let design = self.encoder.design(examples.frame, rows);
        let problem = problem(examples, rows, &design);
        let centre = self.theta(problem.stride());
        let newton = Newton::new(&problem, stop, &centre, centre.clone());
        let origin = Origin {
            encoder: &self.encoder,
            classes: self.classes,
            l1_share: 0.0,
            has_source: true,
        };
        path(origin, problem.stride(), newton, penalties)
    }

    /// Log-odds of the second class of two, or scores of more: `[rows, outputs]`, by the columns alone.
    pub fn margins(&self, frame: &Frame, rows: &[usize]) -> Vec<f64> {
        let width = self.encoder.width();
        let mut margins = Vec::with_capacity(rows.len() * self.intercepts.len());
        for rows in rows.chunks(BLOCK) {
            let design = self.encoder.design(frame, rows);
            for row in 0..rows.len() {
                let of_output = |(output, intercept): (usize, &f64)| {
                    let of = &self.coefficients[output * width..(output + 1) * width];
                    let terms = of.iter().enumerate();
                    let terms = terms.map(|(column, of)| of * design.at(row, column));
                    intercept + terms.sum::<f64>()
                };
                margins.extend(self.intercepts.iter().enumerate().map(of_output));
            }
        }
        margins
    }

    /// Probabilities of all classes, `[rows, classes]`; `margins` are those of the model that this one was added to, by
    /// row of the frame.
    pub fn probabilities(
        &self,
        frame: &Frame,
        rows: &[usize],
        margins: Option<&[f64]>,
    ) -> Vec<f32> {
        let outputs = self.intercepts.len();
        let mut found = Vec::with_capacity(rows.len() * self.classes);
        let mut own = self.margins(frame, rows);
        for (own, &row) in own.chunks_exact_mut(outputs).zip(rows) {
            if let Some(margins) = margins {
                gram::add(own, 1.0, &margins[row * outputs..(row + 1) * outputs]);
            }
            class_probabilities(own, &mut found);
        }
        found
    }

    /// Intercepts and coefficients of the columns as they are, neither centred nor scaled.
    pub fn unstandardised(&self) -> (Vec<f64>, Vec<f64>) {
        let width = self.encoder.width();
        let design = self.encoder.design_columns.iter().cycle();
        let pairs = self.coefficients.iter().zip(design);
        let coefficients: Vec<f64> = pairs.map(|(of, column)| of / column.scale).collect();
        let at_zero = |(output, intercept): (usize, &f64)| {
            let of = coefficients[output * width..].iter();
            let shifts = of.zip(&self.encoder.design_columns);
            intercept - shifts.map(|(of, column)| of * column.centre).sum::<f64>()
        };
        let intercepts = self.intercepts.iter().enumerate().map(at_zero).collect();
        (intercepts, coefficients)
    }

    /// The design matrix that this model was fitted to.
    fn training_design(&self, examples: &Examples, rows: &[usize]) -> Design {
        match self.has_source {
            true => self.encoder.design(examples.frame, rows),
            false => self.encoder.training_design(examples, rows),
        }
    }

    /// Coefficients as [`Problem`] has them.
    fn theta(&self, stride: usize) -> Vec<f64> {
        let width = self.encoder.width();
        let mut theta = vec![0.0; self.intercepts.len() * stride];
        for (output, of) in theta.chunks_exact_mut(stride).enumerate() {
            of[0] = self.intercepts[output];
            of[1..=width].copy_from_slice(&self.coefficients[output * width..][..width]);
        }
        theta
    }
}

fn problem<'a>(examples: &Examples, rows: &[usize], design: &'a Design) -> Problem<'a> {
    let outputs = outputs(examples.classes);
    let offsets = examples.margins.map_or_else(Vec::new, |margins| {
        let of_rows = rows.iter();
        let of_rows = of_rows.flat_map(|row| &margins[row * outputs..(row + 1) * outputs]);
        of_rows.copied().collect()
    });
    let labels = rows.iter().map(|&row| examples.labels[row]).collect();
    let weights = rows.iter().map(|&row| examples.weights[row]).collect();
    Problem::new(design, labels, weights, offsets, outputs)
}

/// Sets the intercepts to those of a model without columns. What is added to other margins starts from 0.
fn constants(problem: &Problem, theta: &mut [f64]) {
    if !problem.offsets.is_empty() {
        return;
    }
    let all = problem.weight();
    let log_share = |class: usize| {
        let of_class = problem.labels.iter().zip(&problem.weights);
        let of_class = of_class.filter(|(label, _)| **label == class);
        let share = of_class.map(|(_, weight)| weight).sum::<f64>() / all;
        share.max(f64::EPSILON).ln()
    };
    match problem.outputs {
        1 => theta[0] = log_share(1) - log_share(0),
        outputs => {
            for output in 0..outputs {
                theta[output * problem.stride()] = log_share(output);
            }
        }
    }
}

/// Where coefficients come from.
#[derive(Debug, Clone, Copy)]
struct Origin<'a> {
    encoder: &'a Encoder,
    classes: usize,
    l1_share: f64,
    has_source: bool,
}

impl Origin<'_> {
    /// A model of coefficients as [`Problem`] has them.
    fn model(self, theta: &[f64], stride: usize, penalty: f64, ending: Ending) -> Logistic {
        let width = self.encoder.width();
        let of_outputs = theta.chunks_exact(stride);
        Logistic {
            encoder: self.encoder.clone(),
            classes: self.classes,
            penalty,
            l1_share: self.l1_share,
            intercepts: of_outputs.clone().map(|of| of[0]).collect(),
            coefficients: of_outputs.flat_map(|of| &of[1..=width]).copied().collect(),
            ending,
            has_source: self.has_source,
        }
    }
}

/// Places of penalties from the largest to the smallest.
///
/// # Errors
/// One is not a number of at least 0.
fn from_largest(penalties: &[f64]) -> Result<Vec<usize>, LearnerError> {
    let refused = |penalty: &&f64| !(penalty.is_finite() && **penalty >= 0.0);
    if let Some(&penalty) = penalties.iter().find(refused) {
        return Err(LearnerError::Penalty(penalty));
    }
    let mut order: Vec<usize> = (0..penalties.len()).collect();
    order.sort_by(|&a, &b| penalties[b].total_cmp(&penalties[a]));
    Ok(order)
}

fn path(
    origin: Origin,
    stride: usize,
    mut newton: Newton,
    penalties: &[f64],
) -> Result<Vec<Logistic>, LearnerError> {
    let mut found: Vec<(usize, Logistic)> = Vec::new();
    for at in from_largest(penalties)? {
        let ending = newton.minimise(penalties[at]);
        let model = origin.model(newton.theta(), stride, penalties[at], ending);
        found.push((at, model));
    }
    found.sort_by_key(|(at, _)| *at);
    Ok(found.into_iter().map(|(_, model)| model).collect())
}
