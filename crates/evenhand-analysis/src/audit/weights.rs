//! Weights of audited rows: a column of them, adjusted to known margins.

use super::{AuditError, AuditOptions, AuditRow};
use crate::Error;
use crate::predictions::PredictionTable;
use evenhand_stats::stats::survey::Survey;
use evenhand_stats::text::decimal;

/// The weights of the rows, and the columns that they are from, in a sentence; `None` where rows count alike.
///
/// # Errors
/// There is no such column, a weight is no number, or margins cannot be met.
pub(super) fn survey(
    predictions: &PredictionTable,
    rows: &[AuditRow],
    options: &AuditOptions,
) -> Result<Option<(Survey, String)>, Error> {
    let own = options.weights.as_deref();
    let own = own.map(|column| by_column(predictions, rows, column));
    let own = own.transpose()?;
    let named = options.weights.iter().map(|column| format!("`{column}`"));
    let mut by: Vec<String> = named.collect();
    let Some(margins) = &options.margins else {
        let survey = own.map(|weights| Survey {
            weights,
            ..Survey::default()
        });
        return Ok(survey.zip(by.pop()));
    };
    let values = margins.columns().map(|variable| {
        let values = values(predictions, rows, variable);
        values.ok_or_else(|| margins.no_column(variable))
    });
    let values: Vec<Vec<String>> = values.collect::<Result<_, _>>()?;
    let (weights, categories) =
        margins.weigh(&own.unwrap_or_else(|| vec![1.0; rows.len()]), &values)?;
    by.push(format!("the known shares of {}", margins.names()));
    let survey = Survey {
        weights,
        margins: categories,
        ..Survey::default()
    };
    Ok(Some((survey, by.join(" and "))))
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
        let weight = decimal(&value).filter(|weight| *weight > 0.0 && weight.is_finite());
        weight.ok_or_else(|| AuditError::BadWeight {
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
