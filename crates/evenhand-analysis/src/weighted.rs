//! Metrics of rows that count by weights, and where the weights are from.

use evenhand_stats::audit::WeightedAudit;
use serde_json::{Value, json};

/// Metrics of rows of which each counts by a weight.
#[derive(Debug, Clone)]
pub struct Weighted {
    /// Where the weights are from: `` `inclusion_probability` ``.
    pub by: String,
    pub audit: WeightedAudit,
}

impl Weighted {
    /// What the weights come to; `rows` is what is weighted, and `others` what is not, besides some metrics.
    pub(crate) fn sentence(&self, rows: &str, others: &str) -> String {
        let of = &self.audit;
        format!(
            "Weighted by {}: {} {rows} stand for {:.0} rows, and tell as much as {:.0} with equal weights. Matthews' \
             correlation, metrics of scores, {others} are not weighted.",
            self.by, of.rows, of.total, of.effective_rows
        )
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut json = self.audit.to_json();
        json["by"] = json!(self.by);
        json
    }
}
