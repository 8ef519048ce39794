//! What the user asked to be fine-tuned, with everything else filled in.

use crate::cli::args::FinetuneOptions;
use crate::commands::failure::Failure;
use evenhand::backbone::unfreeze::Unfreeze;
use evenhand::finetune::{Augment, FinetuneParams};
use serde::{Deserialize, Serialize};

/// What is fine-tuned, and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FinetuneConfig {
    pub unfreeze: Unfreeze,
    /// Bytes that the activations of the frozen part may take on the disk; where they would take more,
    /// they are computed again in every epoch.
    pub cache_limit: u64,
    pub params: FinetuneParams,
}

impl FinetuneConfig {
    /// 20 GB.
    const CACHE_LIMIT: u64 = 20_000_000_000;

    /// The defaults. Where something stays frozen, images are only mirrored, so that activations can
    /// be kept.
    pub fn new(unfreeze: Unfreeze, seed: u64) -> Self {
        let augment = match unfreeze {
            Unfreeze::All => Augment::Light,
            _ => Augment::Flip,
        };
        Self {
            unfreeze,
            cache_limit: Self::CACHE_LIMIT,
            params: FinetuneParams {
                augment,
                seed,
                ..FinetuneParams::default()
            },
        }
    }

    /// Takes over what the user asked for.
    pub fn apply(&mut self, options: FinetuneOptions) -> Result<(), Failure> {
        let FinetuneOptions {
            unfreeze: _,
            augment,
            tune_epochs,
            tune_rate,
            tune_batch,
            depth_decay,
            label_smoothing,
            mixup,
            average,
            cache_limit,
        } = options;
        let params = &mut self.params;
        if let Some(augment) = augment {
            params.augment = augment.parse().map_err(Failure::usage)?;
        }
        params.epochs = tune_epochs.unwrap_or(params.epochs);
        params.learning_rate = tune_rate.unwrap_or(params.learning_rate);
        params.batch_size = tune_batch.unwrap_or(params.batch_size);
        params.depth_decay = depth_decay.unwrap_or(params.depth_decay);
        params.label_smoothing = label_smoothing.unwrap_or(params.label_smoothing);
        params.mixup = mixup.unwrap_or(params.mixup);
        params.average = average.unwrap_or(params.average);
        let gigabytes = |size: f64| (size * 1e9) as u64;
        self.cache_limit = cache_limit.map_or(self.cache_limit, gigabytes);
        Ok(())
    }
}
