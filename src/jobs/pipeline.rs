//! Engine, feature store and the pipeline over them, set up as a job is configured.

use super::config::{EngineConfig, LimitConfig, StoreConfig};
use crate::backbone::embed::{self, Embedder, Images, Progress, Summary};
use crate::backbone::engine::{self, Engine, EngineIdentity, EngineInfo};
use crate::backbone::graph::{EXPORT_FREE, Prepared};
use crate::backbone::store::{self, Store};
use crate::dataset::preprocess::Geometry;
use crate::error::Error;
use crate::events::{Events, Stage};
use crate::hint::Message;
use crate::text::counted;

/// Batch size on a CPU.
const BATCH: usize = 16;

/// Batch size on a GPU, which needs many images to fill its units. A power of two, for which kernels are
/// tuned; not more, because the widest activations of EfficientNet-Lite0 are 0.3 GB in float32 with
/// this many images, and some drivers give no buffer of more than 1 GB.
const BATCH_ON_GPU: usize = 64;

/// Settings of a pipeline.
#[derive(Clone, Copy)]
pub struct Setup<'a> {
    pub engine: &'a EngineConfig,
    pub store: &'a StoreConfig,
    pub limits: LimitConfig,
}

/// Pipeline with its engine.
pub struct OpenPipeline {
    pub embedder: Embedder,
    pub info: EngineInfo,
    pub engine: EngineIdentity,
    /// Key of the features.
    pub digest: String,
}

impl Setup<'_> {
    /// Opens engine and store for a prepared graph, and notes which they are.
    ///
    /// # Errors
    /// The engine cannot run the graph, or the store cannot be opened.
    pub fn embedder(
        self,
        prepared: &Prepared,
        geometry: Geometry,
        on: &mut dyn Events,
    ) -> Result<OpenPipeline, Error> {
        let opened = open_engine(prepared, self.engine, on)?;
        let info = opened.info();
        on.info(Message::plain(format!(
            "engine: {} {} on {}",
            info.name, info.version, info.device
        )));
        let engine = self.engine.identity(&info);
        let digest = self.engine.digest(prepared, geometry, &engine);
        let store = open_store(&digest, &engine, self.store, on)?;
        let images = Images::files(geometry, self.limits.of_image());
        Ok(OpenPipeline {
            embedder: embedder(opened, images, store, self.engine),
            info,
            engine,
            digest,
        })
    }
}

/// Opens the engine for a prepared graph; tells what could be better about it.
///
/// # Errors
/// The engine is not there or cannot run the graph.
pub fn open_engine(
    prepared: &Prepared,
    engine: &EngineConfig,
    on: &mut dyn Events,
) -> Result<Box<dyn Engine>, Error> {
    let opened = engine::open(prepared, &engine.options())?;
    if let Some(batch) = prepared.fixed_batch() {
        on.hint(Message::new(
            "the backbone takes {} at a time, since it was exported so or mixes the images of a batch: {}",
            &[&counted(batch, "image"), &EXPORT_FREE],
        ));
    }
    if let Some(hint) = opened.hint {
        on.hint(Message::plain(hint));
    }
    if let Some(note) = opened.note {
        on.info(Message::plain(note));
    }
    Ok(opened.engine)
}

/// The pipeline of these parts.
pub fn embedder(
    opened: Box<dyn Engine>,
    images: Images,
    store: Option<Store>,
    engine: &EngineConfig,
) -> Embedder {
    let batch = match engine.is_on_cpu() {
        true => BATCH,
        false => BATCH_ON_GPU,
    };
    let options = embed::Options {
        batch,
        threads: engine.threads,
    };
    Embedder::new(opened, images, store, options)
}

/// Opens the store of the features that `digest` names, for an engine; `None` where none is kept.
///
/// # Errors
/// The store cannot be opened.
pub fn open_store(
    digest: &str,
    engine: &EngineIdentity,
    config: &StoreConfig,
    on: &mut dyn Events,
) -> Result<Option<Store>, Error> {
    if !config.keep {
        return Ok(None);
    }
    let root = match &config.folder {
        Some(folder) => folder.clone(),
        None => store::default_root()?,
    };
    let store = Store::open(&root, digest)?.filled_by(engine.to_string());
    on.detail(Message::plain(format!(
        "store: {} images known in {}",
        store.len(),
        store.folder().display()
    )));
    on.kept(Message::plain(format!(
        "features that were computed are in {}",
        root.display()
    )));
    Ok(Some(store))
}

/// Passes the pipeline's progress on, which stops where the observer wants it.
pub fn follow(on: &mut dyn Events, stage: Stage) -> impl FnMut(Progress) -> Result<(), Error> + '_ {
    move |Progress { done, total, .. }| {
        on.progress(stage, done as u64, total.map(|total| total as u64));
        Ok(on.go_on()?)
    }
}

/// Tells the outcome of a pass over images.
pub fn tell(summary: &Summary, on: &mut dyn Events) {
    let Summary {
        images,
        computed,
        cached,
        bad,
        numbers,
        cut,
        by_others,
        damaged,
        stages,
    } = summary;
    for damaged in damaged {
        on.warn(Message::plain(damaged.to_string()));
    }
    if *cut > 0 {
        let share = 100.0 * *cut as f64 / *numbers as f64;
        on.warn(Message::new(
            "{} % of the features are beyond 65504 and cut to it, since features are kept in half precision; \
             {mean} and {std} may not fit the backbone, or take another {tap}",
            &[&format!("{share:.2}")],
        ));
    }
    for (engine, images) in by_others {
        on.info(Message::plain(format!(
            "{images} images have features that {engine} computed: they may differ in the last digits"
        )));
    }
    on.info(Message::plain(format!(
        "{images} images: {computed} through the backbone, {cached} known already, {bad} unusable"
    )));
    on.detail(Message::plain(format!("stages: {stages}")));
}
