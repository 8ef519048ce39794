//! One coder beside the others: how the items on which most of the others agree are coded.

use super::codes::{Code, Codes};
use super::consensus::Majority;
use super::measure::{Measure, NotEstimable, Resampling};
use crate::stats::proportion;

/// A coder's codes against the majority of all others, of which the coder's own is no part.
#[derive(Debug, Clone, PartialEq)]
pub struct Individual {
    pub coder: usize,
    /// Items this coder coded.
    pub coded: usize,
    /// `[majority of the others][this coder's label]`, items on which the others have a majority.
    pub confusion: Vec<Vec<usize>>,
    /// The share of these items on which both are the same, with Wilson's interval.
    pub agrees: Measure,
}

impl Individual {
    /// # Panics
    /// When there is no such coder.
    pub(super) fn of(codes: &Codes, coder: usize, resampling: &Resampling) -> Self {
        let labels = codes.labels.len();
        let mut confusion = vec![vec![0; labels]; labels];
        let mut coded = 0;
        for item in &codes.items {
            let is_own = |code: &&Code| code.coder == coder;
            let Some(own) = item.codes.iter().find(is_own) else {
                continue;
            };
            coded += 1;
            let others = item.codes.iter().filter(|code| !is_own(code));
            if let Some(majority) = Majority::of(others, labels).label {
                confusion[majority][own.label] += 1;
            }
        }
        let n: usize = confusion.iter().flatten().sum();
        let hits: usize = (0..labels).map(|label| confusion[label][label]).sum();
        let agrees = match n {
            0 => Measure::none(0, NotEstimable::NoOthers),
            _ => {
                let interval = proportion::wilson(hits as u64, n as u64, resampling.level);
                Measure::with(n, hits as f64 / n as f64, interval)
            }
        };
        Self {
            coder,
            coded,
            confusion,
            agrees,
        }
    }
}
