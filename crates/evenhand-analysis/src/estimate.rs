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
mod reading;
mod result;
mod row_weights;
mod rows;
#[cfg(test)]
mod tests;

pub use coded::CodedItems;
pub use design::SampleUse;
pub(crate) use design::Sampled;
pub use error::EstimateError;
pub(crate) use options::level;
pub use options::{EstimateOptions, label_and_class};
pub use reading::{Reading, open};
pub use result::EstimateResult;
pub(crate) use result::weighted_by;

use crate::Error;
use crate::predictions::PredictionSource;
use evenhand_stats::estimate::estimate as measure;
pub(crate) use reading::read;

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
    let (reading, material) = read(corpus, coded, options)?;
    Ok(EstimateResult {
        reading,
        label: options.label.clone(),
        cluster: options.cluster.clone(),
        weights_by: options.weights_by(),
        estimates: measure(&material.inputs, params),
    })
}
