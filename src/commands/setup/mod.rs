//! What several commands set up alike: the engine, the feature store, and the pipeline over them.

mod backbone;
mod inputs;

pub use backbone::{Backbone, BackboneConfig};
pub use inputs::Unbroken;

use super::failure::Failure;
use crate::backbone::embed::{self, Embedder, Images, Progress};
use crate::backbone::engine::{self, EngineInfo};
use crate::backbone::graph::Prepared;
use crate::backbone::store::{self, Store};
use crate::cli::args::{EngineChoice, EngineOptions, LimitOptions, StoreOptions};
use crate::cli::printer::{Printer, ProgressBar};
use crate::dataset::preprocess::{Geometry, Limits};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::thread::available_parallelism;

/// Images that the backbone takes at a time on a CPU.
const BATCH: usize = 16;

/// The same on a GPU, which needs many to fill its units. A power of two, for which kernels are
/// tuned; not more, because the widest activations of EfficientNet-Lite0 are 0.3 GB in float32 with
/// this many images, and some drivers give no buffer of more than 1 GB.
const BATCH_ON_GPU: usize = 64;

/// What runs the backbone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EngineConfig {
    /// `auto`, `onnxruntime` or `burn`.
    pub engine: engine::Choice,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    pub threads: usize,
}

impl Default for EngineConfig {
    fn default() -> Self {
        let threads = available_parallelism().map_or(1, usize::from);
        Self {
            engine: engine::Choice::Auto,
            device: None,
            threads,
        }
    }
}

impl EngineConfig {
    /// The defaults, and what the user asked for.
    pub fn new(options: EngineOptions) -> Result<Self, Failure> {
        let mut config = Self::default();
        config.apply(options)?;
        Ok(config)
    }

    /// Takes over what the user asked for.
    pub fn apply(&mut self, options: EngineOptions) -> Result<(), Failure> {
        let EngineOptions {
            engine,
            device,
            threads,
        } = options;
        if let Some(engine) = engine {
            self.engine = match engine {
                EngineChoice::Auto => engine::Choice::Auto,
                EngineChoice::Onnxruntime => engine::Choice::OnnxRuntime,
                EngineChoice::Burn => engine::Choice::Burn,
            };
        }
        self.device = device.or(self.device.take());
        self.threads = threads.unwrap_or(self.threads);
        if self.threads == 0 {
            return Err(Failure::usage("--threads 0: at least one thread is needed")
                .with_hint("leave --threads out to use every core"));
        }
        Ok(())
    }
}

/// Where features are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreConfig {
    pub keep: bool,
    /// The user's cache folder where `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<PathBuf>,
}

impl Default for StoreConfig {
    fn default() -> Self {
        Self {
            keep: true,
            folder: None,
        }
    }
}

impl StoreConfig {
    pub fn new(options: StoreOptions) -> Self {
        let StoreOptions { store, no_store } = options;
        Self {
            keep: !no_store,
            folder: store,
        }
    }
}

/// What is too bad or too large.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitConfig {
    /// Share of images that may be unusable.
    pub max_bad: f64,
    pub max_pixels: u64,
    pub max_bytes: u64,
}

impl Default for LimitConfig {
    fn default() -> Self {
        let Limits {
            max_pixels,
            max_bytes,
        } = Limits::default();
        Self {
            max_bad: 0.1,
            max_pixels,
            max_bytes,
        }
    }
}

impl LimitConfig {
    /// For commands that give every file its row: bad images stop them only where the user says so.
    pub fn row_by_row(options: LimitOptions) -> Result<Self, Failure> {
        let mut config = Self {
            max_bad: 1.0,
            ..Self::default()
        };
        config.apply(options)?;
        Ok(config)
    }

    pub fn apply(&mut self, options: LimitOptions) -> Result<(), Failure> {
        let LimitOptions {
            max_bad,
            max_pixels,
            max_bytes,
        } = options;
        self.max_bad = max_bad.unwrap_or(self.max_bad);
        self.max_pixels = max_pixels.unwrap_or(self.max_pixels);
        self.max_bytes = max_bytes.unwrap_or(self.max_bytes);
        if !(0.0..=1.0).contains(&self.max_bad) {
            return Err(Failure::usage(format!(
                "--max-bad {}: a share is from 0 to 1",
                self.max_bad
            ))
            .with_hint("0.1 allows one bad image in ten"));
        }
        Ok(())
    }

    fn limits(self) -> Limits {
        Limits {
            max_pixels: self.max_pixels,
            max_bytes: self.max_bytes,
        }
    }
}

/// Opens engine and store for a prepared graph, and says which they are.
pub fn embedder(
    prepared: &Prepared,
    geometry: Geometry,
    limits: LimitConfig,
    engine: &EngineConfig,
    store: &StoreConfig,
    printer: &mut Printer,
) -> Result<(Embedder, EngineInfo), Failure> {
    let EngineConfig {
        engine: choice,
        device,
        threads,
    } = engine.clone();
    let on_gpu = device.as_deref().is_some_and(|name| !engine::on_cpu(name));
    let opened = engine::open(
        prepared,
        &engine::Options {
            choice,
            device,
            threads,
            precision: engine::Precision::default(),
        },
    )?;
    let info = opened.engine.info();
    printer.note(&format!(
        "engine: {} {} on {}",
        info.name, info.version, info.device
    ));
    if let Some(hint) = opened.hint {
        printer.hint(&hint);
    }
    if let Some(note) = opened.note {
        printer.note(&note);
    }
    let store = open_store(prepared, geometry, store, printer)?;
    let images = Images::files(geometry, limits.limits());
    let batch = if on_gpu { BATCH_ON_GPU } else { BATCH };
    let options = embed::Options { batch, threads };
    Ok((Embedder::new(opened.engine, images, store, options), info))
}

fn open_store(
    prepared: &Prepared,
    geometry: Geometry,
    config: &StoreConfig,
    printer: &mut Printer,
) -> Result<Option<Store>, Failure> {
    if !config.keep {
        return Ok(None);
    }
    let root = match &config.folder {
        Some(folder) => folder.clone(),
        None => store::default_root()?,
    };
    let store = Store::open(&root, &store::digest(&prepared.digest, geometry))?;
    printer.detail(&format!(
        "store: {} images known in {}",
        store.len(),
        store.folder().display()
    ));
    Ok(Some(store))
}

/// Moves a progress bar along with the pipeline.
pub fn follow(bar: &ProgressBar) -> impl Fn(Progress) + '_ {
    move |progress: Progress| {
        if let Some(total) = progress.total {
            bar.set_length(total as u64);
        }
        bar.set_position(progress.done as u64);
    }
}

/// Tells what a pass over images came to.
pub fn tell(summary: &embed::Summary, printer: &mut Printer) {
    for damaged in &summary.damaged {
        printer.warn(&damaged.to_string());
    }
    let embed::Summary {
        images,
        computed,
        cached,
        bad,
        ..
    } = summary;
    printer.note(&format!(
        "{images} images: {computed} through the backbone, {cached} known already, {bad} unusable"
    ));
}
