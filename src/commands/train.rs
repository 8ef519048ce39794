//! `train`: from labelled images to a classifier and an audit of its errors.

use crate::cli::args::TrainArgs;
use crate::cli::config::{is_survey, overwrite, survey, training};
use crate::cli::outputs::{self, is_stdout};
use crate::cli::printer::{Printer, STDOUT};
use crate::cli::table::{run_tables, survey_tables};
use evenhand::jobs::run_dir::RunDir;
use evenhand::{Error, WriteError};
use std::path::{Path, PathBuf};

pub fn command(args: TrainArgs, printer: &mut Printer) -> Result<(), Error> {
    match is_survey(&args)? {
        true => on_survey(args, printer),
        false => on_images(args, printer),
    }
}

fn on_survey(mut args: TrainArgs, printer: &mut Printer) -> Result<(), Error> {
    let folder = args.out.take().unwrap_or_else(|| PathBuf::from("run"));
    let (overwrite, json) = (overwrite(args.force), std::mem::take(&mut args.json).json);
    let config = survey(args)?;
    config.check()?;
    outputs::check(json.as_deref(), &[&config.data.path], overwrite)?;
    let place = RunDir::create(&folder, overwrite)?;
    let run = evenhand::train_survey(&config, printer)?;
    run.save_in(place)?;
    outputs::write_json(json.as_deref(), || run.metrics.clone(), printer)?;
    if json.as_deref().is_some_and(is_stdout) {
        return Ok(());
    }
    let shown = survey_tables(&run, &folder, printer.out());
    Ok(shown.map_err(WriteError::of(Path::new(STDOUT)))?)
}

fn on_images(mut args: TrainArgs, printer: &mut Printer) -> Result<(), Error> {
    let folder = args.out.take().unwrap_or_else(|| PathBuf::from("run"));
    let (overwrite, json) = (overwrite(args.force), std::mem::take(&mut args.json).json);
    let mut config = training(args, printer)?;
    // Before the work, which may take hours.
    config.check()?;
    outputs::check(json.as_deref(), &[], overwrite)?;
    let place = RunDir::create(&folder, overwrite)?;
    config.checkpoints = Some(place.beside("checkpoints"));
    let run = evenhand::train(&config, printer)?;
    run.save_in(place)?;
    outputs::write_json(json.as_deref(), || run.metrics.clone(), printer)?;
    if json.as_deref().is_some_and(is_stdout) {
        return Ok(());
    }
    let shown = run_tables(&run, &folder, printer.out());
    Ok(shown.map_err(WriteError::of(Path::new(STDOUT)))?)
}
