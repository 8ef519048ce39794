//! Splits of numbers: those below a cut on the left, gaps on the side that gains more.

use super::criterion::{Candidate, Criterion, Sides};

/// The best cut between the bins of a column of numbers, of which the last is that of gaps.
pub(super) fn best<C: Criterion>(criterion: &C, bins: &[i64], all: &C::Sums) -> Option<Candidate> {
    let (values, gaps) = bins.split_at(bins.len() - criterion.words());
    let rows = criterion.rows(all);
    let has_gaps = criterion.rows_of(gaps) > 0;
    let mut present = criterion.nothing();
    let mut with_gaps = criterion.nothing();
    criterion.add(&mut with_gaps, gaps);
    let mut best: Option<Candidate> = None;
    for (bin, sums) in values.chunks_exact(criterion.words()).enumerate() {
        if criterion.rows_of(sums) == 0 {
            continue;
        }
        criterion.add(&mut present, sums);
        criterion.add(&mut with_gaps, sums);
        let at = bin as u8;
        if has_gaps {
            consider(&mut best, criterion.gain(&present, all), at, false);
            consider(&mut best, criterion.gain(&with_gaps, all), at, true);
        } else if criterion.rows(&present) < criterion.least_rows() {
            continue;
        } else if rows - criterion.rows(&present) < criterion.least_rows() {
            break;
        } else {
            let is_heavier = 2.0 * criterion.weight(&present) >= criterion.weight(all);
            consider(&mut best, criterion.gain(&present, all), at, is_heavier);
        }
    }
    best
}

fn consider(best: &mut Option<Candidate>, gain: Option<f64>, bin: u8, missing_left: bool) {
    if let Some(gain) = gain
        && best.as_ref().is_none_or(|best| gain > best.gain)
    {
        let sides = Sides::UpTo { bin, missing_left };
        *best = Some(Candidate { gain, sides });
    }
}
