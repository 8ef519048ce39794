//! Counts and lists as messages show them.

use std::fmt::Display;

/// The most names that a list in a message shows.
const SHOWN: usize = 20;

/// `1234` as `1,234`.
fn thousands(n: u64) -> String {
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

/// `1 row`, `1,234 rows`.
pub(crate) fn counted(n: impl TryInto<u64>, what: &str) -> String {
    let n = n.try_into().unwrap_or(u64::MAX);
    format!("{} {what}{}", thousands(n), if n == 1 { "" } else { "s" })
}

/// `` `a`, `b` ``, cut after the first twenty.
pub(crate) fn quoted<S: Display>(names: impl IntoIterator<Item = S>) -> String {
    let names = names.into_iter().map(|name| format!("`{name}`"));
    listed(names.collect(), SHOWN)
}

/// `a, b and 3 more`.
pub(crate) fn listed(items: Vec<String>, shown: usize) -> String {
    match items.len().checked_sub(shown) {
        None | Some(0) => items.join(", "),
        Some(more) => format!(
            "{} and {} more",
            items[..shown].join(", "),
            thousands(more as u64)
        ),
    }
}
