//! The rows that two runs are compared on.

use std::fmt;

/// Which rows of both runs are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JudgedRows {
    Test,
    OutOfFold,
}

impl fmt::Display for JudgedRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Test => "test",
            Self::OutOfFold => "out-of-fold",
        })
    }
}
