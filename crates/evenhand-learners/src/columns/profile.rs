//! Values of one column, counted once: all that its kind, its levels and its summary are found from.

use super::gaps::{self, code_of};
use evenhand_stats::record::natural;
use evenhand_table::{Counts, Number, Repairs, Table};
use std::collections::HashMap;

/// The most texts in a column of numbers that may be gap codes.
const MOST_FOUND: usize = 3;

/// Rows of a value.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct LevelCount {
    pub level: String,
    pub rows: u64,
}

/// Rows of a gap code.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct GapCount {
    pub code: String,
    pub rows: u64,
    /// Whether it was found out from the values, and not named by the user.
    pub found: bool,
}

/// Values of one column.
#[derive(Debug)]
pub(super) struct Profile {
    pub name: String,
    pub rows: u64,
    /// Empty values, and those that reading takes for missing.
    pub missing: u64,
    /// Those that occur, in the order in which they were named.
    pub gaps: Vec<GapCount>,
    /// Without gap codes, the most frequent first, equals in natural order.
    pub values: Vec<Value>,
    /// Whether numbers rise or fall from each row to the next.
    pub is_monotone: bool,
    /// What was put right, in sentences.
    pub notes: Vec<String>,
}

/// A value with its rows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Value {
    pub text: String,
    pub rows: u64,
    /// What it is as a number.
    pub number: Option<f64>,
}

impl Value {
    /// Without its number.
    pub fn count(&self) -> LevelCount {
        LevelCount {
            level: self.text.clone(),
            rows: self.rows,
        }
    }
}

impl Profile {
    /// Counts a column, of which these values are gap codes, and further ones are found.
    pub fn with_found_gaps(table: &Table, column: usize, codes: &[&str]) -> Self {
        let mut profile = Self::new(table, column, codes);
        profile.find_gaps();
        profile
    }

    /// Counts a column, of which these values are gap codes and no others.
    pub fn new(table: &Table, column: usize, codes: &[&str]) -> Self {
        let name = table.columns()[column].clone();
        let text = table.text(column);
        // Decimal commas beside decimal points: text, whatever it is.
        let numbers = table.each_number(column).unwrap_or_default();
        let mut counts: HashMap<&str, (u64, Option<f64>)> = HashMap::new();
        let mut order = Order::default();
        for (row, value) in text.iter().enumerate() {
            let number = match numbers.get(row) {
                Some(Number::Value(value)) => Some(*value),
                _ => None,
            };
            if let Some(value) = value {
                counts.entry(value).or_insert((0, number)).0 += 1;
                order.see(number);
            }
        }
        let mut profile = Self {
            rows: text.len() as u64,
            missing: text.missing() as u64,
            gaps: codes
                .iter()
                .map(|code| GapCount {
                    code: (*code).to_owned(),
                    rows: 0,
                    found: false,
                })
                .collect(),
            values: Vec::with_capacity(counts.len()),
            is_monotone: order.is_monotone(),
            notes: Vec::new(),
            name,
        };
        for (value, (rows, number)) in counts {
            match code_of(value, codes) {
                Some(code) => profile.add_gap(code, rows),
                None => profile.values.push(Value {
                    text: value.to_owned(),
                    rows,
                    number,
                }),
            }
        }
        profile.gaps.retain(|gap| gap.rows > 0);
        profile.sort();
        profile
    }

    fn add_gap(&mut self, code: &str, rows: u64) {
        let known = self.gaps.iter_mut().find(|gap| gap.code == code);
        if let Some(gap) = known {
            gap.rows += rows;
        }
    }

    fn sort(&mut self) {
        self.values.sort_by(|a, b| {
            let names = || natural(&a.text).cmp(&natural(&b.text));
            b.rows
                .cmp(&a.rows)
                .then_with(names)
                .then_with(|| a.text.cmp(&b.text))
        });
    }

    /// Takes the few words among numbers for gap codes, and words that stand for a gap in every survey.
    fn find_gaps(&mut self) {
        let (numbers, texts): (Vec<&Value>, Vec<&Value>) =
            self.values.iter().partition(|value| value.number.is_some());
        let is_word = |value: &&Value| !value.text.contains(|c: char| c.is_ascii_digit());
        let few = texts.len() <= MOST_FOUND && texts.len() < numbers.len();
        let among_numbers = few && texts.iter().all(is_word);
        let found = texts
            .into_iter()
            .filter(|text| among_numbers || gaps::is_usual(&text.text));
        let found: Vec<Value> = found.cloned().collect();
        self.values.retain(|value| !found.contains(value));
        self.gaps.extend(found.into_iter().map(|value| GapCount {
            code: value.text,
            rows: value.rows,
            found: true,
        }));
    }

    /// Makes levels that a program wrote in several ways (`1` and `1.0`) one.
    pub fn put_right(&mut self) {
        let counts: Counts = self
            .values
            .iter()
            .map(|value| (value.text.as_str(), value.rows))
            .collect();
        let repairs = Repairs::find(&self.name, &counts, &[]);
        if repairs.is_empty() {
            return;
        }
        let mut merged: HashMap<String, Value> = HashMap::new();
        for value in &self.values {
            let shown = repairs.of(&value.text);
            let known = merged.entry(shown.to_owned()).or_insert_with(|| Value {
                text: shown.to_owned(),
                rows: 0,
                number: value.number,
            });
            known.rows += value.rows;
        }
        self.notes = repairs.notes("").iter().map(ToString::to_string).collect();
        self.values = merged.into_values().collect();
        self.sort();
    }

    /// Rows with a value that is no gap code.
    pub fn answered(&self) -> u64 {
        self.values.iter().map(|value| value.rows).sum()
    }

    /// Whether each value is a number.
    pub fn is_numeric(&self) -> bool {
        !self.values.is_empty() && self.values.iter().all(|value| value.number.is_some())
    }

    /// Numbers with their rows, ascending; without values that are none.
    pub fn numbers(&self) -> Vec<(f64, u64)> {
        let numbers = self.values.iter();
        let numbers = numbers.filter_map(|value| Some((value.number?, value.rows)));
        let mut numbers: Vec<(f64, u64)> = numbers.collect();
        numbers.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        // `1` and `1.0` are one number.
        numbers.dedup_by(|(next, more), (kept, rows)| {
            let is_same = next == kept;
            if is_same {
                *rows += *more;
            }
            is_same
        });
        numbers
    }
}

/// Whether numbers rise, or fall, from row to row.
#[derive(Default)]
struct Order {
    last: Option<f64>,
    rises: bool,
    falls: bool,
    /// Some value is no number, or the same as the one before.
    other: bool,
}

impl Order {
    fn see(&mut self, number: Option<f64>) {
        match (self.last, number) {
            (_, None) => self.other = true,
            (None, Some(_)) => {}
            (Some(last), Some(number)) if number > last => self.rises = true,
            (Some(last), Some(number)) if number < last => self.falls = true,
            _ => self.other = true,
        }
        self.last = number.or(self.last);
    }

    fn is_monotone(&self) -> bool {
        !self.other && self.rises != self.falls
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A table of columns in one text each, with values apart by spaces; `_` is an empty one.
    pub(in crate::columns) fn table(columns: &[(&str, &str)]) -> Table {
        let value = |value: &str| (value != "_").then(|| value.to_owned());
        let columns = columns.iter();
        let columns = columns.map(|(name, values)| {
            let values = values.split_whitespace().map(value).collect();
            ((*name).to_owned(), values)
        });
        Table::from_columns(columns.collect()).unwrap()
    }

    fn counts(profile: &Profile) -> Vec<(&str, u64)> {
        let values = profile.values.iter();
        values
            .map(|value| (value.text.as_str(), value.rows))
            .collect()
    }

    #[test]
    fn gaps_and_missing_values_are_two_things() {
        let table = table(&[("income", "5 N _ 7 -9.0 5 N refused")]);
        let profile = Profile::with_found_gaps(&table, 0, &["N", "-9"]);
        assert_eq!((profile.rows, profile.missing), (8, 1));
        let gaps: Vec<_> = profile.gaps.iter().collect();
        let gap = |code: &str, rows, found| GapCount {
            code: code.into(),
            rows,
            found,
        };
        assert_eq!(
            gaps,
            [
                &gap("N", 2, false),
                &gap("-9", 1, false),
                &gap("refused", 1, true)
            ]
        );
        assert_eq!(counts(&profile), [("5", 2), ("7", 1)]);
        assert_eq!(profile.numbers(), [(5.0, 2), (7.0, 1)]);
    }

    #[test]
    fn words_among_numbers_are_gap_codes_and_levels_with_digits_are_not() {
        let table = table(&[("a", "1 2 3 N"), ("b", "1 2 3 4+"), ("c", "x y ? N")]);
        let found = |column| {
            let profile = Profile::with_found_gaps(&table, column, &[]);
            let gaps = profile.gaps.iter().map(|gap| gap.code.clone());
            gaps.collect::<Vec<_>>()
        };
        assert_eq!(found(0), ["N"]);
        assert!(found(1).is_empty());
        assert_eq!(found(2), ["?"]);
    }

    #[test]
    fn one_number_written_in_two_ways_is_one_level() {
        let table = table(&[("code", "1.0 1 2 1")]);
        let mut profile = Profile::new(&table, 0, &[]);
        profile.put_right();
        assert_eq!(counts(&profile), [("1", 3), ("2", 1)]);
        assert!(profile.notes[0].contains("`1.0` for `1`"));
    }
}
