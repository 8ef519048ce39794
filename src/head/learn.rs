//! From rows of features to the head of a classifier: cross-validation of each way to learn one, the choice among them,
//! and the last fit.

use super::cross::{Folds, NEVER, cross_validate};
use super::examples::Examples;
use super::learner::{HeadChoice, HeadLearner};
use super::logistic::{self, MOST_ROWS, PENALTIES};
use super::model::Head;
use super::outcome::{Epoch, Stop};
use super::params::CheckedHeadParams;
use super::train::fit;
use super::{Device, HeadError};
use crate::learners::learner::{Loss, least_loss, log_loss, simplest};

/// The images of a training.
#[derive(Debug, Clone, Copy)]
pub struct Lesson<'a> {
    /// Who is held out when, of the cross-validation.
    pub folds: Folds<'a>,
    /// Images that the last head learns from.
    pub train: &'a [usize],
    /// Images that it stops by; without any, the folds have found the number of epochs.
    pub validation: &'a [usize],
}

/// A head, and what is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Learned {
    pub head: Head,
    /// `[rows, classes]`, in the order of [`Folds::rows`]: what heads that were learned, and chosen, without a row's label
    /// say of it.
    pub out_of_fold: Vec<f32>,
    /// Learning curves of the folds; none of a logistic regression.
    pub curves: Vec<Vec<Epoch>>,
    /// Learning curve of the head.
    pub final_curve: Vec<Epoch>,
    pub choice: HeadChoice,
}

/// One way to learn a head, as the cross-validation saw it.
struct Candidate {
    /// Of a logistic regression; without one it is a network.
    penalty: Option<f64>,
    /// `[rows, classes]`.
    probabilities: Vec<f32>,
    /// Of each row; not a number where it was never held out.
    losses: Vec<f64>,
}

impl Candidate {
    fn new(
        examples: &Examples,
        folds: &Folds,
        penalty: Option<f64>,
        probabilities: Vec<f32>,
    ) -> Self {
        let rows = probabilities.chunks_exact(examples.classes);
        let of_row = |(&row, of): (&usize, &[f32])| log_loss(of[examples.labels[row]]);
        Self {
            penalty,
            losses: folds.rows.iter().zip(rows).map(of_row).collect(),
            probabilities,
        }
    }

    fn learner(&self) -> HeadLearner {
        match self.penalty {
            Some(_) => HeadLearner::Logistic,
            None => HeadLearner::Network,
        }
    }
}

/// What a training says of its progress: that an epoch of a network is over, or a fit of a logistic regression.
pub type Progress<'a> = dyn FnMut() + Send + 'a;

/// Learns a head.
///
/// Where there is a choice, the simplest way is taken whose log loss is within a standard error of the least. The penalty
/// of a logistic regression is the one of least loss. Each fold is judged by what the rows of the **other** folds chose, so
/// that no row has a say in what it is told.
///
/// # Errors
/// As of [`cross_validate`] and [`fit`].
pub fn learn(
    examples: &Examples,
    lesson: &Lesson,
    params: &CheckedHeadParams,
    device: &Device,
    progress: &mut Progress,
) -> Result<Learned, HeadError> {
    let folds = &lesson.folds;
    let mut candidates = Vec::new();
    if tries_logistic(params, lesson.train.len() * examples.views) {
        candidates = logistic_candidates(examples, lesson, device, progress)?;
    }
    let mut network = None;
    if params.learner != HeadLearner::Logistic {
        let mut of_fold = |_, _: &Epoch| progress();
        let found = cross_validate(examples, folds, params, device, &mut of_fold)?;
        network = Some((found.epochs(), found.curves));
        candidates.push(Candidate::new(examples, folds, None, found.probabilities));
    }
    let weights: Vec<f64> = (folds.rows.iter())
        .map(|&row| f64::from(examples.weights[row]))
        .collect();
    let chosen_by = |has_say: &dyn Fn(usize) -> bool| {
        let has_say: Vec<bool> = folds.fold.iter().map(|&fold| has_say(fold)).collect();
        &candidates[chosen(&candidates, &weights, &has_say)]
    };
    let of_folds: Vec<&Candidate> = (0..folds.count())
        .map(|fold| chosen_by(&|other| other != fold && other != NEVER))
        .collect();
    let chosen = chosen_by(&|_| true);
    let (head, curves, final_curve) = match (chosen.penalty, network) {
        (None, Some((epochs, curves))) => {
            let stop = Stop::of_last(lesson.validation, epochs);
            let mut of_last = |_: &Epoch| progress();
            let fitted = fit(examples, lesson.train, stop, params, device, &mut of_last)?;
            (fitted.head, curves, fitted.curve)
        }
        (penalty, _) => {
            let penalties: Vec<f64> = penalty.into_iter().collect();
            let mut heads = logistic::fit_path(examples, lesson.train, &penalties, device)?;
            (heads.swap_remove(0), Vec::new(), Vec::new())
        }
    };
    Ok(Learned {
        head,
        out_of_fold: judged(&of_folds, folds, examples.classes),
        curves,
        final_curve,
        choice: HeadChoice {
            learner: chosen.learner(),
            penalty: chosen.penalty,
            in_folds: of_folds.iter().map(|of| of.learner()).collect(),
            losses: losses_of_ways(&candidates, &weights),
        },
    })
}

/// Whether [`learn`] fits a logistic regression to so many rows of features: it is asked for, or worth trying.
pub fn tries_logistic(params: &CheckedHeadParams, rows: usize) -> bool {
    match params.learner {
        HeadLearner::Logistic => true,
        HeadLearner::Auto => params.group_dro.is_none() && rows <= MOST_ROWS,
        HeadLearner::Network => false,
    }
}

/// A candidate for each penalty.
fn logistic_candidates(
    examples: &Examples,
    lesson: &Lesson,
    device: &Device,
    progress: &mut Progress,
) -> Result<Vec<Candidate>, HeadError> {
    let folds = &lesson.folds;
    let classes = examples.classes;
    let mut learns = vec![false; examples.weights.len()];
    lesson.train.iter().for_each(|&row| learns[row] = true);
    let mut probabilities = vec![vec![f32::NAN; folds.rows.len() * classes]; PENALTIES.len()];
    for fold in 0..folds.count() {
        let of_fold = |source| HeadError::Fold {
            fold,
            source: Box::new(source),
        };
        let share = folds.share(fold);
        // Nothing is left out to stop by.
        let rows = share.train.iter().chain(&share.validation).copied();
        let rows: Vec<usize> = rows.filter(|&row| learns[row]).collect();
        let heads = logistic::fit_path(examples, &rows, &PENALTIES, device).map_err(of_fold)?;
        let held_out = folds.held_out(&share);
        for (head, into) in heads.iter().zip(&mut probabilities) {
            let judged = head.probabilities(examples.features, &held_out, device);
            share.place(&judged.map_err(of_fold)?, classes, into);
        }
        progress();
    }
    let penalised = probabilities.into_iter().zip(PENALTIES);
    Ok(penalised
        .map(|(of, penalty)| Candidate::new(examples, folds, Some(penalty), of))
        .collect())
}

/// The candidate that some rows choose: of each way the one of least loss, of the ways the simplest.
fn chosen(candidates: &[Candidate], weights: &[f64], has_say: &[bool]) -> usize {
    let masked = |of: &Candidate| -> Vec<f64> {
        let rows = of.losses.iter().zip(has_say);
        rows.map(|(loss, has_say)| if *has_say { *loss } else { f64::NAN })
            .collect()
    };
    let losses: Vec<Vec<f64>> = candidates.iter().map(masked).collect();
    let ways = best_of_each(candidates, &losses, weights);
    let own: Vec<Vec<f64>> = ways.iter().map(|&at| losses[at].clone()).collect();
    ways[simplest(&own, weights)]
}

/// Of each way to learn, the simplest first, the candidate of least loss.
fn best_of_each(candidates: &[Candidate], losses: &[Vec<f64>], weights: &[f64]) -> Vec<usize> {
    let best = |learner: HeadLearner| -> Option<usize> {
        let of = (0..candidates.len()).filter(|&at| candidates[at].learner() == learner);
        let of: Vec<usize> = of.collect();
        let own: Vec<Vec<f64>> = of.iter().map(|&at| losses[at].clone()).collect();
        (!of.is_empty()).then(|| of[least_loss(&own, weights)])
    };
    let ways = [HeadLearner::Logistic, HeadLearner::Network];
    ways.into_iter().filter_map(best).collect()
}

/// The loss of each way to learn, of a logistic regression with the penalty that does best.
fn losses_of_ways(candidates: &[Candidate], weights: &[f64]) -> Vec<(HeadLearner, Loss)> {
    let losses: Vec<Vec<f64>> = candidates.iter().map(|of| of.losses.clone()).collect();
    let ways = best_of_each(candidates, &losses, weights).into_iter();
    ways.map(|at| (candidates[at].learner(), Loss::of(&losses[at], weights)))
        .collect()
}

/// What is said of the rows of each fold by the candidate that was chosen for it.
fn judged(of_folds: &[&Candidate], folds: &Folds, classes: usize) -> Vec<f32> {
    let mut judged = vec![f32::NAN; folds.rows.len() * classes];
    let rows = judged.chunks_exact_mut(classes).zip(folds.fold);
    for (place, (row, &fold)) in rows.enumerate() {
        if let Some(by) = of_folds.get(fold) {
            row.copy_from_slice(&by.probabilities[place * classes..(place + 1) * classes]);
        }
    }
    judged
}

#[cfg(test)]
mod tests;
