//! evenhand trains image classifiers by transfer learning and tells the truth about how they err
//! for every group.
//!
//! The rooms, in the order the data walks through them; ARCHITECTURE.md says who may import whom.
#![forbid(unsafe_code)]

pub mod activation_map;
pub mod classifier;
pub mod cli;
pub mod commands;
pub mod demo;
pub mod error;
pub mod events;
pub mod finetune;
pub mod head;
pub mod predict;
pub mod report;
pub mod tune;

pub use evenhand_backbone as backbone;
pub use evenhand_data::{atomic_file, dataset};
pub use evenhand_stats::{audit, coders, drift, estimate, features, hint, metric, record, stats};

pub use error::Error;
pub use events::Events;
