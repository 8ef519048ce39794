//! Tables from files: one reader for every command, so that all of them take the same dialects, call the
//! same values missing, and name the same line.
//!
//! A [`Table`] has named columns of text or numbers over Arrow arrays, and knows the line of each row in its
//! file. [`Table::read`] holds a whole file; [`TableReader`] gives a large one in chunks.
#![forbid(unsafe_code)]

mod error;
mod missing;
mod reader;
mod table;

pub use error::TableError;
pub use missing::MissingValues;
pub use reader::{ReadOptions, TableReader};
pub use table::{Table, TextColumn};
