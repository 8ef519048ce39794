//! The backbone of a run: which model, and a spec without gaps.

use super::{EngineConfig, Precision};
use crate::cli::args::{BackboneOptions, SpecOptions};
use crate::cli::printer::Printer;
use crate::commands::failure::Failure;
use evenhand::backbone::graph::{Prepared, Tapped, with_mirror_image};
use evenhand::backbone::poolings::poolings;
use evenhand::backbone::prepare::prepare;
use evenhand::backbone::source::{self, Overrides, Source};
use evenhand::backbone::spec::{self, Pool, Spec};
use evenhand::dataset::preprocess::Fit;
use serde::{Deserialize, Serialize};
use std::path::absolute;

/// Which model, and what it expects, with nothing left to find out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackboneConfig {
    /// The name of one that ships, or a path.
    pub model: String,
    /// 1, or 2 for the mirror image of every image too.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub views: usize,
    pub spec: Spec,
}

/// A backbone that is ready for an engine.
pub struct Backbone {
    pub spec: Spec,
    /// How many views of an image its features are of, in equal parts.
    pub views: usize,
    pub prepared: Prepared,
}

impl BackboneConfig {
    /// Finds the model and completes its spec; says aloud what had to be assumed.
    pub fn resolve(options: BackboneOptions, printer: &mut Printer) -> Result<Self, Failure> {
        let BackboneOptions {
            backbone,
            views,
            spec: expected,
        } = options;
        let SpecOptions {
            spec,
            size,
            mean,
            std,
            channels,
            fit,
            tap,
            pool,
        } = expected;
        let source = Source {
            backbone: backbone.clone(),
            spec,
            overrides: Overrides {
                size: parsed(size)?,
                mean: mean.map(|values| three("--mean", &values)).transpose()?,
                std: std.map(|values| three("--std", &values)).transpose()?,
                channels: parsed(channels)?,
                fit: fit.map(|fit| parse_fit(&fit)).transpose()?,
                filter: None,
                taps: tap
                    .iter()
                    .map(|tap| tap.parse().map_err(Failure::usage))
                    .collect::<Result<_, _>>()?,
                pool: parsed(pool)?,
            },
        };
        let found = source::open(&source)?;
        found.notes.iter().for_each(|note| printer.note(note));
        Ok(Self {
            model: found.named,
            views: views.unwrap_or(1),
            spec: found.spec,
        })
    }

    /// Takes over what the user asked for.
    pub fn apply(
        &mut self,
        mut options: BackboneOptions,
        printer: &mut Printer,
    ) -> Result<(), Failure> {
        let views = options.views.take().unwrap_or(self.views);
        if options != BackboneOptions::default() {
            *self = Self::resolve(options, printer)?;
        }
        self.views = views;
        Ok(())
    }

    /// The same backbone in the precision that is asked for; says aloud what that changes.
    pub fn at(self, engine: &EngineConfig, printer: &mut Printer) -> Result<Self, Failure> {
        let wanted = match engine.precision {
            Precision::Auto => {
                let copy = source::other_name(&self.model, spec::Precision::Int8);
                match copy.is_some_and(|copy| source::is_shipped(&copy)) && engine.is_fast_on_int8()
                {
                    true => spec::Precision::Int8,
                    false => self.spec.precision,
                }
            }
            Precision::Int8 => spec::Precision::Int8,
            Precision::F32 | Precision::F16 => spec::Precision::F32,
        };
        if self.spec.precision == wanted {
            return Ok(self);
        }
        let (model, spec) = source::in_precision(&self.model, &self.spec, wanted)?;
        if engine.precision == Precision::Auto {
            printer.note(&format!(
                "backbone: {model}, which is faster on this processor (--precision f32 for float32)"
            ));
        }
        let views = self.views;
        Ok(Self { model, views, spec })
    }

    /// Loads and prepares the model.
    pub fn open(&self) -> Result<Backbone, Failure> {
        let single = self.open_single()?;
        Ok(Backbone {
            views: self.views,
            prepared: self.with_views(single.prepared)?,
            ..single
        })
    }

    /// The same without the mirror image, whatever the number of views.
    pub fn open_single(&self) -> Result<Backbone, Failure> {
        if !(1..=2).contains(&self.views) {
            let views = self.views;
            return Err(
                Failure::usage(format!("{views} views of an image; there are 1 and 2"))
                    .with_hint("--views 2 is the image and its mirror image"),
            );
        }
        let model = source::reopen(&self.model, &self.spec)?;
        Ok(Backbone {
            spec: self.spec.clone(),
            views: 1,
            prepared: prepare(&model, &self.spec)?,
        })
    }

    /// The graph whose features are of all views, of one whose features are of one.
    pub fn with_views(&self, single: Prepared) -> Result<Prepared, Failure> {
        match self.views {
            1 => Ok(single),
            _ => Ok(with_mirror_image(&single)?),
        }
    }

    /// For every tap the tap itself, and what other features `pools` would make of its tensor.
    pub fn poolings(&self, pools: &[Pool]) -> Result<Vec<Vec<Tapped>>, Failure> {
        let model = source::reopen(&self.model, &self.spec)?;
        Ok(poolings(&model, &self.spec, pools)?)
    }

    /// Makes the path of a model independent of the current folder.
    pub fn make_absolute(&mut self) {
        if source::shipped().iter().all(|spec| spec.name != self.model)
            && let Ok(path) = absolute(&self.model)
        {
            self.model = path.display().to_string();
        }
    }
}

fn one() -> usize {
    1
}

fn is_one(views: &usize) -> bool {
    *views == 1
}

fn parsed<T: std::str::FromStr<Err = String>>(text: Option<String>) -> Result<Option<T>, Failure> {
    text.map(|text| text.parse().map_err(Failure::usage))
        .transpose()
}

/// One number for all channels, or one each.
fn three(flag: &str, values: &[f32]) -> Result<[f32; 3], Failure> {
    match *values {
        [one] => Ok([one; 3]),
        [a, b, c] => Ok([a, b, c]),
        _ => Err(Failure::usage(format!(
            "{flag} takes one number or three, not {}",
            values.len()
        ))),
    }
}

fn parse_fit(text: &str) -> Result<Fit, Failure> {
    match text {
        "squash" => Ok(Fit::Squash),
        "pad" => Ok(Fit::Pad),
        "crop" => Ok(Fit::Crop),
        _ => Err(Failure::usage(format!(
            "`{text}` is no way to fit; write squash, pad or crop"
        ))),
    }
}
