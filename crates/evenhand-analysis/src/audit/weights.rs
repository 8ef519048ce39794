//! Weights of audited rows: a column of them, adjusted to known margins.

use super::{AuditError, AuditOptions, AuditRow};
use crate::Error;
use crate::predictions::PredictionTable;
use crate::weighted::{rake, weight};
use evenhand_stats::stats::survey::Survey;

/// The weights of the rows, and the columns that they are from, in a sentence; `None` where rows count alike.
///
/// # Errors
/// There is no such column, a weight is no number, or margins cannot be met.
pub(super) fn survey(
    predictions: &PredictionTable,
    rows: &[AuditRow],
    options: &AuditOptions,
) -> Result<Option<(Survey, String)>, Error> {
    let mut by = String::new();
    let weights = match &options.weights {
        Some(column) => {
            by = format!("`{column}`");
            by_column(predictions, rows, column)?
        }
        None if options.margins.is_none() => return Ok(None),
        None => vec![1.0; rows.len()],
    };
    let mut survey = Survey {
        weights,
        ..Survey::default()
    };
    if let Some(margins) = &options.margins {
        rake(&mut survey, &mut by, margins, |column| {
            values(predictions, rows, column)
        })?;
    }
    Ok(Some((survey, by)))
}

fn by_column(
    predictions: &PredictionTable,
    rows: &[AuditRow],
    column: &str,
) -> Result<Vec<f64>, AuditError> {
    let values = values(predictions, rows, column).ok_or_else(|| AuditError::NoWeights {
        table: predictions.prefix(),
        column: column.to_owned(),
    })?;
    let weights = rows.iter().zip(values).map(|(row, value)| {
        weight(&value).ok_or_else(|| AuditError::BadWeight {
            place: predictions.table().place(row.row),
            column: column.to_owned(),
            value,
        })
    });
    weights.collect()
}

/// The values of a column; those that are missing are empty.
fn values(predictions: &PredictionTable, rows: &[AuditRow], column: &str) -> Option<Vec<String>> {
    let table = predictions.table();
    let text = table.text(table.first_column(&[column])?);
    let value = |row: &AuditRow| text.get(row.row).unwrap_or_default().to_owned();
    Some(rows.iter().map(value).collect())
}
