//! A census: a table with a row for each cell of a population, and how many people are in it.

use super::PoststratifyError;
use crate::words::{counted, file_name, prefix, shown};
use evenhand_stats::groups::Group;
use evenhand_stats::hint::Message;
use evenhand_stats::poststratify::{Cells, Grouping};
use evenhand_stats::record::natural;
use evenhand_stats::text::decimal;
use evenhand_table::{ReadOptions, Table, same_value};
use std::collections::BTreeMap;
use std::path::Path;

/// Columns that hold counts, where none is named.
const COUNTS: [&str; 3] = ["n", "count", "weight"];

/// Cells of a population as a table has them.
#[derive(Debug, Clone)]
pub struct Census {
    table: Table,
    count: usize,
}

/// The cells of some columns: cells of a census that differ in others are added up.
#[derive(Debug, Clone)]
pub(super) struct Population {
    /// `census.csv`, in a sentence.
    pub table: String,
    /// The columns.
    pub attributes: Vec<String>,
    /// By column, its values in natural order.
    values: Vec<Vec<String>>,
    /// By cell, the value of each column, and how many of the population are in it.
    counts: BTreeMap<Vec<usize>, f64>,
    pub notes: Vec<Message>,
}

impl Census {
    /// Reads a file; `count` is the column of counts, by default `n`, `count` or `weight`.
    ///
    /// # Errors
    /// The file is no table, or has no column of counts.
    pub fn read(
        path: &Path,
        count: Option<&str>,
        options: &ReadOptions,
    ) -> Result<Self, PoststratifyError> {
        Self::from_table(Table::read(path, options)?, count)
    }

    /// From a table.
    ///
    /// # Errors
    /// It has no column of counts.
    pub fn from_table(table: Table, count: Option<&str>) -> Result<Self, PoststratifyError> {
        let found = match count {
            Some(name) => Some(table.column(name)?),
            None => table.first_column(&COUNTS),
        };
        match found {
            Some(count) => Ok(Self { table, count }),
            None => Err(PoststratifyError::NoCounts {
                table: prefix(table.path()),
                columns: table.columns().to_vec(),
            }),
        }
    }

    /// The name of the file.
    pub fn name(&self) -> String {
        file_name(self.table.path(), "census")
    }

    /// The cells of the columns that groups name.
    pub(super) fn population(&self, groups: &[Group]) -> Result<Population, PoststratifyError> {
        let mut attributes: Vec<String> = Vec::new();
        for name in groups.iter().flat_map(Group::attributes) {
            if !attributes.contains(name) {
                attributes.push(name.clone());
            }
        }
        let mut table = self.table.clone();
        let columns = attributes.iter().map(|name| table.column(name));
        let columns = columns.collect::<Result<Vec<usize>, _>>()?;
        for &column in &columns {
            table.put_right(&[column], &[]);
        }
        let texts: Vec<_> = columns.iter().map(|&at| table.text(at)).collect();
        let values: Vec<Vec<String>> = texts
            .iter()
            .map(|text| sorted((0..table.rows()).map(|row| text.get(row).unwrap_or_default())))
            .collect();
        let mut counts = BTreeMap::new();
        for row in 0..table.rows() {
            let places = texts.iter().zip(&values).map(|(text, values)| {
                let value = text.get(row).unwrap_or_default();
                let place = values.iter().position(|other| other == value);
                place.expect("a value of the column")
            });
            *counts.entry(places.collect()).or_insert(0.0) += self.count(row)?;
        }
        if counts.values().sum::<f64>() <= 0.0 {
            return Err(PoststratifyError::Nobody {
                table: prefix(table.path()),
            });
        }
        let mut notes = table.notes();
        if counts.len() < table.rows() {
            notes.push(Message::plain(format!(
                "{}{} are added up to {} of {}",
                prefix(table.path()),
                counted(table.rows() as u64, "row"),
                counted(counts.len() as u64, "cell"),
                attributes.join(", ")
            )));
        }
        Ok(Population {
            table: shown(table.path(), "the census"),
            attributes,
            values,
            counts,
            notes,
        })
    }

    fn count(&self, row: usize) -> Result<f64, PoststratifyError> {
        let column = self.table.text(self.count);
        let text = column.get(row).unwrap_or_default();
        let count = decimal(text).filter(|count| *count >= 0.0);
        count.ok_or_else(|| PoststratifyError::BadCount {
            place: self.table.place(row),
            column: self.table.columns()[self.count].clone(),
            count: text.to_owned(),
        })
    }
}

impl Population {
    /// The cell of a row with these values, one a column.
    pub fn cell(&self, values: &[&str]) -> Option<usize> {
        let places = values.iter().zip(&self.values).map(|(value, known)| {
            let mut known = known.iter();
            known.position(|other| same_value(other, value))
        });
        let places = places.collect::<Option<Vec<usize>>>()?;
        self.counts.keys().position(|cell| *cell == places)
    }

    pub fn len(&self) -> usize {
        self.counts.len()
    }

    /// Cells with the number of rows in each.
    pub fn cells(&self, groups: &[Group], rows: Vec<u64>) -> Cells {
        let all: Vec<usize> = (0..self.attributes.len()).collect();
        let names = self.counts.keys().map(|cell| self.value(cell, &all));
        Cells {
            names: names.collect(),
            counts: self.counts.values().copied().collect(),
            rows,
            groupings: groups.iter().map(|group| self.grouping(group)).collect(),
        }
    }

    /// The value of a group that takes some of the columns.
    fn value(&self, cell: &[usize], columns: &[usize]) -> String {
        let values = columns.iter();
        Group::value(values.map(|&at| self.values[at][cell[at]].as_str()))
    }

    fn grouping(&self, group: &Group) -> Grouping {
        let columns = group.columns(&self.attributes);
        let columns = columns.expect("attributes are those of the groups");
        let of_cell = |cell: &Vec<usize>| columns.iter().map(|&at| cell[at]).collect::<Vec<_>>();
        let mut places: BTreeMap<Vec<usize>, String> = BTreeMap::new();
        for cell in self.counts.keys() {
            places.insert(of_cell(cell), self.value(cell, &columns));
        }
        let place = |cell| places.keys().position(|key| *key == of_cell(cell));
        let of = self.counts.keys().map(place);
        Grouping {
            name: group.name(),
            of: of.map(|at| at.expect("a group of a cell") as u32).collect(),
            groups: places.into_values().collect(),
        }
    }
}

/// Different values in natural order.
fn sorted<'a>(values: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut values: Vec<&str> = values.collect();
    values.sort_by(|a, b| natural(a).cmp(&natural(b)).then_with(|| a.cmp(b)));
    values.dedup();
    values.into_iter().map(str::to_owned).collect()
}
