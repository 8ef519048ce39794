//! The result of a training: the head, its learning curve, and the rule that ended it.

use super::model::Head;
use serde::{Deserialize, Serialize};

/// One point of a learning curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Epoch {
    /// From 1.
    pub number: usize,
    /// How many there will be unless the training stops early.
    pub of: usize,
    /// Weighted cross-entropy, with dropout, while the weights were changing; of a robust loss, that.
    pub train_loss: f64,
    /// Loss and accuracy on the validation rows, where there are any.
    pub validation: Option<Validation>,
    /// Learning rate of the epoch's last step.
    pub learning_rate: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Validation {
    /// Weighted cross-entropy after the epoch; of a robust loss, that of the worst stratum.
    pub loss: f64,
    /// Share of the validation rows with the right label, unweighted.
    pub accuracy: f64,
}

/// Stopping rule of a training.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop<'a> {
    /// These rows, which are not learned from: no better loss on them for as many epochs as
    /// `patience` says. The epoch with the lowest loss is kept.
    Validation(&'a [usize]),
    /// The number of epochs. The last is kept.
    After(usize),
    /// The end of the schedule, where no row can be spared to stop by: the learning rate has come down to almost
    /// 0 there, so that the last epoch, which is kept, changes little.
    AtEnd,
}

impl<'a> Stop<'a> {
    /// Of a last training: by its validation rows, or, without any, after the number of epochs that folds have found.
    pub fn of_last(validation: &'a [usize], epochs: usize) -> Self {
        match validation.is_empty() {
            true => Self::After(epochs),
            false => Self::Validation(validation),
        }
    }
}

/// A trained head with its learning curve.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    pub head: Head,
    pub curve: Vec<Epoch>,
    /// The [`Epoch::number`] that the head is from.
    pub best_epoch: usize,
}
