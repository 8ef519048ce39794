//! Rows that take part: those asked for that have a prediction and a label, and apart from them those that a
//! threshold is found on.

use super::condition::RowFilter;
use super::{AuditError, AuditOptions, ThresholdChoice};
use crate::predictions::{Predicted, PredictionTable};
use crate::words::by_reason;
use evenhand_table::TextColumn;
use std::collections::BTreeMap;

pub(super) struct Selection {
    pub audited: Vec<usize>,
    /// None of these is audited.
    pub tuned_on: Vec<usize>,
    /// Numbers of rows by the reason.
    pub left_out: BTreeMap<String, u64>,
}

impl Selection {
    pub fn new(
        predictions: &PredictionTable,
        options: &AuditOptions,
        labels: &TextColumn,
        predicted: &Predicted,
    ) -> Result<Self, AuditError> {
        let tuning = match &options.threshold {
            Some(ThresholdChoice::Rule { on, .. }) => {
                Some(RowFilter::new(on, predictions, "threshold_on")?)
            }
            _ => None,
        };
        let only = (options.only.as_ref())
            .map(|only| RowFilter::new(only, predictions, "only"))
            .transpose()?;
        let mut selection = Self {
            audited: Vec::new(),
            tuned_on: Vec::new(),
            left_out: BTreeMap::new(),
        };
        for row in 0..predictions.table().rows() {
            let tunes = tuning.as_ref().is_some_and(|tuning| tuning.holds(row));
            let other = only.as_ref().filter(|only| !only.holds(row) && !tunes);
            let reason = match other {
                Some(only) => Some(only.failed()),
                None => unusable(row, labels, predicted).map(str::to_owned),
            };
            match reason {
                Some(reason) => *selection.left_out.entry(reason).or_default() += 1,
                None if tunes => selection.tuned_on.push(row),
                None => selection.audited.push(row),
            }
        }
        if let Some(tuning) = tuning {
            let reason = format!("that the threshold was found on ({})", tuning.condition);
            let n = selection.tuned_on.len() as u64;
            selection.left_out.insert(reason, n);
        }
        match selection.audited.is_empty() {
            false => Ok(selection),
            true => Err(AuditError::NoRows {
                table: predictions.prefix(),
                left_out: by_reason(&selection.left_out),
            }),
        }
    }
}

/// Why a row can't be audited.
fn unusable<'a>(row: usize, labels: &TextColumn, predicted: &'a Predicted) -> Option<&'a str> {
    let without_label = || labels.get(row).is_none().then_some("without a label");
    let without_prediction = || predicted.get(row).err();
    (predicted.failed(row).or_else(without_label)).or_else(without_prediction)
}
