//! `demo`: a training on drawn faces, one group of which was drawn badly on purpose.

use crate::cli::args::DemoArgs;
use crate::cli::config::{engine, overwrite, store};
use crate::cli::printer::{Printer, STDOUT};
use crate::cli::table::run_tables;
use evenhand::{DemoConfig, Error, WriteError};
use std::path::Path;

pub fn command(args: DemoArgs, printer: &mut Printer) -> Result<(), Error> {
    let DemoArgs {
        out,
        faces,
        seed,
        force,
        engine: engine_options,
        store: store_options,
    } = args;
    let config = DemoConfig {
        out,
        faces,
        seed,
        overwrite: overwrite(force),
        engine: engine(engine_options),
        store: store(store_options),
    };
    let run = evenhand::demo(&config, printer)?;
    let failed = WriteError::of(Path::new(STDOUT));
    run_tables(&run, &config.run(), printer.out()).map_err(failed)?;
    Ok(printer.print(format_args!(
        "\nLook at: {}\n\
         Faces of skin_tone 8+ were drawn darker and blurrier on purpose. See whether the report\n\
         says that they stand apart from the rest of skin_tone, and how far.",
        config.run().join("report.html").display()
    ))?)
}
