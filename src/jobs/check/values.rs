//! Values that are written in several ways: `1` and `1.0`, `Female` and `female`.

use super::finding::{Finding, Kind, Severity};
use crate::hint::Message;
use crate::text::listed;
use std::collections::{BTreeMap, BTreeSet};

/// Sets of values that are told of one column.
const TOLD: usize = 5;

/// Findings about the values of a column; `what` it is used for.
pub(super) fn findings<'a>(column: &str, values: impl Iterator<Item = &'a str>) -> Vec<Finding> {
    let values: BTreeSet<&str> = values.collect();
    let numbers = alike(&values, number);
    let words = alike(&values, |value| match number(value) {
        // Those have been told.
        Some(_) => None,
        None => Some(value.trim().to_lowercase()),
    });
    let finding = |kind, sets: Vec<String>, why: &str| {
        (!sets.is_empty()).then(|| {
            let text = format!("{column}: {}: {why}", listed(sets, TOLD));
            Finding::new(Severity::Warning, kind, Message::plain(text))
                .with_step("write each value in one way in the table")
        })
    };
    let numbers = finding(
        Kind::SameNumber,
        numbers,
        "the same numbers, counted as different values",
    );
    let words = finding(
        Kind::SameWord,
        words,
        "the same words but for case or spaces, counted as different values",
    );
    numbers.into_iter().chain(words).collect()
}

/// Sets of values with the same key, as `` `1` and `1.0` ``.
fn alike(values: &BTreeSet<&str>, key: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let mut sets: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for value in values {
        if let Some(key) = key(value) {
            sets.entry(key).or_default().push(format!("`{value}`"));
        }
    }
    let several = sets.into_values().filter(|set| set.len() > 1);
    several.map(|set| set.join(" and ")).collect()
}

/// A number in one form, with a point or a comma before its decimals.
fn number(text: &str) -> Option<String> {
    let number = text.trim().replacen(',', ".", 1).parse::<f64>().ok()?;
    // Minus nought is nought.
    number.is_finite().then(|| (number + 0.0).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_written_in_several_ways_are_told_together() {
        let values = ["1", "1.0", "2", "Female", "female", "FEMALE ", "1,0", "m"];
        let found = findings("sex", values.into_iter());
        let texts: Vec<String> = found.iter().map(|one| one.text.to_string()).collect();
        assert_eq!(
            texts,
            [
                "sex: `1` and `1,0` and `1.0`: the same numbers, counted as different values",
                "sex: `FEMALE ` and `Female` and `female`: the same words but for case or spaces, counted as \
                 different values",
            ]
        );
        assert!(findings("sex", ["f", "m", "0", "10"].into_iter()).is_empty());
    }
}
