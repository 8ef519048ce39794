//! Shared steps of jobs that train heads: images become features, rows are split, heads are fitted, and
//! every row gets its prediction.

mod dataset;
mod examples;
mod finetune_plan;
mod heads;
mod predictions;
mod prepared;
mod split;

pub use dataset::{EmbeddedDataset, load};
pub use examples::TrainingExamples;
pub use finetune_plan::FinetunePlan;
pub use heads::{FittedClassifier, fit, reference};
pub use predictions::{THRESHOLD, predictions};
pub use prepared::{PreparedTraining, design};
pub use split::Split;
