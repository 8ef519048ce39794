//! The audit: how a classifier errs, overall and for every group, from a table of predictions and
//! nothing else.

use crate::stats::Interval;

/// A rate with the counts it came from: `hits / n`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    pub hits: u64,
    pub n: u64,
    /// `None` where `n` is 0: the rate cannot be estimated.
    pub estimate: Option<Estimate>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    pub value: f64,
    pub interval: Interval,
}

/// The metrics of one group, or of everyone.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    pub n: u64,
    /// One for each row of the metric table that applies, in that table's order, by name
    /// (`accuracy`, `tpr`, `fpr`).
    pub rates: Vec<(&'static str, Rate)>,
}

/// One attribute (`race`) or several crossed (`race*gender`), and a cell for each of its values.
#[derive(Debug, Clone, PartialEq)]
pub struct Grouping {
    pub name: String,
    /// Sorted by value; crossed values are joined by `*`: `Black*Female`.
    pub cells: Vec<(String, Cell)>,
    /// The group with the lowest accuracy among those large enough, against everyone else.
    pub worst: Option<Worst>,
}

/// The group with the lowest accuracy beside the rest of the people.
#[derive(Debug, Clone, PartialEq)]
pub struct Worst {
    pub value: String,
    pub accuracy: Rate,
    pub rest: Rate,
    /// Accuracy of the rest minus accuracy of the group, with Newcombe's interval.
    pub gap: Estimate,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Audit {
    pub overall: Cell,
    pub groupings: Vec<Grouping>,
    /// The smallest group that can be called the worst.
    pub min_n: u64,
    pub level: f64,
}
