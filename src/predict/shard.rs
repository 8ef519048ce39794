//! A share of a list, for one machine of several.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Every `of`-th row of a list, from the `index`-th on, counted from 1. Which rows these are follows
/// from the list alone, so that every machine knows its own without asking another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    pub index: u64,
    pub of: u64,
}

impl Shard {
    /// The whole of a list.
    pub const WHOLE: Self = Self { index: 1, of: 1 };

    pub fn new(index: u64, of: u64) -> Option<Self> {
        (1..=of).contains(&index).then_some(Self { index, of })
    }

    /// True if the row, counted from 0, is in it.
    pub fn holds(self, row: u64) -> bool {
        row % self.of == self.index - 1
    }

    /// How many of a list's rows are in it.
    pub fn rows(self, of_list: u64) -> u64 {
        (of_list + self.of - self.index) / self.of
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/');
        let numbers = parts.and_then(|(index, of)| Some((index.parse().ok()?, of.parse().ok()?)));
        numbers
            .and_then(|(index, of)| Self::new(index, of))
            .ok_or_else(|| "a shard is one of several, from 1/3 to 3/3 of three".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_in_one_shard_and_each_knows_how_many_it_has() {
        for rows in 0..20 {
            for of in 1..6 {
                let shards: Vec<Shard> = (1..=of)
                    .map(|index| Shard::new(index, of).unwrap())
                    .collect();
                for row in 0..rows {
                    assert_eq!(shards.iter().filter(|shard| shard.holds(row)).count(), 1);
                }
                for shard in shards {
                    let held = (0..rows).filter(|&row| shard.holds(row)).count() as u64;
                    assert_eq!(shard.rows(rows), held, "{shard} of {rows}");
                }
            }
        }
    }

    #[test]
    fn only_shards_that_there_are_are_taken() {
        assert_eq!("2/3".parse(), Ok(Shard { index: 2, of: 3 }));
        for text in ["0/3", "4/3", "1/0", "1", "a/b", "1/3/5", "-1/3", ""] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }
}
