//! Options of reading.

use crate::missing::MissingValues;

/// How to read a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadOptions {
    pub missing: MissingValues,
    /// The sheet of a workbook; its first one if `None`. Other formats have none.
    pub sheet: Option<String>,
}
