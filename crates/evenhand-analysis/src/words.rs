//! Counts, lists and names as messages show them.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::Path;

pub(crate) use evenhand_stats::text::counted;

/// `2 unreadable, 1 without a label`.
pub(crate) fn by_reason(rows: &BTreeMap<String, u64>) -> String {
    let counts = rows.iter().map(|(reason, n)| format!("{n} {reason}"));
    counts.collect::<Vec<_>>().join(", ")
}

/// `` `a`, `b` ``.
pub(crate) fn quoted<S: Display>(names: impl IntoIterator<Item = S>) -> String {
    let names = names.into_iter().map(|name| format!("`{name}`"));
    names.collect::<Vec<_>>().join(", ")
}

/// The name of a file without its folder; what stands for one of a table from memory.
pub(crate) fn file_name(path: Option<&Path>, otherwise: &str) -> String {
    let name = path.map(|path| path.file_name().unwrap_or(path.as_os_str()));
    name.map_or_else(
        || otherwise.to_owned(),
        |name| name.to_string_lossy().into_owned(),
    )
}

/// A table in a sentence: its path, or what stands for a table from memory.
pub(crate) fn shown(path: Option<&Path>, otherwise: &str) -> String {
    path.map_or_else(|| otherwise.to_owned(), |path| path.display().to_string())
}

/// `faces.csv: ` in front of a message, nothing for a table from memory.
pub(crate) fn prefix(path: Option<&Path>) -> String {
    path.map(|path| format!("{}: ", path.display()))
        .unwrap_or_default()
}
