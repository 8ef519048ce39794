//! What several commands set up alike: the engine, the feature store, and the pipeline over them.

mod backbone;
mod inputs;

pub use backbone::{Backbone, BackboneConfig};
pub use inputs::Unbroken;

use super::failure::Failure;
use crate::cli::args::{EngineChoice, EngineOptions, LimitOptions, PrecisionChoice, StoreOptions};
use crate::cli::printer::{Printer, ProgressBar};
use evenhand::backbone::embed::{self, Embedder, Images, Progress};
use evenhand::backbone::engine::onnxruntime::{self, Place};
use evenhand::backbone::engine::{self, Engine, EngineInfo};
use evenhand::backbone::graph::Prepared;
use evenhand::backbone::graph::quantize::on_integers;
use evenhand::backbone::spec;
use evenhand::backbone::store::{self, Store};
use evenhand::dataset::preprocess::{Geometry, Limits};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::thread::available_parallelism;

/// Images that the backbone takes at a time on a CPU.
const BATCH: usize = 16;

/// The same on a GPU, which needs many to fill its units. A power of two, for which kernels are
/// tuned; not more, because the widest activations of EfficientNet-Lite0 are 0.3 GB in float32 with
/// this many images, and some drivers give no buffer of more than 1 GB.
const BATCH_ON_GPU: usize = 64;

/// What the backbone computes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    #[default]
    Auto,
    F32,
    Int8,
    F16,
}

impl Precision {
    /// What `auto` has become for a backbone.
    pub fn settled(self, backbone: spec::Precision) -> Self {
        match (self, backbone) {
            (Self::Auto, spec::Precision::F32) => Self::F32,
            (Self::Auto, spec::Precision::Int8) => Self::Int8,
            (asked, _) => asked,
        }
    }
}

/// What runs the backbone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EngineConfig {
    /// `auto`, `onnxruntime` or `burn`.
    pub engine: engine::Choice,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    #[serde(default)]
    pub precision: Precision,
    pub threads: usize,
}

impl Default for EngineConfig {
    fn default() -> Self {
        let threads = available_parallelism().map_or(1, usize::from);
        Self {
            engine: engine::Choice::Auto,
            device: None,
            precision: Precision::Auto,
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

    pub fn is_on_cpu(&self) -> bool {
        let device = self.device.as_deref();
        device.is_none_or(engine::on_cpu)
    }

    /// Whether the backbone runs in half precision: as asked, or where the burn engine has a GPU.
    fn is_half(&self) -> bool {
        let device = self.device.as_deref().unwrap_or(engine::CPU);
        let by_burn = self.engine == engine::Choice::Burn || Place::of(device).is_none();
        match self.precision {
            Precision::Auto => by_burn && !self.is_on_cpu(),
            precision => precision == Precision::F16,
        }
    }

    /// Names the features that a prepared graph makes on this engine. Half precision makes others
    /// than single.
    pub fn digest(&self, prepared: &Prepared, geometry: Geometry) -> String {
        match self.is_half() {
            false => store::digest(&prepared.digest, geometry),
            true => store::digest(&format!("{} in f16", prepared.digest), geometry),
        }
    }

    /// Whether int8 is worth its while: on a CPU that has instructions for it, by ONNX Runtime.
    pub fn is_fast_on_int8(&self) -> bool {
        let there = self.engine != engine::Choice::Burn && onnxruntime::runtime().is_ok();
        self.is_on_cpu() && there && onnxruntime::has_int8_instructions()
    }

    /// # Errors
    /// A classifier computes with what it was trained with, and with nothing else.
    pub fn check_trained(&self, prepared: &Prepared) -> Result<(), Failure> {
        let int8 = on_integers(&prepared.model.graph).is_some();
        let (trained, other) = match (self.precision, int8) {
            (Precision::F32 | Precision::F16, true) => ("int8", "f32"),
            (Precision::Int8, false) => ("f32", "int8"),
            _ => return Ok(()),
        };
        Err(Failure::usage(format!(
            "the classifier was trained on features of an {trained} backbone and has no other"
        ))
        .with_hint(format!(
            "leave --precision out, or train again with --precision {other}"
        )))
    }

    /// For the library.
    pub fn options(&self) -> engine::Options {
        let Self {
            engine: choice,
            device,
            precision: _,
            threads,
        } = self.clone();
        engine::Options {
            choice,
            device,
            threads,
            precision: match self.is_half() {
                true => engine::Precision::F16,
                false => engine::Precision::F32,
            },
        }
    }

    /// Takes over what the user asked for.
    pub fn apply(&mut self, options: EngineOptions) -> Result<(), Failure> {
        let EngineOptions {
            engine,
            device,
            precision,
            threads,
        } = options;
        if let Some(precision) = precision {
            self.precision = match precision {
                PrecisionChoice::Auto => Precision::Auto,
                PrecisionChoice::F32 => Precision::F32,
                PrecisionChoice::Int8 => Precision::Int8,
                PrecisionChoice::F16 => Precision::F16,
            };
        }
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

    pub fn limits(self) -> Limits {
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
    let opened = open_engine(prepared, engine, printer)?;
    let info = opened.info();
    printer.note(&format!(
        "engine: {} {} on {}",
        info.name, info.version, info.device
    ));
    let store = open_store(&engine.digest(prepared, geometry), store, printer)?;
    let images = Images::files(geometry, limits.limits());
    Ok((pipeline(opened, images, store, engine), info))
}

/// The engine for a prepared graph; says what could be better about it.
pub fn open_engine(
    prepared: &Prepared,
    engine: &EngineConfig,
    printer: &mut Printer,
) -> Result<Box<dyn Engine>, Failure> {
    let opened = engine::open(prepared, &engine.options())?;
    if let Some(hint) = opened.hint {
        printer.hint(&hint);
    }
    if let Some(note) = opened.note {
        printer.note(&note);
    }
    Ok(opened.engine)
}

/// The pipeline of these parts.
pub fn pipeline(
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

/// The store of what `digest` names; `None` where none is kept.
pub fn open_store(
    digest: &str,
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
    let store = Store::open(&root, digest)?;
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
        damaged: _,
        stages,
    } = summary;
    printer.note(&format!(
        "{images} images: {computed} through the backbone, {cached} known already, {bad} unusable"
    ));
    printer.detail(&format!("stages: {stages}"));
}
