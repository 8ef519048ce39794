//! The list of what is to be predicted, gone through once and recognised again.

use super::Shard;
use crate::record::Record;
use serde::{Deserialize, Serialize};

/// How far a list was gone through, and what it held until there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Rows of the list, those of all shards.
    pub rows: u64,
    /// BLAKE3 of their paths and attributes, in hex. Where a machine keeps them is not in it.
    pub blake3: String,
}

/// Walks a list and yields a shard's records. A row that cannot be read ends it, and is kept.
pub struct List<I, X> {
    rows: I,
    shard: Shard,
    walked: u64,
    hash: blake3::Hasher,
    broken: Option<X>,
}

impl<X, I: Iterator<Item = Result<Record, X>>> List<I, X> {
    pub fn new(rows: I, shard: Shard) -> Self {
        Self {
            rows,
            shard,
            walked: 0,
            hash: blake3::Hasher::new(),
            broken: None,
        }
    }

    /// What the list is read from.
    pub fn source(&self) -> &I {
        &self.rows
    }

    pub fn reached(&self) -> Position {
        Position {
            rows: self.walked,
            blake3: self.hash.finalize().to_hex().to_string(),
        }
    }

    /// Leaves out the rows up to a position of an earlier walk. Whether they are what they were then,
    /// [`reached`](Self::reached) tells.
    pub fn skip_to(&mut self, rows: u64) {
        while self.walked < rows && self.step().is_some() {}
    }

    /// Error that ended the list early; given once.
    pub fn take_broken(&mut self) -> Option<X> {
        self.broken.take()
    }

    /// The next row of the whole list, and its place.
    fn step(&mut self) -> Option<(u64, Record)> {
        if self.broken.is_some() {
            return None;
        }
        match self.rows.next()? {
            Ok(record) => {
                let texts = std::iter::once(&record.path).chain(&record.attributes);
                for text in texts {
                    self.hash.update(&(text.len() as u64).to_le_bytes());
                    self.hash.update(text.as_bytes());
                }
                self.walked += 1;
                Some((self.walked - 1, record))
            }
            Err(error) => {
                self.broken = Some(error);
                None
            }
        }
    }
}

impl<X, I: Iterator<Item = Result<Record, X>>> Iterator for List<I, X> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        loop {
            let (row, record) = self.step()?;
            if self.shard.holds(row) {
                return Some(record);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Location;

    fn list(
        rows: &[(&str, &str)],
        shard: Shard,
    ) -> List<impl Iterator<Item = Result<Record, String>>, String> {
        let rows: Vec<_> = rows
            .iter()
            .map(|(path, value)| match *path {
                "torn" => Err("torn".to_owned()),
                path => Ok(Record {
                    path: path.into(),
                    image: Location::File(path.into()),
                    label: None,
                    person: None,
                    part: None,
                    attributes: vec![value.to_string()],
                }),
            })
            .collect();
        List::new(rows.into_iter(), shard)
    }

    const ROWS: [(&str, &str); 5] = [("a", "1"), ("b", "2"), ("c", "3"), ("d", "4"), ("e", "5")];

    #[test]
    fn shards_share_a_list_and_all_know_it_whole() {
        let paths = |shard| -> (Vec<String>, Position) {
            let mut list = list(&ROWS, shard);
            let paths = list.by_ref().map(|record| record.path).collect();
            (paths, list.reached())
        };
        let (whole, position) = paths(Shard::WHOLE);
        assert_eq!(whole, ["a", "b", "c", "d", "e"]);
        assert_eq!(position.rows, 5);
        let (second, seen) = paths(Shard::new(2, 2).unwrap());
        assert_eq!(second, ["b", "d"]);
        assert_eq!(seen, position);
    }

    #[test]
    fn another_list_is_another_position() {
        let at_two = |rows: &[(&str, &str)]| {
            let mut list = list(rows, Shard::WHOLE);
            list.skip_to(2);
            list.reached()
        };
        let known = at_two(&ROWS);
        assert_eq!(known, at_two(&ROWS[..2]));
        assert_ne!(known, at_two(&[("a", "1"), ("b", "3")]));
        assert_ne!(known, at_two(&[("b", "2"), ("a", "1")]));
        assert_ne!(known, at_two(&[("a", "1b"), ("", "2")]));
        assert_eq!(at_two(&ROWS[..1]).rows, 1);
    }

    #[test]
    fn a_torn_row_ends_the_list_and_is_told() {
        let mut list = list(&[("a", "1"), ("torn", ""), ("c", "3")], Shard::WHOLE);
        assert_eq!(list.by_ref().count(), 1);
        assert_eq!(list.take_broken().as_deref(), Some("torn"));
    }
}
