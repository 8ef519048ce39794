//! Plan of a fine-tuning, checked before hours of embedding rather than after.

use crate::backbone::engine::CPU;
use crate::backbone::engine::burn::GradientEngine;
use crate::backbone::graph::divide::Divided;
use crate::backbone::graph::quantize::on_integers;
use crate::error::Error;
use crate::finetune::CheckedFinetuneParams;
use crate::jobs::config::{ConfigError, FinetuneConfig, OpenBackbone};

/// Backbone divided into a frozen and a trained part, with checked parameters.
pub struct FinetunePlan {
    pub divided: Divided,
    pub params: CheckedFinetuneParams,
    /// Bytes.
    pub cache_limit: u64,
}

impl FinetunePlan {
    /// # Errors
    /// Parameters out of their range, and a backbone that cannot be divided or trained there.
    pub fn new(config: &FinetuneConfig, backbone: &OpenBackbone) -> Result<Self, Error> {
        let params = config.params.clone().check()?;
        let prepared = &backbone.prepared;
        if on_integers(&prepared.model.graph).is_some() {
            return Err(ConfigError::NoGradients.into());
        }
        let divided = config.unfreeze.divide(prepared, &backbone.spec.taps)?;
        GradientEngine::load(&divided.trained, CPU, 1).map_err(ConfigError::NotTrainable)?;
        Ok(Self {
            divided,
            params,
            cache_limit: config.cache_limit,
        })
    }
}
