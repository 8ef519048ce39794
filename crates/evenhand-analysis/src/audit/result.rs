//! Result of an audit, with its files.

use super::{AuditRow, AuditSummary};
use crate::predictions::PredictionTable;
use crate::weighted::Weighted;
use evenhand_stats::audit::{Audit, COLUMNS, Comparison, Design, Examination};
use evenhand_stats::hint::Message;
use evenhand_stats::record::Classes;
use evenhand_table::csv_bytes;
use serde_json::{Map, Value, json};

/// An audit with what was read for it.
#[derive(Debug, Clone)]
pub struct AuditResult {
    pub predictions: PredictionTable,
    pub classes: Classes,
    pub rows: Vec<AuditRow>,
    pub design: Design,
    pub summary: AuditSummary,
    /// Each row counts once.
    pub audit: Audit,
    /// The same by weights, where rows have some.
    pub weighted: Option<Weighted>,
    /// With the predictions of [`AuditOptions::against`](super::AuditOptions::against).
    pub comparison: Option<Comparison>,
    /// Where [`Detail::Rows`](super::Detail::Rows) was asked for.
    pub examination: Option<Examination>,
    pub warnings: Vec<Message>,
    /// What was decided while the tables were read.
    pub notes: Vec<Message>,
}

impl AuditResult {
    /// Rows, classes, threshold, weights and comparison, a line each.
    pub fn sentences(&self) -> Vec<Message> {
        let weighted = self.weighted.as_ref();
        let weighted = weighted.map(Weighted::of_audit);
        let mut lines = self.summary.sentences();
        lines.extend(weighted.map(Message::plain));
        lines
    }

    /// All numbers.
    pub fn to_json(&self) -> Value {
        let summary = &self.summary;
        let warnings = self.warnings.iter().map(|warning| warning.to_string());
        let mut all = Map::new();
        let mut put = |name: &str, value: Value| all.insert(name.to_owned(), value);
        put("predictions", self.predictions.name().into());
        put("label", self.predictions.columns().label.clone().into());
        put(
            "rows",
            json!({ "audited": summary.audited, "left_out": summary.left_out }),
        );
        let threshold = summary.threshold.as_ref();
        put("threshold", threshold.map(|of| of.to_json()).into());
        put("warnings", warnings.collect());
        if let Value::Object(mut audit) = self.audit.to_json() {
            all.append(&mut audit);
        }
        let mut put = |name: &str, value: Value| all.insert(name.to_owned(), value);
        put("curves", self.audit.curves_to_json());
        put(
            "weighted",
            self.weighted.as_ref().map(Weighted::to_json).into(),
        );
        put(
            "comparison",
            self.comparison.as_ref().map(Comparison::to_json).into(),
        );
        if let Some(examination) = &self.examination {
            let names = self.row_names();
            let name = |row: usize| names[row].clone().into();
            put("examination", examination.to_json(&self.classes, &name));
        }
        all.into()
    }

    /// A row for each metric of each group.
    pub fn to_csv(&self) -> Vec<u8> {
        csv_bytes(
            COLUMNS.map(String::from),
            self.audit.tidy().map(|row| row.fields()),
        )
    }

    /// By what people find each audited row: its path, its id, or its line.
    pub(super) fn row_names(&self) -> Vec<String> {
        let table = self.predictions.table();
        let columns = ["path", "id", "file", "image"].into_iter();
        let columns = columns.filter_map(|name| table.first_column(&[name]));
        let columns: Vec<_> = columns.map(|at| table.text(at)).collect();
        let name = |row: &AuditRow| {
            let named = columns.iter().find_map(|column| column.get(row.row));
            let line = || format!("{} {}", table.counted_by(), table.line(row.row));
            named.map_or_else(line, str::to_owned)
        };
        self.rows.iter().map(name).collect()
    }
}
