//! `embed`: the features of images as one file, for those who go on in another language.

mod write;

pub use write::EmbedCommandError;

use super::bad_images::BadImages;
use super::failure::Failure;
use super::predict::refuse_existing;
use super::setup::{
    self, BackboneConfig, EngineConfig, LimitConfig, StoreConfig, Unbroken, follow, tell,
};
use crate::cli::args::EmbedArgs;
use crate::cli::printer::Printer;
use evenhand::dataset;

/// The command as it was typed.
pub fn command(args: EmbedArgs, printer: &mut Printer) -> Result<(), Failure> {
    let EmbedArgs {
        input,
        out,
        pixels,
        force,
        limits,
        backbone,
        engine,
        store,
    } = args;
    let index = out.with_extension("csv");
    for file in [Some(out.as_path()), Some(&index), pixels.as_deref()] {
        refuse_existing(file, force)?;
    }
    let limit_config = LimitConfig::row_by_row(limits)?;
    let engine_config = EngineConfig::new(engine)?;

    let inputs = dataset::inputs(&input.inputs, input.image.as_deref())?;
    let backbone = BackboneConfig::resolve(backbone, printer)?
        .at(&engine_config, printer)?
        .open()?;
    let geometry = backbone.spec.geometry();
    let (mut embedder, _) = setup::embedder(
        &backbone.prepared,
        geometry,
        limit_config,
        &engine_config,
        &StoreConfig::new(store),
        printer,
    )?;
    let config = write::Config {
        out: out.clone(),
        pixels,
        size: (geometry.height, geometry.width),
        digest: engine_config.digest(&backbone.prepared, geometry),
    };
    let bar = printer.progress("embedding", "images", None);
    let mut bad = BadImages::default();
    let unbroken = Unbroken::default();
    let draft = write::run(
        &config,
        &mut embedder,
        unbroken.records(inputs),
        &mut bad,
        &follow(&bar),
    )?;
    bar.finish_and_clear();
    unbroken.check()?;
    bad.check(draft.summary.images, limit_config.max_bad)?;
    let summary = draft.commit()?;
    tell(&summary, printer);
    if let Some(bad) = bad.summary() {
        printer.warn(&format!(
            "without features: {bad}; {} says why",
            index.display()
        ));
    }
    let rows = summary.images - summary.bad;
    printer.note(&format!(
        "{rows} rows in {}, listed in {}",
        out.display(),
        index.display()
    ));
    Ok(())
}
