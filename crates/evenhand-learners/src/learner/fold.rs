//! Folds of a cross-validation: what is chosen and fitted by the training rows of each.

use super::recipe::{Recipe, Selector};
use super::task::{Fitted, NEVER, Task};
use crate::error::LearnerError;
use crate::examples::Examples;
use crate::frame::Frame;
use evenhand_stats::stats::resample::mix;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Folds that are drawn where none would be left.
const DRAWN: usize = 3;

/// A frame of the columns that were chosen, where there was a choice.
pub fn narrowed<'f>(frame: &'f Frame, selected: Option<&[String]>) -> Cow<'f, Frame> {
    match selected {
        Some(sources) => Cow::Owned(frame.of_sources(sources)),
        None => Cow::Borrowed(frame),
    }
}

/// Columns that were chosen by the rows of a task, and a frame of them.
pub struct Columns<'a> {
    pub selected: Option<Vec<String>>,
    frame: Cow<'a, Frame>,
}

impl<'a> Columns<'a> {
    pub fn new(
        task: &Task,
        frame: &'a Frame,
        selector: Option<&dyn Selector>,
    ) -> Result<Self, LearnerError> {
        let selected = selector.map(|selector| selector.select(task)).transpose()?;
        Ok(Self {
            frame: narrowed(frame, selected.as_deref()),
            selected,
        })
    }

    /// Fits a recipe to the rows of a task and these columns.
    pub fn fit(&self, recipe: &dyn Recipe, task: &Task) -> Result<Fitted, LearnerError> {
        let examples = Examples {
            frame: &self.frame,
            ..*task.examples
        };
        recipe.fit(&Task {
            examples: &examples,
            ..*task
        })
    }
}

/// A fold, with the columns that were chosen by its training rows.
pub struct Fold<'a> {
    number: usize,
    /// Places in the task's rows.
    pub learned: Vec<usize>,
    pub held_out: Vec<usize>,
    pub columns: Columns<'a>,
}

impl<'a> Fold<'a> {
    pub fn new(
        task: &Task<'a>,
        number: usize,
        selector: Option<&dyn Selector>,
    ) -> Result<Self, LearnerError> {
        let [learned, held_out] = task.places(number);
        let frame = task.examples.frame;
        let choose = |inner: &Task| Columns::new(inner, frame, selector);
        let columns = in_fold(task, number, &learned, choose)?;
        Ok(Self {
            number,
            learned,
            held_out,
            columns,
        })
    }
}

/// What is done with the training rows of a fold.
///
/// # Errors
/// [`LearnerError::Fold`] names the fold.
fn in_fold<T>(
    task: &Task,
    number: usize,
    learned: &[usize],
    run: impl FnOnce(&Task) -> Result<T, LearnerError>,
) -> Result<T, LearnerError> {
    let inner = Task {
        rows: &task.rows_at(learned),
        folds: &inner_folds(task, learned),
        ..*task
    };
    run(&inner).map_err(|source| LearnerError::Fold {
        fold: number,
        source: Box::new(source),
    })
}

/// The folds that settings are found in: those that are left, or, of fewer than two, some that are drawn evenly from every
/// label. A person may be on both sides of a fold that is drawn: it decides on settings and judges nothing.
fn inner_folds(task: &Task, learned: &[usize]) -> Vec<usize> {
    let mut folds = task.folds_at(learned);
    let left: BTreeSet<usize> = folds
        .iter()
        .copied()
        .filter(|&fold| fold != NEVER)
        .collect();
    if left.len() > 1 {
        return folds;
    }
    let is_drawn = |&at: &usize| left.is_empty() || folds[at] != NEVER;
    let mut places: Vec<usize> = (0..folds.len()).filter(is_drawn).collect();
    places.sort_by_key(|&at| {
        let row = task.rows[learned[at]];
        (task.examples.labels[row], mix(task.seed, row as u64))
    });
    for (rank, at) in places.into_iter().enumerate() {
        folds[at] = rank % DRAWN;
    }
    folds
}

/// A recipe in one fold.
pub struct FoldFit {
    pub fitted: Fitted,
    /// Of the rows that are held out, `[rows, classes]`.
    probabilities: Vec<f32>,
}

impl FoldFit {
    pub fn new(recipe: &dyn Recipe, task: &Task, fold: &Fold) -> Result<Self, LearnerError> {
        let fit = |inner: &Task| fold.columns.fit(recipe, inner);
        let fitted = in_fold(task, fold.number, &fold.learned, fit)?;
        let rows = task.rows_at(&fold.held_out);
        Ok(Self {
            probabilities: fitted.model.probabilities(&fold.columns.frame, &rows),
            fitted,
        })
    }
}

/// Probabilities of all rows of the task, each by the fold that held it out.
pub fn out_of_fold<'a>(
    task: &Task,
    fits: impl Iterator<Item = (&'a Fold<'a>, &'a FoldFit)>,
) -> Vec<f32> {
    let classes = task.examples.classes;
    let mut found = vec![f32::NAN; task.rows.len() * classes];
    for (fold, fit) in fits {
        let rows = fit.probabilities.chunks_exact(classes);
        for (&place, of) in fold.held_out.iter().zip(rows) {
            found[place * classes..(place + 1) * classes].copy_from_slice(of);
        }
    }
    found
}
