//! What `predict` and `merge` do alike with a table of predictions.

use super::bad_images::BadImages;
use super::failure::Failure;
use super::predict::refuse_existing;
use super::run_dir::cannot_write;
use crate::cli::args::AbstainOptions;
use crate::cli::printer::Printer;
use evenhand::atomic_file::AtomicFile;
use evenhand::drift::{Drift, Reference, Tally};
use evenhand::hint::Hint;
use evenhand::predict::{Finished, Format, JobError, Parts};
use evenhand::stats::Level;
use serde_json::json;
use std::io::Write;
use std::path::Path;

/// Of the interval around the share of images that are unlike the training's.
const LEVEL: f64 = 0.95;

impl From<JobError> for Failure {
    fn from(error: JobError) -> Self {
        match error {
            JobError::Write { path, source } => cannot_write(&path, &source),
            other => match other.hint() {
                Some(hint) => Self::new(other.to_string()).with_hint(hint.to_string()),
                None => Self::new(other.to_string()),
            },
        }
    }
}

/// # Errors
/// The share to abstain from is none.
pub fn abstain(options: AbstainOptions) -> Result<Option<f64>, Failure> {
    let AbstainOptions { abstain } = options;
    match abstain {
        Some(share) if !(share > 0.0 && share < 1.0) => Err(Failure::usage(format!(
            "--abstain {share}: a share is more than 0 and less than 1"
        ))
        .with_hint("0.1 leaves the least certain tenth to humans")),
        share => Ok(share),
    }
}

/// # Errors
/// The name says no format, or the table is there already and is neither to be replaced nor unfinished.
pub fn check_out(out: &Path, force: bool) -> Result<(), Failure> {
    if Format::of(out).is_none() {
        let path = out.to_owned();
        return Err(JobError::Extension { path }.into());
    }
    refuse_existing(Some(out), force || Parts::begun(out))
}

/// Gives a table its name, tells what it came to, and whether the images are unlike the training's.
pub fn conclude(
    finished: Finished,
    bad: &BadImages,
    out: &Path,
    printer: &mut Printer,
) -> Result<(), Failure> {
    let manifest = finished.commit()?;
    let drift = drift(manifest.reference.as_ref(), &manifest.tally);
    let beside = out.with_added_extension("drift.json");
    let written = match &drift {
        Ok(drift) => drift.to_json(),
        Err(reason) => json!({ "images": manifest.tally.images, "not_judged": reason }),
    };
    let write = || {
        let mut file = AtomicFile::create(&beside)?;
        writeln!(file, "{written:#}")?;
        file.commit()
    };
    write().map_err(|error| cannot_write(&beside, &error))?;

    tell_bad(bad, printer);
    tell_drift(&drift, printer);
    if let Ok(drift) = &drift
        && !drift.warnings().is_empty()
    {
        printer.hint(&format!(
            "look at some of these images, and code a sample of them before you count; {} has the numbers",
            beside.display()
        ));
    }
    printer.note(&format!("{} rows in {}", manifest.rows, out.display()));
    Ok(())
}

pub fn tell_bad(bad: &BadImages, printer: &mut Printer) {
    if let Some(bad) = bad.summary() {
        printer.warn(&format!("without a prediction: {bad}; their rows say why"));
    }
}

/// # Errors
/// Why images cannot be held against those of the training.
pub fn drift(reference: Option<&Reference>, tally: &Tally) -> Result<Drift, &'static str> {
    let reference = reference.ok_or(
        "the classifier has not kept what its training images were like; train it again to be told \
         when images are unlike them",
    )?;
    let level = Level::new(LEVEL).expect("the level is a share");
    Drift::new(reference, tally, level).ok_or("no image has a prediction")
}

pub fn tell_drift(drift: &Result<Drift, &'static str>, printer: &mut Printer) {
    match drift {
        Ok(drift) => {
            for warning in drift.warnings() {
                printer.warn(&warning);
            }
        }
        Err(reason) => printer.note(reason),
    }
}
