//! Opens what the unfrozen part is trained on: activations that are kept, or images.

use super::Prospect;
use crate::cli::printer::Printer;
use crate::commands::failure::Failure;
use crate::commands::setup::{self, Backbone, StoreConfig, follow};
use crate::commands::train::config::Config;
use crate::commands::train::material::Material;
use evenhand::backbone::embed::Images;
use evenhand::backbone::graph::Prepared;
use evenhand::backbone::store::{self, Key};
use evenhand::finetune::{self, Augment, Pixels, Source, Stored};
use evenhand::record::Location;
use std::sync::Arc;
use tempfile::TempDir;

/// The images behind the rows of features.
pub struct Rows {
    keys: Vec<Key>,
    pub locations: Vec<Location>,
}

impl Rows {
    pub fn of(material: &Material) -> Self {
        let records = material.dataset.records.iter().zip(&material.keys);
        let records = records.zip(&material.rows);
        // Rows of features are in the order of the records.
        let usable = records.filter_map(|((record, key), row)| {
            row.as_ref().ok()?;
            Some(((*key)?, record.image.clone()))
        });
        let (keys, locations) = usable.unzip();
        Self { keys, locations }
    }
}

/// Where the trained part gets its input from.
pub struct OpenSource {
    pub source: Box<dyn Source>,
    /// Lives as long as what is kept in it is read.
    _folder: Option<TempDir>,
}

/// Computes the activations of the frozen part once, unless images are augmented otherwise than by a
/// mirror or they would take too much of the disk.
pub fn open_source(
    prospect: &Prospect,
    images: &Rows,
    config: &Config,
    backbone: &Backbone,
    printer: &mut Printer,
) -> Result<OpenSource, Failure> {
    let geometry = backbone.spec.geometry();
    let strength = prospect.params.augment;
    let frozen = prospect.divided.frozen.as_ref();
    let views: &[bool] = match strength {
        Augment::None => &[false],
        Augment::Flip => &[false, true],
        Augment::Light | Augment::Strong => &[],
    };
    if let (Some(frozen), [_, ..]) = (frozen, views) {
        let bytes = 2 * (frozen.dim() * images.keys.len() * views.len()) as u64;
        if bytes <= prospect.cache_limit {
            return stored(frozen, images, config, backbone, views, printer);
        }
        printer.note(&format!(
            "activations would take {:.1} GB, more than --cache-limit: they are computed in every epoch",
            bytes as f64 / 1e9
        ));
    }
    let frozen = frozen.map(|frozen| setup::open_engine(frozen, &config.engine, printer));
    let source = Pixels {
        images: Arc::new(Images::files(geometry, config.limits.limits())),
        locations: images.locations.clone(),
        height: geometry.height,
        width: geometry.width,
        augment: strength,
        frozen: frozen.transpose()?,
    };
    Ok(OpenSource {
        source: Box::new(source),
        _folder: None,
    })
}

/// Activations of images, and of their mirror images where `views` has both.
fn stored(
    frozen: &Prepared,
    images: &Rows,
    config: &Config,
    backbone: &Backbone,
    views: &[bool],
    printer: &mut Printer,
) -> Result<OpenSource, Failure> {
    let geometry = backbone.spec.geometry();
    let folder = match config.store.keep {
        true => None,
        false => Some(TempDir::new().map_err(|error| Failure::new(error.to_string()))?),
    };
    let kept = StoreConfig {
        keep: true,
        folder: match &folder {
            Some(folder) => Some(folder.path().to_owned()),
            None => config.store.folder.clone(),
        },
    };
    let mut stores = Vec::new();
    for &is_mirrored in views {
        let mut files = Images::files(geometry, config.limits.limits());
        let mut digest = config.engine.digest(frozen, geometry);
        if is_mirrored {
            files = finetune::mirrored(files, geometry.width);
            digest = store::hex(&store::key(format!("{digest} mirrored").as_bytes()));
        }
        let opened = setup::open_engine(frozen, &config.engine, printer)?;
        let store = setup::open_store(&digest, &kept, printer)?;
        let mut pipeline = setup::pipeline(opened, files, store, &config.engine);
        let total = images.locations.len();
        let bar = printer.progress("activations", "images", Some(total as u64));
        let locations = images.locations.iter().cloned();
        let summary = pipeline.run(locations, &follow(&bar), &mut |embedded| {
            embedded.features.map(|_| ()).map_err(|bad| {
                let image = images.locations[embedded.index].to_string();
                finetune::FinetuneError::Image { image, bad }.into()
            })
        });
        let summary = summary.map_err(|error: Failure| error)?;
        bar.finish_and_clear();
        let what = if is_mirrored { "mirrored" } else { "frozen" };
        printer.note(&format!(
            "activations, {what}: {} computed, {} known already",
            summary.computed, summary.cached
        ));
        drop(pipeline);
        stores.extend(setup::open_store(&digest, &kept, printer)?);
    }
    let mut stores = stores.into_iter();
    let source = Stored {
        plain: stores.next().expect("there is a view"),
        mirrored: stores.next(),
        keys: images.keys.clone(),
        names: images.locations.iter().map(Location::to_string).collect(),
    };
    Ok(OpenSource {
        source: Box::new(source),
        _folder: folder,
    })
}
