//! Summary of an audit's rows: what was read, what was left out, what the classes are.

use super::{AuditOptions, Pair, PairSummary, ReadPredictions, Threshold};
use crate::predictions::{PositiveFrom, PredictionTable};
use crate::words::{by_reason, shown};
use evenhand_stats::hint::Message;
use evenhand_stats::record::{Classes, Fold};
use std::collections::BTreeMap;

/// More classes than this are not all named.
const NAMED: usize = 20;

/// What was read of the predictions.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditSummary {
    /// The table, as it was named.
    pub table: String,
    pub audited: u64,
    /// Numbers of rows by the reason.
    pub left_out: BTreeMap<String, u64>,
    pub classes: Classes,
    /// Where scores turn positive, unless predictions stay as they are.
    pub threshold: Option<Threshold>,
    /// Predicted, but never a label.
    pub never_labels: Vec<String>,
    pub compared: Option<PairSummary>,
    /// The column of clusters.
    pub clusters: Option<String>,
    /// evenhand's own predictions, of which some are out of fold and some are of the test set.
    is_mixed: bool,
    positive_from: PositiveFrom,
}

impl AuditSummary {
    pub(super) fn new(
        predictions: &PredictionTable,
        read: &ReadPredictions,
        pair: Option<&Pair>,
        options: &AuditOptions,
    ) -> Self {
        Self {
            table: shown(predictions.table().path(), "predictions"),
            audited: read.rows.len() as u64,
            left_out: read.left_out.clone(),
            classes: read.classes.clone(),
            threshold: read.threshold.clone(),
            never_labels: read.never_labels.clone(),
            compared: pair.map(|pair| pair.summary.clone()),
            clusters: options.design.sampling.clusters().map(str::to_owned),
            is_mixed: is_mixed(predictions, read),
            positive_from: read.positive_from,
        }
    }

    /// Rows, classes, threshold and comparison, a line each.
    pub fn sentences(&self) -> Vec<Message> {
        let (table, used) = (&self.table, self.audited);
        let rows = match self.left_out.values().sum::<u64>() {
            0 => format!("{table}: all {used} rows audited."),
            left_out => format!(
                "{table}: {used} of {} rows audited; left out: {}.",
                used + left_out,
                by_reason(&self.left_out)
            ),
        };
        let mut lines = vec![Message::plain(rows)];
        if self.is_mixed {
            lines.push(Message::new(
                "Out-of-fold and test predictions together; {only} fold={} audits the test rows.",
                &[&Fold::Test],
            ));
        }
        lines.push(Message::plain(self.of_classes()));
        let threshold = self.threshold.iter();
        lines.extend(threshold.map(|threshold| Message::plain(threshold.to_string())));
        lines.extend(self.compared.iter().flat_map(PairSummary::sentences));
        if let Some(column) = &self.clusters {
            lines.push(Message::plain(format!(
                "Rows with the same `{column}` count as one piece of evidence."
            )));
        }
        lines
    }

    fn of_classes(&self) -> String {
        let mut sorted = self.classes.names().to_vec();
        sorted.sort_unstable();
        let more = match sorted.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        sorted.truncate(NAMED);
        let mut text = format!("Classes: {}{more}.", sorted.join(", "));
        if let Some(positive) = self.classes.positive() {
            let from = self.positive_from.suffix();
            text += &format!(" Positive: {}{from}.", self.classes.name(positive));
        }
        if !self.never_labels.is_empty() {
            let names = self.never_labels.join(", ");
            text += &format!(" Predicted, but never a label: {names}.");
        }
        text
    }
}

fn is_mixed(predictions: &PredictionTable, read: &ReadPredictions) -> bool {
    let Some(folds) = predictions.folds() else {
        return false;
    };
    let test = Fold::Test.to_string();
    let test = (read.rows.iter()).filter(|row| folds.get(row.row) == Some(test.as_str()));
    (1..read.rows.len()).contains(&test.count())
}
