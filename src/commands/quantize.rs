//! `backbone quantize`: an int8 copy of a backbone, and the accuracy that it costs.

use crate::cli::args::QuantizeArgs;
use crate::cli::config::{apply_data, engine, find_backbone, list, overwrite, row_by_row, store};
use crate::cli::printer::{Printer, STDOUT};
use crate::cli::table::comparison_table;
use evenhand::{Error, QuantizeConfig, TrainConfig, WriteError};
use std::path::Path;

pub fn command(args: QuantizeArgs, printer: &mut Printer) -> Result<(), Error> {
    let QuantizeArgs {
        backbone,
        data,
        images,
        out,
        force,
        percentile,
        skip,
        max_error,
        seed,
        data_options,
        spec,
        engine: engine_options,
        store: store_options,
        limits,
    } = args;
    let found = find_backbone(Some(backbone), spec, printer)?;
    let mut config = QuantizeConfig::new(found, data);
    config.list = list(data_options.images.clone(), &data_options.table);
    config.images = images;
    config.out = out.unwrap_or(config.out);
    config.overwrite = overwrite(force);
    config.percentile = percentile;
    config.skip = skip;
    config.max_error = max_error;
    config.seed = seed;
    config.limits = row_by_row(limits);
    config.engine = engine(engine_options);
    config.store = store(store_options);
    let copy = evenhand::quantize(&config, printer)?;
    if data_options.label.is_none() {
        return Ok(());
    }
    let mut training = TrainConfig::new(&config.inputs[0]).seed(seed);
    apply_data(&mut training.data, data_options)?;
    training.engine = config.engine;
    training.store = config.store;
    training.limits = config.limits;
    training.backbone = config.backbone;
    let compared = evenhand::compare_copy(&training, copy, printer)?;
    let failed = WriteError::of(Path::new(STDOUT));
    comparison_table(&compared.comparison, "float32", printer.out()).map_err(failed)?;
    Ok(printer.print(format_args!("\n{}", compared.verdict))?)
}
