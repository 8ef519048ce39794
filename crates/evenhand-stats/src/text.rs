//! Numbers, lists of names and text from data, as messages and reports show them.

use std::borrow::Cow;
use std::fmt::Display;

/// The most names that a list in a message shows.
const SHOWN: usize = 20;

/// A table of texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextTable {
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl TextTable {
    pub(crate) fn new<const N: usize>(
        header: [&str; N],
        rows: impl IntoIterator<Item = [String; N]>,
    ) -> Self {
        Self {
            header: header.map(String::from).to_vec(),
            rows: rows.into_iter().map(Vec::from).collect(),
        }
    }
}

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

/// `0.8123` as `81.2`, with a true minus sign.
pub fn tenths(share: f64) -> String {
    let text = format!("{:.1}", share * 100.0);
    match text.strip_prefix('-') {
        Some("0.0") => "0.0".to_owned(),
        Some(digits) => format!("−{digits}"),
        None => text,
    }
}

/// `0.8123` as `81.2`, with a hyphen for a minus sign: what a terminal shows anywhere.
pub fn ascii_tenths(share: f64) -> String {
    tenths(share).replace('−', "-")
}

/// Without the digits that binary fractions add: 99.9, not 99.90000000000001.
pub fn plain(number: f64) -> String {
    format!("{number:.6}")
        .trim_end_matches('0')
        .trim_end_matches('.')
        .to_owned()
}

/// `0.8123` as `81.2%`.
pub fn percent(share: f64) -> String {
    format!("{}%", tenths(share))
}

/// `(78.9–83.4)`, in per cent; with `to` for the dash where a bound is negative.
pub fn range(low: f64, high: f64) -> String {
    let (low, high) = (tenths(low), tenths(high));
    let between = if low.starts_with('−') || high.starts_with('−') {
        " to "
    } else {
        "–"
    };
    format!("({low}{between}{high})")
}

/// `p = 0.012`, `p < 0.001`.
pub fn p(p: f64) -> String {
    match p {
        p if p < 0.001 => "p < 0.001".to_owned(),
        p => format!("p = {p:.3}"),
    }
}

/// A finite number, of which a spreadsheet may have written the decimal sign as a comma. `1,234` is none: it may be
/// a thousand and more.
pub fn decimal(text: &str) -> Option<f64> {
    let number = match text.split_once(',') {
        Some((_, thousands)) if thousands.len() == 3 => None,
        Some(_) => text.replacen(',', ".", 1).parse().ok(),
        None => text.parse().ok(),
    };
    number.filter(|value: &f64| value.is_finite())
}

/// `1 row`, `1,234 rows`; `one` is the word for one of them.
pub fn counted(n: impl TryInto<u64>, one: &str) -> String {
    let n = n.try_into().unwrap_or(u64::MAX);
    let plural = if n == 1 { "" } else { "s" };
    format!("{} {one}{plural}", thousands(n))
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(items: &[String], last: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
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

/// Text from data with its control characters written out: `\u{1b}`, `\r`, `\n`. A terminal would obey
/// them: clear itself, change its title, or show a line that nobody wrote.
pub fn visible(text: &str) -> Cow<'_, str> {
    written_out(text, is_hidden)
}

/// The same for text of several lines and columns: line feeds and tabs stay.
pub fn visible_lines(text: &str) -> Cow<'_, str> {
    written_out(text, |c| is_hidden(c) && !matches!(c, '\n' | '\t'))
}

fn written_out(text: &str, hidden: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match hidden(c) {
            true => shown.extend(c.escape_default()),
            false => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// Control characters, line separators, and the marks that turn the direction of text around.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_like_text() {
        assert_eq!(range(0.7123, 0.84), "(71.2–84.0)");
        assert_eq!(range(-0.012, 0.105), "(−1.2 to 10.5)");
        assert_eq!(percent(-0.0001), "0.0%");
        assert_eq!(percent(1.0), "100.0%");
        assert_eq!(
            (p(0.0123), p(0.0009)),
            ("p = 0.012".into(), "p < 0.001".into())
        );
        let items = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(list(&items, "and"), "a, b and c");
        assert_eq!(list(&items[..1], "and"), "a");
    }

    #[test]
    fn a_comma_is_a_decimal_sign_where_it_can_be_nothing_else() {
        let cases = [
            ("950", Some(950.0)),
            ("-0.25", Some(-0.25)),
            ("0,5", Some(0.5)),
            ("12,3456", Some(12.3456)),
            ("1,234", None),
            ("1,2,3", None),
            ("inf", None),
            ("a,b", None),
        ];
        for (text, number) in cases {
            assert_eq!(decimal(text), number, "{text}");
        }
    }

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
    fn control_characters_are_written_out() {
        let cases = [
            ("\u{1b}[2JA", "\\u{1b}[2JA"),
            ("\u{1b}]0;owned\u{7}box", "\\u{1b}]0;owned\\u{7}box"),
            ("B\u{8}\u{7f}\u{9b}", "B\\u{8}\\u{7f}\\u{9b}"),
            ("C\r\nerror: fake", "C\\r\\nerror: fake"),
            ("gpj.\u{202e}exe", "gpj.\\u{202e}exe"),
        ];
        for (text, want) in cases {
            assert_eq!(visible(text), want);
        }
        for text in ["Müller \\ 10–19", "大 👩🏽\u{200d}🔬", ""] {
            assert!(matches!(visible(text), Cow::Borrowed(same) if same == text));
        }
        assert_eq!(visible_lines("a\tb\n\u{1b}c\r\n"), "a\tb\n\\u{1b}c\\r\n");
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
