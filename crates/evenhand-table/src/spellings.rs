//! Values that are probably one, and were written in several ways.

use crate::recode::Recode;
use crate::repairs::count_values;
use evenhand_stats::hint::Message;
use evenhand_stats::text::{listed, thousands};
use std::collections::BTreeMap;

/// The most values that a warning has several spellings of.
const SHOWN: usize = 8;

/// A warning about values of a column that differ only by case, or by spaces, hyphens and underscores between words,
/// with the rows of each. `of` is what they are called; `column` is named in the next step, unless it holds labels.
/// `values` are those of all rows, in any order.
///
/// ```
/// use evenhand_table::spellings;
/// let warning = spellings("sex", None, ["Female", "female", "Male", "Female"]).unwrap();
/// assert!(warning.to_string().starts_with("sex: `Female` (2) and `female` (1) are taken as different"));
/// assert_eq!(spellings("grade", None, ["A", "A-", "A+"]), None);
/// ```
pub fn spellings<'a>(
    of: &str,
    column: Option<&str>,
    values: impl IntoIterator<Item = &'a str>,
) -> Option<Message> {
    let mut written: BTreeMap<String, Vec<(&str, u64)>> = BTreeMap::new();
    for (value, n) in count_values(values.into_iter()) {
        let plain = plain(value);
        // `3-9` and `39` differ by more than spelling.
        if plain.chars().any(char::is_alphabetic) {
            written.entry(plain).or_default().push((value, n));
        }
    }
    let several = written.into_values().filter(|values| values.len() > 1);
    let several: Vec<Vec<(&str, u64)>> = several.collect();
    let first = several.first()?;
    let all = several.iter().map(|values| {
        let values = values.iter();
        let mut shown: Vec<String> = values
            .map(|(value, n)| format!("`{value}` ({})", thousands(*n)))
            .collect();
        let last = shown.pop().unwrap_or_default();
        format!("{} and {last}", shown.join(", "))
    });
    // Of equals the first in sorted order.
    let usual = first.iter().rev().max_by_key(|(_, n)| *n);
    let usual = usual.map_or("", |(value, _)| value);
    let others = first.iter().filter(|(value, _)| *value != usual);
    let pairs = others.map(|(old, _)| ((*old).to_owned(), usual.to_owned()));
    let names = Recode::new(column, pairs);
    Some(Message::new(
        "{}: {} are taken as different; are they spellings of one? {map} '{}' makes them one",
        &[&of, &listed(all, SHOWN), &names],
    ))
}

/// Letters in small, without what stands between words.
fn plain(value: &str) -> String {
    let is_between = |c: char| matches!(c, '_' | '-' | '\u{2010}'..='\u{2015}');
    // Soft hyphens, joiners and marks of the byte order are seen as little as spaces.
    let is_seen = |c: &char| {
        let is_empty = matches!(
            c,
            '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}'
        );
        !c.is_whitespace() && !is_empty
    };
    let all: Vec<char> = value.chars().filter(is_seen).collect();
    let is_word = |at: Option<&char>| at.is_some_and(|c| c.is_alphanumeric());
    let kept = all.iter().enumerate().filter(|&(at, &c)| {
        let within = at > 0 && is_word(all.get(at - 1)) && is_word(all.get(at + 1));
        !(is_between(c) && within)
    });
    kept.flat_map(|(_, c)| c.to_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_are_counted_in_one_warning() {
        let values = ["Female", "female", "Female", "FEMALE", "Male", "male", "x"];
        let warning = spellings("sex", None, values).unwrap().to_string();
        assert_eq!(
            warning,
            "sex: `FEMALE` (1), `Female` (2) and `female` (1), `Male` (1) and `male` (1) are taken as different; \
             are they spellings of one? `map` 'FEMALE=Female,female=Female' makes them one"
        );
    }

    #[test]
    fn words_are_the_same_whatever_is_between_them_and_signs_are_not() {
        for (a, b) in [
            ("East Asian", "EastAsian"),
            ("East Asian", "East  Asian"),
            ("East Asian", "east-asian"),
            ("East Asian", "East\u{a0}Asian"),
            ("East Asian", "East_Asian"),
            ("East Asian", "East Asian\u{200b}"),
            ("Éva", "éva"),
        ] {
            assert!(spellings("race", None, [a, b]).is_some(), "{a} {b}");
        }
        for (a, b) in [
            ("A", "A-"),
            ("A", "A+"),
            ("3-9", "39"),
            ("C", "C++"),
            ("a", "b"),
        ] {
            assert_eq!(spellings("grade", None, [a, b]), None, "{a} {b}");
        }
    }
}
