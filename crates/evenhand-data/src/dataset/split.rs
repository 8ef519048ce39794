//! Splits keep a person on one side: a face seen in training is not a test, and neither is a copy
//! of its file.

use super::DatasetError;
use crate::record::{MISSING, Part, Record};
use evenhand_stats::text::{counted, quoted};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::Hash;

const TRAIN: [&str; 2] = ["train", "training"];
const TEST: [&str; 5] = ["test", "testing", "val", "valid", "validation"];

/// The part that a word names, in any case.
pub(super) fn part(word: &str) -> Option<Part> {
    let is = |known: &&str| known.eq_ignore_ascii_case(word);
    if TRAIN.iter().any(is) {
        Some(Part::Train)
    } else {
        TEST.iter().any(is).then_some(Part::Test)
    }
}

/// The part of each row, by the words of the split column; an empty word is a missing one.
///
/// # Errors
/// Other words, missing ones, or a part that no row is in.
pub(super) fn parts<'a>(
    column: &str,
    words: impl Iterator<Item = &'a str> + Clone,
) -> Result<Vec<Part>, DatasetError> {
    let unexpected: BTreeSet<&str> = words.clone().filter(|word| part(word).is_none()).collect();
    let column = column.to_owned();
    if !unexpected.is_empty() {
        let shown = |word: &str| match word {
            "" => MISSING.to_owned(),
            word => word.to_owned(),
        };
        return Err(DatasetError::Split {
            column,
            values: quoted(unexpected.into_iter().map(shown)),
        });
    }
    let parts: Vec<Part> = words.filter_map(part).collect();
    for (wanted, name) in [(Part::Train, "train"), (Part::Test, "test")] {
        if !parts.contains(&wanted) {
            return Err(DatasetError::OneSidedSplit { column, part: name });
        }
    }
    Ok(parts)
}

/// The unit of each record: records that show the same person, or whose files have the same bytes,
/// are in one unit, and so are those that a chain of such links joins. Units are numbered from 0
/// in order of their first record.
///
/// `keys` has one digest of a file's bytes a record, `None` where the file could not be read.
pub fn units<K: Eq + Hash>(records: &[Record], keys: &[Option<K>]) -> Vec<usize> {
    assert_eq!(records.len(), keys.len(), "one key a record");
    let mut parents: Vec<usize> = (0..records.len()).collect();
    let mut by_person: HashMap<&str, usize> = HashMap::new();
    let mut by_key: HashMap<&K, usize> = HashMap::new();
    for (row, (record, key)) in records.iter().zip(keys).enumerate() {
        let person = record
            .person
            .as_deref()
            .map(|who| *by_person.entry(who).or_insert(row));
        let bytes = key.as_ref().map(|key| *by_key.entry(key).or_insert(row));
        for other in person.into_iter().chain(bytes) {
            let (a, b) = (root(&mut parents, row), root(&mut parents, other));
            parents[a.max(b)] = a.min(b);
        }
    }
    let mut numbers = HashMap::new();
    let number = |row| {
        let next = numbers.len();
        *numbers.entry(root(&mut parents, row)).or_insert(next)
    };
    (0..records.len()).map(number).collect()
}

/// The representative of a row's set, with the path to it halved.
fn root(parents: &mut [usize], mut row: usize) -> usize {
    while parents[row] != row {
        parents[row] = parents[parents[row]];
        row = parents[row];
    }
    row
}

/// A training record that would give a test record away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leak {
    /// Its position among the records.
    pub row: usize,
    pub kind: LeakKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeakKind {
    /// A test record has the same bytes.
    Bytes,
    /// A test record shows the same person.
    Person,
}

/// The training records whose unit ([`units`]) has a test record in it. The test part is what was
/// asked for: it stays, and these are to be left out of training.
pub fn leaks<K: Eq + Hash>(records: &[Record], keys: &[Option<K>]) -> Vec<Leak> {
    let units = units(records, keys);
    let test = || (0..records.len()).filter(|&row| records[row].part == Some(Part::Test));
    let test_units: HashSet<usize> = test().map(|row| units[row]).collect();
    let test_keys: HashSet<&K> = test().filter_map(|row| keys[row].as_ref()).collect();
    let kind = |row: usize| match &keys[row] {
        Some(key) if test_keys.contains(key) => LeakKind::Bytes,
        _ => LeakKind::Person,
    };
    (0..records.len())
        .filter(|&row| records[row].part == Some(Part::Train) && test_units.contains(&units[row]))
        .map(|row| Leak {
            row,
            kind: kind(row),
        })
        .collect()
}

/// Notes on leaks: one line a kind.
pub fn leak_notes(leaks: &[Leak]) -> Vec<String> {
    let note = |(kind, one, many): (LeakKind, &str, &str)| {
        let n = leaks.iter().filter(|leak| leak.kind == kind).count();
        let rows = counted(n, "training row");
        let (has, is) = if n == 1 { (one, "is") } else { (many, "are") };
        (n > 0).then(|| format!("{rows} {has} as a test row and {is} left out of training"))
    };
    [
        (LeakKind::Bytes, "has the same bytes", "have the same bytes"),
        (
            LeakKind::Person,
            "shows the same person",
            "show the same person",
        ),
    ]
    .into_iter()
    .filter_map(note)
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Location;

    fn record(person: Option<&str>, part: Option<Part>) -> Record {
        Record {
            path: String::new(),
            image: Location::File(Default::default()),
            label: Some(0),
            person: person.map(str::to_owned),
            part,
            attributes: Vec::new(),
        }
    }

    #[test]
    fn a_chain_of_persons_and_copies_is_one_unit() {
        let records = ["ann", "bob", "", "bob", "", "cem", ""]
            .map(|who| record((!who.is_empty()).then_some(who), None));
        // Row 4 is a copy of ann's image, and row 3, bob's, of that of row 2.
        let keys = [Some(1), Some(2), Some(3), Some(3), Some(1), None, None];
        assert_eq!(units(&records, &keys), [0, 1, 1, 1, 0, 2, 3]);
        let keys = [Some(1), Some(1), Some(3), Some(3), Some(1), None, None];
        assert_eq!(units(&records, &keys), [0, 0, 0, 0, 0, 1, 2]);
    }

    #[test]
    fn training_copies_of_the_test_part_are_leaks() {
        let (train, test) = (Some(Part::Train), Some(Part::Test));
        let records = [
            record(Some("ann"), train),
            record(Some("bob"), train),
            record(None, train),
            record(None, train),
            record(Some("ann"), test),
            record(None, test),
            record(None, None),
        ];
        let keys = [Some(1), Some(2), Some(3), None, Some(4), Some(3), Some(3)];
        let leaks = leaks(&records, &keys);
        let expected = [(0, LeakKind::Person), (2, LeakKind::Bytes)];
        assert_eq!(leaks, expected.map(|(row, kind)| Leak { row, kind }));
        assert_eq!(
            leak_notes(&leaks),
            [
                "1 training row has the same bytes as a test row and is left out of training",
                "1 training row shows the same person as a test row and is left out of training",
            ]
        );
    }

    fn split(words: &[&str]) -> Result<Vec<Part>, DatasetError> {
        parts("set", words.iter().copied())
    }

    #[test]
    fn a_split_column_says_train_and_test_and_nothing_else() {
        use Part::{Test, Train};
        let parts = split(&["Train", "test", "VAL", "validation", "training"]).unwrap();
        assert_eq!(parts, [Train, Test, Test, Test, Train]);
        let error = split(&["train", "tset", "", "test"])
            .unwrap_err()
            .to_string();
        assert!(error.contains("`(missing)`, `tset`"), "{error}");
        let error = split(&["train", "train"]).unwrap_err().to_string();
        assert_eq!(error, "the split column `set` puts no row in the test part");
    }
}
