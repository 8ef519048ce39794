//! Where in some images the predictions come from, for the report.

use super::config::Config;
use super::finetune;
use super::material::Material;
use super::report::grouped_by;
use super::results::Results;
use crate::cli::printer::Printer;
use crate::commands::failure::Failure;
use crate::commands::setup::Backbone;
use evenhand::backbone::engine::EngineError;
use evenhand::backbone::prepare::tap_widths;
use evenhand::backbone::spec::Pool;
use evenhand::head::Head;
use evenhand::report::activation_map::{ActivationMap, Grid};
use evenhand::report::gallery::{self, Images};
use evenhand::report::{Mapped, Maps};

/// Of everyone and of each group shown, so many right images, and as many wrong ones.
pub const EACH: usize = 4;
/// Of so many groupings, the worst group is shown.
pub const GROUPINGS: usize = 2;

/// Class activation maps of the final head, since those of the folds are not kept.
///
/// `None` where no tap keeps places, and where images are not to be shown, since a map says little without
/// its image.
pub fn maps(
    results: &Results,
    config: &Config,
    material: &Material,
    backbone: &Backbone,
    head: &Head,
    printer: &mut Printer,
) -> Result<Option<Maps>, Failure> {
    let has_places = |pool: Pool| matches!(pool, Pool::Grid(cells) if cells > 1);
    if !backbone.spec.taps.iter().any(|tap| has_places(tap.pool))
        || config.report.images == Images::Hidden
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
    let views = head.views;
    // The features at hand are those that the backbone had before it was tuned.
    let tuned = config.finetune.as_ref().map(|_| {
        let (prepared, spec) = (&backbone.prepared, &backbone.spec);
        finetune::embed(prepared, views, spec, &locations, config, printer)
    });
    let tuned = tuned.transpose()?;
    let mapped = |(at, (&row, image)): (usize, (&usize, Option<Vec<u8>>))| {
        let face = results.face(material, &places, row, image);
        // Of two views the image itself.
        let features = match &tuned {
            Some(features) => features.row(at * views),
            None => {
                let number = material.rows[results.examined[row]].as_ref().ok()?;
                material.features.row(number * views)
            }
        };
        let map = ActivationMap::new(&head.contributions(features, face.predicted), &grids);
        Some((row, Mapped { face, map }))
    };
    let faces = rows
        .iter()
        .zip(images)
        .enumerate()
        .filter_map(mapped)
        .collect();
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
