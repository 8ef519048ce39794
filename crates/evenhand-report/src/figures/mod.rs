//! The figures of a report, ready for `templates/figures.html`: what each says in words, its
//! drawings, and its numbers as a table, since not everybody can see a drawing and nobody can read
//! three digits from one. A figure without anything to draw is `None` and leaves no gap in the page.

mod abstention;
mod centroids;
mod column_shapes;
mod components;
mod contributions;
mod correlations;
mod dependence;
mod gallery;
mod gaps;
mod heat;
mod importance;
mod panels;
mod segment_count;
mod trade;
mod two_components;

pub use abstention::ShownAbstention;
pub use centroids::Centroids;
pub use column_shapes::ColumnShape;
pub use components::{Loadings, Scree};
pub use contributions::ShownContributions;
pub use correlations::{ShownCorrelations, same_things};
pub use dependence::ShownDependence;
pub use gallery::{COLUMNS, Gallery, Picture};
pub use gaps::Gaps;
pub use heat::Heat;
pub use importance::ShownImportance;
pub use panels::{Panel, Panels};
pub use segment_count::SegmentCount;
pub use trade::{Policy, Trade};
pub use two_components::TwoComponents;

use super::format::{self, Metric};
use crate::audit::{Cell, Estimate};

/// Text in the place of a missing number.
const NONE: &str = "–";

/// The numbers of a figure.
pub struct Numbers {
    pub caption: String,
    /// The head of the first column is `columns[0]`.
    pub columns: Vec<String>,
    pub rows: Vec<NumbersRow>,
}

pub struct NumbersRow {
    pub head: String,
    pub cells: Vec<String>,
}

impl Numbers {
    fn new(caption: String, columns: &[&str]) -> Self {
        Self {
            caption,
            columns: columns.iter().map(|&column| column.to_owned()).collect(),
            rows: Vec::new(),
        }
    }

    fn push(&mut self, head: &str, cells: Vec<String>) {
        self.rows.push(NumbersRow {
            head: head.to_owned(),
            cells,
        });
    }
}

fn estimate(cell: &Cell, name: &str) -> Option<Estimate> {
    cell.measure(name)?.estimate.ok()
}

/// The title of a metric as a line begins with it: `True-positive rate`.
fn title(name: &'static str) -> String {
    format::capitalised(Metric::named(name).title)
}

/// `0.123` as `12.3 points`.
fn points(share: f64) -> String {
    format!("{} points", format::tenths(share))
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| NONE.to_owned(), format::percent)
}

#[cfg(test)]
mod tests;
