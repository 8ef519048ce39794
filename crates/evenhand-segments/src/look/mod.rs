//! A look at columns before anything is made of them: distributions, correlations, columns that are the same thing.

mod correlations;
mod same;
mod shares;
mod summary;

pub use correlations::{Correlations, correlations};
pub use same::{Duplicate, ScaledCounts, as_shares, duplicates, scaled_counts};
pub use shares::{ShareSet, share_sets};
pub use summary::{ColumnSummary, Histogram, summaries};

use crate::pca::MOST_EXACT;
use crate::rows::Rows;
use evenhand_stats::text::{list, listed, quoted};
use serde::{Deserialize, Serialize};

/// The most pairs that a sentence names.
const NAMED: usize = 5;

/// What columns look like.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Look {
    pub columns: Vec<ColumnSummary>,
    /// `None` of more than 256 columns, as is all that follows from it.
    pub correlations: Option<Correlations>,
    /// Columns with one value.
    pub constant: Vec<String>,
    pub shares: Vec<ShareSet>,
    pub scaled: Vec<ScaledCounts>,
    pub duplicates: Vec<Duplicate>,
}

/// Looks at the columns of a table.
pub fn look(rows: &Rows) -> Look {
    let columns = summaries(rows);
    let constant = columns.iter().filter(|column| column.low == column.high);
    let constant = constant.map(|column| column.name.clone()).collect();
    let is_wide = rows.columns().len() > MOST_EXACT;
    let correlations = (!is_wide).then(|| correlations(rows));
    Look {
        shares: if is_wide {
            Vec::new()
        } else {
            share_sets(rows)
        },
        scaled: if is_wide {
            Vec::new()
        } else {
            scaled_counts(rows)
        },
        duplicates: correlations
            .iter()
            .flat_map(|c| duplicates(rows.columns(), c))
            .collect(),
        columns,
        correlations,
        constant,
    }
}

impl Look {
    /// What stands out, a sentence each.
    pub fn sentences(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        if !self.constant.is_empty() {
            sentences.push(format!(
                "{} have one value in all rows.",
                quoted(&self.constant)
            ));
        }
        for set in &self.shares {
            sentences.push(format!(
                "{} are shares that sum to {} in every row: one of them follows from the others.",
                ticked(&set.columns),
                set.total
            ));
        }
        for counts in &self.scaled {
            let grow = if counts.columns.len() == 1 {
                "grows"
            } else {
                "grow"
            };
            sentences.push(format!(
                "{} {grow} with `{}`: together they count the size of a row several times. Take them as shares of it.",
                ticked(&counts.columns),
                counts.of
            ));
        }
        if !self.duplicates.is_empty() {
            let pairs = self.duplicates.iter();
            let pairs =
                pairs.map(|d| format!("`{}` and `{}` ({:.3})", d.first, d.second, d.correlation));
            sentences.push(format!(
                "Nearly the same columns, by correlation: {}.",
                listed(pairs, NAMED)
            ));
        }
        sentences
    }
}

fn ticked(columns: &[String]) -> String {
    let ticked: Vec<String> = columns.iter().map(|name| format!("`{name}`")).collect();
    list(&ticked, "and")
}

#[cfg(test)]
mod tests;
