//! Backbone and its preprocessing.

use super::ArgumentError;
use crate::cli::args::{BackboneOptions, FitChoice, SpecOptions};
use evenhand::backbone::source::{Overrides, Source};
use evenhand::dataset::preprocess::Fit;
use evenhand::{BackboneConfig, Error, Events};

/// Takes over what the user asked for.
pub fn backbone(
    config: &mut BackboneConfig,
    mut options: BackboneOptions,
    on: &mut dyn Events,
) -> Result<(), Error> {
    let views = options.views.take().unwrap_or(config.views);
    if options != BackboneOptions::default() {
        *config = find_backbone(options.backbone, options.spec, on)?;
    }
    config.views = views;
    Ok(())
}

/// The backbone of a name or a file, with the preprocessing that the user asked for.
pub fn find_backbone(
    backbone: Option<String>,
    options: SpecOptions,
    on: &mut dyn Events,
) -> Result<BackboneConfig, Error> {
    let SpecOptions {
        spec,
        size,
        mean,
        std,
        channels,
        fit,
        tap,
        pool,
    } = options;
    let source = Source {
        backbone,
        spec,
        overrides: Overrides {
            size,
            mean: mean.map(|values| three("--mean", &values)).transpose()?,
            std: std.map(|values| three("--std", &values)).transpose()?,
            channels,
            fit: fit.map(|fit| match fit {
                FitChoice::Squash => Fit::Squash,
                FitChoice::Pad => Fit::Pad,
                FitChoice::Crop => Fit::Crop,
            }),
            filter: None,
            taps: tap,
            pool,
        },
    };
    BackboneConfig::find(&source, on)
}

/// One number for all channels, or one each.
fn three(flag: &str, values: &[f32]) -> Result<[f32; 3], ArgumentError> {
    match *values {
        [one] => Ok([one; 3]),
        [a, b, c] => Ok([a, b, c]),
        _ => Err(ArgumentError::new(
            format!("{flag} takes one number or three, not {}", values.len()),
            "separate them by commas, as in 124,117,104",
        )),
    }
}
