//! Logistic regression, with a penalty found by cross-validation.

use super::choose::{Rule, least_loss};
use super::loss::log_losses;
use super::model::Model;
use super::params::LearnerParams;
use super::task::{Fitted, Task};
use crate::error::LearnerError;
use crate::logistic::{Logistic, penalties};

/// Penalties that are tried, in relation to the number of rows: from 1, where coefficients of standardised columns are
/// close to 0, to a ten thousandth.
const LARGEST: f64 = 1.0;
const SMALLEST: f64 = 1e-4;
const COUNT: usize = 9;

pub(super) fn fit(task: &Task, params: &LearnerParams) -> Result<Fitted, LearnerError> {
    let path = |rows: &[usize], penalties: &[f64]| {
        Logistic::fit_path(task.examples, rows, penalties, &params.logistic)
    };
    let (model, losses) = along_path(task, (LARGEST, SMALLEST, COUNT), least_loss, &path)?;
    Ok(Fitted {
        settings: vec![("penalty".to_owned(), format!("{:.4}", model.penalty))],
        model: Model::Logistic(model),
        losses,
    })
}

/// Fits a path of models to rows, one a penalty.
pub type FitPath<'a> = dyn Fn(&[usize], &[f64]) -> Result<Vec<Logistic>, LearnerError> + 'a;

/// The model of the penalty that a rule takes by the folds of a task, fitted to all its rows, and the log losses of
/// held-out rows. Penalties (largest, smallest, number) are in relation to the number of rows; `fit` fits a path.
pub fn along_path(
    task: &Task,
    (largest, smallest, count): (f64, f64, usize),
    rule: Rule,
    fit: &FitPath,
) -> Result<(Logistic, Vec<f64>), LearnerError> {
    let path = |rows: &[usize]| {
        let n = rows.len() as f64;
        penalties(largest * n, smallest * n, count)
    };
    let frame = task.examples.frame;
    let mut held_out = vec![Vec::new(); count];
    for fold in task.fold_numbers() {
        let [learned, judged] = task.places(fold);
        let (rows, judged) = (task.rows_at(&learned), task.rows_at(&judged));
        for (model, held_out) in fit(&rows, &path(&rows))?.iter().zip(&mut held_out) {
            held_out.push(model.probabilities(frame, &judged, task.examples.margins));
        }
    }
    let mut losses = Vec::with_capacity(count);
    for of_folds in held_out {
        let mut of_folds = of_folds.into_iter();
        let found = task.held_out(|_, _| Ok(of_folds.next().unwrap_or_default()))?;
        losses.push(log_losses(task, &found));
    }
    let best = rule(&losses, &task.weights());
    let mut models = fit(task.rows, &path(task.rows)[..=best])?;
    let model = models.pop().expect("a path has a model for each penalty");
    Ok((model, losses.swap_remove(best)))
}
