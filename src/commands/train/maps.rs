//! Where in some images the predictions come from, for the report.

use super::config::Config;
use super::material::Material;
use super::report::grouped_by;
use super::results::Results;
use crate::activation_map::{ActivationMap, Grid};
use crate::backbone::engine::EngineError;
use crate::backbone::prepare::tap_widths;
use crate::backbone::spec::Pool;
use crate::commands::failure::Failure;
use crate::commands::gallery::{self, Images};
use crate::commands::setup::Backbone;
use crate::head::Head;
use crate::report::{Mapped, Maps};

/// Of everyone and of each group shown, so many right images, and as many wrong ones.
pub const EACH: usize = 4;
/// Of so many groupings, the worst group is shown.
pub const GROUPINGS: usize = 2;

/// Class activation maps of the final head, since those of the folds are not kept.
///
/// `None` where no tap keeps places; where images are not to be shown, since a map says little without
/// its image; and of a fine-tuned backbone, since the features at hand are those that it had before.
pub fn maps(
    results: &Results,
    config: &Config,
    material: &Material,
    backbone: &Backbone,
    head: &Head,
) -> Result<Option<Maps>, Failure> {
    let has_places = |pool: Pool| matches!(pool, Pool::Grid(cells) if cells > 1);
    if !backbone.spec.taps.iter().any(|tap| has_places(tap.pool))
        || config.report.images == Images::Hidden
        || config.finetune.is_some()
    {
        return Ok(None);
    }
    let grids = grids(backbone)?;
    let specimens = results.specimens.clone();
    let all = specimens
        .iter()
        .flat_map(|of| of.right.iter().chain(&of.wrong));
    let mut rows: Vec<usize> = all.copied().collect();
    rows.sort_unstable();
    rows.dedup();

    let record = |row: usize| &material.dataset.records[results.examined[row]];
    let locations: Vec<_> = rows.iter().map(|&row| record(row).image.clone()).collect();
    let geometry = backbone.spec.geometry();
    let images = gallery::thumbnails_as(&locations, config.report.images, geometry);
    let places = grouped_by(config, &material.dataset.attributes);
    let mapped = |(&row, image): (&usize, Option<Vec<u8>>)| {
        let face = results.face(material, &places, row, image);
        let number = material.rows[results.examined[row]].as_ref().ok()?;
        // Of two views the image itself.
        let features = material.features.row(number * material.views);
        let map = ActivationMap::new(&head.contributions(features, face.predicted), &grids);
        Some((row, Mapped { face, map }))
    };
    let faces = rows.iter().zip(images).filter_map(mapped).collect();
    Ok(Some(Maps { specimens, faces }))
}

/// How the features lie in the image, tap by tap.
fn grids(backbone: &Backbone) -> Result<Vec<Grid>, EngineError> {
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
