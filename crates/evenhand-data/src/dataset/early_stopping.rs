//! Early stopping: which rows decide when a training ends, and are not learned from meanwhile.

use super::folds::{Unit, gather, largest_first};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// One row in this many decides when to stop.
const TENTH: usize = 10;

/// Rows that decide when to stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StopRows {
    /// A tenth of the rows, true for each of them.
    Tenth(Vec<bool>),
    /// Rows of the smallest units, since no tenth serves every fold.
    Smallest(Vec<bool>),
    /// No row can be spared: each is needed to learn from.
    NoneSpared,
}

impl StopRows {
    /// Picks rows for trainings that each leave out one of the folds from 0 to `k - 1`; rows in other folds are
    /// never left out.
    ///
    /// Whole units (see [`super::units`]), about a tenth of the rows, each stratum's shared out evenly. In each of
    /// the trainings there is a row to stop by, and there are two strata to learn from. A tenth that does not
    /// do that gives way to the smallest units that do, of which none has the last rows of a stratum and all
    /// together at most half of what a training could learn from.
    pub fn pick(units: &[usize], strata: &[usize], folds: &[usize], k: usize, seed: u64) -> Self {
        let gathered = gather(units, strata, &mut ChaCha8Rng::seed_from_u64(seed));
        let trainings = Trainings::new(strata, folds, k);
        if gathered.len() >= TENTH {
            let tenths = largest_first(gathered, strata, TENTH);
            let tenth: Vec<bool> = tenths.into_iter().map(|part| part == 0).collect();
            if trainings.are_served(&tenth) {
                return Self::Tenth(tenth);
            }
        }
        let gathered = gather(units, strata, &mut ChaCha8Rng::seed_from_u64(seed));
        match trainings.smallest(gathered) {
            rows if trainings.are_served(&rows) => Self::Smallest(rows),
            _ => Self::NoneSpared,
        }
    }
}

/// Trainings, of which each leaves out the rows of one fold.
struct Trainings<'a> {
    strata: &'a [usize],
    folds: &'a [usize],
    k: usize,
}

/// Rows that one training learns from, by stratum.
struct Learned {
    of_stratum: BTreeMap<usize, usize>,
    rows: usize,
    /// At least so many are to be left.
    least: usize,
}

impl<'a> Trainings<'a> {
    fn new(strata: &'a [usize], folds: &'a [usize], k: usize) -> Self {
        assert_eq!(strata.len(), folds.len(), "one fold a row");
        Self { strata, folds, k }
    }

    /// Whether every training has rows to stop by, and rows of two strata to learn from.
    fn are_served(&self, stops: &[bool]) -> bool {
        (0..self.k).all(|left_out| {
            let is_in = |row: &usize| self.folds[*row] != left_out;
            let (stopping, learned): (Vec<usize>, Vec<usize>) =
                (0..stops.len()).filter(is_in).partition(|&row| stops[row]);
            let strata: BTreeSet<usize> = learned.iter().map(|&row| self.strata[row]).collect();
            !stopping.is_empty() && strata.len() >= 2
        })
    }

    /// The smallest units, as evenly from all folds and strata as they allow.
    fn smallest(&self, mut units: Vec<Unit>) -> Vec<bool> {
        let rows = self.folds.len();
        units.sort_by_key(|unit| unit.rows.len());
        let mut learned: Vec<Learned> = (0..self.k).map(|fold| self.learned(fold)).collect();
        let mut queues: BTreeMap<[usize; 2], VecDeque<Unit>> = BTreeMap::new();
        for unit in units {
            let key = [self.folds[unit.rows[0]], unit.stratum];
            queues.entry(key).or_default().push_back(unit);
        }
        let mut stops = vec![false; rows];
        let (mut of_fold, mut of_stratum) = (BTreeMap::new(), BTreeMap::new());
        let mut taken = 0;
        // Rows of two folds serve every training.
        while taken * TENTH < rows || of_fold.len() < 2.min(self.k) {
            let count =
                |counts: &BTreeMap<usize, usize>, key| counts.get(&key).copied().unwrap_or(0);
            let next = queues.iter().filter_map(|(&[fold, stratum], queue)| {
                let size = queue.front()?.rows.len();
                let key = (count(&of_fold, fold), count(&of_stratum, stratum), size);
                Some((key, [fold, stratum]))
            });
            let Some((_, key)) = next.min() else { break };
            let unit = queues.get_mut(&key).and_then(VecDeque::pop_front);
            let Some(unit) = unit else { break };
            // What cannot be spared now can't be later: ever fewer rows are learned from.
            if !self.can_spare(&unit, &mut learned) {
                continue;
            }
            let n = unit.rows.len();
            taken += n;
            *of_fold.entry(key[0]).or_default() += n;
            *of_stratum.entry(key[1]).or_default() += n;
            unit.rows.iter().for_each(|&row| stops[row] = true);
        }
        stops
    }

    fn learned(&self, left_out: usize) -> Learned {
        let mut of_stratum = BTreeMap::new();
        let mut rows = 0;
        for (&fold, &stratum) in self.folds.iter().zip(self.strata) {
            if fold != left_out {
                *of_stratum.entry(stratum).or_default() += 1;
                rows += 1;
            }
        }
        Learned {
            of_stratum,
            rows,
            least: rows.div_ceil(2),
        }
    }

    /// Takes a unit from what trainings learn, if each of them keeps every stratum and half of its rows.
    fn can_spare(&self, unit: &Unit, learned: &mut [Learned]) -> bool {
        let mut of_stratum: BTreeMap<usize, usize> = BTreeMap::new();
        for &row in &unit.rows {
            *of_stratum.entry(self.strata[row]).or_default() += 1;
        }
        let fold = self.folds[unit.rows[0]];
        let others = || (0..self.k).filter(move |&left_out| left_out != fold);
        let keeps = |left_out: usize| {
            let learned = &learned[left_out];
            let keeps_stratum = |(stratum, n)| learned.of_stratum.get(stratum) > Some(n);
            learned.rows >= learned.least + unit.rows.len() && of_stratum.iter().all(keeps_stratum)
        };
        if !others().all(keeps) {
            return false;
        }
        for left_out in others() {
            learned[left_out].rows -= unit.rows.len();
            for (stratum, n) in &of_stratum {
                if let Some(left) = learned[left_out].of_stratum.get_mut(stratum) {
                    *left -= n;
                }
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::super::folds;
    use super::*;
    use proptest::prelude::*;

    /// Persons of these numbers of rows, of two labels each.
    fn persons(sizes: &[usize]) -> (Vec<usize>, Vec<usize>) {
        let units = sizes.iter().enumerate();
        let units: Vec<usize> = units.flat_map(|(who, &n)| vec![who; n]).collect();
        let strata = sizes.iter().flat_map(|&n| (0..n).map(|row| row % 2));
        (units.clone(), strata.collect())
    }

    fn rows_of(stops: StopRows) -> Option<Vec<bool>> {
        match stops {
            StopRows::Tenth(rows) | StopRows::Smallest(rows) => Some(rows),
            StopRows::NoneSpared => None,
        }
    }

    #[test]
    fn of_many_rows_it_is_a_tenth_of_every_stratum() {
        let units: Vec<usize> = (0..200).collect();
        let strata: Vec<usize> = (0..200).map(|row| row % 2).collect();
        let folds = folds(&units, &strata, 5, 0).unwrap();
        let StopRows::Tenth(rows) = StopRows::pick(&units, &strata, &folds, 5, 1) else {
            panic!("there are enough rows");
        };
        for stratum in 0..2 {
            let n = (0..200).filter(|&row| rows[row] && strata[row] == stratum);
            assert_eq!(n.count(), 10);
        }
    }

    #[test]
    fn one_large_person_leaves_the_stopping_to_small_ones() {
        let (units, strata) = persons(&[40, 40, 20, 20, 8, 8, 6, 6, 4, 4, 2, 2]);
        for (k, seed) in [2, 3, 5]
            .into_iter()
            .flat_map(|k| (0..10).map(move |seed| (k, seed)))
        {
            let folds = folds(&units, &strata, k, seed).unwrap();
            let rows = rows_of(StopRows::pick(&units, &strata, &folds, k, seed + 1)).unwrap();
            let n = rows.iter().filter(|is_stop| **is_stop).count();
            assert!((16..=60).contains(&n), "{k} folds, seed {seed}: {n}");
        }
    }

    #[test]
    fn of_three_persons_none_can_be_spared() {
        let (units, strata) = persons(&[20, 20, 20]);
        let folds = folds(&units, &strata, 2, 0).unwrap();
        assert_eq!(
            StopRows::pick(&units, &strata, &folds, 2, 1),
            StopRows::NoneSpared
        );
        // Of a single training one of them can.
        let stops = StopRows::pick(&units, &strata, &[1; 60], 1, 1);
        assert!(
            matches!(stops, StopRows::Smallest(rows) if rows.iter().filter(|stops| **stops).count() == 20)
        );
    }

    proptest! {
        #[test]
        fn every_training_can_stop_and_learn_whatever_the_persons(
            sizes in prop::collection::vec(1_usize..30, 3..13),
            k in 2_usize..6,
            seed: u64,
        ) {
            let (units, strata) = persons(&sizes);
            let k = k.min(sizes.len() - 1);
            let folds = folds(&units, &strata, k, seed).unwrap();
            let Some(rows) = rows_of(StopRows::pick(&units, &strata, &folds, k, seed)) else {
                return Ok(());
            };
            for left_out in 0..k {
                let is_in = |row: &usize| folds[*row] != left_out;
                let (stops, learns): (Vec<usize>, Vec<usize>) =
                    (0..rows.len()).filter(is_in).partition(|&row| rows[row]);
                prop_assert!(!stops.is_empty());
                prop_assert!(learns.iter().any(|&row| strata[row] != strata[learns[0]]));
                let apart = |row: &usize| !stops.iter().any(|&stop| units[stop] == units[*row]);
                prop_assert!(learns.iter().all(apart));
            }
        }
    }
}
