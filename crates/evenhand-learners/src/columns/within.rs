//! Columns that are constant within each value of the source or place.

use super::detect::Found;
use super::kind::Kind;
use super::partition::Partition;
use super::profile::Profile;
use evenhand_stats::text::counted;
use evenhand_table::Table;

/// The column that says where rows come from.
pub(super) struct Source<'a> {
    pub name: &'a str,
    pub rows: Partition,
}

/// The kind of a column that is constant within the source, unless it is the source itself.
pub(super) fn found(
    table: &Table,
    column: usize,
    source: Option<&Source>,
    profile: &Profile,
) -> Option<Found> {
    let source = source.filter(|source| source.name != profile.name)?;
    let is_constant = source.rows.determines(&Partition::new(table, column, &[]));
    is_constant.then(|| Found {
        kind: Kind::ConstantWithin,
        why: format!(
            "{}, one within each value of `{}`: it stands for that",
            counted(profile.values.len() as u64, "different value"),
            source.name
        ),
        is_unsure: false,
        order: None,
    })
}
