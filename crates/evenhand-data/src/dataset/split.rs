//! Splits keep a person on one side: a face seen in training is not a test, and neither is a copy
//! of its file.

use super::DatasetError;
use crate::record::{MISSING, Part, Record};
use evenhand_stats::text::{counted, quoted};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::Hash;

/// The words for each part.
const WORDS: [(Part, &[&str]); 3] = [
    (Part::Train, &["train", "training"]),
    (Part::Validation, &["val", "valid", "validation", "dev"]),
    (Part::Test, &["test", "testing"]),
];

/// The part that a word names, in any case.
pub(super) fn part(word: &str) -> Option<Part> {
    let is = |known: &&str| known.eq_ignore_ascii_case(word);
    let named = WORDS.iter().find(|(_, words)| words.iter().any(is));
    named.map(|(part, _)| *part)
}

/// Parts of rows, as a split column tells them.
#[derive(Debug, PartialEq)]
pub(super) struct Parts {
    /// One a row.
    pub(super) of: Vec<Part>,
    /// What was decided, in words.
    pub(super) note: Option<String>,
}

/// The part of each row, by the words of the split column; an empty word is a missing one. Where no row is in a
/// test part, validation rows are tested on: a data set of two parts has no other rows for that.
///
/// # Errors
/// Other words, missing ones, no training rows, or training rows alone.
pub(super) fn parts<'a>(
    column: &str,
    words: impl Iterator<Item = &'a str> + Clone,
) -> Result<Parts, DatasetError> {
    let unexpected: BTreeSet<&str> = words.clone().filter(|word| part(word).is_none()).collect();
    if !unexpected.is_empty() {
        let shown = |word: &str| match word {
            "" => MISSING.to_owned(),
            word => word.to_owned(),
        };
        return Err(DatasetError::Split {
            column: column.to_owned(),
            values: quoted(unexpected.into_iter().map(shown)),
        });
    }
    let mut of: Vec<Part> = words.filter_map(part).collect();
    let count = |wanted: Part| of.iter().filter(|&&part| part == wanted).count();
    let [train, validation, test] = [Part::Train, Part::Validation, Part::Test].map(count);
    let one_sided = |part| DatasetError::OneSidedSplit {
        column: column.to_owned(),
        part,
    };
    let rows = counted(validation, "validation row");
    let note = match (train, validation, test) {
        (0, ..) => return Err(one_sided("train")),
        (_, 0, 0) => return Err(one_sided("test")),
        (_, 0, _) => None,
        (_, n, 0) => {
            of.iter_mut()
                .filter(|part| **part == Part::Validation)
                .for_each(|part| *part = Part::Test);
            let verb = if n == 1 { "is" } else { "are" };
            Some(format!(
                "{column}: no row is in a test part, so the {rows} {verb} tested on"
            ))
        }
        (_, n, _) => {
            let (verb, is) = if n == 1 {
                ("decides", "is")
            } else {
                ("decide", "are")
            };
            Some(format!(
                "{column}: the {rows} {verb} when training stops, and {is} neither learned from nor tested on"
            ))
        }
    };
    Ok(Parts { of, note })
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

/// A record that would give a record of a later part away: training comes before validation, validation before
/// the test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leak {
    /// Its position among the records.
    pub row: usize,
    pub kind: LeakKind,
    pub part: Part,
    /// The part that it would give away.
    pub into: Part,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeakKind {
    /// A record of that part has the same bytes.
    Bytes,
    /// A record of that part shows the same person.
    Person,
}

/// The records whose unit ([`units`]) has a record of a later part in it. The later part is what was asked for: it
/// stays, and these are to be left out of theirs.
pub fn leaks<K: Eq + Hash>(records: &[Record], keys: &[Option<K>]) -> Vec<Leak> {
    let units = units(records, keys);
    let mut last_of_unit: HashMap<usize, Part> = HashMap::new();
    let mut with_key: HashSet<(&K, Part)> = HashSet::new();
    for (row, record) in records.iter().enumerate() {
        let Some(part) = record.part else { continue };
        let last = last_of_unit.entry(units[row]).or_insert(part);
        *last = part.max(*last);
        with_key.extend(keys[row].as_ref().map(|key| (key, part)));
    }
    let leak = |row: usize| {
        let part = records[row].part?;
        let into = *last_of_unit.get(&units[row])?;
        let has_bytes = |key: &K| with_key.contains(&(key, into));
        let kind = match keys[row].as_ref().is_some_and(has_bytes) {
            true => LeakKind::Bytes,
            false => LeakKind::Person,
        };
        (into > part).then_some(Leak {
            row,
            kind,
            part,
            into,
        })
    };
    (0..records.len()).filter_map(leak).collect()
}

/// Notes on leaks: one line a kind.
pub fn leak_notes(leaks: &[Leak]) -> Vec<String> {
    let long = |part: Part| match part {
        Part::Train => "training",
        Part::Validation => "validation",
        Part::Test => "test",
    };
    let mut notes = Vec::new();
    let pairs = [
        (Part::Train, Part::Test),
        (Part::Train, Part::Validation),
        (Part::Validation, Part::Test),
    ];
    for (part, into) in pairs {
        for (kind, one, many) in [
            (LeakKind::Bytes, "has the same bytes", "have the same bytes"),
            (
                LeakKind::Person,
                "shows the same person",
                "show the same person",
            ),
        ] {
            let is = |leak: &&Leak| (leak.part, leak.into, leak.kind) == (part, into, kind);
            let n = leaks.iter().filter(is).count();
            if n == 0 {
                continue;
            }
            let rows = counted(n, &format!("{} row", long(part)));
            let (has, is) = if n == 1 { (one, "is") } else { (many, "are") };
            let of_training = match part {
                Part::Train => " of training",
                Part::Validation | Part::Test => "",
            };
            let into = long(into);
            notes.push(format!(
                "{rows} {has} as a {into} row and {is} left out{of_training}"
            ));
        }
    }
    notes
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
        let (part, into) = (Part::Train, Part::Test);
        let leak = |(row, kind)| Leak {
            row,
            kind,
            part,
            into,
        };
        assert_eq!(leaks, expected.map(leak));
        assert_eq!(
            leak_notes(&leaks),
            [
                "1 training row has the same bytes as a test row and is left out of training",
                "1 training row shows the same person as a test row and is left out of training",
            ]
        );
    }

    #[test]
    fn nothing_that_stands_in_a_later_part_is_learned_from_or_stopped_by() {
        let (train, validation, test) = (Part::Train, Part::Validation, Part::Test);
        let records = [
            record(Some("ann"), Some(train)),
            record(Some("ann"), Some(validation)),
            record(Some("bob"), Some(validation)),
            record(Some("bob"), Some(test)),
            record(None, Some(train)),
        ];
        let keys: [Option<u8>; 5] = [None; 5];
        let leaks = leaks(&records, &keys);
        let rows: Vec<_> = leaks.iter().map(|leak| (leak.row, leak.into)).collect();
        assert_eq!(rows, [(0, validation), (2, test)]);
        assert_eq!(
            leak_notes(&leaks),
            [
                "1 training row shows the same person as a validation row and is left out of training",
                "1 validation row shows the same person as a test row and is left out",
            ]
        );
    }

    fn split(words: &[&str]) -> Result<Parts, DatasetError> {
        parts("set", words.iter().copied())
    }

    #[test]
    fn a_split_column_says_train_validation_and_test_and_nothing_else() {
        use Part::{Test, Train, Validation};
        let three = split(&["Train", "test", "VAL", "validation", "training"]).unwrap();
        assert_eq!(three.of, [Train, Test, Validation, Validation, Train]);
        assert_eq!(
            three.note.unwrap(),
            "set: the 2 validation rows decide when training stops, and are neither learned from nor tested on"
        );
        let plain = split(&["train", "test"]).unwrap();
        assert_eq!((plain.of, plain.note), (vec![Train, Test], None));
        let error = split(&["train", "tset", "", "test"])
            .unwrap_err()
            .to_string();
        assert!(error.contains("`(missing)`, `tset`"), "{error}");
        let error = split(&["train", "train"]).unwrap_err().to_string();
        assert_eq!(error, "the split column `set` puts no row in the test part");
        let error = split(&["val", "test"]).unwrap_err().to_string();
        assert_eq!(
            error,
            "the split column `set` puts no row in the train part"
        );
    }

    #[test]
    fn of_two_parts_the_validation_rows_are_the_test() {
        let two = split(&["train", "val"]).unwrap();
        assert_eq!(two.of, [Part::Train, Part::Test]);
        assert_eq!(
            two.note.unwrap(),
            "set: no row is in a test part, so the 1 validation row is tested on"
        );
    }
}
