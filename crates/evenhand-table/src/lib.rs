//! Tables from files: one reader for every command, so that all of them take the same dialects, call the
//! same values missing, and name the same line.
//!
//! A [`Table`] has named columns of text or numbers over Arrow arrays, and knows the line of each row in its
//! file. [`Table::read`] holds a whole file; [`TableReader`] gives a large one in chunks.
#![forbid(unsafe_code)]

mod bands;
mod binary;
mod cells;
mod csv_bytes;
mod date_ranges;
mod delimited;
mod dialect;
mod encoding;
mod error;
mod excel;
mod format;
mod guard;
mod header;
mod ipc;
mod ipc_lengths;
mod json_lines;
mod missing;
mod months;
mod notes;
mod number_text;
mod numbers;
mod options;
mod parquet;
mod parquet_file;
mod place;
pub mod plain_file;
mod reader;
mod recode;
mod repairs;
mod restore;
mod same_number;
pub mod schema;
mod source;
mod spellings;
mod spreadsheet;
mod table;
mod text_column;
mod typed;

pub use bands::{Bands, BandsError};
pub use csv_bytes::csv_bytes;
pub use date_ranges::DateRanges;
pub use error::{RaggedCause, TableError};
pub use guard::{catch_panic, is_catching_panics};
pub use missing::MissingValues;
pub use numbers::Number;
pub use options::ReadOptions;
pub use parquet_file::ParquetFile;
pub use reader::TableReader;
pub use recode::{Recode, RecodeError};
pub use repairs::{Counts, Repairs};
pub use same_number::same_value;
pub use spellings::spellings;
pub use spreadsheet::Formulas;
pub use table::Table;
pub use text_column::TextColumn;
