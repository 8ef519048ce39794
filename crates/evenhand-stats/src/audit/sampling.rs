//! Drawing the rows of a cell again: by themselves, within strata, or in whole clusters.

use super::table::{Table, Units};
use crate::metric::{Confusion, METRICS, Of};
use crate::stats::clustered::{self, DesignEffect};
use crate::stats::counts::{Counts, EffectiveCounts};
use crate::stats::paired::Paired;
use crate::stats::resample::{self, Plan};
use std::collections::HashMap;

/// Design effects of rates by metric name: how many times the variance of independent rows each has.
pub(super) type Effects = Vec<(&'static str, DesignEffect)>;

/// The counts of a cell, of each of its strata, or of each of its clusters.
pub(super) enum Sampled<'a> {
    Rows(&'a Confusion),
    Strata(Vec<Confusion>),
    /// Each with the cluster it is of.
    Clusters(Vec<(u32, Confusion)>),
}

impl<'a> Sampled<'a> {
    /// `all` are the counts of `rows`.
    pub fn new(table: &Table, rows: &[u32], all: &'a Confusion) -> Self {
        let parts = |of: &[u32]| {
            let mut places: HashMap<u32, usize> = HashMap::new();
            let mut parts: Vec<(u32, Confusion)> = Vec::new();
            for &row in rows {
                let row = row as usize;
                let place = *places.entry(of[row]).or_insert_with(|| {
                    parts.push((of[row], Confusion::new(all.classes())));
                    parts.len() - 1
                });
                parts[place].1.add(table.labels[row], table.predicted[row]);
            }
            parts
        };
        match &table.units {
            Units::Rows => Self::Rows(all),
            Units::Strata(of) => {
                Self::Strata(parts(of).into_iter().map(|(_, part)| part).collect())
            }
            Units::Clusters(of) => Self::Clusters(parts(of)),
        }
    }

    /// How many times the variance of independent rows a rate has; `None` of rows that are.
    pub fn design_effect(&self, counts: impl Fn(&Confusion) -> Counts) -> Option<DesignEffect> {
        match self {
            // Strata make a rate's interval a little too wide.
            Self::Rows(_) | Self::Strata(_) => None,
            Self::Clusters(clusters) => {
                let clusters = clusters.iter().map(|(_, cluster)| counts(cluster));
                Some(DesignEffect::new(clusters))
            }
        }
    }

    /// The same for the difference of two rates of the same rows.
    pub fn difference_effect(&self, pairs: impl Fn(&Confusion) -> Paired) -> Option<DesignEffect> {
        match self {
            Self::Rows(_) | Self::Strata(_) => None,
            Self::Clusters(clusters) => {
                let clusters = clusters.iter().map(|(_, cluster)| pairs(cluster));
                Some(DesignEffect::of_difference(clusters))
            }
        }
    }

    /// How many clusters there are; `None` of rows that come in none.
    pub fn clusters(&self) -> Option<u64> {
        match self {
            Self::Rows(_) | Self::Strata(_) => None,
            Self::Clusters(clusters) => Some(clusters.len() as u64),
        }
    }

    /// The design effects of the rates of all who are not among these, but among `everyone`.
    pub fn rest_effects(&self, everyone: &Self) -> Effects {
        let (Self::Clusters(own), Self::Clusters(all)) = (self, everyone) else {
            return Vec::new();
        };
        let own: HashMap<u32, &Confusion> = own.iter().map(|(id, part)| (*id, part)).collect();
        let classes = all.first().map_or(2, |(_, part)| part.classes());
        let parts = || all.iter().map(|(id, part)| (part, own.get(id).copied()));
        let metrics = METRICS.iter().filter(|metric| metric.applies_to(classes));
        metrics
            .filter_map(|metric| {
                let effect = match metric.of {
                    Of::Rate(hits) => {
                        let counts = |c: &Confusion| Counts {
                            hits: hits(c),
                            n: metric.cases.count(c),
                        };
                        DesignEffect::new(parts().map(|(part, own)| match own {
                            Some(own) => counts(part).without(counts(own)),
                            None => counts(part),
                        }))
                    }
                    Of::Difference(pairs) => {
                        DesignEffect::of_difference(parts().map(|(part, own)| match own {
                            Some(own) => pairs(part).without(pairs(own)),
                            None => pairs(part),
                        }))
                    }
                    Of::Counts(_) | Of::Scores(_) => return None,
                };
                Some((metric.name, effect))
            })
            .collect()
    }

    /// Hands over the counts of each resample in turn.
    pub fn replicate(&self, replicates: usize, seed: u64, mut each: impl FnMut(&Confusion)) {
        match self {
            Self::Rows(all) => resample::replicate_counts(replicates, seed, |rng| {
                each(&all.resample(rng));
            }),
            Self::Strata(strata) => resample::replicate_counts(replicates, seed, |rng| {
                let mut drawn = Confusion::new(classes(strata));
                for stratum in strata {
                    drawn.add_all(&stratum.resample(rng), 1);
                }
                each(&drawn);
            }),
            Self::Clusters(clusters) => {
                let plan = Plan::rows(clusters.len());
                let mut weights = vec![0; clusters.len()];
                resample::replicate_counts(replicates, seed, |rng| {
                    plan.draw(rng, &mut weights);
                    let classes = clusters.first().map_or(2, |(_, part)| part.classes());
                    let mut drawn = Confusion::new(classes);
                    for ((_, cluster), &times) in clusters.iter().zip(&weights) {
                        drawn.add_all(cluster, times.into());
                    }
                    each(&drawn);
                })
            }
        };
    }
}

fn classes(parts: &[Confusion]) -> usize {
    parts.first().map_or(2, Confusion::classes)
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

pub(super) fn is_of_rows(table: &Table) -> bool {
    table.units == Units::Rows
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
mod tests {
    use crate::audit::toy::two;
    use crate::audit::{Audit, Design, Params, Row, Sampling, Table, audit};
    use crate::stats::resample::mix;

    /// 200 people with `copies` photographs each, all of them judged alike.
    fn photographs(copies: usize, sampling: Sampling) -> Audit {
        let names: Vec<String> = (0..200).map(|person| format!("p{person}")).collect();
        let rows = names.iter().zip(0..).flat_map(|(name, person)| {
            let label = person % 2;
            let right = !mix(1, person as u64).is_multiple_of(5);
            let score = (mix(2, person as u64) % 997) as f64 / 1000.0;
            let row = Row {
                label,
                predicted: if right { label } else { 1 - label },
                score: Some(score),
                attributes: vec![name, ["x", "y"][person / 100]],
            };
            std::iter::repeat_n(row, copies)
        });
        let design = Design {
            sampling,
            ..Design::of(crate::groups::parse("group").unwrap())
        };
        let columns = ["person", "group"].map(String::from);
        let table = Table::new(&two(), &columns, &design, rows).unwrap();
        audit(&table, &Params::default().check().unwrap())
    }

    fn people_are_clusters() -> Sampling {
        Sampling::Clusters {
            column: "person".to_owned(),
        }
    }

    fn width(audit: &Audit, metric: &str) -> f64 {
        let interval = audit
            .overall
            .measure(metric)
            .unwrap()
            .estimate
            .unwrap()
            .interval;
        interval.high - interval.low
    }

    #[test]
    fn photographs_of_one_person_are_no_more_evidence_than_the_person() {
        let single = photographs(1, Sampling::Independent);
        let naive = photographs(9, Sampling::Independent);
        let clustered = photographs(9, people_are_clusters());
        for metric in [
            "accuracy",
            "tpr",
            "balanced_accuracy",
            "mcc",
            "auc",
            "brier",
        ] {
            let [single, naive, clustered] =
                [&single, &naive, &clustered].map(|audit| width(audit, metric));
            assert!(
                (clustered / single - 1.0).abs() < 0.1,
                "{metric}: {clustered} {single}"
            );
            assert!(
                (naive * 3.0 / single - 1.0).abs() < 0.1,
                "{metric}: {naive} {single}"
            );
        }
        let effect = clustered.overall.design_effect("accuracy").value;
        assert!((effect - 9.0 * 200.0 / 199.0).abs() < 1e-9, "{effect}");
        let p = |audit: &Audit| {
            audit.groupings[0].disparity.gap("accuracy").unwrap().versus[0]
                .1
                .p
        };
        let (once, again) = (p(&single), p(&clustered));
        // Effective counts are rounded.
        assert!((once - again).abs() < 0.2, "{once} {again}");
        assert!(p(&naive) < p(&clustered));
        assert_eq!(clustered.overall.n, 1800, "rows are counted as they are");
    }

    #[test]
    fn two_groups_are_as_far_from_each_other_as_each_is_from_the_rest() {
        // 600 people with a photograph each, and 12 with fifty.
        let people = (0..612u64).map(|person| {
            let (group, copies) = if person < 600 { ("x", 1) } else { ("y", 50) };
            let right = mix(7, person) % 10 < if group == "x" { 8 } else { 5 };
            (format!("p{person}"), group, copies, usize::from(right))
        });
        let people: Vec<_> = people.collect();
        let rows = people.iter().flat_map(|(name, group, copies, right)| {
            let row = Row {
                label: 1,
                predicted: *right,
                score: None,
                attributes: vec![name.as_str(), group],
            };
            std::iter::repeat_n(row, *copies)
        });
        let design = Design {
            sampling: people_are_clusters(),
            ..Design::of(crate::groups::parse("group").unwrap())
        };
        let columns = ["person", "group"].map(String::from);
        let table = Table::new(&two(), &columns, &design, rows).unwrap();
        let audit = audit(&table, &Params::default().check().unwrap());
        let grouping = &audit.groupings[0];
        let versus = &grouping.disparity.gap("accuracy").unwrap().versus;
        let (x, y) = (&versus[0].1, &versus[1].1);
        assert!((x.p - y.p).abs() < 1e-12, "{x:?} {y:?}");
        let (a, b) = (x.difference.interval, y.difference.interval);
        assert!((a.low + b.high).abs() < 1e-12 && (a.high + b.low).abs() < 1e-12);
        let cell = &grouping.cells[1].1;
        assert!(
            cell.more_for_2_points.unwrap() > 20_000,
            "{:?}",
            cell.more_for_2_points
        );
        assert_eq!(cell.clusters, Some(12));
    }

    #[test]
    fn clusters_of_one_row_change_nothing_but_chance() {
        let (plain, clustered) = (
            photographs(1, Sampling::Independent),
            photographs(1, people_are_clusters()),
        );
        assert_eq!(width(&plain, "tpr"), width(&clustered, "tpr"));
        assert!((width(&plain, "auc") / width(&clustered, "auc") - 1.0).abs() < 0.1);
    }

    #[test]
    fn strata_keep_their_sizes_and_what_differs_between_them_is_no_chance() {
        let column = "group".to_owned();
        let stratified = photographs(1, Sampling::Strata { column });
        let plain = photographs(1, Sampling::Independent);
        assert_eq!(width(&plain, "accuracy"), width(&stratified, "accuracy"));
        let ratio = width(&stratified, "mcc") / width(&plain, "mcc");
        assert!((0.85..1.1).contains(&ratio), "{ratio}");
    }
}
