//! `predict`: a trained classifier on new images, one row for every input.

use super::bad_images::BadImages;
use super::failure::Failure;
use super::run_dir::cannot_write;
use super::setup::{self, EngineConfig, LimitConfig, StoreConfig, Unbroken, follow, tell};
use crate::atomic_file::AtomicFile;
use crate::classifier::Classifier;
use crate::cli::args::PredictArgs;
use crate::cli::printer::Printer;
use crate::dataset;
use crate::predict::{PredictionWriter, predict};
use crate::record::Prediction;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

pub fn command(args: PredictArgs, printer: &mut Printer) -> Result<(), Failure> {
    let PredictArgs {
        classifier,
        input,
        out,
        force,
        limits,
        engine,
        store,
    } = args;
    refuse_existing(out.as_deref(), force)?;
    let limit_config = LimitConfig::row_by_row(limits)?;
    let engine_config = EngineConfig::new(engine)?;

    let inputs = dataset::inputs(&input.inputs, input.image.as_deref())?;
    let attributes = inputs.attributes().to_vec();
    let classifier = Classifier::open(&model_file(classifier))?;
    engine_config.check_trained(&classifier.prepared)?;
    let (mut embedder, _) = setup::embedder(
        &classifier.prepared,
        classifier.card.geometry,
        limit_config,
        &engine_config,
        &StoreConfig::new(store),
        printer,
    )?;

    let sink = Sink::open(out.as_deref())?;
    let shown = out.clone().unwrap_or_else(|| "standard output".into());
    let failed = |error: csv::Error| {
        let error = match error.into_kind() {
            csv::ErrorKind::Io(error) => error,
            other => io::Error::other(format!("{other:?}")),
        };
        cannot_write(&shown, &error)
    };
    let mut writer = PredictionWriter::new(BufWriter::new(sink), &classifier.classes, &attributes)
        .map_err(failed)?;
    let unbroken = Unbroken::default();
    let mut bad = BadImages::default();
    let bar = printer.progress("predicting", "images", None);
    let summary = predict(
        &classifier,
        &mut embedder,
        unbroken.records(inputs),
        &follow(&bar),
        &mut |row: Prediction| {
            if let Err(reason) = &row.outcome {
                bad.add(&row.path, reason);
            }
            writer.write(&row).map_err(failed)
        },
    )?;
    bar.finish_and_clear();
    unbroken.check()?;
    tell(&summary, printer);
    bad.check(summary.images, limit_config.max_bad)?;
    let written = writer.finish().and_then(|buffer| Ok(buffer.into_inner()?));
    written
        .and_then(Sink::commit)
        .map_err(|error| cannot_write(&shown, &error))?;
    if let Some(bad) = bad.summary() {
        printer.warn(&format!("without a prediction: {bad}; their rows say why"));
    }
    if let Some(out) = out {
        printer.note(&format!("{} rows in {}", summary.images, out.display()));
    }
    Ok(())
}

/// A run's classifier, or the file itself.
fn model_file(classifier: PathBuf) -> PathBuf {
    if classifier.is_dir() {
        classifier.join("classifier.onnx")
    } else {
        classifier
    }
}

/// # Errors
/// The file is there already and may not be replaced.
pub fn refuse_existing(file: Option<&Path>, force: bool) -> Result<(), Failure> {
    match file {
        Some(file) if file.exists() && !force => Err(Failure::new(format!(
            "`{}` is there already",
            file.display()
        ))
        .with_hint("choose another name, or replace it with --force")),
        _ => Ok(()),
    }
}

/// A file that appears when it is complete, or standard output.
enum Sink {
    File(AtomicFile),
    Stdout(std::io::Stdout),
}

impl Sink {
    fn open(out: Option<&Path>) -> Result<Self, Failure> {
        match out {
            None => Ok(Self::Stdout(std::io::stdout())),
            Some(path) => AtomicFile::create(path)
                .map(Self::File)
                .map_err(|error| cannot_write(path, &error)),
        }
    }

    fn commit(self) -> std::io::Result<()> {
        match self {
            Self::File(file) => file.commit(),
            Self::Stdout(mut out) => out.flush(),
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Self::File(file) => file.write(bytes),
            Self::Stdout(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Self::File(file) => file.flush(),
            Self::Stdout(out) => out.flush(),
        }
    }
}
