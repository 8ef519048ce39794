//! Nested cross-validation: ways to fit a model on the same folds, and the choice among them judged on rows that it
//! did not see.

use super::loss::{Loss, log_losses};
use super::model::Model;
use super::task::{Fitted, Task};
use crate::error::LearnerError;
use crate::frame::Frame;
use crate::importance::auc;
use rayon::prelude::*;
use std::time::{Duration, Instant};

/// A way to fit a model to the rows of a task, its settings found within these rows.
pub trait Recipe: Sync {
    /// The name, as in a configuration.
    fn name(&self) -> &'static str;
    /// The name in sentences.
    fn title(&self) -> &'static str;
    /// # Errors
    /// Rows that no such model can be fitted to.
    fn fit(&self, task: &Task) -> Result<Fitted, LearnerError>;
}

/// The place of the candidate to take, from one loss a row of each, and the weights of rows.
pub type Rule = fn(&[Vec<f64>], &[f64]) -> usize;

/// One recipe in a cross-validation.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    pub name: &'static str,
    pub title: &'static str,
    /// Out of fold, `[rows, classes]`, row-major; NaN for rows that no fold holds out.
    pub probabilities: Vec<f32>,
    /// Of these probabilities.
    pub loss: Loss,
    /// Of these probabilities; of more than two classes the mean over the classes.
    pub auc: f64,
    /// Time that all its fits took.
    pub time: Duration,
}

/// Result of a nested cross-validation.
#[derive(Debug, Clone, PartialEq)]
pub struct Nested {
    /// In the order of the recipes.
    pub candidates: Vec<Candidate>,
    /// Probabilities out of fold of the choice among them, which was made anew in each fold, on its training rows alone.
    /// They are those of the candidate where there is one.
    pub probabilities: Vec<f32>,
    /// The place of the candidate that was chosen in each fold.
    pub chosen_in_folds: Vec<usize>,
    /// The models of the folds that were chosen, each with the rows that it had not seen.
    pub fold_models: Vec<(Model, Vec<usize>)>,
    /// The place of the candidate that was chosen on all rows.
    pub chosen: usize,
    /// Its model, fitted to all rows.
    pub fitted: Fitted,
}

/// Fits several recipes in each fold of a task and chooses among them.
///
/// Within a fold, the rows of the other folds are all that is known: the settings of each recipe are found, and one of
/// them is chosen by `rule`, by cross-validation among these folds (Varma and Simon 2006). So the probabilities of the
/// choice are as honest as those of a single recipe. `progress` hears how many recipes are done.
///
/// # Errors
/// Rows that a recipe cannot be fitted to; [`LearnerError::Fold`] names the fold.
///
/// # Panics
/// If there is no recipe.
pub fn cross_validate(
    task: &Task,
    recipes: &[&dyn Recipe],
    rule: Rule,
    progress: &mut dyn FnMut(usize),
) -> Result<Nested, LearnerError> {
    let folds = task.fold_numbers();
    let mut candidates = Vec::with_capacity(recipes.len());
    let mut fits: Vec<Vec<FoldFit>> = Vec::with_capacity(recipes.len());
    for (at, recipe) in recipes.iter().enumerate() {
        let start = Instant::now();
        let of_recipe = folds.par_iter();
        let of_recipe = of_recipe.map(|&fold| FoldFit::new(*recipe, task, fold));
        let of_recipe: Vec<FoldFit> = of_recipe.collect::<Result<_, _>>()?;
        let probabilities = out_of_fold(task, of_recipe.iter());
        candidates.push(Candidate {
            name: recipe.name(),
            title: recipe.title(),
            loss: Loss::of(&log_losses(task, &probabilities), &task.weights()),
            auc: auc_of(task, &probabilities),
            probabilities,
            time: start.elapsed(),
        });
        fits.push(of_recipe);
        progress(at + 1);
    }
    let chosen_in_folds: Vec<usize> = (0..folds.len())
        .map(|fold| {
            let losses = fits.iter().map(|of| of[fold].fitted.losses.clone());
            let losses: Vec<Vec<f64>> = losses.collect();
            rule(&losses, &task.weights_at(&fits[0][fold].learned))
        })
        .collect();
    let losses = candidates.iter();
    let losses = losses.map(|candidate| log_losses(task, &candidate.probabilities));
    let chosen = rule(&losses.collect::<Vec<_>>(), &task.weights());
    let picked = chosen_in_folds.iter().enumerate();
    let picked = picked.map(|(fold, &recipe)| &fits[recipe][fold]);
    Ok(Nested {
        probabilities: out_of_fold(task, picked.clone()),
        fold_models: picked
            .map(|fit| (fit.fitted.model.clone(), task.rows_at(&fit.held_out)))
            .collect(),
        chosen_in_folds,
        chosen,
        fitted: recipes[chosen].fit(task)?,
        candidates,
    })
}

impl Nested {
    /// The candidate that was chosen.
    pub fn winner(&self) -> &Candidate {
        &self.candidates[self.chosen]
    }

    /// The rows that folds held out, in ascending order.
    pub fn held_out_rows(&self) -> Vec<usize> {
        let rows = self.fold_models.iter().flat_map(|(_, rows)| rows);
        let mut rows: Vec<usize> = rows.copied().collect();
        rows.sort_unstable();
        rows
    }

    /// Probabilities of rows, each by the model of the fold that held it out, `[rows, classes]`; NaN for a row that none
    /// held out. The frame may have other values than the one that was learned from, such as permuted ones.
    pub fn held_out(&self, frame: &Frame, rows: &[usize], classes: usize) -> Vec<f32> {
        let mut place = vec![usize::MAX; frame.rows()];
        for (at, &row) in rows.iter().enumerate() {
            place[row] = at;
        }
        let mut found = vec![f32::NAN; rows.len() * classes];
        for (model, of_fold) in &self.fold_models {
            let asked = of_fold.iter().copied();
            let asked: Vec<usize> = asked.filter(|&row| place[row] != usize::MAX).collect();
            let of_rows = model.probabilities(frame, &asked);
            for (&row, of) in asked.iter().zip(of_rows.chunks_exact(classes)) {
                found[place[row] * classes..(place[row] + 1) * classes].copy_from_slice(of);
            }
        }
        found
    }
}

/// The AUC of the rows that have probabilities.
fn auc_of(task: &Task, probabilities: &[f32]) -> f64 {
    let classes = task.examples.classes;
    let judged = probabilities.chunks_exact(classes).zip(task.rows);
    let judged: Vec<(&[f32], &usize)> = judged.filter(|(of, _)| !of[0].is_nan()).collect();
    let of: Vec<f32> = judged
        .iter()
        .flat_map(|(of, _)| of.iter().copied())
        .collect();
    let labels: Vec<usize> = judged
        .iter()
        .map(|(_, row)| task.examples.labels[**row])
        .collect();
    let weights: Vec<f64> = judged
        .iter()
        .map(|(_, row)| task.examples.weights[**row])
        .collect();
    auc(&of, &labels, &weights).value
}

/// A recipe in one fold.
struct FoldFit {
    /// Places in the task's rows.
    learned: Vec<usize>,
    held_out: Vec<usize>,
    fitted: Fitted,
    /// Of the rows that are held out, `[rows, classes]`.
    probabilities: Vec<f32>,
}

impl FoldFit {
    fn new(recipe: &dyn Recipe, task: &Task, fold: usize) -> Result<Self, LearnerError> {
        let [learned, held_out] = task.places(fold);
        let inner = Task {
            rows: &task.rows_at(&learned),
            folds: &task.folds_at(&learned),
            ..*task
        };
        let fitted = recipe.fit(&inner).map_err(|source| LearnerError::Fold {
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
