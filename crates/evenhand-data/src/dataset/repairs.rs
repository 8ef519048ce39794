//! Values of columns put right: those that the user renamed, and those that a program wrote in another way.

use super::table::Table;
use evenhand_table::{Counts, Recode, Repairs};

/// Whether values of a column are names, of which two that are the same number are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Names,
    Other,
}

/// Gives values of a column the names that the user gave them.
pub(super) fn rename(table: &mut Table, column: usize, names: &Recode) {
    let counts = counts(table, column);
    let notes = names.notes(&[(table.columns[column].as_str(), counts)]);
    replace(table, column, |value| names.of(value).map(str::to_owned));
    table.notes.extend(notes);
}

/// Puts back ranges that a spreadsheet took for dates and makes numbers that are written in two ways one. `known` are
/// further values of that kind, from another table, that may show what the column holds.
pub(super) fn apply(table: &mut Table, column: usize, known: &[&str], kind: Kind) {
    let counts = counts(table, column);
    let name = &table.columns[column];
    let repairs = match kind {
        Kind::Names => Repairs::find(name, &counts, known),
        Kind::Other => Repairs::dates(name, &counts, known),
    };
    let notes = repairs.notes_of_dates("");
    if !repairs.is_empty() {
        replace(table, column, |value| Some(repairs.of(value).to_owned()));
    }
    table.notes.extend(notes);
    table.warnings.extend(repairs.note_of_numbers(""));
}

fn counts(table: &Table, column: usize) -> Counts<'_> {
    let mut counts = Counts::new();
    for value in table.values(column) {
        *counts.entry(value).or_default() += 1;
    }
    counts
}

fn replace(table: &mut Table, column: usize, new: impl Fn(&str) -> Option<String>) {
    let values = table.rows.iter_mut().map(|row| &mut row.values[column]);
    for value in values.filter(|value| !value.is_empty()) {
        if let Some(new) = new(value) {
            *value = new;
        }
    }
}
