//! What a reader should know before believing an estimate, in sentences.

use super::data::Material;
use super::{Estimates, Method};

/// With fewer coded rows of a class or a domain, intervals are rough.
const FEW: u64 = 30;
/// With fewer clusters intervals are too narrow.
const FEW_CLUSTERS: u64 = 20;
/// As many names are given.
const NAMED: usize = 6;

pub(super) fn of(estimates: &Estimates, material: &Material) -> Vec<String> {
    let mut doubts = Vec::new();
    let coded = &material.coded;
    let labelled = |class: usize| {
        let of_class = coded
            .labels
            .iter()
            .filter(|&&label| usize::from(label) == class);
        of_class.count() as u64
    };
    for (class, name) in material.classes.names().iter().enumerate() {
        let n = labelled(class);
        if n < FEW {
            doubts.push(format!(
                "only {n} coded rows are `{name}`: how it is judged is known but roughly"
            ));
        }
    }
    let answers = coded.labels.iter().zip(&coded.rows.predicted);
    let wrong = answers
        .filter(|(label, predicted)| label != predicted)
        .count();
    if wrong < 5 {
        doubts.push(format!(
            "the classifier is wrong on {wrong} of {} coded rows: too few errors to know how common \
             errors are, so corrected intervals may be too narrow",
            coded.len()
        ));
    }
    for breakdown in estimates
        .targets
        .iter()
        .take(1)
        .flat_map(|target| &target.by)
    {
        let cells = breakdown.cells.iter();
        let few: Vec<&str> = cells
            .filter(|(_, cell)| cell.coded < FEW && cell.corpus > 0)
            .filter(|(_, cell)| cell.share(Method::Powered).is_ok())
            .map(|(domain, _)| domain.as_str())
            .collect();
        if !few.is_empty() {
            let more = match few.len().saturating_sub(NAMED) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            doubts.push(format!(
                "fewer than {FEW} coded rows of {} {}{more}: intervals there are rough",
                breakdown.attribute,
                few[..few.len().min(NAMED)].join(", ")
            ));
        }
    }
    if let Some(clusters) = estimates.clusters.filter(|of| of.coded < FEW_CLUSTERS) {
        doubts.push(format!(
            "the coded rows are of {} clusters: with fewer than {FEW_CLUSTERS} intervals are too \
             narrow",
            clusters.coded
        ));
    }
    for test in estimates.shift.unlikely() {
        doubts.push(format!(
            "the coded rows differ from the corpus in `{}` ({} {:.3}, p {}): if they were not drawn \
             from it by chance, corrections may not hold",
            test.of,
            test.kind,
            test.statistic,
            if test.p < 0.001 {
                "< 0.001".to_owned()
            } else {
                format!("= {:.3}", test.p)
            }
        ));
    }
    doubts
}
