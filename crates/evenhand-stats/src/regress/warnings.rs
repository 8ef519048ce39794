//! Warnings about a regression, in sentences.

use super::design::Design;
use super::{RegressInputs, Regression};
use crate::estimate::{FEW_CLUSTERS, few_errors};
use crate::text::counted;

/// With fewer coded rows for each coefficient, intervals are rough.
const FEW_FOR_EACH: u64 = 20;
/// With inclusion probabilities that sum to another number of rows, by this share, rows are missing.
const OFF: f64 = 0.05;

pub(super) fn of(found: &Regression, inputs: &RegressInputs, design: &Design) -> Vec<String> {
    let mut warnings = Vec::new();
    for (variable, rows) in &design.missing {
        warnings.push(format!(
            "{} left out: no value of `{variable}`",
            counted(*rows, "row")
        ));
    }
    for (variable, level, rows) in &design.uncoded {
        warnings.push(format!(
            "{} with `{variable}` {level} left out: no coded row has this value",
            counted(*rows, "row")
        ));
    }
    let coefficients = found.names.len() as u64;
    if found.coded < FEW_FOR_EACH * coefficients {
        warnings.push(format!(
            "{} for {coefficients} coefficients: with fewer than {FEW_FOR_EACH} for each, corrected intervals are \
             rough",
            counted(found.coded, "coded row")
        ));
    }
    warnings.extend(few_errors(&inputs.rows));
    warnings.extend(other_sum(inputs, design));
    if let Some(clusters) = found.clusters.filter(|of| of.coded < FEW_CLUSTERS) {
        warnings.push(format!(
            "the coded rows are of {} clusters: with fewer than {FEW_CLUSTERS} intervals are too narrow",
            clusters.coded
        ));
    }
    warnings
}

/// One over the inclusion probabilities should sum to the rows of the corpus.
fn other_sum(inputs: &RegressInputs, design: &Design) -> Option<String> {
    let weights = &inputs.rows.coded.weights;
    if weights.is_empty() || inputs.of_corpus.is_none() {
        return None;
    }
    let sum: f64 = design.coded.iter().map(|&row| weights[row as usize]).sum();
    let rows = design.corpus.len() as f64;
    ((sum / rows - 1.0).abs() > OFF).then(|| {
        format!(
            "by their inclusion probabilities, the coded rows stand for {} rows, the corpus has {}; if the rows that \
             are not coded are unlike the others, corrections may not hold",
            sum.round(),
            rows
        )
    })
}
