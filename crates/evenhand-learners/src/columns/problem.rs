//! Values of new rows that the training did not have.

use std::fmt;
use std::sync::Arc;

/// What is wrong with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// A text in a column of numbers; taken as a gap.
    NotNumber,
    /// A number beyond single precision; taken as a gap.
    TooLarge,
    /// A level that the training rows do not have; taken as a gap.
    UnseenLevel,
    /// A gap code that was named, and that the training rows do not have in this column.
    UnseenGap,
}

impl Problem {
    /// As in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotNumber => "not-a-number",
            Self::TooLarge => "too-large",
            Self::UnseenLevel => "unseen-level",
            Self::UnseenGap => "unseen-gap",
        }
    }
}

/// A value of a row that the training did not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowProblem {
    /// Position in the table that was given, which may be a chunk.
    pub row: usize,
    pub column: String,
    pub value: String,
    pub problem: Problem,
    /// What is allowed, as in `a number, an empty value or the gap code N`.
    pub allowed: Arc<str>,
}

impl fmt::Display for RowProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            column,
            value,
            allowed,
            ..
        } = self;
        let what = match self.problem {
            Problem::NotNumber => "which is not a number",
            Problem::TooLarge => "which is too large",
            Problem::UnseenLevel => "a level that the training rows do not have",
            Problem::UnseenGap => "a gap code that the training rows do not have here",
        };
        write!(f, "`{column}` is `{value}`, {what}; allowed: {allowed}")
    }
}
