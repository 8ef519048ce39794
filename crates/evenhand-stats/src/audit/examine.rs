//! Error analysis row by row, where an audit counts: mistakes, slices, label errors, thresholds, abstention.

mod json;

use super::CheckedParams;
use super::abstention::{Abstention, abstention};
use super::label_errors::{LabelErrors, label_errors};
use super::mistakes::{Mistake, confident_mistakes};
use super::slices::{FeatureRows, Slice, slices};
use super::table::Table;
use super::tradeoff::{Tradeoff, tradeoffs};
use crate::stats::kmeans::KMeansError;

/// As many mistakes are listed.
const MISTAKES: usize = 40;

/// Inputs beside the table; without them, some analyses are left out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Evidence<'a> {
    /// `[rows, classes]`, from a model that did not learn from the row.
    pub probabilities: Option<&'a [f64]>,
    /// Features of every row.
    pub features: Option<FeatureRows<'a>>,
}

/// Rows are those of the table, from 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Examination {
    /// Trade-offs of other thresholds; empty without scores of two classes.
    pub tradeoffs: Vec<Tradeoff>,
    /// The most confident ones; `None` without probabilities.
    pub mistakes: Option<Vec<Mistake>>,
    /// `None` without probabilities.
    pub label_errors: Option<LabelErrors>,
    /// Kinds of pictures; `None` without features.
    pub slices: Option<Vec<Slice>>,
    /// Leaving the least sure rows to people; `None` without probabilities.
    pub abstention: Option<Abstention>,
}

/// # Errors
///
/// Features that are not finite.
///
/// # Panics
///
/// When there are not as many probabilities or features as rows.
pub fn examine(
    table: &Table,
    evidence: Evidence,
    params: &CheckedParams,
) -> Result<Examination, KMeansError> {
    let Evidence {
        probabilities,
        features,
    } = evidence;
    let (labels, predicted, classes) = (&table.labels, &table.predicted, table.classes.len());
    Ok(Examination {
        tradeoffs: tradeoffs(table, params),
        mistakes: probabilities.map(|probabilities| {
            confident_mistakes(labels, predicted, probabilities, classes, MISTAKES)
        }),
        label_errors: probabilities
            .map(|probabilities| label_errors(labels, probabilities, classes)),
        slices: features
            .map(|features| slices(table, features, params))
            .transpose()?,
        abstention: probabilities
            .and_then(|probabilities| abstention(table, probabilities, params)),
    })
}
