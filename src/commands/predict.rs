//! `predict`: a trained classifier on new images, one row for every input.

use super::bad_images::BadImages;
use super::failure::Failure;
use super::predictions::{abstain, check_out, conclude, drift, tell_bad, tell_drift};
use super::run_dir::cannot_write;
use super::setup::{self, EngineConfig, LimitConfig, StoreConfig, follow, tell};
use crate::cli::args::PredictArgs;
use crate::cli::printer::Printer;
use evenhand::backbone::embed::{Embedder, Summary};
use evenhand::classifier::Classifier;
use evenhand::dataset::{self, DatasetError, Inputs};
use evenhand::drift::Tally;
use evenhand::predict::{
    Answer, FORMAT, JobError, List, Parts, PredictionWriter, Shard, Source, Table, digest, fill,
    finish, predict,
};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

pub fn command(args: PredictArgs, printer: &mut Printer) -> Result<(), Failure> {
    let PredictArgs {
        classifier,
        input,
        out,
        force,
        shard,
        abstain: share,
        limits,
        engine,
        store,
    } = args;
    let abstain = abstain(share)?;
    let shard = chosen(shard, abstain)?;
    if let Some(out) = &out {
        check_out(out, force)?;
    }
    let limits = LimitConfig::row_by_row(limits)?;
    let engine = EngineConfig::new(engine)?;
    let inputs = || dataset::inputs(&input.inputs, input.image.as_deref());
    let list = inputs()?;
    let file = model_file(classifier);
    let classifier = Classifier::open(&file)?;
    engine.check_trained(&classifier.prepared)?;
    let job = Job {
        file,
        classifier,
        limits,
        engine,
        store: StoreConfig::new(store),
    };
    match out {
        None => job.stream(list, printer),
        Some(path) => {
            let output = Output {
                path,
                shard,
                force,
                abstain,
            };
            job.write(&output, list, &inputs, printer)
        }
    }
}

/// What predicts.
struct Job {
    /// The classifier's.
    file: PathBuf,
    classifier: Classifier,
    limits: LimitConfig,
    engine: EngineConfig,
    store: StoreConfig,
}

/// What is written.
struct Output {
    path: PathBuf,
    shard: Shard,
    force: bool,
    abstain: Option<f64>,
}

impl Job {
    fn embedder(&self, printer: &mut Printer) -> Result<Embedder, Failure> {
        let (embedder, _) = setup::embedder(
            &self.classifier.prepared,
            self.classifier.card.geometry,
            self.limits,
            &self.engine,
            &self.store,
            printer,
        )?;
        Ok(embedder)
    }

    fn source(&self, table: &Table) -> Result<Source, Failure> {
        let Classifier { prepared, card, .. } = &self.classifier;
        Ok(Source {
            format: FORMAT,
            evenhand: env!("CARGO_PKG_VERSION").to_owned(),
            classifier: digest(&self.file)?,
            features: self.engine.digest(prepared, card.geometry),
            max_pixels: self.limits.max_pixels,
            max_bytes: self.limits.max_bytes,
            columns: table.columns.clone(),
        })
    }

    /// A table under its name, part by part; `again` opens the list once more.
    fn write(
        &self,
        output: &Output,
        list: Inputs,
        again: &dyn Fn() -> Result<Inputs, DatasetError>,
        printer: &mut Printer,
    ) -> Result<(), Failure> {
        let Output {
            path,
            shard,
            force,
            abstain: _,
        } = output;
        let table = Table::new(&self.classifier.classes, list.attributes());
        let mut parts = Parts::open(path, self.source(&table)?, *shard, *force)?;
        let done = go_on(&mut parts, list, again, *force)
            .and_then(|mut list| self.complete(output, &table, &mut parts, &mut list, printer));
        if done.is_ok() || parts.rows() == 0 {
            parts.remove()?;
        }
        done
    }

    /// Predicts what the parts lack, and makes the table of them.
    fn complete(
        &self,
        output: &Output,
        table: &Table,
        parts: &mut Parts,
        list: &mut List<Inputs, DatasetError>,
        printer: &mut Printer,
    ) -> Result<(), Failure> {
        if parts.rows() > 0 {
            printer.note(&format!("{} rows are done already", parts.rows()));
        }
        let mut embedder = self.embedder(printer)?;
        let bar = printer.progress("predicting", "images", None);
        let filled: Result<Summary, Failure> = fill(
            &self.classifier,
            &mut embedder,
            list,
            parts,
            table,
            &follow(&bar),
        );
        bar.finish_and_clear();
        tell(&filled?, printer);
        let mut bad = BadImages::default();
        let finished = finish(
            parts,
            self.classifier.card.reference.as_ref(),
            list.reached(),
            output.abstain,
            &output.path,
            &mut |path, reason| bad.add(path, reason),
        )?;
        bad.check(finished.rows() as usize, self.limits.max_bad)?;
        conclude(finished, &bad, &output.path, printer)
    }

    /// CSV to standard output, row by row, as it comes.
    fn stream(&self, inputs: Inputs, printer: &mut Printer) -> Result<(), Failure> {
        let mut embedder = self.embedder(printer)?;
        let classifier = &self.classifier;
        let shown = "standard output".as_ref();
        let failed = |error: csv::Error| cannot_write(shown, &error.into());
        let out = BufWriter::new(io::stdout());
        let mut writer =
            PredictionWriter::new(out, &classifier.classes, inputs.attributes()).map_err(failed)?;
        let mut list = List::new(inputs, Shard::WHOLE);
        let mut bad = BadImages::default();
        let mut tally = Tally::default();
        let bar = printer.progress("predicting", "images", None);
        let summary = predict(
            classifier,
            &mut embedder,
            list.by_ref(),
            &follow(&bar),
            &mut |answer: Answer| {
                answer.count(classifier, &mut tally);
                if let Err(reason) = &answer.prediction.outcome {
                    bad.add(&answer.prediction.path, reason);
                }
                writer.write(&answer.prediction).map_err(failed)
            },
        )?;
        bar.finish_and_clear();
        if let Some(broken) = list.take_broken() {
            return Err(broken.into());
        }
        tell(&summary, printer);
        bad.check(summary.images, self.limits.max_bad)?;
        writer
            .finish()
            .map_err(|error| cannot_write(shown, &error))?;
        tell_bad(&bad, printer);
        tell_drift(&drift(classifier.card.reference.as_ref(), &tally), printer);
        Ok(())
    }
}

/// The list from where the parts end; from its beginning, and without the parts, where they are of
/// another list and may give way.
fn go_on(
    parts: &mut Parts,
    list: Inputs,
    again: &dyn Fn() -> Result<Inputs, DatasetError>,
    force: bool,
) -> Result<List<Inputs, DatasetError>, Failure> {
    let mut list = List::new(list, parts.shard());
    let skipped = parts.skip(&mut list);
    if let Some(broken) = list.take_broken() {
        return Err(broken.into());
    }
    match skipped {
        Err(JobError::OtherList { .. }) if force => {
            parts.clear()?;
            Ok(List::new(again()?, parts.shard()))
        }
        Err(error) => Err(error.into()),
        Ok(()) => Ok(list),
    }
}

/// # Errors
/// A shard that is none, or one that is to abstain: which rows are the least certain, only all of them
/// can tell.
fn chosen(shard: Option<String>, share: Option<f64>) -> Result<Shard, Failure> {
    let Some(text) = shard else {
        return Ok(Shard::WHOLE);
    };
    let shard = text.parse().map_err(|hint: String| {
        Failure::usage(format!("--shard {text}: no such shard")).with_hint(hint)
    })?;
    match share {
        None => Ok(shard),
        Some(share) => Err(Failure::usage(
            "--abstain with --shard: one shard cannot know which rows of all are the least certain",
        )
        .with_hint(format!("give it to `evenhand merge --abstain {share}`"))),
    }
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
