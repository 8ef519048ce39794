//! Folds and hold-out parts: whole units (see [`super::units`]), each stratum shared out evenly.

use super::DatasetError;
use crate::record::Part;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use std::collections::BTreeMap;

/// Records that stay together.
pub(super) struct Unit {
    pub(super) rows: Vec<usize>,
    /// The stratum of most of its rows; the lowest of several.
    pub(super) stratum: usize,
}

/// The units, shuffled.
pub(super) fn gather(units: &[usize], strata: &[usize], rng: &mut impl Rng) -> Vec<Unit> {
    assert_eq!(units.len(), strata.len(), "one stratum a row");
    let mut rows: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (row, unit) in units.iter().enumerate() {
        rows.entry(*unit).or_default().push(row);
    }
    let unit = |rows: Vec<usize>| Unit {
        stratum: majority(&rows, strata),
        rows,
    };
    let mut units: Vec<Unit> = rows.into_values().map(unit).collect();
    units.shuffle(rng);
    units
}

fn majority(rows: &[usize], strata: &[usize]) -> usize {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for row in rows {
        *counts.entry(strata[*row]).or_default() += 1;
    }
    counts
        .into_iter()
        .rev()
        .max_by_key(|(_, n)| *n)
        .map_or(0, |(stratum, _)| stratum)
}

/// The fold of each row, from 0 to `k - 1`, for cross-validation.
///
/// No unit is in two folds. Of rows that are units of their own, each stratum's are spread over
/// the folds so that no two folds differ by more than one; larger units are dealt out first and
/// the others make up for them as far as they can. Where that would leave all rows of a stratum in one
/// fold, though they are of several units, the rarest stratum is dealt out first. `units` and `strata` have
/// one number a row.
///
/// # Errors
/// Fewer than two folds, or fewer units than folds.
pub fn folds(
    units: &[usize],
    strata: &[usize],
    k: usize,
    seed: u64,
) -> Result<Vec<usize>, DatasetError> {
    if k < 2 {
        return Err(DatasetError::TooFewFolds(k));
    }
    let gathered = gather(units, strata, &mut ChaCha8Rng::seed_from_u64(seed));
    if gathered.len() < k {
        return Err(DatasetError::TooFewUnits {
            units: gathered.len(),
            folds: k,
        });
    }
    let by_stratum = units_by_stratum(&gathered, strata);
    let even = largest_first(gathered, strata, k);
    let in_one_fold = |at: &[usize]| at.iter().all(|&row| even[row] == even[at[0]]);
    let torn = by_stratum.iter().any(|of| {
        let rows: Vec<usize> = of.iter().map(|unit| unit.row).collect();
        rows.len() > 1 && in_one_fold(&rows)
    });
    Ok(match torn {
        true => rarest_first(
            gather(units, strata, &mut ChaCha8Rng::seed_from_u64(seed)),
            strata,
            k,
        ),
        false => even,
    })
}

/// Rows by fold, and of each stratum in each fold.
struct Counts {
    in_fold: Vec<usize>,
    in_stratum: Vec<Vec<usize>>,
}

impl Counts {
    fn new(strata: &[usize], k: usize) -> Self {
        let width = strata.iter().max().map_or(0, |highest| highest + 1);
        Self {
            in_fold: vec![0; k],
            in_stratum: vec![vec![0; width]; k],
        }
    }

    /// The fold with the fewest rows of a stratum; of several, the one with the fewest rows.
    fn emptiest(&self, stratum: usize) -> usize {
        let fullness = |fold: &usize| (self.in_stratum[*fold][stratum], self.in_fold[*fold]);
        (0..self.in_fold.len()).min_by_key(fullness).unwrap_or(0)
    }

    fn add(&mut self, rows: &[usize], strata: &[usize], fold: usize) {
        for &row in rows {
            self.in_fold[fold] += 1;
            self.in_stratum[fold][strata[row]] += 1;
        }
    }
}

/// Folds of units, the largest dealt out first.
pub(super) fn largest_first(mut units: Vec<Unit>, strata: &[usize], k: usize) -> Vec<usize> {
    units.sort_by_key(|unit| (std::cmp::Reverse(unit.rows.len()), unit.stratum));
    let mut counts = Counts::new(strata, k);
    let mut folds = vec![0; strata.len()];
    for unit in units {
        let fold = counts.emptiest(unit.stratum);
        counts.add(&unit.rows, strata, fold);
        unit.rows.iter().for_each(|&row| folds[row] = fold);
    }
    folds
}

/// A row of a unit, for one of its strata.
struct UnitOfStratum {
    unit: usize,
    row: usize,
}

/// The units that have rows of each stratum, in their order.
fn units_by_stratum(units: &[Unit], strata: &[usize]) -> Vec<Vec<UnitOfStratum>> {
    let width = strata.iter().max().map_or(0, |highest| highest + 1);
    let mut by_stratum: Vec<Vec<UnitOfStratum>> = (0..width).map(|_| Vec::new()).collect();
    for (at, unit) in units.iter().enumerate() {
        for &row in &unit.rows {
            let of = &mut by_stratum[strata[row]];
            if of.last().is_none_or(|last| last.unit != at) {
                of.push(UnitOfStratum { unit: at, row });
            }
        }
    }
    by_stratum
}

/// Folds of units, those of the rarest stratum dealt out first (Sechidis, Tsoumakas and Vlahavas 2011, for units
/// of several labels): a stratum of several units is in several folds where two strata are all there are.
fn rarest_first(mut units: Vec<Unit>, strata: &[usize], k: usize) -> Vec<usize> {
    units.sort_by_key(|unit| (std::cmp::Reverse(unit.rows.len()), unit.stratum));
    let by_stratum = units_by_stratum(&units, strata);
    let mut counts = Counts::new(strata, k);
    let mut fold_of: Vec<Option<usize>> = vec![None; units.len()];
    loop {
        let left = |of: &[UnitOfStratum]| of.iter().filter(|of| fold_of[of.unit].is_none()).count();
        let lefts = by_stratum.iter().map(|of| left(of)).enumerate();
        let rarest = lefts.filter(|(_, n)| *n > 0).min_by_key(|(_, n)| *n);
        let Some((stratum, _)) = rarest else { break };
        for of in &by_stratum[stratum] {
            if fold_of[of.unit].is_none() {
                let fold = counts.emptiest(stratum);
                counts.add(&units[of.unit].rows, strata, fold);
                fold_of[of.unit] = Some(fold);
            }
        }
    }
    let mut folds = vec![0; strata.len()];
    for (unit, fold) in units.iter().zip(fold_of) {
        let fold = fold.unwrap_or(0);
        unit.rows.iter().for_each(|&row| folds[row] = fold);
    }
    folds
}

/// The part of each row, with `fraction` of the rows in the test part.
///
/// No unit is in both parts. Of rows that are units of their own, each stratum gives within one of
/// `fraction` of its rows to the test, and the total is within one too: a systematic sample with a
/// random start (Cochran, Sampling Techniques, 1977, chapter 8), along the strata in order.
///
/// # Errors
/// A fraction outside (0, 1), or too few units for both parts to have one.
pub fn holdout(
    units: &[usize],
    strata: &[usize],
    fraction: f64,
    seed: u64,
) -> Result<Vec<Part>, DatasetError> {
    if !(fraction > 0.0 && fraction < 1.0) {
        return Err(DatasetError::Holdout(fraction));
    }
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut gathered = gather(units, strata, &mut rng);
    gathered.sort_by_key(|unit| unit.stratum);
    let start = f64::from(rng.next_u32()) / 2_f64.powi(32);
    let mut parts = vec![Part::Train; units.len()];
    let (mut seen, mut taken) = (0_usize, 0_usize);
    for stratum in gathered.chunk_by(|a, b| a.stratum == b.stratum) {
        seen += stratum.iter().map(|unit| unit.rows.len()).sum::<usize>();
        let wanted = (fraction * seen as f64 + start).floor() as usize;
        for unit in stratum {
            if taken + unit.rows.len() <= wanted {
                taken += unit.rows.len();
                unit.rows.iter().for_each(|row| parts[*row] = Part::Test);
            }
        }
    }
    match taken == 0 || taken == units.len() {
        true => smallest_units(gathered, units.len(), fraction),
        false => Ok(parts),
    }
}

/// The part of each row, where units are so large that none fits: the smallest of them are the test, as many as
/// come nearest to `fraction` of the rows.
///
/// # Errors
/// Too few units for both parts to have one.
fn smallest_units(
    mut units: Vec<Unit>,
    rows: usize,
    fraction: f64,
) -> Result<Vec<Part>, DatasetError> {
    let count = units.len();
    if count < 2 {
        let units = count;
        return Err(DatasetError::EmptyHoldout { fraction, units });
    }
    units.sort_by_key(|unit| unit.rows.len());
    let mut parts = vec![Part::Train; rows];
    let mut taken = 0;
    for unit in &units[..count - 1] {
        let n = unit.rows.len();
        if taken > 0 && (taken + n) as f64 > fraction * rows as f64 {
            break;
        }
        taken += n;
        unit.rows.iter().for_each(|row| parts[*row] = Part::Test);
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn single_rows_are_spread_evenly(
            strata in prop::collection::vec(0_usize..6, 10..200),
            k in 2_usize..8,
            seed: u64,
        ) {
            let units: Vec<usize> = (0..strata.len()).collect();
            let folds = folds(&units, &strata, k, seed).unwrap();
            let size = |stratum: Option<usize>, fold| {
                let is_in = |row: &usize| stratum.is_none_or(|s| strata[*row] == s);
                units.iter().filter(|row| is_in(row) && folds[**row] == fold).count()
            };
            for stratum in (0..6).map(Some).chain([None]) {
                let sizes: Vec<usize> = (0..k).map(|fold| size(stratum, fold)).collect();
                let spread = sizes.iter().max().unwrap() - sizes.iter().min().unwrap();
                prop_assert!(spread <= 1, "{stratum:?}: {sizes:?}");
            }
        }

        #[test]
        fn no_unit_crosses_a_border(
            rows in prop::collection::vec((0_usize..40, 0_usize..4), 100..200),
            seed: u64,
        ) {
            let (units, strata): (Vec<usize>, Vec<usize>) = rows.into_iter().unzip();
            let folds = folds(&units, &strata, 5, seed).unwrap();
            let parts = holdout(&units, &strata, 0.3, seed).unwrap();
            for (row, unit) in units.iter().enumerate() {
                let first = units.iter().position(|other| other == unit).unwrap();
                prop_assert_eq!(folds[row], folds[first]);
                prop_assert_eq!(parts[row], parts[first]);
            }
            let sizes: Vec<_> = (0..5).map(|f| folds.iter().filter(|x| **x == f).count()).collect();
            prop_assert!(sizes.iter().all(|n| (10..=60).contains(n)), "{:?}", sizes);
        }

        #[test]
        fn a_holdout_takes_its_fraction_of_every_stratum(
            strata in prop::collection::vec(0_usize..6, 30..200),
            fraction in 0.1_f64..0.9,
            seed: u64,
        ) {
            let units: Vec<usize> = (0..strata.len()).collect();
            let parts = holdout(&units, &strata, fraction, seed).unwrap();
            for stratum in (0..6).map(Some).chain([None]) {
                let is_in = |row: &&usize| stratum.is_none_or(|s| strata[**row] == s);
                let rows: Vec<_> = units.iter().filter(is_in).collect();
                let test = rows.iter().filter(|row| parts[***row] == Part::Test).count();
                prop_assert!((test as f64 - fraction * rows.len() as f64).abs() < 1.0);
            }
        }
    }

    #[test]
    fn the_seed_decides_and_nothing_else() {
        let units: Vec<usize> = (0..100).map(|row| row / 2).collect();
        let strata: Vec<usize> = (0..100).map(|row| row % 3).collect();
        let fold = |seed| folds(&units, &strata, 5, seed).unwrap();
        let hold = |seed| holdout(&units, &strata, 0.2, seed).unwrap();
        assert_eq!(fold(1), fold(1));
        assert_ne!(fold(1), fold(2));
        assert_eq!(hold(1), hold(1));
        assert_ne!(hold(1), hold(2));
    }

    #[test]
    fn a_label_of_several_persons_is_never_in_one_fold_alone() {
        // Ann, Bob and Cem: all rows of label 1 but one are Ann's, the other is Cem's.
        let units = [vec![0; 15], vec![1; 12], vec![2; 4]].concat();
        let strata = [vec![0; 10], vec![1; 5], vec![0; 12], vec![0; 3], vec![1; 1]].concat();
        for seed in 0..20 {
            let folds = folds(&units, &strata, 2, seed).unwrap();
            assert_ne!(folds[0], folds[30], "seed {seed}");
            assert!(folds.contains(&0) && folds.contains(&1));
        }
    }

    #[test]
    fn a_holdout_of_large_units_is_the_smallest_of_them() {
        let units = [vec![0; 40], vec![1; 20], vec![2; 30]].concat();
        let parts = holdout(&units, &[0; 90], 0.2, 3).unwrap();
        assert!(parts[..40].iter().all(|part| *part == Part::Train));
        let test = parts.iter().filter(|part| **part == Part::Test).count();
        assert!([20, 30].contains(&test), "{test}");
    }

    #[test]
    fn what_cannot_be_split_is_an_error() {
        let units = [0, 0, 0, 1];
        let strata = [0; 4];
        assert!(matches!(
            folds(&units, &strata, 1, 0),
            Err(DatasetError::TooFewFolds(1))
        ));
        let error = folds(&units, &strata, 3, 0).unwrap_err();
        assert!(matches!(
            error,
            DatasetError::TooFewUnits { units: 2, folds: 3 }
        ));
        assert!(matches!(
            holdout(&units, &strata, 1.0, 0),
            Err(DatasetError::Holdout(_))
        ));
        let error = holdout(&[0, 0], &[0, 0], 0.5, 0).unwrap_err();
        assert!(matches!(error, DatasetError::EmptyHoldout { units: 1, .. }));
    }
}
