//! The backbone: an ONNX graph that turns pixels into features, once per image.
//!
//! `graph` rewrites models, `engine` runs them, `store` remembers what came out, and `embed` is the
//! pipeline over all three.
#![forbid(unsafe_code)]

pub mod embed;
pub mod engine;
pub mod graph;
pub mod inspect;
pub mod onnx;
pub mod poolings;
mod precision;
pub mod prepare;
pub mod quantize;
pub mod source;
pub mod spec;
pub mod store;
pub mod unfreeze;

pub use precision::Precision;

pub(crate) use evenhand_data::{atomic_file, dataset, plain_file};
pub(crate) use evenhand_stats::{hint, record};
