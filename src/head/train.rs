//! One training: from rows of features to a head, the epoch with the best validation loss kept.

use super::examples::Examples;
use super::many::{Arrangement, train_many};
use super::member::Member;
use super::outcome::{Epoch, Fitted, Stop};
use super::params::CheckedHeadParams;
use super::{Device, HeadError};

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
