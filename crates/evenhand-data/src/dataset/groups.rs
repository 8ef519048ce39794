//! Groups as the user names them: an attribute, `race`, or several crossed, `race*gender`.

use super::DatasetError;
use crate::record::{MISSING, Record};
use evenhand_stats::groups::{UnknownColumn, parse};
use evenhand_stats::text::quoted;
use std::collections::{BTreeMap, BTreeSet};

/// The columns that a group crosses, as positions in `attributes`. A column whose name has a `*` or `,` is a group too.
///
/// # Errors
/// A group that can't be read, or a column that does not exist; for `race=Black`, that groups are not named by their
/// values.
pub(super) fn columns(
    attributes: &[String],
    records: &[Record],
    group: &str,
) -> Result<Vec<usize>, DatasetError> {
    if let Some(column) = attributes.iter().position(|attribute| attribute == group) {
        return Ok(vec![column]);
    }
    let groups = parse(group).map_err(DatasetError::Group)?;
    let columns = match &groups[..] {
        [group] => group.columns(attributes),
        // Several, or none.
        _ => Err(UnknownColumn {
            name: group.to_owned(),
            known: attributes.to_vec(),
        }),
    };
    columns.map_err(|source| unknown(attributes, records, source))
}

/// The error about a name that is no column.
fn unknown(attributes: &[String], records: &[Record], source: UnknownColumn) -> DatasetError {
    let position = |name: &str| attributes.iter().position(|attribute| attribute == name);
    let named = source.name.split_once('=');
    let Some((column, value)) =
        named.and_then(|(column, value)| Some((position(column.trim())?, value.trim())))
    else {
        return DatasetError::NoSuchGroup { source };
    };
    let values: BTreeSet<&str> = records
        .iter()
        .map(|record| record.attributes[column].as_str())
        .collect();
    let group = source.name.clone();
    let column = attributes[column].clone();
    match values.contains(value) {
        true => DatasetError::GroupIsValue { group, column },
        false => DatasetError::NoMembers {
            group,
            column,
            values: quoted(values),
        },
    }
}

/// Checks that some record has a value for every column of each group.
///
/// # Errors
/// A column that does not exist, or a group that no record of the `part` is in.
pub(super) fn check(
    attributes: &[String],
    records: &[Record],
    groups: &[String],
    part: &str,
) -> Result<(), DatasetError> {
    for group in groups {
        let columns = columns(attributes, records, group)?;
        let is_in = |record: &Record| columns.iter().all(|&c| record.attributes[c] != MISSING);
        if !records.iter().any(is_in) {
            let (group, part) = (group.clone(), part.to_owned());
            return Err(DatasetError::EmptyGroup { group, part });
        }
    }
    Ok(())
}

/// The stratum of each record, by label and by the crossing of all `columns`: numbers from 0 whose
/// order is that of the labels, then of the values.
pub(super) fn strata(records: &[Record], columns: &[usize]) -> Vec<usize> {
    let key = |record: &Record| {
        let values: Vec<String> = columns
            .iter()
            .map(|&c| record.attributes[c].clone())
            .collect();
        (record.label, values)
    };
    let keys: Vec<_> = records.iter().map(key).collect();
    let numbers: BTreeMap<_, _> = keys
        .iter()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .zip(0..)
        .collect();
    keys.iter().map(|key| numbers[key]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Location;

    fn records(rows: &[(Option<usize>, [&str; 2])]) -> Vec<Record> {
        let record = |&(label, values): &(Option<usize>, [&str; 2])| Record {
            path: String::new(),
            image: Location::File(Default::default()),
            label,
            person: None,
            part: None,
            attributes: values.map(str::to_owned).to_vec(),
        };
        rows.iter().map(record).collect()
    }

    #[test]
    fn a_group_without_members_is_an_error_that_says_which() {
        let attributes = ["race".to_owned(), "age".to_owned()];
        let records = records(&[(Some(0), ["Black", MISSING]), (Some(1), [MISSING, MISSING])]);
        let error = |group: &str| {
            check(&attributes, &records, &[group.to_owned()], "dataset")
                .unwrap_err()
                .to_string()
        };
        assert!(check(&attributes, &records, &["race".to_owned()], "dataset").is_ok());
        assert_eq!(
            error("age"),
            "no row of the dataset has a value for the group `age`"
        );
        assert_eq!(
            error("race * age"),
            "no row of the dataset has a value for the group `race * age`"
        );
        assert_eq!(
            error("sex"),
            "there is no column `sex` to group by; the columns are `race`, `age`"
        );
        assert_eq!(
            error("race=Martian"),
            "the group `race=Martian` has no members; the values of `race` are `(missing)`, `Black`"
        );
        assert_eq!(
            error("race=Black"),
            "`race=Black` is one value; a group is a column, `race`"
        );
    }

    #[test]
    fn strata_are_numbered_by_label_and_then_by_group() {
        let rows = [
            (Some(1), ["a", "x"]),
            (Some(0), ["b", "x"]),
            (Some(0), ["a", "x"]),
        ];
        assert_eq!(strata(&records(&rows), &[0]), [2, 1, 0]);
        assert_eq!(strata(&records(&rows), &[1]), [1, 0, 0]);
        assert_eq!(strata(&records(&rows), &[]), [1, 0, 0]);
    }
}
