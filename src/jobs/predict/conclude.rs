//! End of a table of predictions: its name, its drift, and what to tell about both.

use super::config::drift_path;
use crate::abstain::Promise;
use crate::drift::{Drift, Reference, Tally};
use crate::error::Error;
use crate::events::Events;
use crate::hint::Message;
use crate::jobs::bad_images::BadImages;
use crate::jobs::files::write;
use crate::predict::{Manifest, PendingTable};
use crate::stats::Level;
use serde_json::json;
use std::path::Path;

/// Of the interval around the share of images that are unlike the training's.
const LEVEL: f64 = 0.95;

/// Table of predictions that is complete.
#[derive(Debug)]
pub struct PredictedTable {
    /// Number of rows, and how they were made.
    pub manifest: Manifest,
    /// Whether the images are unlike those of the training; `None` where that is not known.
    pub drift: Option<Drift>,
}

/// Gives a table its name, writes its drift beside it, and warns of both.
pub(super) fn conclude(
    finished: PendingTable,
    bad: &BadImages,
    out: &Path,
    on: &mut dyn Events,
) -> Result<PredictedTable, Error> {
    let manifest = finished.commit()?;
    let drift = drift(manifest.reference.as_ref(), &manifest.tally);
    let beside = drift_path(out);
    let text = match &drift {
        Ok(drift) => drift.to_json(),
        Err(reason) => json!({ "images": manifest.tally.images, "not_judged": reason }),
    };
    write(&beside, format!("{text:#}\n").as_bytes())?;

    tell_bad(bad, on);
    tell_drift(&drift, on);
    if let Some(promise) = &manifest.promise {
        tell_promise(promise, &drift, on);
    }
    if let Ok(drift) = &drift
        && !drift.warnings().is_empty()
    {
        on.hint(Message::plain(format!(
            "look at some of these images, and code a sample of them before you count; {} has the numbers",
            beside.display()
        )));
    }
    on.info(Message::plain(format!(
        "{} rows in {}",
        manifest.rows,
        out.display()
    )));
    Ok(PredictedTable {
        manifest,
        drift: drift.ok(),
    })
}

/// Says what is promised, and whether these images are any that it holds for.
fn tell_promise(promise: &Promise, drift: &Result<Drift, &'static str>, on: &mut dyn Events) {
    on.info(Message::plain(promise.account()));
    if let Ok(drift) = drift
        && !drift.warnings().is_empty()
    {
        on.warn(
            "these images are unlike those of the training: the promise about errors need not hold for them",
        );
    }
}

pub(super) fn tell_bad(bad: &BadImages, on: &mut dyn Events) {
    bad.warn("without a prediction", "their rows say why", on);
}

/// # Errors
/// Why images cannot be compared with those of the training.
pub(super) fn drift(reference: Option<&Reference>, tally: &Tally) -> Result<Drift, &'static str> {
    let reference = reference.ok_or(
        "the classifier has not kept what its training images were like; train it again to be told \
         when images are unlike them",
    )?;
    let level = Level::new(LEVEL).expect("the level is a share");
    Drift::new(reference, tally, level).ok_or("no image has a prediction")
}

pub(super) fn tell_drift(drift: &Result<Drift, &'static str>, on: &mut dyn Events) {
    match drift {
        Ok(drift) => {
            for warning in drift.warnings() {
                on.warn(Message::plain(warning));
            }
        }
        Err(reason) => on.info(*reason),
    }
}
