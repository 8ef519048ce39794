//! The order of rows, constants of places, and columns that are copies of each other.

use super::super::codebook::CodebookColumn;
use super::super::names;
use super::super::partition::Partition;
use super::super::roles::Role;
use super::{ColumnFinding, ColumnFindingKind, Looked, Severity};
use evenhand_stats::hint::Message;
use evenhand_stats::text::{list, plain};
use evenhand_table::Table;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Rows in a run of one value, from which on rows are in order: more than a household has.
const LONG: f64 = 10.0;
/// The same, in times of what is expected of shuffled rows.
const TIMES: f64 = 5.0;

/// What is known of the rows of a column.
pub(super) struct Facts {
    /// Groups of rows that have one value.
    groups: usize,
    /// Of the partition: equal ones are copies.
    hash: u64,
    /// Rows in a run on average, and expected of shuffled rows.
    runs: [f64; 2],
    /// Goodman and Kruskal's lambda of the label.
    pub lambda: Option<f64>,
    /// The first place within each value of which the column is constant.
    place: Option<String>,
}

/// Facts of all columns. One partition at a time is held, besides those of the label and of places.
pub(super) fn facts(table: &Table, looked: &[Looked], label: Option<&Partition>) -> Vec<Facts> {
    let places = looked.iter().filter(|looked| looked.is_place());
    let places: Vec<(&str, Partition)> = places
        .map(|looked| (looked.name(), Partition::new(table, looked.at, &[])))
        .collect();
    let of = |looked: &Looked| {
        let rows = Partition::new(table, looked.at, &[]);
        let mut hasher = DefaultHasher::new();
        rows.hash(&mut hasher);
        let mut places = places.iter().filter(|(name, _)| *name != looked.name());
        Facts {
            groups: rows.len(),
            hash: hasher.finish(),
            runs: [rows.run_length(), rows.shuffled_run_length()],
            lambda: label.and_then(|label| rows.lambda(label)),
            place: places
                .find(|(_, place)| place.determines(&rows))
                .map(|(name, _)| (*name).to_owned()),
        }
    };
    looked.iter().map(of).collect()
}

/// The label, places and categories whose values stand in long runs.
pub(super) fn ordered(looked: &[Looked], facts: &[Facts]) -> Option<ColumnFinding> {
    let in_runs = |(looked, facts): &(&Looked, &Facts)| {
        let is_level = looked.column.kind.has_levels() && looked.is_feature;
        let is_asked = is_level || looked.is_place() || looked.column.role == Some(Role::Label);
        let [run, shuffled] = facts.runs;
        is_asked && facts.groups >= 2 && run >= LONG && run >= TIMES * shuffled
    };
    let found: Vec<(&Looked, &Facts)> = looked.iter().zip(facts).filter(in_runs).collect();
    let told = found.iter().map(|(looked, facts)| {
        let [run, shuffled] = facts.runs;
        format!(
            "`{}` (runs of {} rows, {:.1} expected of shuffled ones)",
            looked.name(),
            plain(run.round()),
            shuffled
        )
    });
    let told: Vec<String> = told.collect();
    let matters = |column: &CodebookColumn| {
        column.role == Some(Role::Label) || names::place_word(&column.name).is_some()
    };
    let matters = found
        .iter()
        .any(|(looked, _)| matters(looked.column) || looked.is_place());
    let severity = if matters {
        Severity::Warning
    } else {
        Severity::Note
    };
    let names: Vec<&str> = found.iter().map(|(looked, _)| looked.name()).collect();
    let first_place = found.iter().find(|(looked, _)| looked.is_place());
    (!found.is_empty()).then(|| {
        let text = format!(
            "rows are in order of {}: the first rows are no sample of all, and folds of neighbouring rows would differ",
            list(&told, "and")
        );
        let finding = ColumnFinding::new(severity, ColumnFindingKind::OrderedRows, &names, text);
        match first_place {
            Some((place, _)) => finding.with_step(Message::new(
                "folds are drawn at random here; {cluster} {} also keeps the rows of one value in one fold",
                &[&place.name()],
            )),
            None => finding.with_step("folds are drawn at random here; take no first rows of the file as a sample"),
        }
    })
}

/// Features that are constant within each place.
pub(super) fn constants<'a>(
    looked: &'a [Looked],
    facts: &'a [Facts],
) -> impl Iterator<Item = ColumnFinding> + 'a {
    let features = looked
        .iter()
        .zip(facts)
        .filter(|(looked, _)| looked.is_feature && !looked.is_place());
    features.filter_map(|(looked, facts)| {
        let place = facts.place.as_ref()?;
        let name = looked.name();
        let text = format!(
            "`{name}` has one value within each value of `{place}`: a learner can tell places by it, and that does not \
             carry over to other places"
        );
        let step = Message::new("leave it out: {columns} '!{}', or name the place with {source} {}", &[&name, place]);
        Some(ColumnFinding::new(Severity::Warning, ColumnFindingKind::ConstantOfPlace, &[name], text).with_step(step))
    })
}

/// Features of which each value of one goes with one value of the other.
pub(super) fn copies(looked: &[Looked], facts: &[Facts]) -> Vec<ColumnFinding> {
    let features: Vec<(&Looked, &Facts)> = looked
        .iter()
        .zip(facts)
        .filter(|(looked, facts)| looked.is_feature && facts.groups >= 2)
        .collect();
    let mut found = Vec::new();
    for (at, (own, facts)) in features.iter().enumerate() {
        let is_copy = |(_, other): &&(&Looked, &Facts)| other.hash == facts.hash;
        let Some((first, _)) = features[..at].iter().find(is_copy) else {
            continue;
        };
        // Told as constants of places already.
        if own.is_place() || first.is_place() {
            continue;
        }
        let text = format!(
            "`{}` and `{}` are copies: each value of one goes with one value of the other, and importance is divided \
             between them",
            first.name(),
            own.name()
        );
        let step = Message::new("leave one of them out: {columns} '!{}'", &[&own.name()]);
        found.push(
            ColumnFinding::new(
                Severity::Note,
                ColumnFindingKind::CopiedColumn,
                &[first.name(), own.name()],
                text,
            )
            .with_step(step),
        );
    }
    found
}
