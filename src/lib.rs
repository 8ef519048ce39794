//! evenhand trains image classifiers by transfer learning and tells the truth about how they err
//! for every group.
//!
//! The rooms, in the order the data walks through them; ARCHITECTURE.md says who may import whom.
#![forbid(unsafe_code)]

pub mod activation_map;
pub mod atomic_file;
pub mod audit;
pub mod backbone;
pub mod classifier;
pub mod cli;
pub mod coders;
pub mod commands;
pub mod dataset;
pub mod demo;
pub mod drift;
pub mod estimate;
pub mod features;
pub mod finetune;
pub mod head;
pub mod metric;
pub mod predict;
pub mod record;
pub mod report;
pub mod stats;
pub mod tune;
