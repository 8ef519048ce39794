//! Names of columns.

use crate::error::TableError;
use evenhand_stats::groups;

/// Trims names; a column without one, such as a data frame's index, is called after its position. `table` is
/// what errors put in front.
///
/// # Errors
/// Two columns of one name.
pub(crate) fn names<S: AsRef<str>>(
    raw: impl IntoIterator<Item = S>,
    table: &str,
) -> Result<Vec<String>, TableError> {
    let mut names: Vec<String> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for (i, name) in raw.into_iter().enumerate() {
        let name = match name.as_ref().trim() {
            "" => format!("column {}", i + 1),
            name => name.to_owned(),
        };
        if !seen.insert(name.clone()) {
            return Err(TableError::DuplicateColumn {
                table: table.to_owned(),
                column: name,
            });
        }
        names.push(name);
    }
    Ok(names)
}

/// The position of a column. `left_out` are columns of the file that hold no text or numbers, and what they hold.
///
/// # Errors
/// There is none of that name.
pub(crate) fn position(
    name: &str,
    columns: &[String],
    left_out: &[(String, &'static str)],
    table: &str,
) -> Result<usize, TableError> {
    groups::column(name, columns).map_err(|source| {
        let table = table.to_owned();
        match left_out.iter().find(|(column, _)| column == name) {
            Some((column, kind)) => TableError::NotValues {
                table,
                column: column.clone(),
                kind,
            },
            None => TableError::UnknownColumn { table, source },
        }
    })
}

/// The position of the first of `names` among `columns`.
pub(crate) fn first(names: &[&str], columns: &[String]) -> Option<usize> {
    let position = |name: &&str| columns.iter().position(|column| column == name);
    names.iter().find_map(position)
}
