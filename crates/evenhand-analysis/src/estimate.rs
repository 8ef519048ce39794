//! Estimate of the shares of classes in a corpus, corrected by what people coded of it.

mod abstained;
mod classes;
mod clusters;
mod coded;
mod coded_rows;
mod corpus;
mod design;
mod error;
mod options;
#[cfg(test)]
mod part_tests;
mod result;
mod rows;
#[cfg(test)]
mod tests;

pub use coded::CodedItems;
pub use design::SampleUse;
pub use error::EstimateError;
pub use options::EstimateOptions;
pub use result::EstimateResult;

use crate::Error;
use crate::predictions::PredictionSource;
pub(crate) use classes::probability;
use corpus::{CorpusReader, Material};
use evenhand_stats::estimate::estimate as measure;
use evenhand_stats::hint::Message;

/// Estimates shares of a corpus, which is read once, chunk by chunk.
///
/// # Errors
/// Whatever is wrong with either table, or they do not belong together.
///
/// ```no_run
/// use evenhand_analysis::PredictionSource;
/// use evenhand_analysis::codes::CodeColumns;
/// use evenhand_analysis::estimate::{CodedItems, EstimateOptions, estimate};
/// use evenhand_table::ReadOptions;
///
/// let options = ReadOptions::default();
/// let corpus = PredictionSource::file("predictions.csv".as_ref(), &options);
/// let coded = CodedItems::read("coded.csv".as_ref(), &CodeColumns::default(), None, &options)?;
/// let result = estimate(&corpus, &coded, &EstimateOptions::default())?;
/// println!("{:#}", result.to_json());
/// # Ok::<(), evenhand_stats::error::Error>(())
/// ```
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
    let Material {
        inputs,
        unknown,
        without,
        sample,
        notes: put_right,
    } = reader.finish()?;
    let labelled = coded.labelled().count() - unknown.values().sum::<usize>();
    let used = inputs.coded.len();
    if used == 0 {
        let first = coded.labelled().next().map(|item| &coded.item(item).name);
        return Err(Error::from(EstimateError::NoneInCorpus {
            table: coded.table.prefix(),
            corpus: corpus.shown(),
            example: first.cloned().unwrap_or_default(),
        }));
    }
    let mut notes = chunks.notes();
    notes.extend(put_right);
    notes.extend(sample.notes(&coded.table.prefix()));
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
        estimates: measure(&inputs, params),
        without,
        sample,
        absent: labelled - used,
        unknown,
        notes,
    })
}
