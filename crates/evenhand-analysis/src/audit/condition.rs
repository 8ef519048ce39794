//! Conditions on rows.

use super::AuditError;
use crate::predictions::PredictionTable;
use evenhand_stats::record::MISSING;
use evenhand_table::{TextColumn, same_value};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// As many values of a column are named in an error.
const NAMED: usize = 20;

/// Rows with a value in a column, or without it: `fold=test`, `fold!=test`. The empty value and `(missing)`
/// stand for a missing one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    pub column: String,
    pub value: String,
    pub negated: bool,
}

impl FromStr for Condition {
    type Err = AuditError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (column, value) = text
            .split_once('=')
            .ok_or_else(|| AuditError::NoCondition(text.to_owned()))?;
        let (column, negated) = match column.strip_suffix('!') {
            Some(column) => (column, true),
            None => (column, false),
        };
        Ok(Self {
            column: column.trim().to_owned(),
            value: value.trim().to_owned(),
            negated,
        })
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.negated { "!=" } else { "=" };
        write!(f, "{}{sign}{}", self.column, self.value)
    }
}

/// A condition on the rows of one table.
pub(super) struct RowFilter<'a> {
    pub condition: &'a Condition,
    values: TextColumn,
}

impl<'a> RowFilter<'a> {
    /// # Errors
    /// There is no such column, or no row meets the condition.
    pub fn new(
        condition: &'a Condition,
        predictions: &PredictionTable,
        setting: &'static str,
    ) -> Result<Self, AuditError> {
        let table = predictions.table();
        let values = table.text(predictions.position(&condition.column, setting)?);
        let filter = Self { condition, values };
        if table.rows() == 0 || (0..table.rows()).any(|row| filter.holds(row)) {
            return Ok(filter);
        }
        let values = filter.values.iter().map(|value| value.unwrap_or(MISSING));
        let values: BTreeSet<&str> = values.collect();
        let values: Vec<&str> = values.into_iter().take(NAMED).collect();
        Err(AuditError::NoSuchValue {
            table: predictions.prefix(),
            condition: condition.to_string(),
            values: values.join(", "),
        })
    }

    pub fn holds(&self, row: usize) -> bool {
        let Condition { value, negated, .. } = self.condition;
        let is_equal = match self.values.get(row) {
            Some(found) => same_value(found, value),
            None => value.is_empty() || value == MISSING,
        };
        is_equal != *negated
    }

    /// Why a row is left out that doesn't meet the condition.
    pub fn failed(&self) -> String {
        match self.condition.negated {
            false => format!("with another `{}`", self.condition.column),
            true => format!("with this `{}`", self.condition.column),
        }
    }
}
