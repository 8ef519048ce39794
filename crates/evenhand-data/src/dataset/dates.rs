//! Number ranges that a spreadsheet took for dates, put back.

use evenhand_table::{DateRanges, Table};

/// Puts back ranges such as `3-9` in the columns `at` of `rows`, which hold values of one kind, and returns what to
/// say of it. `known` are further values of that kind, from another table, that may show what the columns hold.
pub(super) fn restore<'a>(
    rows: impl Iterator<Item = &'a mut Vec<String>>,
    names: &[String],
    at: &[usize],
    known: &[&str],
) -> Vec<String> {
    let mut rows: Vec<&mut Vec<String>> = rows.collect();
    let values = rows
        .iter()
        .flat_map(|row| at.iter().map(|&at| row[at].as_str()));
    let values = values.filter(|value| !value.is_empty());
    let Some(ranges) = DateRanges::find(values.chain(known.iter().copied())) else {
        return Vec::new();
    };
    let column = |&at: &usize| {
        let values = rows.iter().map(|row| Some(row[at].clone()));
        (names[at].clone(), values.collect())
    };
    let table = Table::from_columns(at.iter().map(column).collect());
    let mut table = table.expect("the columns differ and have one length");
    let columns: Vec<usize> = (0..at.len()).collect();
    table.restore_alike(&columns, known);
    for row in &mut rows {
        for &at in at {
            if let Some(range) = ranges.range(&row[at]) {
                row[at] = range.to_owned();
            }
        }
    }
    table.notes().iter().map(ToString::to_string).collect()
}
