//! Everyone by cluster. The rest of a group differs from everyone in the clusters of the group only, and
//! these are mostly few.

use super::{Clusters, Correlations, Effects, Sampled, cluster_total, summed};
use crate::metric::{Confusion, Metric};
use crate::stats::clustered::{ClusterSums, SharedSums};
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

/// All who are not in a group.
#[derive(Default)]
pub(in crate::audit) struct Rest {
    pub effects: Effects,
    /// With the group, through clusters that lie in both.
    pub correlations: Correlations,
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
        Self {
            sums: summed(clusters.classes())
                .map(|metric| (metric, clusters.sums(|part| cluster_total(metric, part))))
                .collect(),
            kind_of: clusters.kind_of.iter().copied().collect(),
            clusters: Some(clusters),
        }
    }

    /// All who are not among these.
    pub fn rest(&self, group: &Sampled) -> Rest {
        let (Sampled::Clusters(own), Some(all)) = (group, self.clusters) else {
            return Rest::default();
        };
        // Clusters that are alike in all and in what of them is in the group.
        let mut alike: HashMap<(u32, u32), u64> = HashMap::new();
        for (id, kind) in &own.kind_of {
            *alike.entry((self.kind_of[id], *kind)).or_default() += 1;
        }
        let parts: Vec<(Parts, u64)> = alike
            .into_iter()
            .map(|((of_all, kind), times)| {
                let (all, group) = (&all.kinds[of_all as usize].0, &own.kinds[kind as usize].0);
                let rest = all.without(group);
                (Parts { all, group, rest }, times)
            })
            .collect();
        let mut found = Rest::default();
        for (metric, sums) in &self.sums {
            let (mut rest, mut group) = (*sums, ClusterSums::default());
            let mut shared = SharedSums::default();
            for (parts, times) in &parts {
                let [all, own, others] =
                    [parts.all, parts.group, &parts.rest].map(|part| cluster_total(metric, part));
                rest.replace(all, others, *times);
                group.add(own, *times);
                shared.add(own, others, *times);
            }
            found.effects.push((metric.name, rest.effect()));
            let correlation = shared.correlation(&group, &rest);
            found.correlations.push((metric.name, correlation));
        }
        found
    }
}

/// Counts of clusters that lie in a group.
struct Parts<'a> {
    all: &'a Confusion,
    group: &'a Confusion,
    rest: Confusion,
}
