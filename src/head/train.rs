//! One training: from rows of features to a head, the epoch with the best validation loss kept.

use super::examples::Examples;
use super::many::{Arrangement, train_many};
use super::member::Member;
use super::model::Head;
use super::params::CheckedHeadParams;
use super::{Device, HeadError};
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
    /// What the epoch came to on the validation rows, where there are any.
    pub validation: Option<Validation>,
    /// Of the epoch's last step.
    pub learning_rate: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Validation {
    /// Weighted cross-entropy after the epoch; of a robust loss, that of the worst stratum.
    pub loss: f64,
    /// Share of the validation rows with the right label, unweighted.
    pub accuracy: f64,
}

/// What ends a training.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop<'a> {
    /// These rows, which are not learned from: no better loss on them for as many epochs as
    /// `patience` says. The epoch with the lowest loss is kept.
    Validation(&'a [usize]),
    /// The number of epochs. The last is kept.
    After(usize),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    pub head: Head,
    pub curve: Vec<Epoch>,
    /// The [`Epoch::number`] that the head is from.
    pub best_epoch: usize,
}

/// Trains a head on `train` until `stop`. `progress` hears of every epoch.
///
/// The same arguments give the same bytes on the same machine with the same number of threads,
/// whatever was trained before or is trained at the same time.
///
/// # Errors
///
/// [`HeadError::TooFewRows`] for fewer than two training rows or no validation row (rows of weight 0
/// don't count), [`HeadError::OneClass`], [`HeadError::NotFinite`], [`HeadError::Diverged`],
/// [`HeadError::Device`].
///
/// # Panics
///
/// If a row, a label or the length of `labels` or `weights` does not fit the features.
pub fn fit(
    examples: &Examples,
    train: &[usize],
    stop: Stop,
    params: &CheckedHeadParams,
    device: &Device,
    progress: &mut (dyn FnMut(&Epoch) + Send),
) -> Result<Fitted, HeadError> {
    let member = Member {
        train,
        stop,
        params,
    };
    let mut progress = |_, epoch: &Epoch| progress(epoch);
    let arrangement = Arrangement::of(device);
    let mut results = train_many(examples, &[member], arrangement, device, &mut progress);
    results.pop().expect("one member has one result")
}

#[cfg(test)]
mod tests;
