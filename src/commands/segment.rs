//! `segment`: segments of the rows of a table.

use crate::cli::args::SegmentArgs;
use crate::cli::config::overwrite;
use crate::cli::outputs::{self, is_stdout};
use crate::cli::printer::{Printer, STDOUT};
use crate::cli::table::segment_tables;
use evenhand::jobs::run_dir::RunDir;
use evenhand::{Error, SegmentConfig, WriteError};
use std::path::Path;

pub fn command(mut args: SegmentArgs, printer: &mut Printer) -> Result<(), Error> {
    let (folder, json) = (std::mem::take(&mut args.out), args.json.json.take());
    let overwrite = overwrite(args.force);
    outputs::check(json.as_deref(), &[&args.table], overwrite)?;
    let place = RunDir::create(&folder, overwrite)?;
    let run = evenhand::segment(&config(args), printer)?;
    run.save_in(place)?;
    outputs::write_json(json.as_deref(), || run.metrics.clone(), printer)?;
    if json.as_deref().is_some_and(is_stdout) {
        return Ok(());
    }
    let shown = segment_tables(&run, &folder, printer.out());
    Ok(shown.map_err(WriteError::of(Path::new(STDOUT)))?)
}

fn config(args: SegmentArgs) -> SegmentConfig {
    let missing = args.read.missing.as_deref();
    SegmentConfig {
        missing: missing.map(|values| values.split(',').map(str::to_owned).collect()),
        id: args.id,
        columns: args.columns,
        gaps: args.gaps.unwrap_or_default(),
        weights: args.weights,
        scale: args.scale,
        components: args.components,
        segments: args.segments,
        rotate: args.rotate.is_some(),
        seed: args.seed,
        names_from: args.names_from,
        names: args.name,
        ..SegmentConfig::new(args.table)
    }
}
