//! How a plan is told: its sentences, its table, its numbers, and numbers as they are shown.

use evenhand_stats::hint::Message;
use evenhand_stats::text::thousands;
use serde_json::Value;

/// How a plan is told.
pub(super) trait Told {
    /// What is planned, a line each.
    fn sentences(&self) -> Vec<Message>;
    /// Titles of the columns, and the rows.
    fn table(&self) -> (Vec<String>, Vec<Vec<String>>);
    /// What the columns mean, a sentence each.
    fn legend(&self) -> Vec<String>;
    fn warnings(&self) -> Vec<Message> {
        Vec::new()
    }
    /// Names of the columns, and a row for each number.
    fn tidy(&self) -> (&'static [&'static str], Vec<Vec<String>>);
    fn to_json(&self) -> Value;
}

/// `0.05` as `5`, `0.025` as `2.5`.
pub(super) fn percent(share: f64) -> String {
    ((1e8 * share).round() / 1e6).to_string()
}

/// A number of rows; `-` where no number is enough.
pub(super) fn rows(n: Option<u64>) -> String {
    n.map_or_else(|| "-".to_owned(), thousands)
}

/// For CSV; empty where there is none.
pub(super) fn cell(value: Option<impl ToString>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}
