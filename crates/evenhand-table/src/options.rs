//! Options of reading.

use crate::missing::MissingValues;
use crate::spreadsheet::Formulas;

/// How to read a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadOptions {
    pub missing: MissingValues,
    /// The sheet of a workbook; its first one if `None`. Other formats have none.
    pub sheet: Option<String>,
    /// Text without a header whose lines are the values of one column, which has this name.
    pub lines: Option<String>,
    /// Whether the table was made for a spreadsheet: [`Formulas::Neutralised`] takes off the apostrophes that were
    /// put in front of formulas.
    pub formulas: Formulas,
}

impl ReadOptions {
    /// The same for a table that people filled in, which may have been made for a spreadsheet.
    pub fn filled_in(&self) -> Self {
        Self {
            formulas: Formulas::Neutralised,
            ..self.clone()
        }
    }
}
