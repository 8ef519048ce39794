//! Survey weights.

use super::error::SurveyError;
use crate::error::Error;
use crate::table::Table;

/// The weight of each row; 1 without a column.
pub(super) fn weights(table: &Table, column: Option<&str>) -> Result<Vec<f64>, Error> {
    let Some(column) = column else {
        return Ok(vec![1.0; table.rows()]);
    };
    let numbers = table.numbers(table.column(column)?)?;
    let rows = numbers.into_iter().enumerate();
    let weight = |(row, number): (usize, Option<f64>)| match number {
        Some(weight) if weight > 0.0 && weight.is_finite() => Ok(weight),
        found => Err(Error::from(SurveyError::Weight {
            place: table.place(row),
            column: column.to_owned(),
            found: found.map_or_else(|| "empty".to_owned(), |weight| weight.to_string()),
        })),
    };
    rows.map(weight).collect()
}
