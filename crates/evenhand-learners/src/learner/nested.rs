//! Nested cross-validation: ways to fit a model on the same folds, and the choice among them judged on rows that it
//! did not see.

use super::choose::Rule;
use super::fold::{Columns, Fold, FoldFit, narrowed, out_of_fold};
use super::loss::{Loss, log_losses};
use super::model::Model;
use super::recipe::{Recipe, Selector};
use super::task::{Fitted, Task};
use crate::error::LearnerError;
use crate::frame::Frame;
use crate::importance::auc;
use rayon::prelude::*;
use std::borrow::Cow;
use std::time::{Duration, Instant};

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
    /// The models of the folds that were chosen.
    pub fold_models: Vec<FoldModel>,
    /// The place of the candidate that was chosen on all rows.
    pub chosen: usize,
    /// The columns of the data that were chosen on all rows; `None` without a selector, of all columns.
    pub selected: Option<Vec<String>>,
    /// Its model, fitted to all rows and the columns that were chosen.
    pub fitted: Fitted,
}

/// A model of one fold.
#[derive(Debug, Clone, PartialEq)]
pub struct FoldModel {
    pub model: Model,
    /// The rows of the frame that it had not seen.
    pub held_out: Vec<usize>,
    /// The columns of the data that were chosen by the other rows; `None` of all columns.
    pub selected: Option<Vec<String>>,
}

/// Fits several recipes in each fold of a task and chooses among them.
///
/// Within a fold, the rows of the other folds are all that is known: the settings of each recipe are found, and one of
/// them is chosen by `rule`, by cross-validation among these folds (Varma and Simon 2006). So the probabilities of the
/// choice are as honest as those of a single recipe. `progress` hears how many recipes are done.
///
/// A selector chooses columns within a fold too, once for all recipes, so that no column was chosen for what it says of
/// rows that judge the models (Ambroise, C. and McLachlan, G. J. (2002), PNAS 99, 6562-6566). Settings are found on the
/// columns that were chosen: the losses that decide on them have seen the choice, those of the result have not.
///
/// # Errors
/// Rows that a recipe cannot be fitted to; [`LearnerError::Fold`] names the fold.
///
/// # Panics
/// If there is no recipe.
pub fn cross_validate(
    task: &Task,
    recipes: &[&dyn Recipe],
    selector: Option<&dyn Selector>,
    rule: Rule,
    progress: &mut dyn FnMut(usize),
) -> Result<Nested, LearnerError> {
    let folds = task.fold_numbers();
    let folds = folds.par_iter();
    let folds: Vec<Fold> = folds
        .map(|&number| Fold::new(task, number, selector))
        .collect::<Result<_, _>>()?;
    let mut candidates = Vec::with_capacity(recipes.len());
    let mut fits: Vec<Vec<FoldFit>> = Vec::with_capacity(recipes.len());
    for (at, recipe) in recipes.iter().enumerate() {
        let (candidate, of_recipe) = Candidate::new(*recipe, task, &folds)?;
        candidates.push(candidate);
        fits.push(of_recipe);
        progress(at + 1);
    }
    let chosen_in_folds: Vec<usize> = (0..folds.len())
        .map(|fold| {
            let losses = fits.iter().map(|of| of[fold].fitted.losses.clone());
            let losses: Vec<Vec<f64>> = losses.collect();
            rule(&losses, &task.weights_at(&folds[fold].learned))
        })
        .collect();
    let losses = candidates.iter();
    let losses = losses.map(|candidate| log_losses(task, &candidate.probabilities));
    let chosen = rule(&losses.collect::<Vec<_>>(), &task.weights());
    let picked = chosen_in_folds.iter().zip(&folds).enumerate();
    let picked = picked.map(|(at, (&recipe, fold))| (fold, &fits[recipe][at]));
    let probabilities = out_of_fold(task, picked.clone());
    let fold_models = picked.map(|(fold, fit)| FoldModel {
        model: fit.fitted.model.clone(),
        held_out: task.rows_at(&fold.held_out),
        selected: fold.columns.selected.clone(),
    });
    let fold_models = fold_models.collect();
    let columns = Columns::new(task, task.examples.frame, selector)?;
    Ok(Nested {
        probabilities,
        fold_models,
        chosen_in_folds,
        chosen,
        fitted: columns.fit(recipes[chosen], task)?,
        selected: columns.selected,
        candidates,
    })
}

impl Candidate {
    /// Fits a recipe in each fold.
    fn new(
        recipe: &dyn Recipe,
        task: &Task,
        folds: &[Fold],
    ) -> Result<(Self, Vec<FoldFit>), LearnerError> {
        let start = Instant::now();
        let fits = folds.par_iter();
        let fits = fits.map(|fold| FoldFit::new(recipe, task, fold));
        let fits: Vec<FoldFit> = fits.collect::<Result<_, _>>()?;
        let probabilities = out_of_fold(task, folds.iter().zip(&fits));
        let candidate = Self {
            name: recipe.name(),
            title: recipe.title(),
            loss: Loss::of(&log_losses(task, &probabilities), &task.weights()),
            auc: auc_of(task, &probabilities),
            probabilities,
            time: start.elapsed(),
        };
        Ok((candidate, fits))
    }
}

impl Nested {
    /// The columns of a frame that the final model takes.
    pub fn narrowed<'f>(&self, frame: &'f Frame) -> Cow<'f, Frame> {
        narrowed(frame, self.selected.as_deref())
    }

    /// The candidate that was chosen.
    pub fn winner(&self) -> &Candidate {
        &self.candidates[self.chosen]
    }

    /// The rows that folds held out, in ascending order.
    pub fn held_out_rows(&self) -> Vec<usize> {
        let rows = self.fold_models.iter().flat_map(|fold| &fold.held_out);
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
        for fold in &self.fold_models {
            let asked = fold.held_out.iter().copied();
            let asked: Vec<usize> = asked.filter(|&row| place[row] != usize::MAX).collect();
            let frame = narrowed(frame, fold.selected.as_deref());
            let of_rows = fold.model.probabilities(&frame, &asked);
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
