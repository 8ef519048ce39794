//! Quantization: an int8 copy of a backbone, and the accuracy that it costs, by group.

mod compare;
mod config;

pub use compare::{QuantizedAccuracy, compare_copy};
pub use config::QuantizeConfig;

use super::config::BackboneConfig;
use super::files::write;
use super::inputs::{FirstError, tell_notes};
use crate::backbone::Precision;
use crate::backbone::embed::Images;
use crate::backbone::graph;
use crate::backbone::quantize::{self, Int8Copy};
use crate::backbone::source;
use crate::backbone::spec::Spec;
use crate::dataset;
use crate::error::Error;
use crate::events::{Events, Stage};
use crate::hint::{Hint, Message};
use crate::record::Location;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use sha2::{Digest, Sha256};
use std::path::Path;

/// Layers that are named as the worst.
const WORST: usize = 5;

/// Below this average the copy's features are not those of the backbone any more: networks that suit int8
/// have 0.98 and more.
const LEAST_COSINE: f64 = 0.95;

/// Why there is no int8 copy.
#[derive(Debug, thiserror::Error)]
enum QuantizeJobError {
    #[error("the spec cannot be written: {0}")]
    Spec(#[from] toml::ser::Error),
}

impl Hint for QuantizeJobError {}

/// Writes an int8 copy of a backbone, calibrated on some images; gives its configuration, with which
/// features of it can be made and compared ([`compare_copy`]).
///
/// # Errors
/// A backbone or images that cannot be used; files that are there or cannot be written.
///
/// ```no_run
/// use evenhand::{BackboneConfig, QuantizeConfig};
/// let config = QuantizeConfig::new(BackboneConfig::default(), ["photos"]);
/// let copy = evenhand::quantize(&config, &mut ())?;
/// println!("{}", copy.model);
/// # Ok::<(), evenhand::Error>(())
/// ```
pub fn quantize(config: &QuantizeConfig, on: &mut dyn Events) -> Result<BackboneConfig, Error> {
    config.check()?;
    let BackboneConfig { model, spec, .. } = &config.backbone;
    let model = source::reopen(model, spec)?;
    let pixels = draw(config, on)?;
    let options = quantize::Options {
        percentile: config.percentile,
        skip: config.skip.clone(),
        most_error: config.max_error,
        engine: config.engine.options(),
    };
    let mut steps = 0;
    let copy = quantize::copy(&model, spec, &pixels, &options, &mut |_| {
        steps += 1;
        on.progress(Stage::Quantizing, steps, None);
    });
    on.finished(Stage::Quantizing);
    let copy = copy?;
    let written = write_copy(&copy, config, pixels.len())?;
    tell(&copy, &config.out, on);
    Ok(written)
}

/// The pixels of some images, drawn from all without looking at their files before. Those that cannot
/// be read are passed over.
fn draw(config: &QuantizeConfig, on: &mut dyn Events) -> Result<Vec<Vec<u8>>, Error> {
    let count = config.images;
    let mut rng = ChaCha8Rng::seed_from_u64(config.seed);
    let first_error = FirstError::default();
    let mut inputs = dataset::inputs_with(&config.inputs, &config.list)?;
    let mut drawn: Vec<(usize, Location)> = Vec::new();
    for (at, record) in first_error.records(&mut inputs).enumerate() {
        // Vitter 1985, algorithm R: every image has the same chance.
        if drawn.len() < count {
            drawn.push((at, record.image));
            continue;
        }
        let place = rng.random_range(0..=at);
        if place < count {
            drawn[place] = (at, record.image);
        }
    }
    first_error.check()?;
    tell_notes(&inputs, on);
    // Archives are quickest to read from front to back.
    drawn.sort_by_key(|(at, _)| *at);
    let geometry = config.backbone.spec.geometry();
    let images = Images::files(geometry, config.limits.of_image());
    let pixels = |(_, image): &(usize, Location)| {
        let bytes = (images.read)(image)?;
        (images.decode)(&bytes)
    };
    let (good, bad): (Vec<_>, Vec<_>) = drawn.iter().map(pixels).partition(Result::is_ok);
    if !bad.is_empty() {
        on.warn(Message::plain(format!(
            "{} of {} images cannot be read",
            bad.len(),
            drawn.len()
        )));
    }
    Ok(good.into_iter().flatten().collect())
}

/// Writes the copy, and the spec that it needs to be used.
fn write_copy(
    copy: &Int8Copy,
    config: &QuantizeConfig,
    images: usize,
) -> Result<BackboneConfig, Error> {
    let QuantizeConfig { backbone, out, .. } = config;
    let bytes = graph::serialise(&copy.model)?;
    let digest = Sha256::digest(&bytes);
    let name = out.file_stem().unwrap_or_default().to_string_lossy();
    let Spec {
        name: original,
        provenance,
        ..
    } = &backbone.spec;
    let made = format!(
        "int8 copy of {original}, made by evenhand {} with {images} images",
        env!("CARGO_PKG_VERSION")
    );
    let file = out.file_name();
    let spec = Spec {
        name: name.into_owned(),
        onnx: file.map(|name| name.to_string_lossy().into_owned()),
        sha256: Some(digest.iter().map(|byte| format!("{byte:02x}")).collect()),
        provenance: match &provenance[..] {
            "" => made,
            provenance => format!("{made}; {provenance}"),
        },
        precision: Precision::Int8,
        ..backbone.spec.clone()
    };
    let text = toml::to_string(&spec).map_err(QuantizeJobError::from)?;
    write(out, &bytes)?;
    write(&out.with_extension("toml"), text.as_bytes())?;
    Ok(BackboneConfig {
        model: out.display().to_string(),
        views: backbone.views,
        spec,
    })
}

fn tell(copy: &Int8Copy, out: &Path, on: &mut dyn Events) {
    let Int8Copy {
        layers: (integers, all),
        skipped,
        sensitivity,
        agreement,
        ..
    } = copy;
    for one in sensitivity.iter().take(WORST) {
        on.detail(Message::plain(format!(
            "{}: alone on int8, it changes the features by {:.4}",
            one.layer, one.error
        )));
    }
    for name in skipped {
        on.info(Message::plain(format!("stays float: {name}")));
    }
    on.info(Message::plain(format!(
        "{integers} of {all} layers on int8; features: cosine similarity with float32 {:.4} on average, \
         {:.4} at least",
        agreement.mean_cosine, agreement.least_cosine
    )));
    if agreement.mean_cosine < LEAST_COSINE {
        on.warn(Message::new(
            "the int8 features are far from those of float32 (cosine similarity {} on average): compare \
             accuracies before it is used, keep more layers float with {max_error} or {skip}, or stay with float32",
            &[&format!("{:.2}", agreement.mean_cosine)],
        ));
    }
    let shown = out.display();
    on.info(Message::new(
        "{}: use it with {backbone} {}",
        &[&shown, &shown],
    ));
}
