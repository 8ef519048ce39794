//! What was decided while a table was read, to be said once.

use crate::missing::MissingValues;
use crate::recode::Recode;
use crate::repairs::{Counts, Repairs};
use evenhand_stats::hint::Message;
use evenhand_stats::text::{counted, listed};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The most columns that a note about missing values names.
const SHOWN: usize = 8;

/// Counts of a chunk while its values are read. Columns are positions.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    /// Rows in which spaces around a value were taken off.
    pub(crate) trimmed: u64,
    /// By column and position in the missing values.
    pub(crate) missing: BTreeMap<(usize, usize), u64>,
    /// Formula errors of a workbook, by column and text.
    pub(crate) errors: BTreeMap<(usize, String), u64>,
    /// Values of several lines, and the column and place of the first.
    pub(crate) broken: Option<(u64, usize, String)>,
    /// Values that an apostrophe before a formula was taken off from.
    pub(crate) restored: u64,
}

impl Tally {
    /// Adds the counts of the rows that follow.
    pub(crate) fn add(&mut self, next: Self) {
        self.trimmed += next.trimmed;
        self.restored += next.restored;
        for (key, n) in next.missing {
            *self.missing.entry(key).or_default() += n;
        }
        for (key, n) in next.errors {
            *self.errors.entry(key).or_default() += n;
        }
        match (&mut self.broken, next.broken) {
            (Some((count, ..)), Some((more, ..))) => *count += more,
            (first, next) => *first = first.take().or(next),
        }
    }
}

/// The notes of one table, shared by its reader and its chunks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Notes(Arc<Mutex<Inner>>);

/// Rows by column and value.
type RowsByColumn = BTreeMap<String, BTreeMap<String, u64>>;

#[derive(Debug, Clone, Default)]
struct Inner {
    said: Vec<Message>,
    /// By the columns that they are of.
    repairs: Vec<Repairs>,
    /// The user's names, with the columns that they are for, and rows by value.
    recoded: Vec<(Recode, RowsByColumn)>,
    decimal_comma: Option<Message>,
    tally: Tally,
}

impl Notes {
    fn with<T>(&self, change: impl FnOnce(&mut Inner) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The same notes, of which further ones are not shared.
    pub(crate) fn detached(&self) -> Self {
        Self(Arc::new(Mutex::new(self.with(|inner| inner.clone()))))
    }

    pub(crate) fn say(&self, message: Message) {
        self.with(|inner| inner.said.push(message));
    }

    /// Keeps the first note of a decimal comma.
    pub(crate) fn decimal_comma(&self, message: impl FnOnce() -> Message) {
        self.with(|inner| {
            inner.decimal_comma.get_or_insert_with(message);
        });
    }

    /// Adds values that were put right.
    pub(crate) fn repaired(&self, repairs: Repairs) {
        self.with(|inner| {
            let mut known = inner.repairs.iter_mut();
            match known.find(|known| known.columns() == repairs.columns()) {
                Some(known) => known.add(repairs),
                None => inner.repairs.push(repairs),
            }
        });
    }

    /// Adds the rows of a column whose values the user named.
    pub(crate) fn recoded(&self, column: &str, names: &Recode, counts: &Counts) {
        self.with(|inner| {
            let known = inner.recoded.iter().position(|(by, _)| by == names);
            let at = known.unwrap_or_else(|| {
                inner.recoded.push((names.clone(), BTreeMap::new()));
                inner.recoded.len() - 1
            });
            let all = inner.recoded[at].1.entry(column.to_owned()).or_default();
            for (value, n) in counts.iter().filter(|(value, _)| names.of(value).is_some()) {
                *all.entry((*value).to_owned()).or_default() += n;
            }
        });
    }

    /// Adds the counts of a chunk.
    pub(crate) fn add(&self, chunk: Tally) {
        self.with(|inner| inner.tally.add(chunk));
    }

    pub(crate) fn trimmed(&self) -> u64 {
        self.with(|inner| inner.tally.trimmed)
    }

    /// All notes so far; `table` is what to put in front, as in `faces.csv: `.
    pub(crate) fn messages(
        &self,
        table: &str,
        columns: &[String],
        missing: &MissingValues,
    ) -> Vec<Message> {
        self.with(|inner| {
            let mut messages = inner.said.clone();
            for (names, columns) in &inner.recoded {
                let columns = columns.iter().map(|(column, counts)| {
                    let counts = counts.iter().map(|(value, &n)| (value.as_str(), n));
                    (column.as_str(), counts.collect())
                });
                let notes = names.notes(&columns.collect::<Vec<_>>());
                let notes = notes.iter().map(|note| format!("{table}{note}"));
                messages.extend(notes.map(Message::plain));
            }
            messages.extend(inner.repairs.iter().flat_map(|of| of.notes(table)));
            messages.extend(missing_note(table, &inner.tally, columns, missing));
            messages.extend(errors_note(table, &inner.tally, columns));
            messages.extend(broken_note(&inner.tally, columns));
            messages.extend(restored_note(table, &inner.tally));
            messages.extend(inner.decimal_comma.clone());
            messages
        })
    }
}

fn missing_note(
    table: &str,
    tally: &Tally,
    columns: &[String],
    missing: &MissingValues,
) -> Option<Message> {
    let total: u64 = tally.missing.values().sum();
    let counts = tally.missing.iter().map(|(&(column, value), &n)| {
        let (value, column) = (&missing.values()[value], &columns[column]);
        format!("{} `{value}` in `{column}`", counted(n, "value"))
    });
    let list = listed(counts, SHOWN);
    (total > 0).then(|| {
        let verb = if total == 1 { "is" } else { "are" };
        Message::new(
            "{}{} {} missing; {missing} '' takes such values literally",
            &[&table, &list, &verb],
        )
    })
}

fn errors_note(table: &str, tally: &Tally, columns: &[String]) -> Option<Message> {
    let total: u64 = tally.errors.values().sum();
    let counts = tally.errors.iter().map(|((column, error), &n)| {
        let column = &columns[*column];
        format!("{} `{error}` in `{column}`", counted(n, "formula error"))
    });
    let list = listed(counts, SHOWN);
    let verb = if total == 1 { "is" } else { "are" };
    (total > 0).then(|| Message::plain(format!("{table}{list} {verb} missing")))
}

fn broken_note(tally: &Tally, columns: &[String]) -> Option<Message> {
    let (n, column, place) = tally.broken.as_ref()?;
    let (values, has) = (counted(*n, "value"), if *n == 1 { "has" } else { "have" });
    Some(Message::plain(format!(
        "{place}: {values} {has} several lines, the first in `{}`; if it should have one, a quote is \
         misplaced",
        columns[*column]
    )))
}

fn restored_note(table: &str, tally: &Tally) -> Option<Message> {
    let values = counted(tally.restored, "value");
    (tally.restored > 0).then(|| {
        Message::plain(format!(
            "{table}the apostrophe before a formula was taken off from {values}"
        ))
    })
}
