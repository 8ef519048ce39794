//! Metrics of rows that count by weights, and where the weights are from.

use crate::margins::{Margins, MarginsError};
use evenhand_report::WeightedPart;
use evenhand_stats::audit::WeightedAudit;
use evenhand_stats::metric::unweighted;
use evenhand_stats::stats::survey::Survey;
use evenhand_stats::text::{decimal, list};
use serde_json::{Value, json};

/// What a row stands for: a number above 0.
pub(crate) fn weight(value: &str) -> Option<f64> {
    decimal(value).filter(|weight| *weight > 0.0 && weight.is_finite())
}

/// Adjusts weights to known margins, and adds these to where weights are from; `values` are those of a column.
///
/// # Errors
/// There is no such column, or no weights have these shares.
pub(crate) fn rake(
    survey: &mut Survey,
    by: &mut String,
    margins: &Margins,
    values: impl Fn(&str) -> Option<Vec<String>>,
) -> Result<(), MarginsError> {
    let columns = margins.columns();
    let values =
        columns.map(|variable| values(variable).ok_or_else(|| margins.no_column(variable)));
    let values: Vec<Vec<String>> = values.collect::<Result<_, _>>()?;
    (survey.weights, survey.margins) = margins.weigh(&survey.weights, &values)?;
    let shares = format!("the known shares of {}", margins.names());
    *by = match by.is_empty() {
        true => shares,
        false => format!("{by} and {shares}"),
    };
    Ok(())
}

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
        let titles = unweighted().map(|metric| metric.title.to_owned());
        let not: Vec<String> = titles.chain([others.to_owned()]).collect();
        format!(
            "Weighted by {}: {} {rows} stand for {:.0} rows, and tell as much as {:.0} with equal weights. Not weighted: \
             {}.",
            self.by,
            of.rows,
            of.total,
            of.effective_rows,
            list(&not, "and")
        )
    }

    /// The same of an audit whose other numbers count each row once.
    pub fn of_audit(&self) -> String {
        self.sentence("rows", "the verdict and what is repeated within a control")
    }

    /// As a report shows it.
    pub fn part(&self) -> WeightedPart {
        WeightedPart {
            sentence: self.of_audit(),
            tables: self.audit.tables(),
        }
    }

    /// As [`WeightedAudit::to_json`], with where the weights are from.
    pub fn to_json(&self) -> Value {
        let mut json = self.audit.to_json();
        json["by"] = json!(self.by);
        json
    }
}
