//! Whether a domain is judged as the other coded rows are, so that it may borrow their error rates.

use super::data::Part;
use crate::stats::contingency::fisher;
use crate::stats::counts::Counts;

/// Fisher's exact tests that each class is judged right as often in a part as in the other coded rows, together by
/// Bonferroni's bound. Weights and clusters are left out of account.
pub(super) fn rates_alike(part: &Part) -> f64 {
    let coded = &part.inputs.coded;
    let classes = part.inputs.classes.len();
    let count = |rows: &mut dyn Iterator<Item = u32>| {
        let mut counts = vec![Counts { hits: 0, n: 0 }; classes];
        for row in rows {
            let (label, predicted) = (
                coded.labels[row as usize],
                coded.rows.predicted[row as usize],
            );
            let of = &mut counts[usize::from(label)];
            of.n += 1;
            of.hits += u64::from(label == predicted);
        }
        counts
    };
    let here = count(&mut part.coded.iter().copied());
    let all = count(&mut (0..coded.len() as u32));
    let tests = here.into_iter().zip(all);
    let tests = tests.map(|(here, all)| fisher(here, all.without(here)));
    (tests.fold(1.0, f64::min) * classes as f64).min(1.0)
}
