//! Warnings about values, whatever is done with them.

use std::collections::BTreeMap;

/// Values that differ in case, spaces and signs only, and are probably one.
pub(crate) fn misspelt<'a>(
    of: &str,
    values: impl IntoIterator<Item = &'a str>,
) -> impl Iterator<Item = String> {
    let mut spellings: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for value in values {
        let letters = value.chars().filter(|c| c.is_alphanumeric());
        let plain: String = letters.flat_map(char::to_lowercase).collect();
        // `3-9` and `39` differ by more than spelling.
        if plain.chars().any(char::is_alphabetic) {
            spellings.entry(plain).or_default().push(value);
        }
    }
    let several = spellings.into_values().filter(|values| values.len() > 1);
    let several = several.map(move |values| {
        let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
        let values = values.join(" and ");
        format!("{of}: {values} are taken as different; are they spellings of one?")
    });
    several.collect::<Vec<_>>().into_iter()
}
