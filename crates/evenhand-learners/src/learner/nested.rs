//! Nested cross-validation: learners on the same folds, and the choice among them judged on rows that it did not see.

use super::choose::simplest;
use super::loss::{Loss, log_losses};
use super::{Fitted, Learner, LearnerParams, Task};
use crate::error::LearnerError;
use rayon::prelude::*;
use std::time::{Duration, Instant};

/// One learner in a cross-validation.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    pub learner: Learner,
    /// Out of fold, `[rows, classes]`, row-major; NaN for rows that no fold holds out.
    pub probabilities: Vec<f32>,
    /// Of these probabilities.
    pub loss: Loss,
    /// Time that all its fits took.
    pub time: Duration,
}

/// Result of a nested cross-validation.
#[derive(Debug, Clone, PartialEq)]
pub struct Nested {
    /// In the order of the learners, the simplest first.
    pub candidates: Vec<Candidate>,
    /// Probabilities out of fold of the choice among the learners, which was made anew in each fold, on its training rows
    /// alone. They are those of the candidate where there is one.
    pub probabilities: Vec<f32>,
    /// The learner that was chosen in each fold.
    pub chosen_in_folds: Vec<Learner>,
    /// The learner that was chosen on all rows, fitted to them.
    pub fitted: Fitted,
}

/// Fits several learners in each fold of a task and chooses among them.
///
/// Within a fold, the rows of the other folds are all that is known: settings of each learner are found, and the learner is
/// chosen ([`simplest`]), by cross-validation among these folds (Varma and Simon 2006). So the probabilities of the choice
/// are as honest as those of a single learner. `progress` hears of each learner that is done.
///
/// # Errors
/// Rows that a learner cannot be fitted to; [`LearnerError::Fold`] names the fold.
pub fn cross_validate(
    task: &Task,
    learners: &[Learner],
    params: &LearnerParams,
    progress: &mut dyn FnMut(Learner),
) -> Result<Nested, LearnerError> {
    let mut learners = learners.to_vec();
    learners.sort_unstable();
    learners.dedup();
    let folds = task.fold_numbers();
    let mut candidates = Vec::with_capacity(learners.len());
    let mut by_learner = Vec::with_capacity(learners.len());
    for &learner in &learners {
        let start = Instant::now();
        let fits: Vec<FoldFit> = folds
            .par_iter()
            .map(|&fold| FoldFit::new(learner, task, fold, params))
            .collect::<Result<_, _>>()?;
        let probabilities = out_of_fold(task, fits.iter());
        candidates.push(Candidate {
            learner,
            loss: Loss::of(&log_losses(task, &probabilities), &weights(task, task.rows)),
            probabilities,
            time: start.elapsed(),
        });
        by_learner.push(fits);
        progress(learner);
    }

    let chosen: Vec<usize> = (0..folds.len())
        .map(|fold| {
            let losses: Vec<Vec<f64>> = by_learner
                .iter()
                .map(|fits| fits[fold].fitted.losses.clone())
                .collect();
            let rows = task.rows_at(&by_learner[0][fold].learned);
            simplest(&losses, &weights(task, &rows))
        })
        .collect();
    let picked = chosen.iter().enumerate();
    let picked = picked.map(|(fold, &learner)| &by_learner[learner][fold]);
    let losses: Vec<Vec<f64>> = candidates
        .iter()
        .map(|candidate| log_losses(task, &candidate.probabilities))
        .collect();
    let winner = learners[simplest(&losses, &weights(task, task.rows))];
    Ok(Nested {
        probabilities: out_of_fold(task, picked),
        chosen_in_folds: chosen.iter().map(|&at| learners[at]).collect(),
        fitted: winner.fit(task, params)?,
        candidates,
    })
}

/// A learner in one fold.
struct FoldFit {
    /// Places in the task's rows.
    learned: Vec<usize>,
    held_out: Vec<usize>,
    fitted: Fitted,
    /// Of the rows that are held out, `[rows, classes]`.
    probabilities: Vec<f32>,
}

impl FoldFit {
    fn new(
        learner: Learner,
        task: &Task,
        fold: usize,
        params: &LearnerParams,
    ) -> Result<Self, LearnerError> {
        let [learned, held_out] = task.places(fold);
        let inner = Task {
            rows: &task.rows_at(&learned),
            folds: &task.folds_at(&learned),
            ..*task
        };
        let fitted = learner.fit(&inner, params);
        let fitted = fitted.map_err(|source| LearnerError::Fold {
            fold,
            source: Box::new(source),
        })?;
        let rows = task.rows_at(&held_out);
        Ok(Self {
            probabilities: fitted.model.probabilities(task.examples.frame, &rows),
            learned,
            held_out,
            fitted,
        })
    }
}

/// Probabilities of all rows of the task, each by the fold that held it out.
fn out_of_fold<'a>(task: &Task, fits: impl Iterator<Item = &'a FoldFit>) -> Vec<f32> {
    let classes = task.examples.classes;
    let mut found = vec![f32::NAN; task.rows.len() * classes];
    for fit in fits {
        let rows = fit.probabilities.chunks_exact(classes);
        for (&place, of) in fit.held_out.iter().zip(rows) {
            found[place * classes..(place + 1) * classes].copy_from_slice(of);
        }
    }
    found
}

fn weights(task: &Task, rows: &[usize]) -> Vec<f64> {
    rows.iter().map(|&row| task.examples.weights[row]).collect()
}
