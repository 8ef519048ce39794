//! Logistic regression, with a penalty found by cross-validation.

use super::choose::least;
use super::loss::{Loss, log_losses};
use super::model::Model;
use super::{Fitted, LearnerParams, Task};
use crate::error::LearnerError;
use crate::logistic::{Logistic, penalties};

/// Penalties that are tried, in relation to the number of rows: from 1 to a millionth of it. (At 1, coefficients of
/// standardised columns are close to 0.)
const LARGEST: f64 = 1.0;
const SMALLEST: f64 = 1e-6;
const COUNT: usize = 13;

pub(super) fn fit(task: &Task, params: &LearnerParams) -> Result<Fitted, LearnerError> {
    let params = &params.logistic;
    let classes = task.examples.classes;
    let path = |rows: usize| penalties(LARGEST * rows as f64, SMALLEST * rows as f64, COUNT);
    let mut held_out = vec![vec![f32::NAN; task.rows.len() * classes]; COUNT];
    for fold in task.fold_numbers() {
        let [learned, judged] = task.places(fold);
        let (rows, judged_rows) = (task.rows_at(&learned), task.rows_at(&judged));
        let models = Logistic::fit_path(task.examples, &rows, &path(rows.len()), params)?;
        for (model, held_out) in models.iter().zip(&mut held_out) {
            let found = model.probabilities(task.examples.frame, &judged_rows, task.examples.margins);
            for (&place, of) in judged.iter().zip(found.chunks_exact(classes)) {
                held_out[place * classes..(place + 1) * classes].copy_from_slice(of);
            }
        }
    }
    let weights: Vec<f64> = task.rows.iter().map(|&row| task.examples.weights[row]).collect();
    let mut losses: Vec<Vec<f64>> = held_out.iter().map(|of| log_losses(task, of)).collect();
    let means: Vec<f64> = losses.iter().map(|of| Loss::of(of, &weights).mean).collect();
    let best = least(&means);
    let path = &path(task.rows.len())[..=best];
    let mut models = Logistic::fit_path(task.examples, task.rows, path, params)?;
    let model = models.pop().expect("a path has a model for each penalty");
    Ok(Fitted {
        settings: vec![("penalty".to_owned(), format!("{:.4}", model.penalty))],
        model: Model::Logistic(model),
        losses: losses.swap_remove(best),
    })
}
