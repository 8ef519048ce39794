//! `predict`: a trained classifier on new images, one row for every input.

use crate::cli::args::{AbstainOptions, InputOptions, PredictArgs};
use crate::cli::config::{engine, overwrite, row_by_row, store};
use crate::cli::printer::{Printer, STDOUT, stdout};
use evenhand::predict::Shard;
use evenhand::table::ReadOptions;
use evenhand::{Error, PredictConfig, TableOptions};
use std::io::BufWriter;
use std::path::Path;

pub fn command(args: PredictArgs, printer: &mut Printer) -> Result<(), Error> {
    let PredictArgs {
        classifier,
        input: InputOptions {
            inputs,
            image,
            table,
        },
        out,
        force,
        shard,
        abstain: AbstainOptions { abstain },
        limits,
        engine: engine_options,
        store: store_options,
    } = args;
    let config = PredictConfig {
        classifier,
        inputs,
        image,
        read_options: ReadOptions::from(&table),
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
                abstain,
            };
            evenhand::predict(&config, &table, printer)?;
        }
    }
    Ok(())
}
