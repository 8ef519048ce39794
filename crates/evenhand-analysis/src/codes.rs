//! Tables of codes, long or wide.
//!
//! Long: a row for each code, with the columns item, `coder` and `label`. Wide: a row for each item,
//! with a column for each coder. All other columns describe the item.

mod alike;
mod columns;
mod error;
mod labels;
mod levels;
mod table;

pub use columns::CodeColumns;
pub use error::CodeError;
pub use levels::{MeasurementLevel, check_certain, resampling};
pub use table::CodeTable;
