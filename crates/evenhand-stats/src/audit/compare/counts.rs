//! Rows as counts of what they have in common: the label and both answers. A resample of the counts
//! is a resample of the rows, the same ones for both classifiers, at the cost of the kinds of rows.

use super::Pair;
use crate::audit::table::Units;
use crate::metric::{Cases, Confusion};
use crate::stats::linearised::Spread;
use crate::stats::paired::Paired;
use crate::stats::resample::{self, Plan};
use std::collections::HashMap;
use std::ops::Range;

/// The counts of rows in one group or several.
pub(super) struct Joint {
    classes: usize,
    kinds: Vec<Kind>,
    /// As many rows of a kind as there are in one part.
    alike: Vec<(u32, u64)>,
    /// Ranges of `alike`: the rows of a group, of a group in a stratum, or of a cluster.
    parts: Vec<Range<usize>>,
    /// True if parts are drawn, and not the rows in them.
    is_of_clusters: bool,
    /// Confusions of A and of B, by group.
    confusions: Vec<[Confusion; 2]>,
}

/// Rows alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Kind {
    group: usize,
    label: usize,
    /// Predictions of A and of B.
    answers: [usize; 2],
}

impl Joint {
    /// Rows come with the group they are in, one of `groups`.
    pub fn new(pair: Pair, rows: impl Iterator<Item = (u32, usize)>, groups: usize) -> Self {
        let mut codes: HashMap<Kind, u32> = HashMap::new();
        let mut kinds = Vec::new();
        let units = &pair.a.units;
        let mut rows: Vec<((usize, u32), u32)> = rows
            .map(|(row, group)| {
                let row = row as usize;
                let kind = Kind {
                    group,
                    label: pair.a.labels[row],
                    answers: [pair.a, pair.b].map(|table| table.predicted[row]),
                };
                let code = *codes.entry(kind).or_insert_with(|| {
                    kinds.push(kind);
                    kinds.len() as u32 - 1
                });
                let part = match units {
                    Units::Rows => (group, 0),
                    Units::Strata(of) => (group, of[row]),
                    Units::Clusters(of) => (0, of[row]),
                };
                (part, code)
            })
            .collect();
        rows.sort_unstable();
        let (mut alike, mut parts) = (Vec::new(), Vec::new());
        for part in rows.chunk_by(|(a, _), (b, _)| a == b) {
            let start = alike.len();
            let same = part.chunk_by(|a, b| a == b);
            alike.extend(same.map(|same| (same[0].1, same.len() as u64)));
            parts.push(start..alike.len());
        }
        let mut joint = Self {
            classes: pair.a.classes.len(),
            kinds,
            alike,
            parts,
            is_of_clusters: matches!(units, Units::Clusters(_)),
            confusions: Vec::new(),
        };
        joint.confusions = joint.sorted(&joint.totals(), groups);
        joint
    }

    /// The counts of A and of B.
    pub fn of_group(&self, group: usize) -> [&Confusion; 2] {
        self.confusions[group].each_ref()
    }

    /// Cases of a rate by whose hits they are, in all groups together.
    pub fn paired(&self, cases: Cases, hits: fn(&Confusion) -> u64) -> Paired {
        let mut paired = Paired {
            both: 0,
            first: 0,
            second: 0,
            neither: 0,
        };
        for (kind, total) in self.kinds.iter().zip(self.totals()) {
            let (classes, label, answers) = kind.reduced(self.classes);
            let [a, b] = answers.map(|answer| Confusion::of_row(classes, label, answer));
            if cases.count(&a) == 0 {
                continue;
            }
            *match (hits(&a) > 0, hits(&b) > 0) {
                (true, true) => &mut paired.both,
                (true, false) => &mut paired.first,
                (false, true) => &mut paired.second,
                (false, false) => &mut paired.neither,
            } += total;
        }
        paired
    }

    /// Sampling variance of an estimate that a row of each kind moves by so much, by label and both answers.
    pub fn spread(&self, influence: impl Fn(usize, [usize; 2]) -> f64) -> Spread {
        let kinds = self.kinds.iter();
        let moves: Vec<f64> = kinds
            .map(|kind| influence(kind.label, kind.answers))
            .collect();
        let parts = self.parts.iter().map(|part| {
            let alike = self.alike[part.clone()].iter();
            alike.map(|&(kind, count)| (moves[kind as usize], count as f64))
        });
        match self.is_of_clusters {
            false => Spread::of_strata(parts),
            true => {
                let sum = |part: &mut dyn Iterator<Item = (f64, f64)>| -> f64 {
                    part.map(|(by, count)| by * count).sum()
                };
                let sums: Vec<f64> = parts.map(|mut part| sum(&mut part)).collect();
                Spread::of_units(sums.into_iter())
            }
        }
    }

    /// The statistic of many resamples, from the counts of A and of B by group, in order.
    pub fn replicate<T: Send>(
        &self,
        replicates: usize,
        seed: u64,
        statistic: impl Fn(&[[Confusion; 2]]) -> T + Sync,
    ) -> Vec<T> {
        let groups = self.confusions.len();
        if self.is_of_clusters {
            let plan = Plan::rows(self.parts.len());
            return plan.replicate(replicates, seed, |weights| {
                let mut totals = vec![0; self.kinds.len()];
                for (part, &times) in self.parts.iter().zip(weights) {
                    for &(kind, count) in &self.alike[part.clone()] {
                        totals[kind as usize] += u64::from(times) * count;
                    }
                }
                statistic(&self.sorted(&totals, groups))
            });
        }
        let counts: Vec<u64> = self.alike.iter().map(|&(_, count)| count).collect();
        resample::replicate_counts(replicates, seed, |rng| {
            let mut totals = vec![0; self.kinds.len()];
            for part in &self.parts {
                let drawn = resample::counts(&counts[part.clone()], rng);
                for (&(kind, _), count) in self.alike[part.clone()].iter().zip(drawn) {
                    totals[kind as usize] += count;
                }
            }
            statistic(&self.sorted(&totals, groups))
        })
    }

    /// Rows of each kind.
    fn totals(&self) -> Vec<u64> {
        let mut totals = vec![0; self.kinds.len()];
        for &(kind, count) in &self.alike {
            totals[kind as usize] += count;
        }
        totals
    }

    /// The counts of A and of B by group, from those of each kind.
    fn sorted(&self, totals: &[u64], groups: usize) -> Vec<[Confusion; 2]> {
        let none = || Confusion::new(self.classes);
        let mut sorted: Vec<_> = (0..groups).map(|_| [none(), none()]).collect();
        for (kind, &total) in self.kinds.iter().zip(totals) {
            for (confusion, answer) in sorted[kind.group].iter_mut().zip(kind.answers) {
                confusion.add_times(kind.label, answer, total);
            }
        }
        sorted
    }
}

impl Kind {
    /// The same row among as few classes as tell it apart. Of more than two classes none is special,
    /// so that a rate depends on which are the same only.
    fn reduced(&self, classes: usize) -> (usize, usize, [usize; 2]) {
        let Self { label, answers, .. } = *self;
        if classes == 2 {
            return (2, label, answers);
        }
        let [a, b] = answers;
        let a_reduced = usize::from(a != label);
        let b_reduced = match b {
            _ if b == label => 0,
            _ if b == a => a_reduced,
            _ => 2,
        };
        (3, 0, [a_reduced, b_reduced])
    }
}
