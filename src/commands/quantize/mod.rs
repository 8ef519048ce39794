//! `backbone quantize`: an int8 copy of a backbone, and what that costs.

mod compare;

use super::failure::Failure;
use super::predict::refuse_existing;
use super::run_dir::cannot_write;
use super::setup::{BackboneConfig, EngineConfig, LimitConfig, StoreConfig, Unbroken};
use super::train::{Config, DataConfig};
use crate::cli::args::{BackboneOptions, InputOptions, QuantizeArgs};
use crate::cli::printer::Printer;
use evenhand::atomic_file::AtomicFile;
use evenhand::backbone::embed::Images;
use evenhand::backbone::graph;
use evenhand::backbone::quantize::{self, Int8Copy};
use evenhand::backbone::source;
use evenhand::backbone::spec::{Precision, Spec};
use evenhand::dataset;
use evenhand::record::Location;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Layers that are named as the worst.
const WORST: usize = 5;

/// The command as it was typed.
pub fn command(args: QuantizeArgs, printer: &mut Printer) -> Result<(), Failure> {
    let QuantizeArgs {
        backbone,
        data,
        images,
        out,
        force,
        percentile,
        skip,
        max_error,
        seed,
        data_options,
        spec,
        engine,
        store,
        limits,
    } = args;
    let out = out.unwrap_or_else(|| beside(&backbone));
    let spec_file = out.with_extension("toml");
    refuse_existing(Some(&out), force)?;
    refuse_existing(Some(&spec_file), force)?;
    check_percentile(percentile)?;
    let limits = LimitConfig::row_by_row(limits)?;
    let engine = EngineConfig::new(engine)?;
    let options = BackboneOptions {
        views: None,
        backbone: Some(backbone),
        spec,
    };
    let config = BackboneConfig::resolve(options, printer)?;
    let model = source::reopen(&config.model, &config.spec)?;

    let input = InputOptions {
        inputs: data,
        image: data_options.image.clone(),
    };
    let pixels = draw(&input, images, seed, &config.spec, limits, printer)?;
    let bar = printer.progress("quantizing", "steps", None);
    let options = quantize::Options {
        percentile,
        skip,
        most_error: max_error,
        engine: engine.options(),
    };
    let copy = quantize::copy(&model, &config.spec, &pixels, &options, &|_| bar.inc(1))?;
    bar.finish_and_clear();
    let written = write(&copy, &config, &out, pixels.len())?;
    tell(&copy, &out, printer);
    if data_options.label.is_none() {
        return Ok(());
    }
    let mut compared = Config::new(DataConfig::default(), printer)?;
    compared.data.path = PathBuf::from(&input.inputs[0]);
    compared.data.apply(data_options)?;
    compared.set_seed(seed);
    (compared.engine, compared.store, compared.limits) = (engine, StoreConfig::new(store), limits);
    compared.backbone = config;
    compare::run(&compared, written, printer)
}

/// `<name>-int8.onnx`: beside a file, or in the current folder for one that ships.
fn beside(backbone: &str) -> PathBuf {
    let file = match source::is_shipped(backbone) {
        true => format!("{backbone}.onnx"),
        false => backbone.to_owned(),
    };
    source::other_name(&file, Precision::Int8)
        .unwrap_or(file)
        .into()
}

fn check_percentile(percentile: f64) -> Result<(), Failure> {
    match percentile > 50.0 && percentile <= 100.0 {
        true => Ok(()),
        false => Err(Failure::usage(format!(
            "--percentile {percentile}: above 50 and at most 100 is allowed"
        ))
        .with_hint("99.99 cuts off one value in ten thousand")),
    }
}

/// The pixels of `count` images, drawn from all without looking at their files before. Those that
/// cannot be read are passed over.
fn draw(
    input: &InputOptions,
    count: usize,
    seed: u64,
    spec: &Spec,
    limits: LimitConfig,
    printer: &mut Printer,
) -> Result<Vec<Vec<u8>>, Failure> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let unbroken = Unbroken::default();
    let inputs = dataset::inputs(&input.inputs, input.image.as_deref())?;
    let mut drawn: Vec<(usize, Location)> = Vec::new();
    for (at, record) in unbroken.records(inputs).enumerate() {
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
    unbroken.check()?;
    // Archives are quickest to read from front to back.
    drawn.sort_by_key(|(at, _)| *at);
    let images = Images::files(spec.geometry(), limits.limits());
    let pixels = |(_, image): &(usize, Location)| {
        let bytes = (images.read)(image)?;
        (images.decode)(&bytes)
    };
    let (good, bad): (Vec<_>, Vec<_>) = drawn.iter().map(pixels).partition(Result::is_ok);
    if !bad.is_empty() {
        printer.warn(&format!(
            "{} of {} images cannot be read",
            bad.len(),
            drawn.len()
        ));
    }
    Ok(good.into_iter().flatten().collect())
}

/// Writes the copy, and the spec that it needs to be used.
fn write(
    copy: &Int8Copy,
    config: &BackboneConfig,
    out: &Path,
    images: usize,
) -> Result<BackboneConfig, Failure> {
    let bytes = graph::serialise(&copy.model)?;
    let digest = Sha256::digest(&bytes);
    let name = out.file_stem().unwrap_or_default().to_string_lossy();
    let Spec {
        name: original,
        provenance,
        ..
    } = &config.spec;
    let made = format!(
        "int8 copy of {original}, made by evenhand {} with {images} images",
        env!("CARGO_PKG_VERSION")
    );
    let spec = Spec {
        name: name.clone().into_owned(),
        onnx: out
            .file_name()
            .map(|name| name.to_string_lossy().into_owned()),
        sha256: Some(digest.iter().map(|byte| format!("{byte:02x}")).collect()),
        provenance: match &provenance[..] {
            "" => made,
            provenance => format!("{made}; {provenance}"),
        },
        precision: Precision::Int8,
        ..config.spec.clone()
    };
    let text = toml::to_string(&spec)
        .map_err(|error| Failure::new(format!("the spec cannot be written: {error}")))?;
    for (path, bytes) in [
        (out, &bytes[..]),
        (&out.with_extension("toml"), text.as_bytes()),
    ] {
        let written = AtomicFile::create(path).and_then(|mut file| {
            file.write_all(bytes)?;
            file.commit()
        });
        written.map_err(|error| cannot_write(path, &error))?;
    }
    Ok(BackboneConfig {
        model: out.display().to_string(),
        views: config.views,
        spec,
    })
}

fn tell(copy: &Int8Copy, out: &Path, printer: &mut Printer) {
    let Int8Copy {
        layers: (integers, all),
        skipped,
        sensitivity,
        agreement,
        ..
    } = copy;
    for one in sensitivity.iter().take(WORST) {
        printer.detail(&format!(
            "{}: alone on int8, it changes the features by {:.4}",
            one.layer, one.error
        ));
    }
    for name in skipped {
        printer.note(&format!("stays float: {name}"));
    }
    printer.note(&format!(
        "{integers} of {all} layers on int8; features: cosine similarity with float32 {:.4} on average, \
         {:.4} at least",
        agreement.mean_cosine, agreement.least_cosine
    ));
    printer.note(&format!(
        "{}: use it with --backbone {}",
        out.display(),
        out.display()
    ));
}
