//! Transfer: what a model of one population is worth in another one, of which few rows have labels.
//!
//! Each rung of the ladder takes more from the target rows than the one before: the source as it is, recalibrated, a
//! correction that is shrunk towards it, leaves refitted towards it, more trees, both populations pooled, and nothing of
//! the source at all. All are cross-validated on the target rows, and the guard takes the one of least loss: continuing
//! blindly does harm more often than not.

mod ladder;
mod rungs;
mod summary;
#[cfg(test)]
mod tests;

pub use ladder::{Ladder, ladder};
pub use rungs::Source;
pub use summary::{Difference, Share, difference, share};
