//! `predict`: a trained classifier on new images, one row for every input.

use crate::cli::args::{InputOptions, PredictArgs};
use crate::cli::config::{engine, list, overwrite, row_by_row, store};
use crate::cli::printer::{Printer, STDOUT, stdout};
use crate::cli::standard_input::StandardInput;
use evenhand::dataset::ListOptions;
use evenhand::predict::Shard;
use evenhand::{Error, PredictConfig, TableOptions};
use std::io::BufWriter;
use std::path::Path;

pub fn command(args: PredictArgs, printer: &mut Printer) -> Result<(), Error> {
    let PredictArgs {
        classifier,
        input,
        names,
        out,
        force,
        shard,
        abstain,
        limits,
        engine: engine_options,
        store: store_options,
    } = args;
    let standard_input = StandardInput::of(&input.inputs)?;
    let InputOptions {
        inputs,
        images,
        table,
    } = input;
    let config = PredictConfig {
        classifier,
        inputs,
        list: ListOptions {
            map: names.parsed()?,
            standard_input: standard_input.file(),
            ..list(images, &table)
        },
        limits: row_by_row(limits),
        engine: engine(engine_options),
        store: store(store_options),
    };
    match out {
        None => {
            let mut out = BufWriter::new(stdout());
            evenhand::predict_to(&config, &mut out, Path::new(STDOUT), printer)?;
        }
        Some(out) => {
            let table = TableOptions {
                out,
                overwrite: overwrite(force),
                shard: shard.unwrap_or(Shard::WHOLE),
                abstain: abstain.chosen(),
            };
            evenhand::predict(&config, &table, printer)?;
        }
    }
    Ok(())
}
