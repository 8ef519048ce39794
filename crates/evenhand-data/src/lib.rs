//! Data on the disk: datasets of labelled images, archives, pixels, and files that appear whole.
#![forbid(unsafe_code)]

pub mod atomic_file;
pub mod dataset;

pub(crate) use evenhand_stats::record;
