//! Which rows of a cell are independent: each by itself, within strata, or whole clusters. Design effects and
//! variances follow from the counts of these, and resamples draw them again.

mod everyone;
mod pairs;

pub(super) use everyone::{Everyone, Rest};
pub(super) use pairs::{PairCorrelations, pair_correlations};

use super::table::{Table, Units};
use crate::metric::{Confusion, CountForm, Linear, METRICS, Metric, Of};
use crate::stats::clustered::{self, ClusterSums, ClusterTotal, DesignEffect};
use crate::stats::counts::{Counts, EffectiveCounts};
use crate::stats::linearised::Spread;
use crate::stats::paired::Paired;
use crate::stats::resample::{self, Plan};
use std::collections::HashMap;

/// Design effects of rates by metric name: how many times the variance of independent rows each has.
pub(super) type Effects = Vec<(&'static str, DesignEffect)>;

/// Correlations of the rates of two groups by metric name.
pub(super) type Correlations = Vec<(&'static str, f64)>;

/// The counts of a cell, of each of its strata, or of its clusters.
pub(super) enum Sampled {
    Rows(Confusion),
    Strata(Vec<Confusion>),
    Clusters(Clusters),
}

/// Counts of clusters. Most have few rows, so that many are alike.
pub(super) struct Clusters {
    /// Counts that differ, each with the number of clusters that have them.
    kinds: Vec<(Confusion, u64)>,
    /// The number of each cluster in the table, and its kind.
    kind_of: Vec<(u32, u32)>,
}

impl Clusters {
    fn new(parts: impl Iterator<Item = (u32, Confusion)>) -> Self {
        let mut places: HashMap<Confusion, u32> = HashMap::new();
        let mut clusters = Self {
            kinds: Vec::new(),
            kind_of: Vec::new(),
        };
        for (id, part) in parts {
            let kind = places.get(&part).copied().unwrap_or_else(|| {
                let next = clusters.kinds.len() as u32;
                clusters.kinds.push((part.clone(), 0));
                places.insert(part, next);
                next
            });
            clusters.kinds[kind as usize].1 += 1;
            clusters.kind_of.push((id, kind));
        }
        clusters
    }

    fn sums(&self, total: impl Fn(&Confusion) -> ClusterTotal) -> ClusterSums {
        let kinds = self.kinds.iter();
        ClusterSums::of(kinds.map(|(part, times)| (total(part), *times)))
    }

    fn classes(&self) -> usize {
        classes(self.kinds.iter().map(|(part, _)| part))
    }
}

impl Sampled {
    /// `plan` is of `rows`, and `all` are their counts.
    pub fn new(table: &Table, rows: &[u32], plan: &Plan, all: &Confusion) -> Self {
        let mut parts = plan.parts().map(|part| {
            let rows = part.iter().map(|&at| rows[at as usize] as usize);
            counts(table, rows)
        });
        match &table.units {
            Units::Rows => Self::Rows(all.clone()),
            Units::Strata(_) => Self::Strata(parts.collect()),
            Units::Clusters(of) => {
                let ids = plan.parts().map(|part| of[rows[part[0] as usize] as usize]);
                Self::Clusters(Clusters::new(ids.zip(&mut parts)))
            }
        }
    }

    /// How many times the variance of independent rows a rate has; `None` of rows that are.
    pub fn design_effect(&self, counts: impl Fn(&Confusion) -> Counts) -> Option<DesignEffect> {
        match self {
            // Strata make a rate's interval a little too wide.
            Self::Rows(_) | Self::Strata(_) => None,
            Self::Clusters(clusters) => Some(clusters.sums(|part| counts(part).into()).effect()),
        }
    }

    /// The same for the difference of two rates of the same rows.
    pub fn difference_effect(&self, pairs: impl Fn(&Confusion) -> Paired) -> Option<DesignEffect> {
        match self {
            Self::Rows(_) | Self::Strata(_) => None,
            Self::Clusters(clusters) => Some(clusters.sums(|part| pairs(part).into()).effect()),
        }
    }

    /// One class, as the positive one, against all others.
    pub fn against_all(&self, class: usize) -> Self {
        let of = |part: &Confusion| part.against_all(class);
        match self {
            Self::Rows(all) => Self::Rows(of(all)),
            Self::Strata(strata) => Self::Strata(strata.iter().map(of).collect()),
            Self::Clusters(clusters) => {
                let kinds = clusters.kinds.iter();
                Self::Clusters(Clusters {
                    kinds: kinds.map(|(part, times)| (of(part), *times)).collect(),
                    kind_of: clusters.kind_of.clone(),
                })
            }
        }
    }

    /// Sampling variance of a metric of counts, and the value that it is taken at. Two units are added to the counts for it, a part in each cell: a
    /// cell in which no row was seen has a chance too (as Agresti and Coull 1998, The American Statistician 52,
    /// 119-126, have it of a share). In clusters, a unit has as many rows as a cluster has on average.
    pub fn spread(&self, form: CountForm, counts: &Confusion) -> (f64, Spread) {
        let n = counts.n() as f64;
        let part = 2.0 / counts.cells().len() as f64;
        let unit = self.clusters().map_or(1.0, |clusters| n / clusters as f64);
        let smoothed: Vec<f64> = counts.cells().map(|rows| rows + part * unit).collect();
        let Linear { value, influence } = (form.linear)(counts.classes(), &smoothed);
        let influence = &influence;
        // Each stratum has its share of what is added.
        let stratum = |of: &Confusion| {
            let added = part * of.n() as f64 / n;
            let rows: Vec<f64> = of.cells().map(|rows| rows + added).collect();
            influence.iter().copied().zip(rows)
        };
        let spread = match self {
            Self::Rows(all) => Spread::of_strata([stratum(all)]),
            Self::Strata(strata) => Spread::of_strata(strata.iter().map(stratum)),
            Self::Clusters(clusters) => {
                let sum = |part: &Confusion| -> f64 {
                    let cells = part.cells().zip(influence);
                    cells.map(|(rows, by)| rows * by).sum()
                };
                let kinds = clusters.kinds.iter();
                let sums = kinds.map(|(part, times)| (sum(part), *times as f64));
                let added = influence.iter().map(|by| (by * unit, part));
                Spread::of_strata([sums.chain(added)])
            }
        };
        (value, spread)
    }

    /// How many clusters there are; `None` of rows that come in none.
    pub fn clusters(&self) -> Option<u64> {
        match self {
            Self::Rows(_) | Self::Strata(_) => None,
            Self::Clusters(clusters) => Some(clusters.kind_of.len() as u64),
        }
    }

    /// Hands over the counts of each resample in turn.
    pub fn replicate(&self, replicates: usize, seed: u64, mut each: impl FnMut(&Confusion)) {
        match self {
            Self::Rows(all) => resample::replicate_counts(replicates, seed, |rng| {
                each(&all.resample(rng));
            }),
            Self::Strata(strata) => resample::replicate_counts(replicates, seed, |rng| {
                let mut drawn = Confusion::new(classes(strata.iter()));
                for stratum in strata {
                    drawn.add_all(&stratum.resample(rng), 1);
                }
                each(&drawn);
            }),
            Self::Clusters(clusters) => {
                let times: Vec<u64> = clusters.kinds.iter().map(|(_, times)| *times).collect();
                resample::replicate_counts(replicates, seed, |rng| {
                    let mut drawn = Confusion::new(clusters.classes());
                    let times = resample::counts(&times, rng);
                    for ((part, _), times) in clusters.kinds.iter().zip(times) {
                        drawn.add_all(part, times);
                    }
                    each(&drawn);
                })
            }
        };
    }
}

fn classes<'a>(mut parts: impl Iterator<Item = &'a Confusion>) -> usize {
    parts.next().map_or(2, Confusion::classes)
}

/// The metrics that are sums over rows: rates, and differences of rates.
fn summed(classes: usize) -> impl Iterator<Item = &'static Metric> {
    let is_sum = |metric: &&Metric| matches!(metric.of, Of::Rate(_) | Of::Difference(_));
    let metrics = METRICS.iter().filter(is_sum);
    metrics.filter(move |metric| metric.applies_to(classes))
}

/// Of one of these.
fn cluster_total(metric: &Metric, counts: &Confusion) -> ClusterTotal {
    match metric.of {
        Of::Rate(hits) => Counts {
            hits: hits(counts),
            n: metric.cases.count(counts),
        }
        .into(),
        Of::Difference(pairs) => pairs(counts).into(),
        Of::Counts(_) | Of::Scores(_) => unreachable!("neither is summed over clusters"),
    }
}

/// How rows were predicted against their labels.
pub(super) fn counts(table: &Table, rows: impl Iterator<Item = usize>) -> Confusion {
    let mut confusion = Confusion::new(table.classes.len());
    for row in rows {
        confusion.add(table.labels[row], table.predicted[row]);
    }
    confusion
}

/// One of `parts` parts at random, in which a row is together with its cluster.
pub(super) fn part(table: &Table, row: usize, parts: u8, seed: u64) -> u8 {
    let unit = match &table.units {
        Units::Clusters(of) => u64::from(of[row]),
        Units::Rows | Units::Strata(_) => row as u64,
    };
    (resample::mix(seed, unit) % u64::from(parts)) as u8
}

/// Effective counts of the hits among some rows.
pub(super) fn effective(
    table: &Table,
    rows: impl Iterator<Item = usize>,
    is_hit: impl Fn(usize) -> bool,
) -> EffectiveCounts {
    let mut all = Counts { hits: 0, n: 0 };
    let mut clusters: HashMap<u32, Counts> = HashMap::new();
    for row in rows {
        let hits = u64::from(is_hit(row));
        all.hits += hits;
        all.n += 1;
        if let Units::Clusters(of) = &table.units {
            let cluster = clusters.entry(of[row]).or_insert(Counts { hits: 0, n: 0 });
            cluster.hits += hits;
            cluster.n += 1;
        }
    }
    match clusters.is_empty() {
        true => all.into(),
        false => clustered::deflate(all, DesignEffect::new(clusters.into_values()).value),
    }
}

/// Rows that are independent: all of them, or one of each cluster, drawn at random.
pub(super) fn independent(table: &Table, seed: u64) -> Vec<usize> {
    let Units::Clusters(of) = &table.units else {
        return (0..table.len()).collect();
    };
    let drawn = |row: usize| resample::mix(seed, row as u64);
    let mut chosen: HashMap<u32, usize> = HashMap::new();
    for (row, &cluster) in of.iter().enumerate() {
        let kept = chosen.entry(cluster).or_insert(row);
        if drawn(row) < drawn(*kept) {
            *kept = row;
        }
    }
    let mut rows: Vec<usize> = chosen.into_values().collect();
    rows.sort_unstable();
    rows
}

/// The plan by which rows in this order are drawn again.
pub(super) fn plan(table: &Table, rows: impl ExactSizeIterator<Item = u32>) -> Plan {
    let pick = |of: &[u32], rows: &mut dyn Iterator<Item = u32>| -> Vec<u32> {
        rows.map(|row| of[row as usize]).collect()
    };
    let (n, mut rows) = (rows.len(), rows);
    match &table.units {
        Units::Rows => Plan::rows(n),
        Units::Strata(of) => Plan::within(&pick(of, &mut rows)),
        Units::Clusters(of) => Plan::clusters(&pick(of, &mut rows)),
    }
}

#[cfg(test)]
mod tests;
