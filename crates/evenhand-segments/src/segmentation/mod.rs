//! Segmentations: scale, components, names and centroids, fitted together and applied to new rows.

mod account;
mod assign;
mod components;
mod fit;
mod model;
mod options;

pub use account::{Component, Segments, Supplementary};
pub use assign::{Assignment, Assignments};
pub use fit::segment;
pub use model::Segmentation;
pub use options::{Options, SegmentCount};

#[cfg(test)]
mod county_tests;
#[cfg(test)]
mod tests;
