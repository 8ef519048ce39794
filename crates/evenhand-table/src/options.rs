//! Options of reading.

use crate::missing::MissingValues;

/// How to read a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadOptions {
    pub missing: MissingValues,
    /// The sheet of a workbook; its first one if `None`. Other formats have none.
    pub sheet: Option<String>,
    /// Text without a header whose lines are the values of one column, which has this name.
    pub lines: Option<String>,
}
