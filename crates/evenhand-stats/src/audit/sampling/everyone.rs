//! Everyone by cluster. The rest of a group differs from everyone in the clusters of the group only, and
//! these are mostly few.

use super::{Clusters, Effects, Sampled};
use crate::metric::{Confusion, METRICS, Metric, Of};
use crate::stats::clustered::{ClusterSums, ClusterTotal};
use crate::stats::counts::Counts;
use std::collections::HashMap;

/// Everyone by cluster, to tell the design effects of all who are not in a group.
pub(in crate::audit) struct Everyone<'a> {
    /// `None` where rows come in no clusters.
    clusters: Option<&'a Clusters>,
    /// The kind of each cluster, by its number.
    kind_of: HashMap<u32, u32>,
    /// Of each rate and difference of rates.
    sums: Vec<(&'static Metric, ClusterSums)>,
}

impl<'a> Everyone<'a> {
    pub fn new(sampled: &'a Sampled) -> Self {
        let Sampled::Clusters(clusters) = sampled else {
            return Self {
                clusters: None,
                kind_of: HashMap::new(),
                sums: Vec::new(),
            };
        };
        let classes = clusters.classes();
        let is_shared = |metric: &&Metric| matches!(metric.of, Of::Rate(_) | Of::Difference(_));
        let metrics = METRICS.iter().filter(is_shared);
        let metrics = metrics.filter(|metric| metric.applies_to(classes));
        Self {
            sums: metrics
                .map(|metric| (metric, clusters.sums(|part| cluster_total(metric, part))))
                .collect(),
            kind_of: clusters.kind_of.iter().copied().collect(),
            clusters: Some(clusters),
        }
    }

    /// Design effects of all who are not among these.
    pub fn rest_effects(&self, group: &Sampled) -> Effects {
        let (Sampled::Clusters(own), Some(all)) = (group, self.clusters) else {
            return Vec::new();
        };
        // Clusters that are alike in all and in what of them is in the group.
        let mut alike: HashMap<(u32, u32), u64> = HashMap::new();
        for (id, kind) in &own.kind_of {
            *alike.entry((self.kind_of[id], *kind)).or_default() += 1;
        }
        let pairs: Vec<(&Confusion, Confusion, u64)> = alike
            .into_iter()
            .map(|((of_all, kind), times)| {
                let all = &all.kinds[of_all as usize].0;
                (all, all.without(&own.kinds[kind as usize].0), times)
            })
            .collect();
        let metrics = self.sums.iter().map(|(metric, sums)| {
            let mut sums = *sums;
            for (all, rest, times) in &pairs {
                let [all, rest] = [all, rest].map(|part| cluster_total(metric, part));
                sums.replace(all, rest, *times);
            }
            (metric.name, sums.effect())
        });
        metrics.collect()
    }
}

/// Of a rate, or of a difference of rates.
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
