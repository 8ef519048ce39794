//! How the unfrozen part is trained.

use super::FinetuneError;
use super::augment::Augment;
use crate::head::Stop;
use serde::{Deserialize, Serialize};
use std::ops::Deref;

/// Parameters as a user writes them; [`check`](Self::check) makes them usable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FinetuneParams {
    /// Passes over the training rows. Default 10.
    pub epochs: usize,
    /// The highest learning rate, that of the head, reached at the end of the warm-up. Default 0.0005.
    pub learning_rate: f64,
    /// Layer-wise learning-rate decay, from one linear map to the one below it (Howard and Ruder 2018).
    /// Default 0.95.
    #[serde(rename = "depth_decay", alias = "layer_decay")]
    pub layer_decay: f64,
    /// Decoupled weight decay (Loshchilov and Hutter 2019), on weights and not on biases.
    /// Default 0.05.
    pub weight_decay: f64,
    /// Rows a step. Default 64.
    pub batch_size: usize,
    /// Share of all steps during which the learning rate rises from 0. Default 0.1.
    pub warm_up: f64,
    /// Share of the label that is spread over all classes (Szegedy et al. 2016). Default 0.1.
    pub label_smoothing: f64,
    /// α of mixup's Beta distribution (Zhang et al. 2018); 0 for none. Default 0.
    pub mixup: f64,
    /// Decay of the exponential moving average of the weights, a step; 0 for none. Default 0.
    #[serde(rename = "average", alias = "ema")]
    pub ema: f64,
    /// Epochs without a better validation loss after which training stops. Default 3.
    pub patience: usize,
    /// Augmentation while training. Default `light`.
    pub augment: Augment,
    /// Decides the order of rows, what is dropped, and how images are augmented. Default 0.
    pub seed: u64,
}

impl Default for FinetuneParams {
    fn default() -> Self {
        Self {
            epochs: 10,
            learning_rate: 5e-4,
            layer_decay: 0.95,
            weight_decay: 0.05,
            batch_size: 64,
            warm_up: 0.1,
            label_smoothing: 0.1,
            mixup: 0.0,
            ema: 0.0,
            patience: 3,
            augment: Augment::Light,
            seed: 0,
        }
    }
}

/// Parameters that are known to make sense.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedFinetuneParams(FinetuneParams);

impl Deref for CheckedFinetuneParams {
    type Target = FinetuneParams;

    fn deref(&self) -> &FinetuneParams {
        &self.0
    }
}

impl CheckedFinetuneParams {
    /// The epochs of a training that does not stop early.
    pub fn epochs_until(&self, stop: Stop) -> usize {
        match stop {
            Stop::After(epochs) => epochs.clamp(1, self.epochs),
            Stop::Validation(_) | Stop::AtEnd => self.epochs,
        }
    }
}

impl FinetuneParams {
    /// # Errors
    /// [`FinetuneError::Parameter`] for the first parameter that is out of its range.
    pub fn check(self) -> Result<CheckedFinetuneParams, FinetuneError> {
        let share = "at least 0 and below 1";
        let is_share = |value: f64| (0.0..1.0).contains(&value);
        let reals = [
            (
                "learning_rate",
                self.learning_rate,
                self.learning_rate > 0.0 && self.learning_rate <= 1.0,
                "above 0 and at most 1",
            ),
            (
                "layer_decay",
                self.layer_decay,
                self.layer_decay > 0.0 && self.layer_decay <= 1.0,
                "above 0 and at most 1",
            ),
            (
                "weight_decay",
                self.weight_decay,
                (0.0..=1.0).contains(&self.weight_decay),
                "between 0 and 1",
            ),
            ("warm_up", self.warm_up, is_share(self.warm_up), share),
            (
                "label_smoothing",
                self.label_smoothing,
                is_share(self.label_smoothing),
                share,
            ),
            (
                "mixup",
                self.mixup,
                (0.0..=10.0).contains(&self.mixup),
                "between 0 and 10",
            ),
            ("ema", self.ema, is_share(self.ema), share),
        ];
        let counts = [
            ("epochs", self.epochs, 1..=10_000, "1 to 10000"),
            ("batch_size", self.batch_size, 1..=65_536, "1 to 65536"),
            ("patience", self.patience, 1..=usize::MAX, "at least 1"),
        ];
        let reals = reals
            .into_iter()
            .filter(|(_, _, is_allowed, _)| !is_allowed)
            .map(|(name, value, _, allowed)| (name, value.to_string(), allowed));
        let counts = counts
            .into_iter()
            .filter(|(_, value, range, _)| !range.contains(value))
            .map(|(name, value, _, allowed)| (name, value.to_string(), allowed));
        match reals.chain(counts).next() {
            Some((name, value, allowed)) => Err(FinetuneError::Parameter {
                name,
                value,
                allowed,
            }),
            None => Ok(CheckedFinetuneParams(self)),
        }
    }
}
