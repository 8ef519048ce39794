//! Fine-tuning as a part of training: a head first, then the unfrozen part with it, and predictions by
//! the classifiers that come of it.

mod features;
mod source;
mod tuner;

pub use features::embed;

use crate::backbone::graph::Prepared;
use crate::error::Error;
use crate::events::Events;
use crate::head::{self, Stop};
use crate::jobs::config::TrainConfig;
use crate::jobs::training::{FinetunePlan, FittedClassifier, PreparedTraining, TrainingExamples};
use tuner::{FinetunedClassifier, Tuner, Until};

/// Trains as [`crate::jobs::training::fit`] does, the unfrozen part of the backbone too. With one fold, a
/// tenth of the rows is held out, for early stopping and for the evaluation of the final classifier.
pub fn fit(
    prepared: &PreparedTraining,
    plan: &FinetunePlan,
    config: &TrainConfig,
    on: &mut dyn Events,
) -> Result<(FittedClassifier, Prepared), Error> {
    let PreparedTraining { data, split, .. } = prepared;
    let examples = TrainingExamples::new(data, split, &config.validation);
    let mut tuner = Tuner::new(prepared, plan, config, &examples, on)?;
    let classes = data.dataset.classes.len();
    let mut judged = HeldOut {
        examples: &examples,
        classes,
        out_of_fold: vec![f32::NAN; examples.train.len() * classes],
        distances: Vec::new(),
    };
    let (last, curves) = match config.validation.folds {
        1 => (
            with_holdout(&mut tuner, prepared, &mut judged, on)?,
            Vec::new(),
        ),
        folds => cross_validate(&mut tuner, prepared, folds, &mut judged, on)?,
    };
    let (test, _) = tuner.judge(&last.tuned, &examples.test, on)?;
    let fitted = FittedClassifier {
        head: last.tuned.head,
        out_of_fold: judged.out_of_fold,
        distances: Some(judged.distances),
        test,
        curves,
        final_curve: last.curve,
        choice: None,
    };
    Ok((fitted, last.tuned.prepared))
}

/// Probabilities and distances of training rows that were held out.
struct HeldOut<'a> {
    examples: &'a TrainingExamples,
    classes: usize,
    out_of_fold: Vec<f32>,
    distances: Vec<f32>,
}

impl HeldOut<'_> {
    fn judge(
        &mut self,
        tuner: &mut Tuner,
        trained: &FinetunedClassifier,
        places: &[usize],
        on: &mut dyn Events,
    ) -> Result<(), Error> {
        let rows: Vec<usize> = places
            .iter()
            .map(|&place| self.examples.train[place])
            .collect();
        let (probabilities, distances) = tuner.judge(&trained.tuned, &rows, on)?;
        self.distances.extend(distances);
        let classes = self.classes;
        for (&place, row) in places.iter().zip(probabilities.chunks(classes)) {
            self.out_of_fold[place * classes..(place + 1) * classes].copy_from_slice(row);
        }
        Ok(())
    }
}

/// One training, stopped by the rows that it is then judged on.
fn with_holdout(
    tuner: &mut Tuner,
    prepared: &PreparedTraining,
    judged: &mut HeldOut,
    on: &mut dyn Events,
) -> Result<FinetunedClassifier, Error> {
    let train = &judged.examples.train;
    let (held_out, seen): (Vec<usize>, Vec<usize>) =
        (0..train.len()).partition(|&place| prepared.split.validation[place]);
    let rows =
        |places: &[usize]| -> Vec<usize> { places.iter().map(|&place| train[place]).collect() };
    let until = rows(&held_out);
    let until = Until::both(Stop::Validation(&until));
    let last = tuner.train(&rows(&seen), until, "final", on)?;
    judged.judge(tuner, &last, &held_out, on)?;
    Ok(last)
}

/// One training a fold, and one on all rows that ends after the median epoch of the folds, or by a validation part.
fn cross_validate(
    tuner: &mut Tuner,
    prepared: &PreparedTraining,
    count: usize,
    judged: &mut HeldOut,
    on: &mut dyn Events,
) -> Result<(FinetunedClassifier, Vec<Vec<head::Epoch>>), Error> {
    let examples = judged.examples;
    let folds = examples.folds(&prepared.split);
    let mut curves = Vec::new();
    let (mut of_head, mut of_all) = (Vec::new(), Vec::new());
    for fold in 0..count {
        let share = folds.share(fold);
        let until = Until::both(folds.stop(&share));
        let trained = tuner.train(&share.train, until, &format!("fold-{}", fold + 1), on)?;
        judged.judge(tuner, &trained, &share.held_out, on)?;
        of_head.push(trained.head_epoch);
        of_all.push(trained.epoch);
        curves.push(trained.curve);
    }
    let last = examples.last(&prepared.split);
    let [head, all] = [&of_head, &of_all].map(|epochs| last.stop(head::median_epoch(epochs)));
    let trained = tuner.train(&last.train, Until { head, all }, "final", on)?;
    Ok((trained, curves))
}
