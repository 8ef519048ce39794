//! `embed`: the features of images as one file, for analyses in other languages.

use crate::cli::args::{EmbedArgs, InputOptions};
use crate::cli::config::{backbone, engine, overwrite, row_by_row, store};
use crate::cli::printer::Printer;
use evenhand::table::ReadOptions;
use evenhand::{BackboneConfig, EmbedConfig, Error};

pub fn command(args: EmbedArgs, printer: &mut Printer) -> Result<(), Error> {
    let EmbedArgs {
        input: InputOptions {
            inputs,
            image,
            table,
        },
        out,
        pixels,
        force,
        limits,
        backbone: backbone_options,
        engine: engine_options,
        store: store_options,
    } = args;
    let mut backbone_config = BackboneConfig::default();
    backbone(&mut backbone_config, backbone_options, printer)?;
    let config = EmbedConfig {
        inputs,
        image,
        read_options: ReadOptions::from(&table),
        out,
        pixels,
        overwrite: overwrite(force),
        limits: row_by_row(limits),
        backbone: backbone_config,
        engine: engine(engine_options),
        store: store(store_options),
    };
    evenhand::embed(&config, printer)?;
    Ok(())
}
