//! Numbers that are written in several ways: `1`, `1.0` and `01`. pandas writes integers as `1.0` in the columns
//! that have gaps, and as `1` in the others.

use std::collections::BTreeMap;

/// Whether two values are the same text or the same number.
///
/// ```
/// use evenhand_table::same_value;
/// assert!(same_value("1", "1.0") && same_value("F", "F"));
/// assert!(!same_value("1", "10") && !same_value("F", "f"));
/// ```
pub fn same_value(a: &str, b: &str) -> bool {
    a == b || plain(a).is_some_and(|number| plain(b) == Some(number))
}

/// For each value that is the same number as another one the value that stands for both: one of `known`, or else
/// the shortest.
pub(crate) fn merged<'a>(
    values: impl IntoIterator<Item = &'a str>,
    known: &[&str],
) -> BTreeMap<String, String> {
    let mut written: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for value in values {
        if let Some(number) = plain(value) {
            written.entry(number).or_default().push(value);
        }
    }
    let mut merged = BTreeMap::new();
    for (number, values) in written {
        let is_number = |known: &&&str| plain(known).as_ref() == Some(&number);
        let shortest = || values.iter().min_by_key(|value| (value.len(), **value));
        let Some(shown) = known.iter().find(is_number).or_else(shortest) else {
            continue;
        };
        let others = values.iter().filter(|value| *value != shown);
        merged.extend(others.map(|value| ((*value).to_owned(), (*shown).to_owned())));
    }
    merged
}

/// The number in one way of writing; `None` for other text. A single comma is a decimal sign, unless it may separate
/// thousands.
fn plain(text: &str) -> Option<String> {
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let is_exponent = digits.contains(['e', 'E']);
    let expanded = match is_exponent {
        // In full, as the shortest text of the number.
        true => {
            let number = digits.parse().ok().filter(|value: &f64| value.is_finite());
            number?.to_string()
        }
        false => digits.to_owned(),
    };
    let (whole, fraction) = match expanded.split_once(['.', ',']) {
        Some((_, fraction)) if expanded.contains(',') && fraction.len() == 3 => return None,
        Some(parts) => parts,
        None => (expanded.as_str(), ""),
    };
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let (whole, fraction) = (
        whole.trim_start_matches('0'),
        fraction.trim_end_matches('0'),
    );
    let sign = if whole.is_empty() && fraction.is_empty() {
        ""
    } else {
        sign
    };
    Some(format!("{sign}{whole}.{fraction}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_the_same_however_they_are_written() {
        for (a, b) in [
            ("1", "1.0"),
            ("1", "01"),
            ("1", "1."),
            ("1", "+1"),
            ("1", "1,0"),
            ("0", "-0.0"),
            ("0.5", ".50"),
            ("0,5", "0.5"),
            ("100", "1e2"),
            ("0.00001", "1e-05"),
            ("12345678901234567890", "12345678901234567890.0"),
        ] {
            assert!(same_value(a, b), "{a} {b}");
        }
        for (a, b) in [
            ("1", "2"),
            ("1", "-1"),
            ("1", "1,000"),
            ("12345678901234567890", "12345678901234567891"),
            ("1.0.0", "1.0"),
            ("", "0"),
            (".", "0"),
            ("1 %", "1"),
            ("0x1", "1"),
            ("e1", "1"),
            ("10-19", "10-19.0"),
        ] {
            assert!(!same_value(a, b), "{a} {b}");
        }
    }

    #[test]
    fn the_shortest_stands_for_all_unless_one_is_known() {
        let of = |known: &[&str]| merged(["1.0", "1", "01", "2.0", "F"], known);
        let one = |to: &str, from: [&str; 2]| {
            let pairs = from.map(|from| (from.to_owned(), to.to_owned()));
            BTreeMap::from(pairs)
        };
        assert_eq!(of(&[]), one("1", ["1.0", "01"]));
        let known = of(&["1.0", "2", "3"]);
        assert_eq!(known["1"], "1.0");
        assert_eq!(known["2.0"], "2");
        assert!(merged(["0.0", "1.0"], &[]).is_empty());
    }
}
