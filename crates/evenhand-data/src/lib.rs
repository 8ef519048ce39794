//! Data on the disk: datasets of labelled images, archives, pixels, and files that appear whole.
#![forbid(unsafe_code)]

pub mod atomic_file;
pub mod counties;
pub mod dataset;
pub mod staging;
mod write_error;

pub use evenhand_table::plain_file;
pub use write_error::WriteError;

pub(crate) use evenhand_stats::{hint, record};
