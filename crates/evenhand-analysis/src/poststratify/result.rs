//! Result of a poststratification, with its files.

use crate::estimate::CodedItems;
use evenhand_stats::hint::Message;
use evenhand_stats::poststratify::{COLUMNS, Poststratified};
use evenhand_stats::text::{counted, thousands};
use evenhand_table::csv_bytes;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Shares of classes in a population, with what was read for them.
#[derive(Debug, Clone)]
pub struct PoststratifyResult {
    pub coded: CodedItems,
    /// The name of the census.
    pub census: String,
    /// What the classes are of.
    pub label: Option<String>,
    /// Names of the groupings.
    pub groups: Vec<String>,
    /// Rows that lack a value and are in no cell, by the column.
    pub left_out: BTreeMap<String, u64>,
    /// What was decided while the tables were read.
    pub notes: Vec<Message>,
    pub shares: Poststratified,
}

impl PoststratifyResult {
    /// What was read, a line each.
    pub fn sentences(&self) -> Vec<Message> {
        let cells = &self.shares.cells;
        let rows = cells.rows.iter().sum::<u64>();
        let rows = counted(rows, "row");
        let coded = format!(
            "{}: {rows} with a label and a cell.",
            self.coded.table.shown()
        );
        let census = format!(
            "{}: {} of {}, {} in all.",
            self.census,
            counted(cells.counts.len() as u64, "cell"),
            self.groups.join(", "),
            thousands(cells.total().round() as u64)
        );
        [coded, census].map(Message::plain).to_vec()
    }

    /// Rows that take no part, and cells without rows.
    pub fn warnings(&self) -> Vec<Message> {
        let gaps = self.left_out.iter().map(|(column, rows)| {
            let rows = counted(*rows, "row");
            format!("{rows} left out: no value of `{column}`, which the census has in every cell")
        });
        let uncoded = (self.coded.uncoded > 0).then(|| {
            let rows = counted(self.coded.uncoded as u64, "row");
            format!("{rows} left out: no label")
        });
        let told = self.coded.tied_rows().into_iter().chain(uncoded);
        let told = told.chain(gaps).chain(self.shares.warnings());
        told.map(Message::plain).collect()
    }

    /// All numbers.
    pub fn to_json(&self) -> Value {
        let mut all = json!({
            "coded": self.coded.table.name(),
            "census": self.census,
            "label": self.label,
            "groupings": self.groups,
            "left_out": self.left_out,
            "tied": self.coded.tied,
            "uncoded": self.coded.uncoded,
        });
        if let (Value::Object(all), Value::Object(mut found)) = (&mut all, self.shares.to_json()) {
            all.append(&mut found);
        }
        all
    }

    /// A row for each share.
    pub fn to_csv(&self) -> Vec<u8> {
        csv_bytes(COLUMNS.map(String::from), self.shares.tidy())
    }
}
