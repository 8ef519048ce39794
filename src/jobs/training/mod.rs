//! Shared steps of jobs that train heads: images become features, rows are split, heads are fitted, and
//! every row gets its prediction.

mod audits;
mod dataset;
mod evaluation;
mod examples;
mod finetune_plan;
mod heads;
mod predictions;
mod prepared;
mod report;
mod run_files;
mod split;

pub use audits::{audited, is_out_of_fold, test_audit};
pub use dataset::{EmbeddedDataset, load, tell};
pub use evaluation::Evaluation;
pub use examples::TrainingExamples;
pub use finetune_plan::FinetunePlan;
pub use heads::{FittedClassifier, fit, reference};
pub use predictions::{Outcomes, THRESHOLD, predictions};
pub use prepared::{PreparedTraining, design};
pub use report::{ReportInputs, grouped_by};
pub use run_files::RunFiles;
pub use split::{Split, SplitPlan};
