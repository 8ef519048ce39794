//! Audits of the predictions of a training.

use super::Split;
use crate::audit::{Audit, CheckedParams, Design, Table, audit};
use crate::error::Error;
use crate::record::{Fold, Predictions};

pub fn is_test(fold: Fold) -> bool {
    fold == Fold::Test
}

pub fn is_out_of_fold(fold: Fold) -> bool {
    matches!(fold, Fold::Out(_))
}

/// The rows of these folds, audited.
pub fn audited(
    predictions: &Predictions,
    design: &Design,
    is_judged: fn(Fold) -> bool,
    params: &CheckedParams,
) -> Result<(Table, Audit), Error> {
    let table = Table::from_predictions(predictions, design, is_judged)?;
    let audited = audit(&table, params);
    Ok((table, audited))
}

/// `None` without test rows.
pub fn test_audit(
    predictions: &Predictions,
    design: &Design,
    split: &Split,
    params: &CheckedParams,
) -> Result<Option<Audit>, Error> {
    let judged = (!split.test.is_empty()).then(|| audited(predictions, design, is_test, params));
    Ok(judged.transpose()?.map(|(_, audited)| audited))
}
