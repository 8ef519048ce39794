//! Pairs of groups that have clusters in common.

use super::{Clusters, Correlations, Sampled, cluster_total, summed};
use crate::metric::Metric;
use crate::stats::clustered::{ClusterSums, ClusterTotal, SharedSums};
use std::collections::HashMap;

/// Clusters in common are looked for among so many groups at most: a cluster may lie in each pair of them.
const MOST_GROUPS: usize = 300;

/// Correlations of the rates of two groups, by their places, through clusters that lie in both.
pub(in crate::audit) type PairCorrelations = HashMap<(usize, usize), Correlations>;

/// Every pair of groups that has clusters in common; none of more than 300 groups.
pub(in crate::audit) fn pair_correlations<'a>(
    groups: impl ExactSizeIterator<Item = &'a Sampled>,
) -> PairCorrelations {
    if groups.len() > MOST_GROUPS {
        return PairCorrelations::new();
    }
    let groups = groups.map(|sampled| match sampled {
        Sampled::Clusters(clusters) => Some(clusters),
        Sampled::Rows(_) | Sampled::Strata(_) => None,
    });
    let groups: Vec<&Clusters> = groups.flatten().collect();
    let alike = alike(&groups);
    let mut found = PairCorrelations::new();
    let classes = groups.first().map_or(2, |clusters| clusters.classes());
    for metric in summed(classes) {
        let groups: Vec<Totals> = (groups.iter())
            .map(|clusters| Totals::new(metric, clusters))
            .collect();
        for (&(first, second), kinds) in &alike {
            let pair = found.entry((first, second)).or_default();
            let correlation = correlation([&groups[first], &groups[second]], kinds);
            pair.push((metric.name, correlation));
        }
    }
    found
}

/// How many clusters have these kinds in two groups.
type Kinds = HashMap<(u32, u32), u64>;

/// Clusters in common of each pair of groups that has any.
fn alike(groups: &[&Clusters]) -> HashMap<(usize, usize), Kinds> {
    let mut places: HashMap<u32, Vec<(usize, u32)>> = HashMap::new();
    for (group, clusters) in groups.iter().enumerate() {
        for (id, kind) in &clusters.kind_of {
            places.entry(*id).or_default().push((group, *kind));
        }
    }
    let mut alike: HashMap<(usize, usize), Kinds> = HashMap::new();
    for of_cluster in places.values() {
        for (at, &(first, kind)) in of_cluster.iter().enumerate() {
            for &(second, other) in &of_cluster[at + 1..] {
                let pair = alike.entry((first, second)).or_default();
                *pair.entry((kind, other)).or_default() += 1;
            }
        }
    }
    alike
}

/// What a metric sums in the clusters of a group.
struct Totals {
    of_kinds: Vec<ClusterTotal>,
    sums: ClusterSums,
}

impl Totals {
    fn new(metric: &Metric, clusters: &Clusters) -> Self {
        let kinds = clusters.kinds.iter();
        Self {
            of_kinds: kinds.map(|(part, _)| cluster_total(metric, part)).collect(),
            sums: clusters.sums(|part| cluster_total(metric, part)),
        }
    }
}

fn correlation([first, second]: [&Totals; 2], kinds: &Kinds) -> f64 {
    let mut shared = SharedSums::default();
    for (&(a, b), times) in kinds {
        let [a, b] = [(first, a), (second, b)].map(|(of, kind)| of.of_kinds[kind as usize]);
        shared.add(a, b, *times);
    }
    shared.correlation(&first.sums, &second.sums)
}
