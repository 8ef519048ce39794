//! Prediction on new images: any number of records in, one prediction for each out, in order.
//!
//! A table of predictions is made of parts, so that a killed run is continued (`parts`, `job`); of a
//! list that several machines may share (`shard`, `list`); written in one of several formats
//! (`format`, `finish`); and put together of shards again (`merge`).

mod abstain;
mod batch;
mod error;
mod finish;
mod format;
mod job;
mod list;
mod manifest;
mod merge;
mod parts;
mod shard;
mod table;

pub use abstain::{Abstain, AbstainRule};
pub use batch::{Answer, PredictError, predict};
pub use error::JobError;
pub use finish::{PendingTable, finish};
pub use format::{Format, RowWriter};
pub use job::fill;
pub use list::List;
pub use manifest::{Engines, FORMAT, Manifest, Source, digest};
pub use merge::Shards;
pub use parts::Parts;
pub use shard::Shard;
pub use table::{Columns, PredictionWriter, Table};
