//! Opens the input of the trained part: stored activations, or images.

use crate::backbone::embed::{Embedded, Images};
use crate::backbone::graph::Prepared;
use crate::backbone::store::{self, Key, Store};
use crate::error::Error;
use crate::events::{Events, Stage};
use crate::finetune::{self, Augment, FinetuneError, Pixels, Source, Stored};
use crate::hint::Message;
use crate::jobs::config::{StoreConfig, TrainConfig};
use crate::jobs::pipeline::{embedder, follow, open_engine, open_store};
use crate::jobs::training::{EmbeddedDataset, FinetunePlan};
use crate::record::Location;
use std::sync::Arc;
use tempfile::TempDir;

/// Images that have features, in the order of the features.
pub struct UsableImages {
    keys: Vec<Key>,
    pub locations: Vec<Location>,
}

impl UsableImages {
    pub fn of(data: &EmbeddedDataset) -> Self {
        let records = data.dataset.records.iter().zip(&data.keys);
        let records = records.zip(&data.rows);
        // Rows of features are in the order of the records.
        let usable = records.filter_map(|((record, key), row)| {
            row.as_ref().ok()?;
            Some(((*key)?, record.image.clone()))
        });
        let (keys, locations) = usable.unzip();
        Self { keys, locations }
    }
}

/// Input of the trained part.
pub struct OpenSource {
    pub source: Box<dyn Source>,
    /// Lives as long as the activations in it are read.
    _folder: Option<TempDir>,
}

/// Computes the activations of the frozen part once, unless images are augmented otherwise than by a
/// mirror or they would take too much of the disk.
pub fn open_source(
    plan: &FinetunePlan,
    images: &UsableImages,
    config: &TrainConfig,
    on: &mut dyn Events,
) -> Result<OpenSource, Error> {
    let geometry = config.backbone.spec.geometry();
    let strength = plan.params.augment;
    let frozen = plan.divided.frozen.as_ref();
    let views: &[bool] = match strength {
        Augment::None => &[false],
        Augment::Flip => &[false, true],
        Augment::Light | Augment::Strong => &[],
    };
    if let (Some(frozen), [_, ..]) = (frozen, views) {
        let bytes = 2 * (frozen.dim() * images.keys.len() * views.len()) as u64;
        if bytes <= plan.cache_limit {
            return stored(frozen, images, config, views, on);
        }
        on.info(Message::new(
            "activations would take {} GB, more than {cache_limit}: they are computed in every epoch",
            &[&format!("{:.1}", bytes as f64 / 1e9)],
        ));
    }
    let frozen = frozen.map(|frozen| open_engine(frozen, &config.engine, on));
    let source = Pixels {
        images: Arc::new(Images::files(geometry, config.limits.of_image())),
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
    images: &UsableImages,
    config: &TrainConfig,
    views: &[bool],
    on: &mut dyn Events,
) -> Result<OpenSource, Error> {
    let folder = match config.store.keep {
        true => None,
        false => {
            let folder = TempDir::new();
            Some(folder.map_err(crate::WriteError::of(&std::env::temp_dir()))?)
        }
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
        stores.extend(activations(
            frozen,
            images,
            config,
            (&kept, is_mirrored),
            on,
        )?);
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

/// Store with the activations of all images, or of their mirror images.
fn activations(
    frozen: &Prepared,
    images: &UsableImages,
    config: &TrainConfig,
    (kept, is_mirrored): (&StoreConfig, bool),
    on: &mut dyn Events,
) -> Result<Option<Store>, Error> {
    let geometry = config.backbone.spec.geometry();
    let mut files = Images::files(geometry, config.limits.of_image());
    let opened = open_engine(frozen, &config.engine, on)?;
    let engine = config.engine.identity(&opened.info());
    let mut digest = config.engine.digest(frozen, geometry, &engine);
    if is_mirrored {
        files = finetune::mirrored(files, geometry.width);
        digest = store::hex(&store::key(format!("{digest} mirrored").as_bytes()));
    }
    let store = open_store(&digest, &engine, kept, on)?;
    let mut pipeline = embedder(opened, files, store, &config.engine);
    let locations = images.locations.iter().cloned();
    let mut check = |embedded: Embedded| -> Result<(), Error> {
        let unusable = |bad| FinetuneError::Image {
            image: images.locations[embedded.index].to_string(),
            bad,
        };
        embedded.features.map_err(unusable)?;
        Ok(())
    };
    let run = pipeline.run(locations, &mut follow(on, Stage::Activations), &mut check);
    on.finished(Stage::Activations);
    let summary = run?;
    let view = if is_mirrored { "mirrored" } else { "frozen" };
    on.info(Message::plain(format!(
        "activations, {view}: {} computed, {} known already",
        summary.computed, summary.cached
    )));
    drop(pipeline);
    open_store(&digest, &engine, kept, on)
}
