//! The classes whose shares are estimated, and their probabilities.

use super::EstimateOptions;
use crate::predictions::{PredictionError, PredictionTable};
use evenhand_stats::record::Classes;
use evenhand_table::Number;

/// A number from 0 to 1.
///
/// # Errors
/// It is none.
pub(crate) fn probability(
    chunk: &PredictionTable,
    column: usize,
    row: usize,
    numbers: &[Number],
) -> Result<f32, PredictionError> {
    match numbers[row] {
        Number::Value(value) if (0.0..=1.0).contains(&value) => Ok(value as f32),
        _ => Err(chunk.bad_value(row, column, "a number from 0 to 1")),
    }
}

/// The classes whose shares are estimated.
pub(super) fn targets(
    options: &EstimateOptions,
    classes: &Classes,
) -> Result<Vec<usize>, PredictionError> {
    match &options.class {
        None => Ok((0..classes.len()).collect()),
        Some(name) => match classes.index(name) {
            Some(class) => Ok(vec![class]),
            None => Err(PredictionError::UnknownClass {
                class: name.clone(),
                classes: classes.names().to_vec(),
            }),
        },
    }
}
