//! Columns that are constant within each value of the source or place.

use super::kind::{Found, Kind};
use super::profile::Profile;
use evenhand_stats::text::counted;
use evenhand_table::Table;
use std::collections::HashMap;

/// Rows that a value of the source has on average, where being constant within it is no chance.
const EACH: usize = 3;

/// Whether a column has one value within each value of another that recurs, and at least two in all.
pub(super) fn is_constant_within(table: &Table, column: usize, source: usize) -> bool {
    let (values, sources) = (table.text(column), table.text(source));
    let mut known: HashMap<&str, &str> = HashMap::new();
    let mut rows = 0;
    for (value, source) in values.iter().zip(sources.iter()) {
        if let (Some(value), Some(source)) = (value, source) {
            rows += 1;
            if *known.entry(source).or_insert(value) != value {
                return false;
            }
        }
    }
    let mut distinct = known.values();
    let first = distinct.next();
    let differs = distinct.any(|value| Some(value) != first);
    known.len() >= 2 && differs && rows >= EACH * known.len()
}

/// The kind of a column that is constant within the source, unless it is the source itself.
pub(super) fn found(
    table: &Table,
    column: usize,
    source: Option<usize>,
    profile: &Profile,
) -> Option<Found> {
    let source = source.filter(|source| *source != column)?;
    is_constant_within(table, column, source).then(|| Found {
        kind: Kind::ConstantWithin,
        why: format!(
            "{}, one within each value of `{}`: it stands for that",
            counted(profile.values.len() as u64, "different value"),
            table.columns()[source]
        ),
        is_unsure: false,
        order: None,
    })
}
