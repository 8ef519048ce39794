//! Classes of a validation: the classifier's, and the labels of the coders where it does not say what it
//! knows.

use super::{ValidateOptions, ValidationError};
use crate::Error;
use crate::audit::ordered_classes;
use crate::codes::{CodeError, CodeTable};
use crate::predictions::{PositiveFrom, PredictionTable, positive};
use evenhand_stats::coders::CodesError;
use evenhand_stats::record::Classes;
use std::collections::BTreeSet;

/// The classes that the classifier predicts, or has a column of probabilities for.
pub(super) fn known_classes(predictions: &PredictionTable, answers: &[&str]) -> Vec<String> {
    let mut names: BTreeSet<String> = answers.iter().map(|&answer| answer.to_owned()).collect();
    // Of a table that is not ours, columns that look like probabilities may be anything.
    if predictions.is_ours() {
        let known = predictions.probabilities().iter();
        names.extend(known.map(|(class, _)| class.clone()));
    }
    names.into_iter().collect()
}

/// The classes of codes and classifier, and where the positive one is known from; `known` are those of the classifier.
pub(super) fn classes(
    table: &CodeTable,
    predictions: &PredictionTable,
    known: Vec<String>,
    options: &ValidateOptions,
) -> Result<(Classes, PositiveFrom), Error> {
    let codes = &table.codes;
    let used = codes.used_labels().into_iter();
    let used = used.map(|label| codes.labels[label].clone());
    let names: BTreeSet<String> = used.chain(known).collect();
    let has_consensus = |item| codes.majority(item).label.is_some();
    if !codes.items.iter().any(has_consensus) {
        let table = table.prefix();
        return Err(Error::from(ValidationError::NoConsensus { table }));
    }
    if let (1, Some(class)) = (names.len(), names.first()) {
        let class = class.clone();
        return Err(Error::from(ValidationError::OneClass { class }));
    }
    let named = options.positive.as_deref();
    let (positive, from) = positive(named, predictions.positive(), &names);
    Ok((ordered_classes(&names, positive, false)?, from))
}

/// Gives the codes the labels that only the classifier uses, in their order.
pub(super) fn share_labels(table: &mut CodeTable, answers: &[&str]) -> Result<(), CodeError> {
    for answer in answers.iter().copied().collect::<BTreeSet<_>>() {
        if table.codes.labels.iter().any(|label| label == answer) {
            continue;
        }
        if !table.order.is_empty() {
            return Err(table.failed(CodesError::NotInOrder {
                label: answer.to_owned(),
                order: table.order.clone(),
            }));
        }
        table.codes.labels.push(answer.to_owned());
    }
    if table.order.is_empty() {
        table.codes.sort_labels();
    }
    Ok(())
}
