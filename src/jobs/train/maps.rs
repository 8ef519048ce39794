//! Class activation maps of some images, for the report.

use super::finetune;
use crate::backbone::engine::EngineError;
use crate::backbone::prepare::tap_widths;
use crate::backbone::spec::Pool;
use crate::error::Error;
use crate::events::Events;
use crate::head::Head;
use crate::jobs::config::{OpenBackbone, TrainConfig};
use crate::jobs::training::{Evaluation, PreparedTraining, grouped_by};
use crate::report::activation_map::{ActivationMap, Grid};
use crate::report::gallery::{self, Images};
use crate::report::{Mapped, Maps};

/// Class activation maps of the final head, since those of the folds are not kept.
///
/// `None` where no tap keeps places, and where images are not to be shown, since a map says little without
/// its image.
pub fn maps(
    evaluation: &Evaluation,
    config: &TrainConfig,
    prepared: &PreparedTraining,
    head: &Head,
    on: &mut dyn Events,
) -> Result<Option<Maps>, Error> {
    let PreparedTraining { backbone, data, .. } = prepared;
    let has_places = |pool: Pool| matches!(pool, Pool::Grid(cells) if cells > 1);
    if !backbone.spec.taps.iter().any(|tap| has_places(tap.pool))
        || config.report.images == Images::Hidden
    {
        return Ok(None);
    }
    let grids = grids(backbone)?;
    let example_images = evaluation.example_images.clone();
    let all = example_images
        .iter()
        .flat_map(|of| of.right.iter().chain(&of.wrong));
    let mut rows: Vec<usize> = all.copied().collect();
    rows.sort_unstable();
    rows.dedup();

    let record = |row: usize| &data.dataset.records[evaluation.examined[row]];
    let locations: Vec<_> = rows.iter().map(|&row| record(row).image.clone()).collect();
    let geometry = backbone.spec.geometry();
    let images = gallery::thumbnails_as(&locations, config.report.images, geometry);
    let places = grouped_by(&config.data, &data.dataset.attributes);
    let views = head.views;
    // The features at hand are those that the backbone had before it was tuned.
    let tuned = config
        .finetune
        .as_ref()
        .map(|_| finetune::embed(&backbone.prepared, views, &locations, config, on));
    let tuned = tuned.transpose()?;
    let mapped = |(at, (&row, image)): (usize, (&usize, Option<Vec<u8>>))| {
        let face = evaluation.face(&data.dataset, &places, row, image);
        // Of two views the image itself.
        let features = match &tuned {
            Some(features) => features.row(at * views),
            None => {
                let number = data.rows[evaluation.examined[row]].as_ref().ok()?;
                data.features.row(number * views)
            }
        };
        let map = ActivationMap::new(&head.contributions(features, face.predicted), &grids);
        Some((row, Mapped { face, map }))
    };
    let images = rows
        .iter()
        .zip(images)
        .enumerate()
        .filter_map(mapped)
        .collect();
    Ok(Some(Maps {
        example_images,
        images,
    }))
}

/// How the features lie in the image, tap by tap.
fn grids(backbone: &OpenBackbone) -> Result<Vec<Grid>, EngineError> {
    let widths = tap_widths(&backbone.prepared)?;
    let grid = |(features, pool): (usize, Pool)| {
        let cells = match pool {
            Pool::Grid(cells) => cells,
            Pool::Gap | Pool::Max | Pool::AvgMax => 1,
        };
        Grid { features, cells }
    };
    let pools = backbone.spec.taps.iter().map(|tap| tap.pool);
    Ok(widths.into_iter().zip(pools).map(grid).collect())
}
