//! The audit: how a classifier errs, overall and for every group, from a table of predictions and
//! nothing else.

pub mod groups;
mod json;
mod measure;
mod params;
mod table;
#[cfg(test)]
pub(crate) mod toy;

pub use measure::audit;
pub use params::{CheckedParams, Params, ParamsError};
pub use table::{Row, Table};

use crate::stats::{Interval, Level, proportion};

/// A rate with the counts it came from: `hits / n`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    pub hits: u64,
    pub n: u64,
    /// `None` where `n` is 0: the rate cannot be estimated.
    pub estimate: Option<Estimate>,
}

impl Rate {
    /// The rate with its Wilson interval.
    pub fn new(hits: u64, n: u64, level: Level) -> Self {
        let estimate = proportion::wilson(hits, n, level).map(|interval| Estimate {
            value: hits as f64 / n as f64,
            interval,
        });
        Self { hits, n, estimate }
    }
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

impl Cell {
    /// `None` for a metric that does not apply to these classes.
    pub fn rate(&self, name: &str) -> Option<&Rate> {
        self.rates
            .iter()
            .find_map(|(known, rate)| (*known == name).then_some(rate))
    }

    /// The share of right answers, the first row of the metric table.
    pub fn accuracy(&self) -> &Rate {
        &self.rates[0].1
    }
}

/// One attribute (`race`) or several crossed (`race*gender`), and a cell for each of its values.
#[derive(Debug, Clone, PartialEq)]
pub struct Grouping {
    pub name: String,
    /// Sorted by value, `3-9` before `10-19`; crossed values are joined by `*`: `Black*Female`.
    pub cells: Vec<(String, Cell)>,
    /// The group with the lowest accuracy among those large enough, against everyone else.
    /// `None` where fewer than two groups are large enough.
    pub worst: Option<Worst>,
}

/// The group with the lowest accuracy beside the rest of the people.
#[derive(Debug, Clone, PartialEq)]
pub struct Worst {
    pub value: String,
    pub accuracy: Rate,
    /// Everyone else, those in small groups too.
    pub rest: Rate,
    /// Accuracy of the rest minus accuracy of the group, with Newcombe's interval. The interval
    /// does not account for having picked the lowest of several groups.
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
