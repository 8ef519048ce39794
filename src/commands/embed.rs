//! `embed`: the features of images as one file, for analyses in other languages.

use crate::cli::args::{EmbedArgs, InputOptions};
use crate::cli::config::{backbone, engine, list, overwrite, row_by_row, store};
use crate::cli::printer::Printer;
use crate::cli::standard_input::StandardInput;
use evenhand::dataset::ListOptions;
use evenhand::{BackboneConfig, EmbedConfig, Error};

pub fn command(args: EmbedArgs, printer: &mut Printer) -> Result<(), Error> {
    let EmbedArgs {
        input,
        out,
        pixels,
        force,
        limits,
        backbone: backbone_options,
        engine: engine_options,
        store: store_options,
    } = args;
    let standard_input = StandardInput::of(&input.inputs)?;
    let InputOptions {
        inputs,
        images,
        table,
    } = input;
    let mut backbone_config = BackboneConfig::default();
    backbone(&mut backbone_config, backbone_options, printer)?;
    let config = EmbedConfig {
        inputs,
        list: ListOptions {
            standard_input: standard_input.file(),
            ..list(images, &table)
        },
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
