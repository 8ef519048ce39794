//! Segments of rows: numbers of many columns, scaled, projected on principal components and divided by k-means, with an
//! account of how far that can be trusted.
//!
//! A table of numbers is a [`rows::Rows`]. [`segmentation::segment`] makes a [`segmentation::Segmentation`] of it, which
//! puts new rows into the same segments. Nothing here opens a file or prints.

pub mod choose;
pub mod error;
mod linalg;
pub mod look;
pub mod names;
pub mod pca;
pub mod profile;
pub mod rows;
pub mod scale;
pub mod segmentation;

pub use error::SegmentError;
pub use evenhand_stats::stats::kmeans;
pub use rows::Rows;
pub use segmentation::{Options, Segmentation, Segments, segment};
