//! Crossed columns of rows that come chunk by chunk. What a column holds is known only when all rows are there: values
//! are coded as they come, and put right and named at the end.

use crate::coding::Coding;
use evenhand_stats::groups::Group;
use evenhand_stats::hint::Message;
use evenhand_table::{Counts, Repairs};
use std::collections::BTreeMap;

/// Between the values of several columns.
const BETWEEN: char = '\u{1f}';

/// Values of crossed columns, coded.
#[derive(Debug, Default)]
pub(crate) struct Crossing {
    columns: Vec<String>,
    coding: Coding,
}

/// Groups of a crossing.
#[derive(Debug)]
pub(crate) struct Crossed {
    /// The code of each row.
    pub of: Vec<u32>,
    /// By code; several codes may be one group.
    pub names: Vec<String>,
    /// What was put right.
    pub notes: Vec<Message>,
}

impl Crossing {
    pub fn new(columns: &[String]) -> Self {
        Self {
            columns: columns.to_vec(),
            coding: Coding::default(),
        }
    }

    /// One text of the values of a row, as they came; empty for missing ones.
    pub fn text<'a>(values: impl Iterator<Item = &'a str>) -> String {
        let mut text = String::new();
        for (at, value) in values.enumerate() {
            if at > 0 {
                text.push(BETWEEN);
            }
            text.push_str(value);
        }
        text
    }

    /// Adds a row.
    pub fn push<'a>(&mut self, values: impl Iterator<Item = &'a str>) {
        self.coding.push(&Self::text(values));
    }

    /// Adds a row by its [code](Self::code).
    pub fn push_code(&mut self, code: u32) {
        self.coding.of.push(code);
    }

    /// The codes of the rows so far.
    pub fn of(&self) -> &[u32] {
        &self.coding.of
    }

    /// The code of a row that isn't added.
    pub fn code(&mut self, text: &str) -> u32 {
        self.coding.code(text)
    }

    /// Puts the values right and names the groups; `table` is what to put in front of notes.
    pub fn finish(self, table: &str) -> Crossed {
        let Self { columns, coding } = self;
        let texts = coding.names();
        let mut rows = vec![0_u64; texts.len()];
        coding.of.iter().for_each(|&code| rows[code as usize] += 1);
        let values: Vec<Vec<&str>> = (texts.iter())
            .map(|text| match columns.len() {
                0 => Vec::new(),
                _ => text.split(BETWEEN).collect(),
            })
            .collect();
        let repairs = columns.iter().enumerate().map(|(at, column)| {
            let mut counts = Counts::new();
            for (values, n) in values.iter().zip(&rows) {
                if !values[at].is_empty() {
                    *counts.entry(values[at]).or_default() += n;
                }
            }
            Repairs::find(column, &counts, &[])
        });
        let repairs: Vec<Repairs> = repairs.collect();
        let name = |values: &Vec<&str>| {
            let right = values.iter().zip(&repairs);
            let right: Vec<&str> = right.map(|(value, repairs)| repairs.of(value)).collect();
            Group::value(right.into_iter())
        };
        Crossed {
            names: values.iter().map(name).collect(),
            notes: repairs.iter().flat_map(|of| of.notes(table)).collect(),
            of: coding.of,
        }
    }
}

impl Crossed {
    /// The groups in natural order, and the rank of each code among them.
    pub fn sorted(&self) -> (Vec<String>, Vec<u32>) {
        let mut groups = Coding::default();
        let codes: Vec<u32> = self.names.iter().map(|name| groups.code(name)).collect();
        let (names, rank) = groups.sorted();
        let rank = codes.iter().map(|&code| rank[code as usize]);
        (names, rank.collect())
    }
}

/// Notes without those that were made before.
pub(crate) fn distinct(notes: Vec<Message>) -> Vec<Message> {
    let mut seen: BTreeMap<String, ()> = BTreeMap::new();
    let is_new = |note: &Message| seen.insert(note.to_string(), ()).is_none();
    let mut is_new = is_new;
    notes.into_iter().filter(|note| is_new(note)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_mean_the_same_are_one_group_whichever_chunk_they_are_in() {
        let columns = ["age", "sex"].map(String::from);
        let mut crossing = Crossing::new(&columns);
        for (age, sex) in [("Oct-19", "1"), ("0-2", "1.0"), ("10-19", "1"), ("", "1*")] {
            crossing.push([age, sex].into_iter());
        }
        let text = Crossing::text(["20-29", "1"].into_iter());
        assert_eq!(crossing.code(&text), 4);
        let crossed = crossing.finish("p.csv: ");
        let (names, rank) = crossed.sorted();
        assert_eq!(
            names,
            ["0-2*1", "10-19*1", "20-29*1", "(missing)*1\\*"].map(String::from)
        );
        let of: Vec<u32> = crossed.of.iter().map(|&code| rank[code as usize]).collect();
        assert_eq!(of, [1, 0, 1, 3]);
        assert!(
            crossed.notes[0]
                .to_string()
                .starts_with("p.csv: age: 1 value that a spreadsheet turned into dates restored"),
        );
        assert_eq!(crossed.notes.len(), 2);
    }

    #[test]
    fn rows_without_columns_are_one_group() {
        let mut crossing = Crossing::new(&[]);
        crossing.push(std::iter::empty());
        crossing.push(std::iter::empty());
        assert_eq!(crossing.finish("").sorted(), (vec![String::new()], vec![0]));
    }
}
