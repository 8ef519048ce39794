//! Log loss of held-out rows.

use super::task::Task;

/// Probabilities are kept this far from 0 and 1, as scikit-learn's `log_loss` keeps those of float32.
const LEAST: f64 = 1.1920929e-7;

/// A weighted mean of losses, and its standard error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Loss {
    pub mean: f64,
    pub standard_error: f64,
}

impl Loss {
    /// Of the losses that are numbers; rows are independent.
    ///
    /// # Formula
    ///
    /// `m = Σ w l / Σ w`, and the standard error `sqrt(n / (n - 1) Σ w² (l - m)²) / Σ w`.
    pub fn of(losses: &[f64], weights: &[f64]) -> Self {
        let rows = losses.iter().zip(weights);
        let rows = rows.filter(|(loss, _)| !loss.is_nan());
        let sum: f64 = rows.clone().map(|(_, weight)| weight).sum();
        let mean = rows
            .clone()
            .map(|(loss, weight)| loss * weight)
            .sum::<f64>()
            / sum;
        let n = rows.clone().count() as f64;
        let squares = rows.map(|(loss, weight)| (weight * (loss - mean)).powi(2));
        let squares = squares.sum::<f64>() * n / (n - 1.0).max(1.0);
        Self {
            mean,
            standard_error: squares.sqrt() / sum,
        }
    }
}

/// The log loss of each row of a task: `-ln p` of the class that is its label, from probabilities `[rows, classes]`.
/// NaN where the probabilities are.
pub fn log_losses(task: &Task, probabilities: &[f32]) -> Vec<f64> {
    let rows = probabilities.chunks_exact(task.examples.classes);
    let of_row = |(row, of): (&usize, &[f32])| log_loss(of[task.examples.labels[*row]]);
    task.rows.iter().zip(rows).map(of_row).collect()
}

/// `-ln p` of the probability that the right class was given; NaN of NaN.
pub fn log_loss(p: f32) -> f64 {
    match f64::from(p) {
        p if p.is_nan() => f64::NAN,
        p => -p.clamp(LEAST, 1.0 - LEAST).ln(),
    }
}
