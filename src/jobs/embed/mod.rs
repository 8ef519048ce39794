//! Embedding: the features of images as one file, for analyses in other languages.

mod tensor_file;
mod write;

pub use write::EmbedJobError;

use super::bad_images::BadImages;
use super::config::{BackboneConfig, EngineConfig, LimitConfig, StoreConfig};
use super::files::Overwrite;
use super::inputs::{FirstError, tell_notes};
use super::pipeline::{Setup, tell};
use crate::backbone::embed::Summary;
use crate::dataset::{self, ListOptions};
use crate::error::Error;
use crate::events::{Events, Stage};
use crate::hint::Message;
use std::path::{Path, PathBuf};

/// Configuration of an embedding.
#[derive(Debug, Clone, PartialEq)]
pub struct EmbedConfig {
    /// Folders, image files, tables, archives, or patterns.
    pub inputs: Vec<String>,
    /// Where the images of lists are, and how tables are read.
    pub list: ListOptions,
    /// The safetensors file; an index as CSV is written beside it.
    pub out: PathBuf,
    /// A safetensors file of the resized pixels, as the backbone gets them.
    pub pixels: Option<PathBuf>,
    pub overwrite: Overwrite,
    pub limits: LimitConfig,
    pub backbone: BackboneConfig,
    pub engine: EngineConfig,
    pub store: StoreConfig,
}

impl EmbedConfig {
    /// The defaults for some images.
    pub fn new<I: Into<String>>(
        inputs: impl IntoIterator<Item = I>,
        out: impl Into<PathBuf>,
    ) -> Self {
        Self {
            inputs: inputs.into_iter().map(Into::into).collect(),
            list: ListOptions::default(),
            out: out.into(),
            pixels: None,
            overwrite: Overwrite::No,
            limits: LimitConfig::row_by_row(),
            backbone: BackboneConfig::default(),
            engine: EngineConfig::default(),
            store: StoreConfig::default(),
        }
    }

    /// The index beside the features.
    pub fn index(&self) -> PathBuf {
        self.out.with_extension("csv")
    }
}

/// Writes the features of images, and an index that tells the row of each.
///
/// # Errors
/// Images or a backbone that cannot be used; files that are there or cannot be written; failures of
/// engine and store.
///
/// ```no_run
/// let config = evenhand::EmbedConfig::new(["photos"], "features.safetensors");
/// let summary = evenhand::embed(&config, &mut ())?;
/// println!("{} images, {} without features", summary.images, summary.bad);
/// # Ok::<(), evenhand::Error>(())
/// ```
pub fn embed(config: &EmbedConfig, on: &mut dyn Events) -> Result<Summary, Error> {
    let EmbedConfig {
        inputs,
        list,
        out,
        pixels,
        overwrite,
        limits,
        backbone,
        engine,
        store,
    } = config;
    let index = config.index();
    let files = [Some(out), Some(&index), pixels.as_ref()];
    overwrite.check(files.into_iter().flatten().map(PathBuf::as_path))?;
    limits.check()?;
    engine.check()?;

    let mut inputs = dataset::inputs_with(inputs, list)?;
    let backbone = backbone.clone().at(engine, on)?.open()?;
    let geometry = backbone.spec.geometry();
    let setup = Setup {
        engine,
        store,
        limits: *limits,
    };
    let mut pipeline = setup.embedder(&backbone.prepared, geometry, on)?;
    let outputs = write::Outputs {
        out: out.clone(),
        pixels: pixels.clone(),
        size: (geometry.height, geometry.width),
        digest: pipeline.digest.clone(),
    };
    let mut bad = BadImages::default();
    let first_error = FirstError::default();
    let records = first_error.records(&mut inputs);
    let draft = write::run(&outputs, &mut pipeline.embedder, records, &mut bad, on);
    on.finished(Stage::Embedding);
    let draft = draft?;
    first_error.check()?;
    bad.check(draft.summary.images, limits.max_bad)?;
    let summary = draft.commit()?;
    tell_notes(&inputs, on);
    tell(&summary, on);
    let says_why = format!("{} says why", index.display());
    bad.warn("without features", &says_why, on);
    tell_files(&summary, out, &index, on);
    Ok(summary)
}

fn tell_files(summary: &Summary, out: &Path, index: &Path, on: &mut dyn Events) {
    on.info(Message::plain(format!(
        "{} rows in {}, listed in {}",
        summary.images - summary.bad,
        out.display(),
        index.display()
    )));
}
