//! Estimate of the shares of classes in a corpus, corrected by what people coded of it.

mod clusters;
mod coded;
mod coded_rows;
mod corpus;
mod error;
mod result;
#[cfg(test)]
mod tests;

pub use coded::CodedItems;
pub use error::EstimateError;
pub use result::EstimateResult;

use crate::Error;
use crate::predictions::PredictionSource;
use corpus::CorpusReader;
pub(crate) use corpus::probability;
use evenhand_stats::estimate::{Params, estimate as measure};
use evenhand_stats::groups::Group;
use evenhand_stats::hint::{Message, SettingError};
use evenhand_stats::stats::Level;

/// Options of an estimate.
#[derive(Debug, Clone, PartialEq)]
pub struct EstimateOptions {
    /// What the classes are of: `gender`.
    pub label: Option<String>,
    /// The class whose share is estimated; every class if `None`.
    pub class: Option<String>,
    /// Domains: shares are estimated within each value of these, too.
    pub groups: Vec<Group>,
    /// Rows with the same value in this column are no independent evidence.
    pub cluster: Option<String>,
    /// Confidence level of the intervals.
    pub level: f64,
    /// From fewer coded rows, of a domain or of a class, nothing is estimated.
    pub min_n: u64,
}

impl Default for EstimateOptions {
    fn default() -> Self {
        Self {
            label: None,
            class: None,
            groups: Vec::new(),
            cluster: None,
            level: 0.95,
            min_n: 10,
        }
    }
}

impl EstimateOptions {
    fn params(&self) -> Result<Params, SettingError> {
        let wrong = || {
            SettingError::new("level", self.level, "a confidence level is between 0 and 1")
                .with_hint("0.95 is usual")
        };
        Ok(Params {
            level: Level::new(self.level).ok_or_else(wrong)?,
            min_n: self.min_n,
        })
    }
}

/// Estimates shares of a corpus, which is read once, chunk by chunk.
///
/// # Errors
/// Whatever is wrong with either table, or they do not belong together.
pub fn estimate(
    corpus: &PredictionSource,
    coded: &CodedItems,
    options: &EstimateOptions,
) -> Result<EstimateResult, Error> {
    let params = options.params()?;
    let mut chunks = corpus.chunks()?;
    let mut reader = CorpusReader::new(corpus, chunks.first(), coded, options)?;
    for chunk in chunks.by_ref() {
        reader.add(&chunk?)?;
    }
    let without = std::mem::take(&mut reader.without);
    let material = reader.finish()?;
    let (labelled, used) = (coded.labelled().count(), material.coded.len());
    if used == 0 {
        let first = coded.labelled().next().map(|item| &coded.item(item).name);
        return Err(Error::from(EstimateError::NoneInCorpus {
            table: coded.table.prefix(),
            corpus: corpus.shown(),
            example: first.cloned().unwrap_or_default(),
        }));
    }
    let mut notes = chunks.notes();
    notes.extend(coded.table.notes.iter().cloned());
    if coded.has_predictions() {
        let table = coded.table.prefix();
        notes.push(Message::plain(format!(
            "{table}labels stand beside predictions of their own"
        )));
    }
    Ok(EstimateResult {
        corpus: corpus.clone(),
        coded: coded.clone(),
        label: options.label.clone(),
        cluster: options.cluster.clone(),
        estimates: measure(&material, params),
        without,
        absent: labelled - used,
        notes,
    })
}
