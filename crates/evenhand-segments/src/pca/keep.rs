//! The number of components.

use super::parallel::Parallel;
use super::{MOST_EXACT, Pca};
use crate::error::SegmentError;
use serde::{Deserialize, Serialize};

/// How many components are kept.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
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
