//! Tables of predictions: the one reader of them, for evenhand's own and anybody's.
//!
//! evenhand's own tables say of each row what became of it, and which columns are probabilities; in others
//! only what is named counts. See [`schema`](evenhand_table::schema).

mod columns;
mod error;
mod positive;
mod source;
mod table;

pub use columns::{Answer, Columns};
pub use error::PredictionError;
pub use positive::PositiveFrom;
pub(crate) use positive::positive;
pub use source::{PredictionChunks, PredictionSource};
pub use table::{Predicted, PredictionTable};
