//! Images that stand in a dataset with several labels.

use crate::hint::Message;
use crate::record::Record;
use evenhand_stats::record::Classes;
use evenhand_stats::text::counted;
use std::collections::HashMap;
use std::hash::Hash;

/// Images whose rows have different labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflicts {
    pub images: usize,
    /// The rows of these images.
    pub rows: usize,
    /// Two of them, with different labels, as positions among the records.
    pub example: [usize; 2],
}

/// The images that have more than one label; `None` if each has one. `keys` has one digest of a file's bytes a
/// record, `None` where the file could not be read.
pub fn conflicts<K: Eq + Hash>(records: &[Record], keys: &[Option<K>]) -> Option<Conflicts> {
    assert_eq!(records.len(), keys.len(), "one key a record");
    let mut by_key: HashMap<&K, (usize, usize, Option<usize>)> = HashMap::new();
    for (row, (record, key)) in records.iter().zip(keys).enumerate() {
        if let (Some(label), Some(key)) = (record.label, key) {
            let (first, rows, other) = by_key.entry(key).or_insert((row, 0, None));
            *rows += 1;
            if records[*first].label != Some(label) {
                other.get_or_insert(row);
            }
        }
    }
    let found = by_key.into_values();
    let found = found.filter_map(|(first, rows, other)| Some((first, other?, rows)));
    let mut found: Vec<(usize, usize, usize)> = found.collect();
    found.sort_unstable();
    let (first, other, _) = *found.first()?;
    Some(Conflicts {
        images: found.len(),
        rows: found.iter().map(|(.., rows)| rows).sum(),
        example: [first, other],
    })
}

impl Conflicts {
    /// What to say of it.
    pub fn warning(&self, records: &[Record], classes: &Classes) -> Message {
        let [first, other] = self.example.map(|row| {
            let label = records[row].label.map_or("", |label| classes.name(label));
            format!("`{}` as `{label}`", records[row].path)
        });
        let (has, what) = match self.images {
            1 => ("has", "it"),
            _ => ("have", "each"),
        };
        Message::plain(format!(
            "{} {has} more than one label, in {}, such as {first} and {other}: correct the labels, or leave \
             all rows of {what} but one out",
            counted(self.images, "image"),
            counted(self.rows, "row"),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Location;

    #[test]
    fn images_with_several_labels_are_counted() {
        let record = |label: usize| Record {
            path: format!("{label}.png"),
            image: Location::File(Default::default()),
            label: (label < 2).then_some(label),
            person: None,
            part: None,
            attributes: Vec::new(),
        };
        let records = [0, 1, 1, 1, 0, 2, 0].map(record);
        let keys = [
            Some("a"),
            Some("b"),
            Some("a"),
            Some("b"),
            Some("a"),
            Some("b"),
            None,
        ];
        let found = conflicts(&records, &keys).unwrap();
        assert_eq!(
            found,
            Conflicts {
                images: 1,
                rows: 3,
                example: [0, 2]
            }
        );
        let classes = Classes::new(vec!["box".to_owned(), "disc".to_owned()]).unwrap();
        assert_eq!(
            found.warning(&records, &classes).to_string(),
            "1 image has more than one label, in 3 rows, such as `0.png` as `box` and `1.png` as `disc`: correct \
             the labels, or leave all rows of it but one out"
        );
        assert_eq!(conflicts(&records[..2], &keys[..2]), None);
    }
}
