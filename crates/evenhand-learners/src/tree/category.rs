//! Splits of categories: a set of levels on the left, gaps among them or not.

use super::bins::MISSING;
use super::criterion::{Candidate, Criterion, Sides};

/// The most levels of the smaller set.
const MOST_LEVELS: usize = 32;

/// The best set of levels of a column, whose last bin is that of gaps.
///
/// # Formula
///
/// Of all sets of levels, one of the first of them in the order of their mean is best for two classes and squared
/// error (Fisher, W. D. (1958), JASA 53, 789-798). As in LightGBM, means are smoothed, sets of up to 32 levels
/// from either end are tried, and levels of few rows go with the rest. Gaps are one more level here.
pub(super) fn best<C: Criterion>(criterion: &C, bins: &[i64], all: &C::Sums) -> Option<Candidate> {
    let words = criterion.words();
    let criterion = criterion.for_levels();
    let mut levels: Vec<(f64, u8, &[i64])> = bins
        .chunks_exact(words)
        .enumerate()
        .filter(|(_, sums)| criterion.rows_of(sums) >= criterion.least_level_rows().max(1))
        .map(|(bin, sums)| (criterion.order(sums, all), bin as u8, sums))
        .collect();
    levels.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let first = best_of(&criterion, levels.iter(), all);
    let last = best_of(&criterion, levels.iter().rev(), all);
    let (gain, from_first, length) = match (first, last) {
        (Some(a), Some(b)) if b.0 > a.0 => (b.0, false, b.1),
        (Some(a), _) => (a.0, true, a.1),
        (None, Some(b)) => (b.0, false, b.1),
        (None, None) => return None,
    };
    let chosen = match from_first {
        true => &levels[..length],
        false => &levels[levels.len() - length..],
    };
    let gaps = (bins.len() / words - 1) as u8;
    let sides = sides(&criterion, chosen, gaps, bins, all);
    Some(Candidate { gain, sides })
}

/// The gain and the length of the best set of levels that come first.
fn best_of<'a, C: Criterion>(
    criterion: &C,
    levels: impl Iterator<Item = &'a (f64, u8, &'a [i64])>,
    all: &C::Sums,
) -> Option<(f64, usize)> {
    let mut left = criterion.nothing();
    let mut best: Option<(f64, usize)> = None;
    for (index, (_, _, sums)) in levels.take(MOST_LEVELS).enumerate() {
        criterion.add(&mut left, sums);
        if let Some(gain) = criterion.gain(&left, all)
            && best.is_none_or(|(most, _)| gain > most)
        {
            best = Some((gain, index + 1));
        }
    }
    best
}

/// Chosen levels to the left. Levels without rows here go where gaps go, and these to the heavier side if there is
/// none.
fn sides<C: Criterion>(
    criterion: &C,
    chosen: &[(f64, u8, &[i64])],
    gaps: u8,
    bins: &[i64],
    all: &C::Sums,
) -> Sides {
    let words = criterion.words();
    let mut left = criterion.nothing();
    for (_, _, sums) in chosen {
        criterion.add(&mut left, sums);
    }
    let has_gaps = criterion.rows_of(&bins[usize::from(gaps) * words..]) > 0;
    let missing_left = match has_gaps {
        true => chosen.iter().any(|level| level.1 == gaps),
        false => 2.0 * criterion.weight(&left) > criterion.weight(all),
    };
    let mut goes_left = [false; 256];
    for (bin, sums) in bins.chunks_exact(words).enumerate() {
        goes_left[bin] = missing_left && criterion.rows_of(sums) == 0;
    }
    for level in chosen {
        goes_left[usize::from(level.1)] = true;
    }
    goes_left[usize::from(gaps)..].fill(missing_left);
    goes_left[usize::from(MISSING)] = missing_left;
    Sides::Among(Box::new(goes_left))
}
