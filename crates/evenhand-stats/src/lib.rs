//! Statistics of classification errors by group, without I/O: audits, abstention, agreement of coders, corrected
//! shares, drift, and the types that they share.
#![forbid(unsafe_code)]

pub mod abstain;
pub mod audit;
pub mod coders;
pub mod drift;
pub mod error;
pub mod estimate;
pub mod events;
pub mod features;
pub mod groups;
pub mod hint;
pub mod metric;
pub mod plan;
pub mod poststratify;
pub mod record;
pub mod regress;
pub mod stats;
pub mod text;
