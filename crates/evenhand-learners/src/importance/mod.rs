//! What columns are worth to a model, whatever learner it came from: it is asked through a closure that turns rows of a
//! frame into probabilities.

mod dependence;
mod permutation;
mod sample;
mod scores;
mod stability;

#[cfg(test)]
mod tests;

pub use dependence::{Dependence, DependencePoint, GridPoint, partial_dependence};
pub use permutation::{Change, Importance, PermutationParams, SourceImportance, permutation};
pub use sample::sample;
pub use scores::{Moved, auc};
pub use stability::{Stability, StabilityParams, stability};
