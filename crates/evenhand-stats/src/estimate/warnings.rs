//! Warnings about an estimate, in sentences.

use super::data::EstimateInputs;
use super::shift::p_text;
use super::{Breakdown, Estimates, Method};

/// With fewer coded rows of a class or a domain, intervals are rough.
const FEW: u64 = 30;
/// With fewer clusters intervals are too narrow.
pub(crate) const FEW_CLUSTERS: u64 = 20;
/// As many names are given.
const NAMED: usize = 6;

pub(super) fn of(estimates: &Estimates, inputs: &EstimateInputs) -> Vec<String> {
    let mut warnings = few_labels(inputs);
    warnings.extend(few_errors(inputs));
    warnings.extend(few_in_domains(estimates));
    if let Some(clusters) = estimates.clusters.filter(|of| of.coded < FEW_CLUSTERS) {
        warnings.push(format!(
            "the coded rows are of {} clusters: with fewer than {FEW_CLUSTERS} intervals are too \
             narrow",
            clusters.coded
        ));
    }
    warnings.extend(shifted(estimates));
    warnings
}

fn few_labels(inputs: &EstimateInputs) -> Vec<String> {
    let labelled = |class: usize| {
        let labels = inputs.coded.labels.iter();
        labels.filter(|&&label| usize::from(label) == class).count() as u64
    };
    let names = inputs.classes.names().iter().enumerate();
    let counted = names.map(|(class, name)| (labelled(class), name));
    let few = counted.filter(|(n, _)| *n < FEW);
    few.map(|(n, name)| {
        format!("only {n} coded rows are `{name}`: how it is judged is known but roughly")
    })
    .collect()
}

pub(crate) fn few_errors(inputs: &EstimateInputs) -> Option<String> {
    let coded = &inputs.coded;
    let answers = coded.labels.iter().zip(&coded.rows.predicted);
    let wrong = answers
        .filter(|(label, predicted)| label != predicted)
        .count();
    (wrong < 5).then(|| {
        format!(
            "the classifier is wrong on {wrong} of {} coded rows: too few errors to know how common \
             errors are, so corrected intervals may be too narrow",
            coded.len()
        )
    })
}

/// The domains of every attribute, which are the same for all targets.
fn few_in_domains(estimates: &Estimates) -> Vec<String> {
    let breakdowns = estimates.targets.first().map(|target| &target.by);
    let breakdowns = breakdowns.into_iter().flatten();
    let sentence = |breakdown: &Breakdown| {
        let cells = breakdown.cells.iter();
        let few: Vec<&str> = cells
            .filter(|(_, cell)| cell.coded < FEW && cell.corpus > 0)
            .filter(|(_, cell)| cell.share(Method::Powered).is_ok())
            .map(|(domain, _)| domain.as_str())
            .collect();
        let more = match few.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        (!few.is_empty()).then(|| {
            format!(
                "fewer than {FEW} coded rows of {} {}{more}: intervals there are rough",
                breakdown.attribute,
                few[..few.len().min(NAMED)].join(", ")
            )
        })
    };
    breakdowns.filter_map(sentence).collect()
}

fn shifted(estimates: &Estimates) -> Vec<String> {
    let unlikely = estimates.shift.unlikely();
    let sentences = unlikely.map(|test| {
        format!(
            "the coded rows differ from the corpus in `{}` ({} {:.3}, p {}): if they were not drawn \
             from it by chance, corrections may not hold",
            test.of,
            test.kind,
            test.statistic,
            p_text(test.p)
        )
    });
    sentences.collect()
}
