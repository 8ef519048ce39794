//! A table as segments are made of it: numbers of the rows that have all of them, and names of all rows.

use super::config::SegmentConfig;
use super::error::SegmentTableError;
use super::ids::Ids;
use super::numbers::{NumberColumn, Numbers};
use super::select::Selected;
use crate::error::Error;
use crate::events::Events;
use crate::hint::Message;
use crate::learners::columns::LeftOut;
use crate::segments::Rows;
use crate::table::Table;
use crate::text::{counted, listed};

/// Rows and columns that are named one by one.
const SHOWN: usize = 5;

/// A table that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentData {
    pub ids: Ids,
    /// The columns that segments are made of.
    pub columns: Vec<NumberColumn>,
    /// Columns that took no part, and why.
    pub left_out: Vec<LeftOut>,
    /// For each row of the table, why it takes no part.
    pub reasons: Vec<Option<String>>,
    /// The rows that take part.
    pub rows: Rows,
    /// Of the same rows, columns of numbers that take no part.
    pub other: Option<Rows>,
}

impl SegmentData {
    /// # Errors
    /// A table that cannot be read, columns that are not there or have no numbers, two rows of one name, weights that are
    /// none, no row that has all numbers.
    pub fn read(config: &SegmentConfig, on: &mut dyn Events) -> Result<Self, Error> {
        let table = Table::read(&config.table, &config.read_options())?;
        let Selected {
            used,
            other,
            left_out,
            found_gaps,
        } = Selected::new(&table, config)?;
        let ids = Ids::read(&table, &config.id, &config.id)?;
        ids.check_unique(&table)?;
        let numbers = Numbers::read(&table, &used, &places(&table, &used)?)?;
        let reasons = numbers.reasons(table.rows());
        let kept: Vec<usize> = (0..table.rows())
            .filter(|&row| reasons[row].is_none())
            .collect();
        if kept.is_empty() {
            return Err(no_row(&numbers, &used, table.rows()).into());
        }
        let rows = Rows::new(names(&used), numbers.of_rows(&kept))?;
        let rows = match &config.weights {
            Some(column) => rows.weighted(weights(&table, column, &kept)?)?,
            None => rows,
        };
        let data = Self {
            other: complete(&table, &other, &kept)?,
            ids,
            columns: used,
            left_out,
            reasons,
            rows,
        };
        for note in table.notes() {
            on.info(note);
        }
        data.tell(on);
        for sentence in found_gaps {
            on.warn(Message::plain(sentence));
        }
        Ok(data)
    }

    /// The rows of the table that take part, by number.
    pub fn kept(&self) -> impl Iterator<Item = usize> {
        let rows = self.reasons.iter().enumerate();
        rows.filter(|(_, reason)| reason.is_none())
            .map(|(row, _)| row)
    }

    /// The number of rows that take no part.
    pub fn rows_left_out(&self) -> usize {
        self.reasons.len() - self.rows.len()
    }

    fn tell(&self, on: &mut dyn Events) {
        on.info(Message::plain(format!(
            "segments are made of {}: {}",
            counted(self.columns.len(), "column"),
            names(&self.columns).join(", ")
        )));
        for left_out in &self.left_out {
            on.info(Message::plain(format!(
                "`{}` is not taken: {}",
                left_out.column, left_out.why
            )));
        }
        let reasons = self.reasons.iter().enumerate();
        let without = reasons.filter_map(|(row, reason)| {
            let reason = reason.as_ref()?;
            Some(format!("{} ({reason})", self.ids.name(row)))
        });
        let without: Vec<String> = without.collect();
        if !without.is_empty() {
            on.warn(Message::plain(format!(
                "{} left out: {}",
                counted(without.len(), "row"),
                listed(without, SHOWN)
            )));
        }
    }
}

fn names(columns: &[NumberColumn]) -> Vec<String> {
    columns.iter().map(|column| column.name.clone()).collect()
}

fn places(table: &Table, columns: &[NumberColumn]) -> Result<Vec<usize>, Error> {
    let place = |column: &NumberColumn| Ok(table.column(&column.name)?);
    columns.iter().map(place).collect()
}

/// Those of the columns that have a number in all of these rows.
fn complete(
    table: &Table,
    columns: &[NumberColumn],
    kept: &[usize],
) -> Result<Option<Rows>, Error> {
    let mut numbers = Numbers::read(table, columns, &places(table, columns)?)?;
    let is_complete = |column: &Vec<f64>| kept.iter().all(|&row| column[row].is_finite());
    let complete: Vec<bool> = numbers.columns.iter().map(is_complete).collect();
    let mut at = complete.iter();
    numbers.columns.retain(|_| at.next() == Some(&true));
    let pairs = columns.iter().zip(&complete);
    let columns: Vec<String> = pairs
        .filter(|(_, is_complete)| **is_complete)
        .map(|(column, _)| column.name.clone())
        .collect();
    match columns.is_empty() {
        true => Ok(None),
        false => Ok(Some(Rows::new(columns, numbers.of_rows(kept))?)),
    }
}

/// Weights of the rows that take part.
fn weights(table: &Table, column: &str, kept: &[usize]) -> Result<Vec<f64>, Error> {
    let numbers = table.numbers(table.column(column)?)?;
    let weight = |&row: &usize| match numbers[row] {
        Some(weight) if weight > 0.0 => Ok(weight),
        found => Err(Error::from(SegmentTableError::Weight {
            place: table.place(row),
            column: column.to_owned(),
            found: found.map_or_else(|| "empty".to_owned(), |weight| weight.to_string()),
        })),
    };
    kept.iter().map(weight).collect()
}

fn no_row(numbers: &Numbers, columns: &[NumberColumn], rows: usize) -> SegmentTableError {
    let gaps = |column: &Vec<f64>| column.iter().filter(|value| value.is_nan()).count();
    let counts = columns.iter().zip(numbers.columns.iter().map(gaps));
    let most = counts.max_by_key(|(_, gaps)| *gaps);
    let (column, gaps) = most.map_or_else(Default::default, |(column, gaps)| {
        (column.name.clone(), gaps)
    });
    SegmentTableError::NoCompleteRow { column, gaps, rows }
}
