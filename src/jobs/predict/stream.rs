//! Predictions as CSV, row by row, as they come.

use super::conclude::{drift, tell_bad, tell_drift};
use super::config::PredictConfig;
use crate::WriteError;
use crate::drift::Tally;
use crate::error::Error;
use crate::events::{Events, Stage};
use crate::jobs::bad_images::BadImages;
use crate::jobs::inputs::tell_notes;
use crate::jobs::pipeline::{follow, tell};
use crate::predict::{Answer, List, PredictionWriter, Shard, predict};
use crate::table::schema;
use std::io::Write;
use std::path::Path;

/// Writes predictions as CSV to `out`, whose name is for errors. Nothing is continued or replaced.
///
/// # Errors
/// Images or a classifier that cannot be used; failures of engine, store and writer.
pub fn predict_to(
    config: &PredictConfig,
    out: &mut dyn Write,
    name: &Path,
    on: &mut dyn Events,
) -> Result<(), Error> {
    config.check()?;
    let inputs = config.list()?;
    let classifier = &config.open()?;
    let inputs = inputs.labelled(&classifier.classes)?;
    let mut embedder = config.pipeline(classifier, on)?.embedder;
    let failed = |error: csv::Error| WriteError::of(name)(error.into());
    let attributes = inputs.attributes();
    let writer = PredictionWriter::new(out, &classifier.classes, attributes, schema::LABEL);
    let mut writer = writer.map_err(failed)?;
    let mut list = List::new(inputs, Shard::WHOLE);
    let mut bad = BadImages::default();
    let mut tally = Tally::default();
    let mut take = |answer: Answer| -> Result<(), Error> {
        answer.count(classifier, &mut tally);
        if let Err(reason) = &answer.prediction.outcome {
            bad.add(&answer.prediction.path, reason);
        }
        Ok(writer.write(&answer.prediction).map_err(failed)?)
    };
    let summary = predict(
        classifier,
        &mut embedder,
        list.by_ref(),
        &mut follow(on, Stage::Predicting),
        &mut take,
    );
    on.finished(Stage::Predicting);
    let summary = summary?;
    if let Some(broken) = list.take_broken() {
        return Err(broken.into());
    }
    tell_notes(list.source(), on);
    tell(&summary, on);
    bad.check(summary.images, config.limits.max_bad)?;
    writer.finish().map_err(WriteError::of(name))?;
    tell_bad(&bad, on);
    tell_drift(&drift(classifier.card.reference.as_ref(), &tally), on);
    Ok(())
}
