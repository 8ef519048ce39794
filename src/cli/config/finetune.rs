//! Fine-tuning of the backbone.

use super::ArgumentError;
use crate::cli::args::FinetuneOptions;
use evenhand::{Events, FinetuneConfig, TrainConfig};

/// Takes over what the user asked for; `folds` are those that were asked for.
pub fn apply_finetune(
    config: &mut TrainConfig,
    options: FinetuneOptions,
    folds: Option<usize>,
    on: &mut dyn Events,
) -> Result<(), ArgumentError> {
    let Some(unfreeze) = options.unfreeze.clone() else {
        if options != FinetuneOptions::default() && config.finetune.is_none() {
            return Err(ArgumentError::new(
                "options of fine-tuning, and nothing is unfrozen",
                "say what to train with {unfreeze}, such as {unfreeze} 1",
            ));
        }
        if let Some(finetune) = &mut config.finetune {
            apply(finetune, options);
        }
        return Ok(());
    };
    if config.finetune.is_none() && folds.is_none() {
        config.validation.folds = 1;
        on.info(
            "a tenth of the rows is held out; {folds} 5 judges every row, and takes six trainings",
        );
    }
    let seed = config.validation.seed;
    let known = config.finetune.take();
    let mut finetune = known.unwrap_or_else(|| FinetuneConfig::new(unfreeze.clone(), seed));
    finetune.unfreeze = unfreeze;
    apply(&mut finetune, options);
    config.finetune = Some(finetune);
    Ok(())
}

fn apply(config: &mut FinetuneConfig, options: FinetuneOptions) {
    let FinetuneOptions {
        unfreeze: _,
        augment,
        finetune_epochs,
        finetune_rate,
        finetune_batch,
        layer_decay,
        label_smoothing,
        mixup,
        ema,
        cache_limit,
    } = options;
    let params = &mut config.params;
    params.augment = augment.unwrap_or(params.augment);
    params.epochs = finetune_epochs.unwrap_or(params.epochs);
    params.learning_rate = finetune_rate.unwrap_or(params.learning_rate);
    params.batch_size = finetune_batch.unwrap_or(params.batch_size);
    params.layer_decay = layer_decay.unwrap_or(params.layer_decay);
    params.label_smoothing = label_smoothing.unwrap_or(params.label_smoothing);
    params.mixup = mixup.unwrap_or(params.mixup);
    params.ema = ema.unwrap_or(params.ema);
    let gigabytes = |size: f64| (size * 1e9) as u64;
    config.cache_limit = cache_limit.map_or(config.cache_limit, gigabytes);
}
