//! Cross-validation, the final fit, and the test.

use super::predictions::THRESHOLD;
use super::{EmbeddedDataset, PreparedTraining, Split, TrainingExamples};
use crate::classifier::decide;
use crate::drift::Reference;
use crate::error::Error;
use crate::events::{Events, Stage};
use crate::head::{self, CheckedHeadParams, Device, Epoch, Head, HeadChoice, HeadLearner, Lesson};
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
    /// How the head was learned; `None` where it was fine-tuned with the backbone.
    pub choice: Option<HeadChoice>,
}

/// Learns a head in a cross-validation, and applies it to the test rows.
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
    let last = rows.last(split);
    let lesson = Lesson {
        folds: rows.folds(split),
        train: &last.train,
        validation: &last.validation,
    };
    let device = Device::cpu();
    let (mut done, of) = (0, pieces(&lesson, &params, data.views));
    let mut progress = || {
        done += 1;
        on.progress(Stage::Training, done, Some(of));
    };
    let learned = head::learn(&examples, &lesson, &params, &device, &mut progress)?;
    on.finished(Stage::Training);
    on.go_on()?;
    let test = learned
        .head
        .probabilities(&data.features, &rows.test, &device)?;
    Ok(FittedClassifier {
        head: learned.head,
        out_of_fold: learned.out_of_fold,
        distances: None,
        test,
        curves: learned.curves,
        final_curve: learned.final_curve,
        choice: Some(learned.choice),
    })
}

/// Pieces of work that a training is told to consist of: the epochs of its networks, which may stop before, and the fits of
/// logistic regressions.
fn pieces(lesson: &Lesson, params: &CheckedHeadParams, views: usize) -> u64 {
    let folds = &lesson.folds;
    let count = folds.count();
    let rows = lesson.train.len() * views;
    let fits = match head::tries_logistic(params, rows) {
        true => count,
        false => 0,
    };
    let of_fold = |fold| params.epochs_for(folds.share(fold).train.len() * views);
    let epochs = match params.learner {
        HeadLearner::Logistic => 0,
        _ => (0..count).map(of_fold).sum::<usize>() + params.epochs_for(rows),
    };
    (fits + epochs) as u64
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
