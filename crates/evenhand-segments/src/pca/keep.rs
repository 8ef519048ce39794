//! The number of components.

use super::parallel::Parallel;
use super::{MOST_EXACT, Pca};
use crate::error::SegmentError;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How many components are kept. As text `5`, `0.8` or `parallel`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Components {
    Number(usize),
    /// The fewest that explain this share of all variance.
    Share(f64),
    /// Those that explain more than chance does: [`super::parallel()`].
    Parallel,
}

impl Components {
    /// # Errors
    /// When a table of so many rows and columns has no such components.
    pub fn check(self, rows: usize, columns: usize) -> Result<(), SegmentError> {
        let most = columns.min(rows.saturating_sub(1));
        match self {
            Self::Number(asked) if asked == 0 || asked > most => {
                Err(SegmentError::Components { asked, most })
            }
            Self::Share(share) if !(share > 0.0 && share <= 1.0) => {
                Err(SegmentError::VarianceShare(share))
            }
            Self::Parallel if columns > MOST_EXACT => Err(SegmentError::ParallelTooWide {
                columns,
                most: MOST_EXACT,
            }),
            _ => Ok(()),
        }
    }

    /// The number to keep of components that are known; `None` where more must be known to tell. Parallel analysis keeps
    /// at least one.
    pub fn number(self, pca: &Pca, parallel: Option<&Parallel>) -> Option<usize> {
        match self {
            Self::Number(number) => (number <= pca.components()).then_some(number),
            Self::Share(share) => {
                let sums = pca.explained().scan(0.0, |sum, share| {
                    *sum += share;
                    Some(*sum)
                });
                // All components together explain 1 but for rounding.
                let enough = share.min(1.0 - 1e-9);
                sums.take(pca.components())
                    .position(|sum| sum >= enough)
                    .map(|at| at + 1)
            }
            Self::Parallel => parallel.map(|parallel| parallel.keep.max(1)),
        }
    }
}

impl FromStr for Components {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "parallel" {
            return Ok(Self::Parallel);
        }
        let number = text.parse().map(Self::Number).ok();
        let found = number.or_else(|| text.parse().map(Self::Share).ok());
        found.ok_or_else(|| {
            format!("`{text}`: a number, a share such as 0.8, or `parallel` is allowed")
        })
    }
}

impl TryFrom<String> for Components {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl fmt::Display for Components {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            // With its point, which tells a share from a number.
            Self::Share(share) => write!(f, "{share:?}"),
            Self::Parallel => f.write_str("parallel"),
        }
    }
}

impl From<Components> for String {
    fn from(components: Components) -> Self {
        components.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_shares_and_words_are_read_back() {
        for (text, components) in [
            ("5", Components::Number(5)),
            ("0.8", Components::Share(0.8)),
            ("1.0", Components::Share(1.0)),
            ("parallel", Components::Parallel),
        ] {
            assert_eq!(text.parse(), Ok(components));
            assert_eq!(components.to_string(), text);
        }
        let error = "many".parse::<Components>().unwrap_err();
        assert!(error.ends_with("or `parallel` is allowed"), "{error}");
    }
}
