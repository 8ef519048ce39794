//! Backbone of a job: which model, with a complete spec.

use super::{ConfigError, EngineConfig};
use crate::backbone::Precision;
use crate::backbone::graph::{Prepared, Tapped, with_mirror_image};
use crate::backbone::poolings::poolings;
use crate::backbone::prepare::prepare;
use crate::backbone::source::{self, Source};
use crate::backbone::spec::{Pool, Spec};
use crate::error::Error;
use crate::events::Events;
use crate::hint::Message;
use serde::{Deserialize, Serialize};
use std::path::absolute;

/// Backbone and its preprocessing, with nothing left to find out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackboneConfig {
    /// The name of one that ships, or a path.
    pub model: String,
    /// 1, or 2: also embed a horizontally flipped copy of every image.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub views: usize,
    pub spec: Spec,
}

/// Backbone that is ready for an engine.
pub struct OpenBackbone {
    pub spec: Spec,
    /// Views of an image that its features are of, in equal parts.
    pub views: usize,
    pub prepared: Prepared,
}

/// The backbone that is taken where none is named.
impl Default for BackboneConfig {
    fn default() -> Self {
        let mut shipped = source::shipped().into_iter();
        let spec = shipped.find(|spec| spec.name == source::DEFAULT);
        Self {
            model: source::DEFAULT.to_owned(),
            views: 1,
            spec: spec.expect("the default backbone ships"),
        }
    }
}

impl BackboneConfig {
    /// Finds a model and completes its spec; notes what had to be assumed.
    ///
    /// # Errors
    /// Files that cannot be read, are not what they should be, or don't belong together.
    pub fn find(source: &Source, on: &mut dyn Events) -> Result<Self, Error> {
        let found = source::open(source)?;
        for note in found.notes {
            on.info(note);
        }
        Ok(Self {
            model: found.named,
            views: 1,
            spec: found.spec,
        })
    }

    /// # Errors
    /// [`views`](Self::views) is neither 1 nor 2, or the spec has impossible values.
    pub fn check(&self) -> Result<(), ConfigError> {
        self.spec.clone().checked(&self.model)?;
        match self.views {
            1 | 2 => Ok(()),
            views => Err(ConfigError::Views { views }),
        }
    }

    /// The same backbone in the precision that is asked for; notes what that changes.
    ///
    /// # Errors
    /// There is none in this precision.
    pub fn at(self, engine: &EngineConfig, on: &mut dyn Events) -> Result<Self, Error> {
        let wanted = match engine.precision {
            None => {
                let copy = source::other_name(&self.model, Precision::Int8);
                match copy.is_some_and(|copy| source::is_shipped(&copy)) && engine.is_fast_on_int8()
                {
                    true => Precision::Int8,
                    false => self.spec.precision,
                }
            }
            Some(Precision::Int8) => Precision::Int8,
            Some(Precision::F32 | Precision::F16) => Precision::F32,
        };
        if self.spec.precision == wanted {
            return Ok(self);
        }
        let (model, spec) = source::in_precision(&self.model, &self.spec, wanted)?;
        if engine.precision.is_none() {
            on.info(Message::new(
                "backbone: {}, which is faster on this processor ({precision} f32 for float32)",
                &[&model],
            ));
        }
        let views = self.views;
        Ok(Self { model, views, spec })
    }

    /// Loads and prepares the model.
    ///
    /// # Errors
    /// It cannot be read or prepared, or [`views`](Self::views) is neither 1 nor 2.
    pub fn open(&self) -> Result<OpenBackbone, Error> {
        let single = self.open_single()?;
        Ok(OpenBackbone {
            views: self.views,
            prepared: self.with_views(single.prepared)?,
            ..single
        })
    }

    /// As [`open`](Self::open), without the mirror image, whatever the number of views.
    ///
    /// # Errors
    /// As there.
    pub fn open_single(&self) -> Result<OpenBackbone, Error> {
        self.check()?;
        let model = source::reopen(&self.model, &self.spec)?;
        Ok(OpenBackbone {
            spec: self.spec.clone(),
            views: 1,
            prepared: prepare(&model, &self.spec)?,
        })
    }

    /// Graph with the features of all views, from one with the features of a single view.
    ///
    /// # Errors
    /// The graph cannot be doubled.
    pub fn with_views(&self, single: Prepared) -> Result<Prepared, Error> {
        match self.views {
            1 => Ok(single),
            _ => Ok(with_mirror_image(&single)?),
        }
    }

    /// For every tap the tap itself, and its tensor with each other pooling of `pools`.
    ///
    /// # Errors
    /// The model cannot be read or looked into.
    pub fn poolings(&self, pools: &[Pool]) -> Result<Vec<Vec<Tapped>>, Error> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_what_is_found_without_a_name() {
        let found = BackboneConfig::find(&Source::default(), &mut ()).unwrap();
        assert_eq!(found, BackboneConfig::default());
    }
}
