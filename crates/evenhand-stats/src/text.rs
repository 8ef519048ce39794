//! Counts and lists of names, as messages and reports show them.

use std::fmt::Display;

/// The most names that a list in a message shows.
const SHOWN: usize = 20;

/// `1234` as `1,234`.
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A rate in two significant digits: `0.046`, `3.1`, `120`, `1,200`.
pub fn two_digits(rate: f64) -> String {
    if !(rate.is_finite() && rate > 0.0) {
        return "0".to_owned();
    }
    let rounded: f64 = format!("{rate:.1e}").parse().unwrap_or(rate);
    let magnitude = rounded.log10().floor() as i32;
    match usize::try_from(1 - magnitude) {
        Ok(decimals @ 1..) => format!("{rounded:.decimals$}"),
        _ => thousands(rounded.round() as u64),
    }
}

/// `1 row`, `1,234 rows`; `one` is the word for one of them.
pub fn counted(n: impl TryInto<u64>, one: &str) -> String {
    let n = n.try_into().unwrap_or(u64::MAX);
    let plural = if n == 1 { "" } else { "s" };
    format!("{} {one}{plural}", thousands(n))
}

/// `` `a`, `b` ``, cut after the first twenty: `` `a`, … `t` and 1,234 more ``.
pub fn quoted<S: Display>(names: impl IntoIterator<Item = S>) -> String {
    let names = names.into_iter().map(|name| format!("`{name}`"));
    listed(names, SHOWN)
}

/// `a, b and 1,234 more`, cut after the first `shown`.
pub fn listed(items: impl IntoIterator<Item = String>, shown: usize) -> String {
    let items: Vec<String> = items.into_iter().collect();
    match items.len().checked_sub(shown) {
        None | Some(0) => items.join(", "),
        Some(more) => format!(
            "{} and {} more",
            items[..shown].join(", "),
            thousands(more as u64)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_have_two_significant_digits() {
        let cases = [
            (0.0, "0"),
            (0.04567, "0.046"),
            (0.999, "1.0"),
            (3.12, "3.1"),
            (9.96, "10"),
            (123.4567, "120"),
            (12_345.0, "12,000"),
            (f64::NAN, "0"),
        ];
        for (rate, text) in cases {
            assert_eq!(two_digits(rate), text);
        }
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        let cases = [
            (7, "7"),
            (999, "999"),
            (1000, "1,000"),
            (4_652_008, "4,652,008"),
        ];
        for (number, want) in cases {
            assert_eq!(thousands(number), want);
        }
        assert_eq!(counted(1, "row"), "1 row");
        assert_eq!(counted(1234, "row"), "1,234 rows");
    }

    #[test]
    fn long_lists_are_cut() {
        assert_eq!(quoted(["a", "b"]), "`a`, `b`");
        assert_eq!(quoted(0..20).matches('`').count(), 40);
        assert!(quoted(0..1025).ends_with("`19` and 1,005 more"));
    }
}
