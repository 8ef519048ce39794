//! Result of a sample, with the file for coders.

use super::PredictionColumn;
use crate::words::by_reason;
use evenhand_stats::hint::Message;
use evenhand_table::Formulas;
use evenhand_table::schema;
use std::collections::BTreeMap;

/// Rows to code, with the strata that they were drawn from.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleResult {
    /// In the order they were drawn in.
    pub rows: Vec<SampledRow>,
    /// The names of the strata's columns: `race*score`.
    pub scheme: String,
    /// The name, rows and drawn rows of each stratum.
    pub strata: Vec<(String, u64, u64)>,
    /// Numbers of rows without a prediction, by the reason.
    pub without: BTreeMap<String, u64>,
    pub notes: Vec<Message>,
    pub(super) coders: usize,
    pub(super) prediction: PredictionColumn,
    pub(super) formulas: Formulas,
}

/// A row to code.
#[derive(Debug, Clone, PartialEq)]
pub struct SampledRow {
    pub image: String,
    pub predicted: String,
    /// Index into [`SampleResult::strata`].
    pub stratum: u32,
    pub inclusion_probability: f64,
}

impl SampleResult {
    pub fn warnings(&self) -> Vec<Message> {
        let mut warnings = Vec::new();
        if !self.without.is_empty() {
            warnings.push(Message::plain(format!(
                "rows without a prediction cannot be drawn: {}; an estimate from this sample is of the \
                 others only",
                by_reason(&self.without)
            )));
        }
        if self.prediction == PredictionColumn::Shown {
            let biased = "coders who see what the classifier says agree with it more often";
            warnings.push(Message::plain(biased));
        }
        warnings
    }

    /// The file for the coders.
    ///
    /// Strata are written as numbers: a coder must not read off one how sure the classifier is.
    pub fn to_csv(&self) -> Vec<u8> {
        let is_shown = self.prediction == PredictionColumn::Shown;
        let mut header: Vec<String> = vec![schema::PATH.to_owned()];
        header.extend((1..=self.coders).map(|coder| format!("coder_{coder}")));
        header.extend([schema::STRATUM, schema::STRATUM_ROWS, schema::INCLUSION].map(String::from));
        header.extend(is_shown.then(|| "machine".to_owned()));
        let rows = self.rows.iter().map(|row| {
            let mut fields = vec![row.image.clone()];
            fields.extend(vec![String::new(); self.coders]);
            fields.push((row.stratum + 1).to_string());
            let (_, rows, _) = &self.strata[row.stratum as usize];
            fields.push(rows.to_string());
            fields.push(row.inclusion_probability.to_string());
            fields.extend(is_shown.then(|| row.predicted.clone()));
            fields
        });
        self.formulas.csv_bytes(header, rows)
    }
}
