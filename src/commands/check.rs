//! `check`: what is in labelled images before a training, and whether it would fail.

use crate::cli::args::CheckArgs;
use crate::cli::config::{survey, training};
use crate::cli::outputs::{self, is_stdout};
use crate::cli::printer::{Printer, STDOUT};
use crate::cli::table::{column_check_text, data_check_text};
use evenhand::jobs::check::Depth;
use evenhand::{CheckConfig, Error, WriteError};
use std::path::Path;

pub fn command(args: CheckArgs, printer: &mut Printer) -> Result<(), Error> {
    match args.columns.columns.is_some() {
        true => on_columns(args, printer),
        false => on_images(args, printer),
    }
}

fn on_columns(mut args: CheckArgs, printer: &mut Printer) -> Result<(), Error> {
    let (html, json) = (args.html.take(), std::mem::take(&mut args.json).json);
    let (codebook, overwrite) = (args.write_codebook.take(), args.force.into());
    let config = survey(args.training())?;
    html.as_deref().map(outputs::check_html).transpose()?;
    let files = [html.as_deref(), json.as_deref(), codebook.as_deref()];
    let inputs = [config.data.path.as_path()];
    outputs::check(files.into_iter().flatten(), &inputs, overwrite)?;

    let found = evenhand::check_columns(&config.check_config())?;
    if !json.as_deref().is_some_and(is_stdout) {
        let shown = column_check_text(&found, printer.out());
        shown.map_err(WriteError::of(Path::new(STDOUT)))?;
    }
    outputs::write_json(json.as_deref(), || found.to_json(), printer)?;
    if let Some(file) = &html {
        outputs::write(file, found.to_html()?.as_bytes(), printer)?;
    }
    if let Some(file) = &codebook {
        outputs::write(file, found.to_toml().as_bytes(), printer)?;
    }
    Ok(())
}

fn on_images(mut args: CheckArgs, printer: &mut Printer) -> Result<(), Error> {
    let (html, json) = (args.html.take(), std::mem::take(&mut args.json).json);
    let depth = match args.quick {
        true => Depth::Table,
        false => Depth::Images,
    };
    let overwrite = args.force.into();
    let training = training(args.training(), printer)?;
    html.as_deref().map(outputs::check_html).transpose()?;
    let files = [html.as_deref(), json.as_deref()];
    let inputs = [
        Some(training.data.path.as_path()),
        training.data.test.as_deref(),
    ];
    let inputs: Vec<&Path> = inputs.into_iter().flatten().collect();
    outputs::check(files.into_iter().flatten(), &inputs, overwrite)?;

    let found = evenhand::check(&CheckConfig { training, depth }, printer)?;
    if !json.as_deref().is_some_and(is_stdout) {
        let shown = data_check_text(&found, printer.out());
        shown.map_err(WriteError::of(Path::new(STDOUT)))?;
    }
    outputs::write_json(json.as_deref(), || found.to_json(), printer)?;
    if let Some(file) = &html {
        outputs::write(file, found.to_html()?.as_bytes(), printer)?;
    }
    Ok(found.verdict()?)
}
