//! Cross-validation, the final fit, and the test.

use super::predictions::THRESHOLD;
use super::{EmbeddedDataset, PreparedTraining, Split, TrainingExamples};
use crate::classifier::decide;
use crate::drift::Reference;
use crate::error::Error;
use crate::events::{Events, Stage};
use crate::head::{self, CheckedHeadParams, Device, Epoch, Head, Stop};
use crate::jobs::config::TrainConfig;

/// Final head, with the probabilities of training and test rows.
pub struct FittedClassifier {
    /// Fitted on all training rows but those of a validation part.
    pub head: Head,
    /// Out-of-fold probabilities, `[training rows, classes]`; not numbers for rows that every classifier
    /// was trained on.
    pub out_of_fold: Vec<f32>,
    /// Distances of held-out rows from those that were learned from, where they don't follow from the
    /// frozen features.
    pub distances: Option<Vec<f32>>,
    /// The final head's probabilities, `[test rows, classes]`.
    pub test: Vec<f32>,
    /// Learning curves by epoch, one a fold.
    pub curves: Vec<Vec<Epoch>>,
    pub final_curve: Vec<Epoch>,
}

/// Trains one head a fold and one on everything, and applies the last to the test rows.
///
/// # Errors
/// Parameters out of their range, and rows that no head can be trained on.
pub fn fit(
    data: &EmbeddedDataset,
    split: &Split,
    config: &TrainConfig,
    on: &mut dyn Events,
) -> Result<FittedClassifier, Error> {
    let params = config.head.clone().check()?;
    let rows = TrainingExamples::new(data, split, &config.validation);
    let examples = rows.of(data);
    let folds = rows.folds(split);

    let device = Device::cpu();
    let mut progress = EpochsDone::new(&rows, split, &params, data.views);
    let mut counted = |_, _: &Epoch| progress.add(on);
    let cross_validated = head::cross_validate(&examples, &folds, &params, &device, &mut counted)?;
    let last = rows.last(split);
    let stop = last.stop(cross_validated.epochs());
    progress.last(stop);
    let mut counted = |_: &Epoch| progress.add(on);
    let fitted = head::fit(&examples, &last.train, stop, &params, &device, &mut counted)?;
    on.finished(Stage::Training);
    on.go_on()?;
    let test = fitted
        .head
        .probabilities(&data.features, &rows.test, &device)?;
    Ok(FittedClassifier {
        head: fitted.head,
        out_of_fold: cross_validated.probabilities,
        distances: None,
        test,
        curves: cross_validated.curves,
        final_curve: fitted.curve,
    })
}

/// Epochs that are done, of those of all trainings.
struct EpochsDone {
    done: usize,
    of_folds: usize,
    of_last: usize,
}

impl EpochsDone {
    fn new(
        rows: &TrainingExamples,
        split: &Split,
        params: &CheckedHeadParams,
        views: usize,
    ) -> Self {
        let folds = rows.folds(split);
        let of_fold = |fold| params.epochs_for(folds.share(fold).train.len() * views);
        Self {
            done: 0,
            of_folds: (0..folds.count()).map(of_fold).sum(),
            of_last: params.epochs_for(rows.last(split).train.len() * views),
        }
    }

    fn add(&mut self, on: &mut dyn Events) {
        self.done += 1;
        let of = (self.of_folds + self.of_last) as u64;
        on.progress(Stage::Training, self.done as u64, Some(of));
    }

    /// The folds are over, some of them before their time.
    fn last(&mut self, stop: Stop) {
        self.done = self.of_folds;
        if let Stop::After(epochs) = stop {
            self.of_last = self.of_last.min(epochs);
        }
    }
}

/// Reference of new images: distances of training rows from those of the other folds, and scores of such
/// rows. By the classifier itself where some of them were held out: of few rows, heads of folds differ
/// from it. (Of 480 drawn faces they called 53 % smiling, the classifier 39 % of those held out, and 40 %
/// of others that were drawn alike.)
///
/// # Errors
/// Features that are not finite.
pub fn reference(
    prepared: &PreparedTraining,
    fitted: &FittedClassifier,
    config: &TrainConfig,
) -> Result<Option<Reference>, Error> {
    let PreparedTraining { data, split, .. } = prepared;
    let distances = match &fitted.distances {
        Some(distances) => distances.clone(),
        None => {
            let folds = head::Folds {
                rows: &data.images(&split.train),
                fold: &split.folds,
                validation: &split.validation,
            };
            head::held_out_distances(&data.features, data.views, &folds)?
        }
    };
    let classes = data.dataset.classes.names();
    let scores = match config.data.holdout {
        Some(_) if !fitted.test.is_empty() => &fitted.test,
        _ => &fitted.out_of_fold,
    };
    let rows = scores.chunks_exact(classes.len());
    let written: Vec<f64> = rows
        .filter(|row| !row[0].is_nan())
        .flat_map(|row| {
            let scores = decide(row, THRESHOLD);
            (0..row.len()).map(move |class| scores.written(class))
        })
        .collect();
    Ok(Reference::new(distances, classes, &written))
}
