//! Features by a backbone that was tuned, which no store has.

use crate::cli::printer::Printer;
use crate::commands::failure::Failure;
use crate::commands::setup::{self, follow};
use crate::commands::train::config::Config;
use evenhand::backbone::embed::{Embedded, Images};
use evenhand::backbone::graph::Prepared;
use evenhand::backbone::spec::Spec;
use evenhand::features::Features;
use evenhand::finetune::FinetuneError;
use evenhand::record::Location;

/// Features of images by the engine that would predict with `tuned`, whose features are of `views` views:
/// one row a view, those of an image one after another.
///
/// # Errors
/// An image that can no longer be read, and what the engine says.
pub fn embed(
    tuned: &Prepared,
    views: usize,
    spec: &Spec,
    locations: &[Location],
    config: &Config,
    printer: &mut Printer,
) -> Result<Features, Failure> {
    let engine = &config.engine;
    let opened = setup::open_engine(tuned, engine, printer)?;
    let files = Images::files(spec.geometry(), config.limits.limits());
    let mut pipeline = setup::pipeline(opened, files, None, engine);
    let dim = tuned.dim() / views;
    let mut features = Features::with_capacity(dim, locations.len() * views);
    let bar = printer.progress("predicting", "images", Some(locations.len() as u64));
    let images = locations.iter().cloned();
    pipeline.run(images, &follow(&bar), &mut |embedded: Embedded| {
        let Embedded {
            index,
            features: outcome,
            ..
        } = embedded;
        let row = outcome.map_err(|bad| {
            let image = locations[index].to_string();
            Failure::from(FinetuneError::Image { image, bad })
        })?;
        row.chunks_exact(dim).for_each(|view| features.push(view));
        Ok::<(), Failure>(())
    })?;
    bar.finish_and_clear();
    Ok(features)
}
