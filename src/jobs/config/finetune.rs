//! Fine-tuning of the backbone: what is unfrozen, and how it is trained.

use crate::backbone::unfreeze::Unfreeze;
use crate::finetune::{Augment, FinetuneParams};
use serde::{Deserialize, Serialize};

/// Fine-tuning of the backbone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FinetuneConfig {
    pub unfreeze: Unfreeze,
    /// Disk limit for stored activations, in bytes; where they would take more, they are computed again
    /// in every epoch.
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
}
