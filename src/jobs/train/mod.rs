//! Training: from labelled images to a classifier and an audit of its errors.

mod error;
mod facts;
mod finetune;
mod maps;
mod run;
mod seeds;
mod sources;

pub use error::TrainError;
pub use run::Run;
pub use seeds::SeedResults;

use super::check;
use super::config::TrainConfig;
use super::training::{
    self, Evaluation, FittedClassifier, PreparedTraining, ReportInputs, THRESHOLD, predictions,
};
use crate::classifier::{Card, Classifier};
use crate::error::Error;
use crate::events::Events;
use crate::head::HeadChoice;
use crate::hint::Message;
use crate::report;
use std::time::Instant;

/// Trains a classifier: embeds the images, cross-validates a head, fits the final one, tests it, and
/// audits all predictions by group. With [`TrainConfig::finetune`] the backbone is trained as well.
///
/// # Errors
/// Settings, data or a backbone that cannot be used; too many bad images; failures of engine and store.
///
/// ```no_run
/// let config = evenhand::TrainConfig::new("faces.csv").label("gender").groups(["race"]);
/// let run = evenhand::train(&config, &mut ())?;
/// println!("accuracy {:?}", run.out_of_fold.overall.accuracy().estimate);
/// run.save("run".as_ref(), evenhand::Overwrite::No)?;
/// # Ok::<(), evenhand::Error>(())
/// ```
pub fn train(config: &TrainConfig, on: &mut dyn Events) -> Result<Run, Error> {
    let start = Instant::now();
    let mut config = config.clone();
    config.settle(on)?;
    let dataset = training::load(&config.data, on)?;
    check::tell_of_table(&dataset, &config, on)?;
    let leave_out = config.validation.leave_out.as_deref();
    if let Some(column) = leave_out {
        // Before hours of embedding.
        sources::sources(&dataset, 0..dataset.records.len(), column)?;
    }
    let mut prepared = PreparedTraining::of(dataset, &config, on)?;
    let fitted = match prepared.finetune.take() {
        None => training::fit(&prepared.data, &prepared.split, &config, on)?,
        Some(plan) => {
            let (fitted, tuned) = finetune::fit(&prepared, &plan, &config, on)?;
            prepared.backbone.prepared = tuned;
            fitted
        }
    };
    if let Some(sentence) = fitted.choice.as_ref().and_then(HeadChoice::sentence) {
        on.info(Message::plain(sentence));
    }
    let evaluation = evaluation(&prepared, &fitted, &config)?;
    for warning in evaluation.out_of_fold.imbalance_warnings() {
        on.warn(warning);
    }
    let first = [Some(&evaluation.out_of_fold), evaluation.test.as_ref()];
    let seeds = SeedResults::new(&prepared, &config, first, on)?;
    let across = leave_out.map(|column| sources::across(&prepared, &config, column, on));
    let across = across.transpose()?;
    let card = card(&config, &prepared, &fitted, &evaluation)?;
    let maps = maps::maps(&evaluation, &config, &prepared, &fitted.head, on)?;
    let report = evaluation.report(ReportInputs {
        config: &config.data,
        images: config.report.images,
        dataset: &prepared.data.dataset,
        split: &prepared.split,
        training: report::Training {
            seconds: start.elapsed().as_secs_f64(),
            curves: facts::curves(&fitted),
            seeds: seeds.as_ref().map_or(Vec::new(), SeedResults::sentences),
            across: across.clone(),
            ..facts::training(&config, &prepared, fitted.choice.as_ref())
        },
        maps,
    });
    let classifier = Classifier {
        prepared: prepared.backbone.prepared,
        head: fitted.head,
        classes: prepared.data.dataset.classes,
        card,
    };
    Ok(Run::new(
        config,
        classifier,
        (evaluation, seeds, across),
        fitted.choice.as_ref(),
        report,
    ))
}

fn evaluation(
    prepared: &PreparedTraining,
    fitted: &FittedClassifier,
    config: &TrainConfig,
) -> Result<Evaluation, Error> {
    let PreparedTraining {
        data,
        split,
        design,
        ..
    } = prepared;
    Evaluation::new(
        predictions(data.outcomes(), split, &fitted.out_of_fold, &fitted.test),
        (split, design),
        &config.validation,
        Some(&data.record_features()),
    )
}

/// The card of the classifier, with the configuration and the metrics.
fn card(
    config: &TrainConfig,
    prepared: &PreparedTraining,
    fitted: &FittedClassifier,
    evaluation: &Evaluation,
) -> Result<Card, Error> {
    let PreparedTraining { backbone, data, .. } = prepared;
    Ok(Card {
        evenhand: env!("CARGO_PKG_VERSION").to_owned(),
        label: data.dataset.label.clone(),
        classes: data.dataset.classes.names().to_vec(),
        threshold: THRESHOLD,
        geometry: backbone.spec.geometry(),
        exif_orientation: true,
        backbone: backbone.spec.name.clone(),
        backbone_digest: backbone.prepared.digest.clone(),
        config: config.to_toml()?,
        metrics: evaluation.to_json(),
        reference: training::reference(prepared, fitted, config)?,
        confidences: evaluation.confidences(&prepared.design, config.data.holdout.is_some())?,
    })
}
