//! Regression in which one variable is what a classifier says, corrected by what people coded of a corpus.

mod error;
mod options;
mod predicted;
mod result;
#[cfg(test)]
mod tests;

pub use error::RegressJobError;
pub use options::RegressOptions;
pub use result::RegressResult;

use crate::Error;
use crate::estimate::{CodedItems, EstimateOptions, read};
use crate::predictions::PredictionSource;
use evenhand_stats::groups::Group;
use evenhand_stats::regress::{Formula, RegressInputs, regress as measure};
use predicted::Predicted;

/// Estimates the coefficients of a formula on a corpus, which is read once, chunk by chunk.
///
/// One variable of the formula is the predicted class: its name, or what the classes are of. All others are columns
/// of the corpus.
///
/// # Errors
/// Whatever is wrong with the formula or either table, or they do not belong together.
///
/// ```no_run
/// use evenhand_analysis::PredictionSource;
/// use evenhand_analysis::codes::CodeColumns;
/// use evenhand_analysis::estimate::CodedItems;
/// use evenhand_analysis::regress::{RegressOptions, regress};
/// use evenhand_table::ReadOptions;
///
/// let options = ReadOptions::default();
/// let corpus = PredictionSource::file("predictions.csv".as_ref(), &options);
/// let coded = CodedItems::read("coded.csv".as_ref(), &CodeColumns::default(), None, &options)?;
/// let result = regress(&corpus, &coded, &RegressOptions::new("female ~ topic + year"))?;
/// println!("{:#}", result.to_json());
/// # Ok::<(), evenhand_stats::error::Error>(())
/// ```
pub fn regress(
    corpus: &PredictionSource,
    coded: &CodedItems,
    options: &RegressOptions,
) -> Result<RegressResult, Error> {
    let params = options.params()?;
    let formula = Formula::parse(&options.formula)?;
    let Predicted { variable, class } = predicted::find(corpus, &formula, options)?;
    let others = (0..)
        .zip(&formula.variables)
        .filter(|(at, _)| *at != variable);
    let reading = EstimateOptions {
        class: Some(class),
        groups: others.map(|(_, of)| Group::one(&of.name)).collect(),
        cluster: options.cluster.clone(),
        weights: options.weights.clone(),
        margins: options.margins.clone(),
        ..EstimateOptions::default()
    };
    let weights_by = reading.weights_by();
    let (reading, material) = read(corpus, coded, &reading)?;
    let inputs = RegressInputs {
        formula,
        predicted: variable,
        rows: material.inputs,
        target: 0,
        of_corpus: material.of_corpus,
    };
    Ok(RegressResult {
        regression: measure(&inputs, params)?,
        classes: inputs.rows.classes,
        options: options.clone(),
        weights_by,
        reading,
    })
}
