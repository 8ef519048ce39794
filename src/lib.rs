//! evenhand trains image classifiers by transfer learning and tells the truth about how they err
//! for every group.
//!
//! The rooms, in the order the data walks through them; ARCHITECTURE.md says who may import whom.
#![forbid(unsafe_code)]

pub mod classifier;
pub mod demo;
pub mod finetune;
pub mod head;
pub mod predict;
pub mod tune;

pub use evenhand_analysis as analysis;
pub use evenhand_backbone as backbone;
pub use evenhand_data as data;
pub use evenhand_data::{atomic_file, dataset};
pub use evenhand_report as report;
pub use evenhand_stats::{
    audit, coders, drift, error, estimate, events, features, groups, hint, metric, record, stats,
};
pub use evenhand_table as table;

pub use error::Error;
pub use events::Events;
