//! The ladder: all rungs, and training from scratch, on the same folds of the target rows.

use super::rungs::{Source, rungs};
use crate::error::LearnerError;
use crate::frame::Frame;
use crate::learner::{
    Candidate, Configured, Learner, LearnerParams, Nested, Recipe, Task, cross_validate, least_loss,
};

/// Rungs of a transfer, cross-validated on the target rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Ladder {
    /// The rungs that take something from the source, the cheapest first, then the learners from scratch. The guard's
    /// choice is of least loss.
    pub nested: Nested,
    /// The number of rungs that take something from the source.
    pub rungs: usize,
}

/// Cross-validates all rungs that a source allows, and `learners` from scratch, on the rows of a task. Its weights have
/// mean 1 over the target rows, and over the source's rows where they are at hand.
///
/// # Errors
/// As of [`cross_validate`].
pub fn ladder(
    task: &Task,
    source: Source,
    learners: &[Learner],
    params: &LearnerParams,
    progress: &mut dyn FnMut(usize),
) -> Result<Ladder, LearnerError> {
    let margins = margins(source, task.examples.frame);
    let (recipes, rungs) = recipes(source, &margins, learners, params);
    let recipes: Vec<&dyn Recipe> = recipes.iter().map(|recipe| &**recipe).collect();
    Ok(Ladder {
        nested: cross_validate(task, &recipes, None, least_loss, progress)?,
        rungs,
    })
}

/// The source's margins of all rows of a frame.
pub(super) fn margins(source: Source, frame: &Frame) -> Vec<f64> {
    let all: Vec<usize> = (0..frame.rows()).collect();
    source.model.margins(frame, &all)
}

/// The rungs that a source allows, then the learners from scratch; and the number of the former.
pub(super) fn recipes<'a>(
    source: Source<'a>,
    margins: &'a [f64],
    learners: &[Learner],
    params: &'a LearnerParams,
) -> (Vec<Box<dyn Recipe + 'a>>, usize) {
    let mut recipes: Vec<Box<dyn Recipe + 'a>> = Vec::new();
    for rung in rungs(source, margins, params) {
        recipes.push(Box::new(rung));
    }
    let of_source = recipes.len();
    for &learner in learners {
        recipes.push(Box::new(Configured { learner, params }));
    }
    (recipes, of_source)
}

impl Ladder {
    /// The untouched source.
    pub fn source(&self) -> &Candidate {
        &self.nested.candidates[0]
    }

    /// The best of the learners from scratch.
    pub fn scratch(&self) -> Option<&Candidate> {
        let scratch = self.nested.candidates[self.rungs..].iter();
        scratch.min_by(|a, b| a.loss.mean.total_cmp(&b.loss.mean))
    }
}
