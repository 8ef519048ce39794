//! Names (labels, codes, groups) that a program wrote in another way than the rest of their column, and what they are.

use crate::date_ranges::DateRanges;
use crate::same_number::merged;
use evenhand_stats::hint::Message;
use evenhand_stats::text::{counted, listed};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The most examples that a note about numbers has.
const SHOWN: usize = 8;

/// How many rows have each value.
pub type Counts<'a> = BTreeMap<&'a str, u64>;

/// Counts values. A million rows have few of them, mostly: these alone are sorted.
pub(crate) fn count_values<'a>(values: impl Iterator<Item = &'a str>) -> Counts<'a> {
    let mut counts: HashMap<&str, u64> = HashMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    counts.into_iter().collect()
}

/// Values of some columns that are put right: number ranges that a spreadsheet took for dates, numbers that are
/// written in two ways, and known values with a full stop behind them.
///
/// ```
/// use evenhand_table::Repairs;
/// let ages = [("0-2", 5), ("Oct-19", 3), ("20-29", 4)].into();
/// let repairs = Repairs::find("age", &ages, &[]);
/// assert_eq!((repairs.of("Oct-19"), repairs.of("0-2")), ("10-19", "0-2"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Repairs {
    columns: String,
    dates: BTreeMap<String, (String, u64)>,
    numbers: BTreeMap<String, (String, u64)>,
    /// Known values with a full stop behind them, such as `>50K.` in the test file of the Adult data set.
    stops: BTreeMap<String, (String, u64)>,
    /// Dates that may have been several ranges.
    unclear: BTreeMap<String, Vec<String>>,
}

impl Repairs {
    /// Of labels, codes or groups. `columns` is what notes call the columns, whose values are of one kind; `known` are
    /// further values of that kind, from another table, that may show what the columns hold.
    pub fn find(columns: &str, counts: &Counts, known: &[&str]) -> Self {
        let rows = |value: &String| counts.get(value.as_str()).copied().unwrap_or_default();
        let numbers = merged(counts.keys().copied(), known);
        let numbers = numbers.into_iter().map(|(value, shown)| {
            let n = rows(&value);
            (value, (shown, n))
        });
        let numbers: BTreeMap<String, (String, u64)> = numbers.collect();
        let without_stop = counts.iter().filter_map(|(&value, &n)| {
            let shown = value.strip_suffix('.')?;
            let is_new = !known.contains(&value) && !numbers.contains_key(value);
            (is_new && known.contains(&shown)).then(|| (value.to_owned(), (shown.to_owned(), n)))
        });
        Self {
            stops: without_stop.collect(),
            numbers,
            ..Self::dates(columns, counts, known)
        }
    }

    /// Of any column: only ranges that became dates.
    pub fn dates(columns: &str, counts: &Counts, known: &[&str]) -> Self {
        let mut repairs = Self {
            columns: columns.to_owned(),
            ..Self::default()
        };
        let values = counts.keys().chain(known).copied();
        let Some(ranges) = DateRanges::find(values) else {
            return repairs;
        };
        for (&value, &n) in counts {
            if let Some(range) = ranges.range(value) {
                let range = range.to_owned();
                repairs.dates.insert(value.to_owned(), (range, n));
            } else if let Some(readings) = ranges.unclear.get(value) {
                repairs.unclear.insert(value.to_owned(), readings.clone());
            }
        }
        repairs
    }

    /// The value that stands for this one.
    pub fn of<'a>(&'a self, value: &'a str) -> &'a str {
        let changed = [&self.dates, &self.numbers, &self.stops];
        let found = changed.into_iter().find_map(|of| of.get(value));
        found.map_or(value, |(shown, _)| shown)
    }

    /// Whether every value stays as it is.
    pub fn is_empty(&self) -> bool {
        self.dates.is_empty() && self.numbers.is_empty() && self.stops.is_empty()
    }

    /// Adds those of further rows of the same columns.
    pub(crate) fn add(&mut self, next: Self) {
        for (own, next) in [
            (&mut self.dates, next.dates),
            (&mut self.numbers, next.numbers),
            (&mut self.stops, next.stops),
        ] {
            for (value, (shown, n)) in next {
                own.entry(value).or_insert((shown, 0)).1 += n;
            }
        }
        self.unclear.extend(next.unclear);
    }

    pub(crate) fn columns(&self) -> &str {
        &self.columns
    }

    /// What to say of it; `table` is what to put in front, as in `faces.csv: `.
    pub fn notes(&self, table: &str) -> Vec<Message> {
        let numbers = self.note_of_numbers(table);
        self.notes_of_dates(table)
            .into_iter()
            .chain(numbers)
            .chain(self.note_of_stops(table))
            .collect()
    }

    /// What to say of known values with a full stop behind them.
    fn note_of_stops(&self, table: &str) -> Option<Message> {
        let all: u64 = self.stops.values().map(|(_, n)| n).sum();
        let pairs = self.stops.iter();
        let pairs = pairs.map(|(value, (shown, _))| format!("`{value}` for `{shown}`"));
        (all > 0).then(|| {
            Message::plain(format!(
                "{table}{}: {} taken without the full stop behind it ({})",
                self.columns,
                counted(all, "value"),
                listed(pairs, SHOWN)
            ))
        })
    }

    /// What to say of dates that were ranges, or may have been.
    pub fn notes_of_dates(&self, table: &str) -> Vec<Message> {
        let columns = &self.columns;
        let mut notes: Vec<Message> = Vec::new();
        if !self.dates.is_empty() {
            let all: u64 = self.dates.values().map(|(_, n)| n).sum();
            let examples = self.dates.iter();
            let examples = examples.map(|(date, (range, _))| format!("`{date}` → `{range}`"));
            notes.push(Message::plain(format!(
                "{table}{columns}: {} that a spreadsheet turned into dates restored ({})",
                counted(all, "value"),
                examples.collect::<Vec<_>>().join(", ")
            )));
        }
        for (date, readings) in &self.unclear {
            let readings = readings.join("` or `");
            notes.push(Message::plain(format!(
                "{table}{columns}: the date `{date}` was `{readings}` before a spreadsheet changed it, and is left"
            )));
        }
        notes
    }

    /// What to say of numbers that were written in two ways.
    pub fn note_of_numbers(&self, table: &str) -> Option<Message> {
        if self.numbers.is_empty() {
            return None;
        }
        let all: u64 = self.numbers.values().map(|(_, n)| n).sum();
        let shown = self.numbers.values().map(|(shown, _)| shown);
        let shown: BTreeSet<&String> = shown.collect();
        let taken = shown.into_iter().map(|shown| {
            let written = self.numbers.iter().filter(|(_, (of, _))| of == shown);
            let written: Vec<String> = written.map(|(value, _)| format!("`{value}`")).collect();
            format!("{} for `{shown}`", written.join(", "))
        });
        Some(Message::new(
            "{}{}: {} taken for the same number written in another way ({}); {map} with a name for each keeps them apart",
            &[
                &table,
                &self.columns,
                &counted(all, "value"),
                &listed(taken, SHOWN),
            ],
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(repairs: &Repairs) -> Vec<String> {
        repairs.notes("").iter().map(Message::to_string).collect()
    }

    #[test]
    fn values_that_were_changed_are_counted_once() {
        let ages = Counts::from([("0-2", 5), ("03-Sep", 3), ("ott-19", 1), ("20-29", 4)]);
        let mut repairs = Repairs::find("age", &ages, &[]);
        assert_eq!(repairs.of("03-Sep"), "3-9");
        repairs.add(Repairs::find("age", &ages, &[]));
        assert_eq!(
            told(&repairs),
            [
                "age: 8 values that a spreadsheet turned into dates restored (`03-Sep` → `3-9`, `ott-19` → `10-19`)"
            ]
        );
        let codes = Counts::from([("1", 5), ("1.0", 3), ("2.0", 1), ("9", 1)]);
        let repairs = Repairs::find("kind", &codes, &["2"]);
        assert_eq!((repairs.of("1.0"), repairs.of("2.0")), ("1", "2"));
        assert_eq!(
            told(&repairs),
            [
                "kind: 4 values taken for the same number written in another way (`1.0` for `1`, `2.0` for `2`); \
              `map` with a name for each keeps them apart"
            ]
        );
        assert!(Repairs::dates("kind", &codes, &[]).is_empty());
    }

    #[test]
    fn a_full_stop_behind_a_known_value_is_taken_off_and_no_other() {
        let labels = Counts::from([
            (">50K.", 3),
            ("<=50K.", 5),
            ("U.S.", 1),
            ("1.", 1),
            ("x.", 2),
            ("x", 1),
        ]);
        let repairs = Repairs::find("income", &labels, &[">50K", "<=50K", "U.S.", "1"]);
        assert_eq!(repairs.of(">50K."), ">50K");
        assert_eq!((repairs.of("U.S."), repairs.of("x.")), ("U.S.", "x."));
        assert_eq!(
            told(&repairs),
            [
                "income: 1 value taken for the same number written in another way (`1.` for `1`); \
                 `map` with a name for each keeps them apart",
                "income: 8 values taken without the full stop behind it (`<=50K.` for `<=50K`, `>50K.` for `>50K`)"
            ]
        );
    }
}
