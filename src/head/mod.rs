//! The head: what turns features into probabilities, and the only part of a classifier that is
//! trained. Because features are cached, a head costs seconds, so that cross-validation, other
//! labels and other weights are cheap.
//!
//! It receives features and labels; it never sees a backbone or an image.

mod adamw;
mod balance;
mod cross;
mod distance;
mod dropout;
mod error;
mod examples;
mod gradient;
mod learn;
mod learner;
mod logistic;
mod many;
mod member;
mod model;
mod network;
mod order;
mod outcome;
mod params;
mod robust;
mod schedule;
mod stack;
mod standardizer;
#[cfg(test)]
mod toy;
mod train;

pub use adamw::Step;
pub use balance::{Balance, sample_weights};
pub use cross::{CrossValidated, Folds, NEVER, Share, cross_validate, median_epoch};
pub use distance::held_out_distances;
pub use error::HeadError;
pub use examples::Examples;
pub use learn::{Learned, Lesson, learn, tries_logistic};
pub use learner::{HeadChoice, HeadLearner};
pub use many::{Arrangement, train_many};
pub use member::Member;
pub use model::{Dense, Head, Scorer};
pub use network::{argmax, cross_entropy, outputs, push_probabilities};
pub use outcome::{Epoch, Fitted, Stop, Validation};
pub use params::{CheckedHeadParams, HeadParams};
pub use schedule::Schedule;
pub use train::fit;

/// Device on which heads are trained and applied.
#[derive(Debug, Clone, PartialEq)]
pub struct Device(burn::tensor::Device);

impl Device {
    /// The processor: a head is small enough for it.
    pub fn cpu() -> Self {
        Self(burn::tensor::Device::flex())
    }
}
