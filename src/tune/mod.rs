//! The search for better settings, and the question whether more labels would help: what is tried,
//! what is dropped, who wins. Nothing here trains, reads or writes.

pub mod curve;
mod goal;
mod halving;
mod space;

pub use goal::{Coverage, Goal, Tally};
pub use halving::{Rung, best, rungs};
pub use space::{Candidate, Space};
