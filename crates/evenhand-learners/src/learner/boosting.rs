//! Gradient boosting, with the number of rounds and the size of trees found by cross-validation.

use super::kind::Learner;
use super::loss::log_losses;
use super::model::Model;
use super::params::LearnerParams;
use super::task::{Fitted, Task};
use crate::error::LearnerError;
use crate::examples::Examples;
use crate::tree::boosting::{self, Params, Stop};
use crate::tree::model::TreeEnsemble;

/// With fewer rows, trees are small.
const FEW: usize = 2_000;

pub(super) fn fit(task: &Task, params: &LearnerParams) -> Result<Fitted, LearnerError> {
    let tried = match params.boosting == Params::default() && task.rows.len() < FEW {
        true => vec![small(task.rows.len(), 4), small(task.rows.len(), 8)],
        false => vec![params.boosting.clone()],
    };
    let Boosted {
        ensemble,
        losses,
        settings,
    } = boost(task, &tried)?;
    Ok(Fitted {
        model: Model::Trees(Learner::Boosting, ensemble),
        losses,
        settings,
    })
}

/// Settings for few rows.
pub fn small(rows: usize, leaves: usize) -> Params {
    Params {
        learning_rate: 0.05,
        leaves,
        min_rows: (rows / 40).clamp(5, 20),
        ..Params::default()
    }
}

/// Boosted trees of settings that do best in the folds of a task.
pub struct Boosted {
    pub ensemble: TreeEnsemble,
    /// Of held-out rows.
    pub losses: Vec<f64>,
    pub settings: Vec<(String, String)>,
}

/// Finds out which of some settings, and how many rounds, do best in the folds of a task, and fits them to all its rows.
///
/// The number of rounds is the same in all folds: if each fold had its own best one, its rows would have been looked at.
///
/// # Errors
/// As of [`boosting::fit`].
pub fn boost(task: &Task, tried: &[Params]) -> Result<Boosted, LearnerError> {
    let mut best: Option<(f64, usize, &Params)> = None;
    for params in tried {
        let curve = curve(task, params)?;
        for (rounds, loss) in curve.into_iter().enumerate() {
            if best.is_none_or(|(least, ..)| loss < least) {
                best = Some((loss, rounds, params));
            }
        }
    }
    let (_, rounds, params) = best.unwrap_or((f64::NAN, tried[0].rounds, &tried[0]));
    let stop = Stop::After(rounds);
    let found = task.held_out(|rows, judged| {
        let fitted = boosting::fit(task.examples, rows, stop, params)?;
        Ok(probabilities(&fitted.model, task.examples, judged))
    })?;
    let fitted = boosting::fit(task.examples, task.rows, stop, params)?;
    Ok(Boosted {
        ensemble: fitted.model,
        losses: log_losses(task, &found),
        settings: vec![
            ("rounds".to_owned(), rounds.to_string()),
            ("leaves".to_owned(), params.leaves.to_string()),
            ("learning rate".to_owned(), params.learning_rate.to_string()),
        ],
    })
}

/// Mean loss of held-out rows after 0, 1, ... rounds. A fold that stopped early stays at its last loss.
fn curve(task: &Task, params: &Params) -> Result<Vec<f64>, LearnerError> {
    let mut curves = Vec::new();
    for fold in task.fold_numbers() {
        let [learned, judged] = task.places(fold);
        let (rows, judged) = (task.rows_at(&learned), task.rows_at(&judged));
        let stop = Stop::Validation(&judged);
        curves.push(boosting::fit(task.examples, &rows, stop, params)?.curve);
    }
    let longest = curves.iter().map(Vec::len).max().unwrap_or(0);
    let at = |curve: &Vec<f64>, rounds: usize| curve.get(rounds).or(curve.last()).copied();
    let mean = |rounds| {
        let losses = curves.iter().filter_map(|curve| at(curve, rounds));
        losses.sum::<f64>() / curves.len() as f64
    };
    Ok((0..longest).map(mean).collect())
}

/// Probabilities of an ensemble that was added to the margins of the examples, where there are some.
fn probabilities(model: &TreeEnsemble, examples: &Examples, rows: &[usize]) -> Vec<f32> {
    let Some(margins) = examples.margins else {
        let found = model.probabilities(examples.frame, rows);
        return found.into_iter().map(|p| p as f32).collect();
    };
    let outputs = examples.outputs();
    let own = model.margins(examples.frame, rows);
    let own = own.chunks_exact(outputs).zip(rows);
    own.flat_map(|(own, row)| {
        let start = &margins[row * outputs..(row + 1) * outputs];
        let sums: Vec<f64> = own
            .iter()
            .zip(start)
            .map(|(&own, start)| f64::from(own) + start)
            .collect();
        super::model::probabilities_of(&sums)
    })
    .collect()
}
