//! The classes whose shares are estimated.

use super::EstimateOptions;
use crate::predictions::PredictionError;
use evenhand_stats::record::Classes;

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
