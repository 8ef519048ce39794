//! Fine-tuning: the upper part of a backbone learns together with the head.
//!
//! A prepared graph is divided at a tensor. What lies below stays frozen and is computed once an image
//! (or, where images are augmented, once an image and epoch); what lies above is trained by AdamW with
//! learning rates that fall with depth, from the weights it has and a head that was trained before.

mod augment;
mod checkpoint;
mod error;
mod loss;
mod masks;
mod network;
mod params;
mod source;
mod state;
mod train;

pub use augment::{Augment, augment};
pub use error::FinetuneError;
pub use network::{Network, Tuned};
pub use params::{CheckedFinetuneParams, FinetuneParams};
pub use source::{Pixels, ReadMode, Source, Stored, mirrored};
pub use state::Epoch;
pub use train::{Examples, FinetuneResult, Job, TrainEvent, fit};
