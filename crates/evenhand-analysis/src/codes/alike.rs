//! Columns of a wide table that hold codes, told by their values: coders choose from the same labels.

use evenhand_table::{Table, same_value, schema};
use std::collections::BTreeSet;

/// A column of more different values holds no codes.
const MOST: usize = 50;

/// The columns whose values are alike, of which there are at least two; `None` if there are none, or several kinds of
/// them.
pub(super) fn columns_alike(table: &Table, item: Option<usize>) -> Option<Vec<usize>> {
    let names = table.columns().iter().enumerate();
    let candidates =
        names.filter(|(at, name)| Some(*at) != item && !schema::NAMES.contains(&name.as_str()));
    let values = candidates.filter_map(|(at, _)| Some((at, values(table, at)?)));
    let mut kinds: Vec<(BTreeSet<String>, Vec<usize>)> = Vec::new();
    for (at, values) in values {
        match kinds
            .iter_mut()
            .find(|(known, _)| are_alike(known, &values))
        {
            Some((known, columns)) => {
                known.extend(values);
                columns.push(at);
            }
            None => kinds.push((values, vec![at])),
        }
    }
    kinds.retain(|(_, columns)| columns.len() > 1);
    match <[_; 1]>::try_from(kinds) {
        Ok([(_, columns)]) => Some(columns),
        Err(_) => None,
    }
}

/// The different values; `None` of a column that is empty or has very many.
fn values(table: &Table, column: usize) -> Option<BTreeSet<String>> {
    let text = table.text(column);
    let mut values = BTreeSet::new();
    for value in text.iter().flatten() {
        if !values.contains(value) {
            values.insert(value.to_owned());
        }
        if values.len() > MOST {
            return None;
        }
    }
    // Numbers that are different in most rows are measurements.
    let coded = text.len() - text.missing();
    let is_few = values.len() <= 10 || 2 * values.len() <= coded;
    (is_few && !values.is_empty()).then_some(values)
}

/// Whether at least half of the smaller set is in the other.
fn are_alike(a: &BTreeSet<String>, b: &BTreeSet<String>) -> bool {
    let (few, many) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let is_in = |value: &&String| many.iter().any(|other| same_value(value, other));
    2 * few.iter().filter(is_in).count() >= few.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(columns: &[(&str, &[&str])]) -> Option<Vec<String>> {
        let column = |(name, values): &(&str, &[&str])| {
            let values = values.iter().map(|value| Some((*value).to_owned()));
            ((*name).to_owned(), values.collect())
        };
        let table = Table::from_columns(columns.iter().map(column).collect()).unwrap();
        let found = columns_alike(&table, Some(0))?;
        Some(
            found
                .iter()
                .map(|&at| table.columns()[at].clone())
                .collect(),
        )
    }

    #[test]
    fn coders_choose_from_the_same_labels() {
        let (item, race) = (
            ("item", &["1", "2", "3"][..]),
            ("race", &["A", "B", "A"][..]),
        );
        let ann = ("ann", &["F", "M", "F"][..]);
        let bob = ("bob", &["F", "", "F"][..]);
        assert_eq!(
            alike(&[item, race, ann, bob]).unwrap(),
            ["ann", "bob"].map(String::from)
        );
        let numbers = [("x", &["1.0", "", "2.0"][..]), ("y", &["2", "1", "1"][..])];
        assert!(alike(&[item, numbers[0], numbers[1]]).is_some());
        assert_eq!(alike(&[item, race, ann]), None);
        let other = ("race_bob", &["A", "A", "B"][..]);
        assert_eq!(alike(&[item, race, ann, bob, other]), None, "two kinds");
    }
}
