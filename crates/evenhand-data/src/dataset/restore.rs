//! Number ranges that a spreadsheet took for dates: a cell typed as `3-9` comes back as `9-Mar`
//! or `03-Sep`, and one typed as `10-19` as `Oct-19`.
//!
//! A value is put back only where the rest of its column shows that it holds ranges, so that real
//! dates are left alone. Of the two readings, day-month and month-day, a range has the one that
//! ascends.

use super::table::Table;
use super::text::counted;
use super::text_table::TextTable;
use std::collections::{BTreeMap, BTreeSet};

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// Words before or after the one number of an open range.
const OPEN: [&str; 15] = [
    "<",
    ">",
    "<=",
    ">=",
    "≤",
    "≥",
    "+",
    "more than",
    "less than",
    "over",
    "under",
    "and over",
    "and under",
    "or more",
    "or older",
];

/// Puts back the ranges of a column. `known` are further values of the same attribute, from
/// another table, that may show what it holds. Returns what to say.
pub(super) fn restore(table: &mut Table, column: usize, known: &[&str]) -> Option<String> {
    let ranges = mangled(table.values(column).chain(known.iter().copied()))?;
    let values = table.rows.iter_mut().map(|row| &mut row.values[column]);
    put_back(&table.columns[column], values, &ranges)
}

/// The same of a plain table, where `columns` all hold values of one kind.
pub(super) fn restore_alike(table: &mut TextTable, columns: &[usize]) -> Option<String> {
    let rows = table.rows.iter();
    let values = rows.flat_map(|row| columns.iter().map(|&at| row.values[at].as_str()));
    let ranges = mangled(values.filter(|value| !value.is_empty()))?;
    let names: Vec<&str> = columns
        .iter()
        .map(|&at| table.columns[at].as_str())
        .collect();
    let names = names.join(", ");
    let values = (table.rows.iter_mut())
        .flat_map(|row| row.values.iter_mut().enumerate())
        .filter_map(|(at, value)| columns.contains(&at).then_some(value));
    put_back(&names, values, &ranges)
}

fn put_back<'a>(
    name: &str,
    values: impl Iterator<Item = &'a mut String>,
    ranges: &BTreeMap<String, String>,
) -> Option<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for value in values {
        if let Some(range) = ranges.get(value) {
            *counts
                .entry(std::mem::replace(value, range.clone()))
                .or_default() += 1;
        }
    }
    let examples: Vec<String> = counts
        .keys()
        .map(|date| format!("`{date}` → `{}`", ranges[date]))
        .collect();
    (!counts.is_empty()).then(|| {
        format!(
            "{name}: {} that a spreadsheet turned into dates restored ({})",
            counted(counts.values().sum(), "value"),
            examples.join(", ")
        )
    })
}

/// The mangled values of a column and the ranges they were. `None` unless most of the other
/// distinct values are ranges, at least one of them with two ends.
fn mangled<'a>(values: impl Iterator<Item = &'a str>) -> Option<BTreeMap<String, String>> {
    let distinct: BTreeSet<&str> = values.collect();
    let (dates, others): (Vec<&str>, Vec<&str>) = distinct
        .into_iter()
        .partition(|value| date_as_range(value).is_some());
    let closed = others.iter().filter(|value| is_closed_range(value)).count();
    let open = others.iter().filter(|value| is_open_range(value)).count();
    let holds_ranges = closed > 0 && 2 * (closed + open) > others.len();
    let pairs = dates
        .into_iter()
        .filter_map(|date| Some((date.to_owned(), date_as_range(date)?)));
    holds_ranges.then(|| pairs.collect())
}

/// `03-Sep` and `Sep-03` as `3-9`, `Oct-19` and `19-Oct` as `10-19`.
fn date_as_range(value: &str) -> Option<String> {
    let (left, right) = value.split_once('-')?;
    let (month, number) = match (month(left), month(right)) {
        (Some(month), None) => (month, number(right)?),
        (None, Some(month)) => (month, number(left)?),
        _ => return None,
    };
    (month != number).then(|| format!("{}-{}", month.min(number), month.max(number)))
}

fn month(text: &str) -> Option<u32> {
    let index = MONTHS
        .iter()
        .position(|month| month.eq_ignore_ascii_case(text))?;
    Some(index as u32 + 1)
}

fn number(text: &str) -> Option<u32> {
    (text.len() <= 3 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

fn is_closed_range(value: &str) -> bool {
    let value = value.trim_matches(['(', ')', '[', ']']);
    let ends = value
        .split_once(['-', '–', ','])
        .or_else(|| value.split_once(" to "));
    ends.and_then(|(low, high)| Some(number(low.trim())? < number(high.trim())?))
        .unwrap_or(false)
}

fn is_open_range(value: &str) -> bool {
    let words: String = value.chars().filter(|c| !c.is_ascii_digit()).collect();
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    number(&digits).is_some() && OPEN.contains(&words.trim().to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_the_range_that_ascends() {
        let cases = [
            ("03-Sep", Some("3-9")),
            ("3-Sep", Some("3-9")),
            ("Sep-03", Some("3-9")),
            ("9-Mar", Some("3-9")),
            ("Oct-19", Some("10-19")),
            ("19-Oct", Some("10-19")),
            ("1-Feb", Some("1-2")),
            ("10-DEC", Some("10-12")),
            ("Jan-2", Some("1-2")),
            ("12-Oct", Some("10-12")),
            ("3-Mar", None),
            ("20-29", None),
            ("Mar-Sep", None),
            ("03-Sep-2020", None),
            ("sepia-3", None),
        ];
        for (date, range) in cases {
            assert_eq!(date_as_range(date).as_deref(), range, "{date}");
        }
    }

    #[test]
    fn only_a_column_of_ranges_is_restored() {
        let fairface = [
            "0-2",
            "03-Sep",
            "20-29",
            "Oct-19",
            "more than 70",
            "unknown",
        ];
        let ranges = mangled(fairface.into_iter()).unwrap();
        assert_eq!(ranges["03-Sep"], "3-9");
        assert_eq!(ranges["Oct-19"], "10-19");
        assert_eq!(ranges.len(), 2);
        for open in ["70+", ">=70", "< 5", "70 and over", "over 65"] {
            assert!(
                mangled(["(3, 9)", "20 to 29", "Oct-19", open].into_iter()).is_some(),
                "{open}"
            );
        }
        let dates = ["03-Sep", "04-Sep", "12-Oct"];
        assert!(mangled(dates.into_iter()).is_none());
        assert!(mangled(["03-Sep", "3", "20", "70+"].into_iter()).is_none());
        assert!(mangled(["03-Sep", "20-29", "late", "early"].into_iter()).is_none());
    }
}
