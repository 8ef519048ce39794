//! This classifier beside another one, on the same rows.

use super::content::Compared;
use super::format::{self, Metric};
use crate::audit::{Change, Estimate, GapChange, NotEstimable};

pub struct Comparisons {
    pub with: String,
    pub n: String,
    pub overall: Vec<(&'static str, Row)>,
    pub groupings: Vec<Groups>,
}

/// One grouping: accuracy by group, and the largest gaps.
pub struct Groups {
    pub name: String,
    pub rows: Vec<(String, Row)>,
    pub gaps: Vec<(&'static str, Row)>,
}

/// Two numbers and their difference.
pub struct Row {
    pub here: String,
    pub there: String,
    /// In percentage points, with its interval; or why there is none.
    pub difference: String,
    /// Corrected for the number of groups.
    pub p: String,
    /// True if the interval leaves out 0.
    pub is_apart: bool,
}

impl Comparisons {
    pub fn new(compared: &Compared) -> Self {
        let comparison = &compared.comparison;
        let overall = comparison.overall.changes.iter();
        let headline = |name| crate::metric::find(name).is_some_and(|metric| metric.is_headline);
        let groupings = comparison.groupings.iter().map(|grouping| Groups {
            name: format::crossed(&grouping.name),
            rows: (grouping.cells.iter())
                .filter_map(|(value, cell)| {
                    let change = cell.change("accuracy")?;
                    Some((format::group(&grouping.name, value), Row::new(change)))
                })
                .collect(),
            gaps: (grouping.gaps.iter())
                .map(|(name, change)| (Metric::named(name).title, Row::of_gap(change)))
                .collect(),
        });
        Self {
            with: compared.with.clone(),
            n: format::thousands(comparison.overall.n),
            groupings: groupings.collect(),
            overall: overall
                .filter(|(name, _)| headline(name) || *name == "auc")
                .map(|(name, change)| (Metric::named(name).title, Row::new(change)))
                .collect(),
        }
    }
}

impl Row {
    fn new(change: &Change) -> Self {
        let share = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), format::percent);
        Self {
            here: share(change.a),
            there: share(change.b),
            p: change
                .p
                .map_or_else(|| "–".to_owned(), |p| format::p(p.holm)),
            ..Self::of_difference(change.difference)
        }
    }

    fn of_gap(change: &GapChange) -> Self {
        Self {
            here: format::tenths(change.a.gap),
            there: format::tenths(change.b.gap),
            p: "–".to_owned(),
            ..Self::of_difference(change.difference)
        }
    }

    fn of_difference(difference: Result<Estimate, NotEstimable>) -> Self {
        let shown = match difference {
            Ok(estimate) => format!(
                "{} {}",
                format::tenths(estimate.value),
                format::range(estimate.interval)
            ),
            Err(reason) => format!("not estimable: {reason}"),
        };
        Self {
            here: String::new(),
            there: String::new(),
            difference: shown,
            p: String::new(),
            is_apart: difference.is_ok_and(|estimate| !estimate.interval.contains(0.0)),
        }
    }
}
