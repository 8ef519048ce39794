//! Learning curve: accuracy by the number of labels learned from, on the same rows at each size.

use super::config::settled;
use super::series::{LearningCurve, Step};
use crate::audit::{Params, Table, audit};
use crate::error::Error;
use crate::events::{Events, Stage};
use crate::head::{Arrangement, CheckedHeadParams, Device, HeadError, Member, Share, train_many};
use crate::hint::Message;
use crate::jobs::config::TrainConfig;
use crate::jobs::training::{PreparedTraining, TrainingExamples, predictions};
use crate::record::Fold;
use crate::tune::curve::SHARES;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;

/// Cross-validates heads on growing shares of the labels: accuracy of everyone and of every group by the
/// number of labels, and whether more would help.
///
/// # Errors
/// Settings or data that cannot be used.
///
/// ```no_run
/// let config = evenhand::TrainConfig::new("faces.csv").label("gender").groups(["race"]);
/// for sentence in evenhand::learning_curve(&config, &mut ())?.sentences() {
///     println!("{sentence}");
/// }
/// # Ok::<(), evenhand::Error>(())
/// ```
pub fn learning_curve(config: &TrainConfig, on: &mut dyn Events) -> Result<LearningCurve, Error> {
    let config = settled(config, on)?;
    let mut prepared = PreparedTraining::new(&config, on)?;
    // Nothing is tested here.
    prepared.split.test.clear();
    let params = config.head.clone().check()?;
    let mut steps = Vec::new();
    for (done, share) in SHARES.into_iter().enumerate() {
        on.go_on()?;
        on.progress(Stage::LearningCurve, done as u64, Some(SHARES.len() as u64));
        match judge(&prepared, &config, &params, share)? {
            Ok(step) => steps.push(step),
            Err(error) if share < 1.0 => on.info(Message::plain(format!(
                "learning from {share} of the rows is left out: {error}"
            ))),
            Err(error) => return Err(error.into()),
        }
    }
    on.finished(Stage::LearningCurve);
    let label = prepared.data.dataset.label;
    Ok(LearningCurve::new(label, &steps, config.validation.seed))
}

/// The folds, with a share of the rows that are learned from.
fn shares(
    rows: &TrainingExamples,
    prepared: &PreparedTraining,
    config: &TrainConfig,
    share: f64,
) -> Vec<Share> {
    let mut places: Vec<usize> = (0..rows.train.len()).collect();
    places.shuffle(&mut ChaCha8Rng::seed_from_u64(config.validation.seed));
    let kept = (share * places.len() as f64).ceil() as usize;
    let mut is_kept = vec![false; prepared.data.features.rows()];
    for &place in &places[..kept.min(places.len())] {
        is_kept[rows.train[place]] = true;
    }
    let folds = rows.folds(&prepared.split);
    let shares = (0..config.validation.folds).map(|fold| {
        let mut share = folds.share(fold);
        share.train.retain(|&image| is_kept[image]);
        share.validation.retain(|&image| is_kept[image]);
        share
    });
    shares.collect()
}

/// Heads on a share of each fold's rows; the rows of a smaller share are among those of a larger one.
fn judge(
    prepared: &PreparedTraining,
    config: &TrainConfig,
    params: &CheckedHeadParams,
    share: f64,
) -> Result<Result<Step, HeadError>, Error> {
    let PreparedTraining { data, split, .. } = prepared;
    let rows = TrainingExamples::new(data, split, &config.validation);
    let examples = rows.of(data);
    let folds = rows.folds(split);
    let shares = shares(&rows, prepared, config, share);
    let members: Vec<Member> = shares
        .iter()
        .map(|share| Member {
            train: &share.train,
            stop: folds.stop(share),
            params,
        })
        .collect();
    let device = Device::cpu();
    let arrangement = Arrangement::of(&device);
    let classes = data.dataset.classes.len();
    let mut out_of_fold = vec![f32::NAN; rows.train.len() * classes];
    let fitted = train_many(&examples, &members, arrangement, &device, &mut |_, _| ());
    for (fitted, share) in fitted.into_iter().zip(&shares) {
        let fitted = match fitted {
            Ok(fitted) => fitted,
            Err(error) => return Ok(Err(error)),
        };
        let held_out: Vec<usize> = share.held_out.iter().map(|&at| rows.train[at]).collect();
        let judged = fitted
            .head
            .probabilities(&data.features, &held_out, &device)?;
        for (&place, row) in share.held_out.iter().zip(judged.chunks(classes)) {
            out_of_fold[place * classes..(place + 1) * classes].copy_from_slice(row);
        }
    }
    let learned = shares
        .iter()
        .map(|share| share.train.len() + share.validation.len());
    let predictions = predictions(data.outcomes(), split, &out_of_fold, &[]);
    let is_out = |fold| matches!(fold, Fold::Out(_));
    let table = Table::from_predictions(&predictions, &prepared.design, is_out)?;
    Ok(Ok(Step {
        rows: learned.sum::<usize>() as f64 / shares.len() as f64,
        audit: audit(&table, &Params::default().check()?),
    }))
}
