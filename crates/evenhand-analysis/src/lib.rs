//! Analyses of tables: of predictions, whoever made them, and of codes that people gave.
//!
//! Each analysis is a job: tables and checked options go in, a result comes out that has its numbers, its
//! sentences, its warnings and its files as data. Nothing here prints or writes a file.
#![forbid(unsafe_code)]

pub mod agreement;
pub mod audit;
pub mod codes;
mod coding;
pub mod compare;
mod crossing;
pub mod estimate;
pub mod margins;
pub mod plan;
pub mod poststratify;
pub mod predictions;
pub mod regress;
pub mod sample;
#[cfg(test)]
mod testing;
pub mod validate;
mod warnings;
mod weighted;
mod words;

pub use codes::CodeTable;
pub use predictions::{PredictionSource, PredictionTable};
pub use weighted::Weighted;

pub(crate) use evenhand_stats::error::Error;
