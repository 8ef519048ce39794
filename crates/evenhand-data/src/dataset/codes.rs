//! Codes: the values that a dataset writes as `0` and `1`, and the names that people read.

use super::table::Table;
use evenhand_stats::text::{counted, quoted};
use evenhand_table::same_value;
use std::collections::{BTreeMap, BTreeSet};

/// Replaces the codes of a column by their names. A value that is neither a code nor a name is not
/// in the code book: it becomes a missing value. Returns what to say of those.
pub(super) fn apply(
    table: &mut Table,
    column: usize,
    names: &BTreeMap<String, String>,
) -> Option<String> {
    let mut count = 0;
    let mut unknown = BTreeSet::new();
    for row in &mut table.rows {
        let value = &mut row.values[column];
        let same = || names.iter().find(|(code, _)| same_value(code, value));
        if let Some(name) = names.get(value).or_else(|| same().map(|(_, name)| name)) {
            value.clone_from(name);
        } else if !value.is_empty() && !names.values().any(|name| name == value) {
            count += 1;
            unknown.insert(std::mem::take(value));
        }
    }
    (count > 0).then(|| {
        format!(
            "{}: {} without a known meaning taken as missing ({})",
            table.columns[column],
            counted(count, "value"),
            quoted(unknown)
        )
    })
}
