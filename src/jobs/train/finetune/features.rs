//! Features by a fine-tuned backbone, which no store has.

use crate::backbone::embed::{Embedded, Images};
use crate::backbone::graph::Prepared;
use crate::error::Error;
use crate::events::{Events, Stage};
use crate::features::Features;
use crate::finetune::FinetuneError;
use crate::jobs::config::TrainConfig;
use crate::jobs::pipeline::{embedder, follow, open_engine};
use crate::record::Location;

/// Features of images by the engine that would predict with `tuned`, whose features are of `views` views:
/// one row a view, those of an image one after another.
///
/// # Errors
/// An image that can no longer be read, and failures of the engine.
pub fn embed(
    tuned: &Prepared,
    views: usize,
    locations: &[Location],
    config: &TrainConfig,
    on: &mut dyn Events,
) -> Result<Features, Error> {
    let opened = open_engine(tuned, &config.engine, on)?;
    let geometry = config.backbone.spec.geometry();
    let files = Images::files(geometry, config.limits.of_image());
    let mut pipeline = embedder(opened, files, None, &config.engine);
    let dim = tuned.dim() / views;
    let mut features = Features::with_capacity(dim, locations.len() * views);
    let images = locations.iter().cloned();
    let mut take = |embedded: Embedded| -> Result<(), Error> {
        let Embedded {
            index,
            features: outcome,
            ..
        } = embedded;
        let row = outcome.map_err(|bad| {
            let image = locations[index].to_string();
            FinetuneError::Image { image, bad }
        })?;
        row.chunks_exact(dim).for_each(|view| features.push(view));
        Ok(())
    };
    let run = pipeline.run(images, &mut follow(on, Stage::Predicting), &mut take);
    on.finished(Stage::Predicting);
    run?;
    Ok(features)
}
