//! Gaps that the groups of a pilot can show, and rows that they still need.

use super::gaps::{Contrast, least};
use super::{Clusters, GapParams, comparisons};
use crate::audit::{Audit, Cell, Sampling};
use crate::metric::Of;
use crate::stats::Level;
use crate::stats::counts::Counts;

/// A group of a pilot beside its rest.
#[derive(Debug, Clone, PartialEq)]
pub struct PilotGroup {
    pub grouping: String,
    pub value: String,
    pub here: Counts,
    pub rest: Counts,
    /// Of the group, and of the rest.
    pub clusters: [Clusters; 2],
    /// Level of its comparison.
    pub level: Level,
    /// By power: the smallest gap that is found with as many cases; `None` where none is.
    pub smallest: Vec<Option<f64>>,
    /// By gap, and of each by power.
    pub needs: Vec<PilotNeed>,
}

/// Cases that a group needs beside the rest that there is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PilotNeed {
    pub gap: f64,
    pub power: f64,
    /// Those of the pilot included; `None` where no number is enough.
    pub cases: Option<u64>,
}

/// Every group of a pilot's audit that has a rest, and the number of comparisons that a verdict makes of them.
///
/// A group's own rate is not taken: it is what is asked about. Small groups are counted as if they were large enough to
/// be compared, which they are to become.
pub fn pilot_groups(pilot: &Audit, params: &GapParams) -> (u64, Vec<PilotGroup>) {
    let all = counts(&pilot.overall, params);
    let groupings = pilot.groupings.iter().map(|grouping| {
        let cells = grouping.cells.iter();
        let found = cells.filter_map(|(value, cell)| {
            let here = counts(cell, params);
            let is_compared = here.n > 0 && here.n < all.n;
            is_compared.then_some((grouping.name.as_str(), value.as_str(), cell, here))
        });
        found.collect::<Vec<_>>()
    });
    let groupings: Vec<_> = groupings.collect();
    let sizes: Vec<u64> = groupings.iter().map(|of| of.len() as u64).collect();
    let comparisons = comparisons(&sizes);
    let level = params.level_of_one(comparisons, pilot.classes.len());
    let group = |(grouping, value, cell, here): (&str, &str, &Cell, Counts)| {
        let rest = all.without(here);
        let name = params.metric.name;
        let clusters = match pilot.sampling {
            Sampling::Clusters { .. } => [
                Clusters::measured(cell.design_effect(name), here.n),
                Clusters::measured(cell.rest_design_effect(name), rest.n),
            ],
            _ => [params.clusters; 2],
        };
        let contrast = Contrast {
            rate: rest.rate(),
            level,
            better: params.metric.better,
            clusters,
        };
        PilotGroup {
            grouping: grouping.to_owned(),
            value: value.to_owned(),
            smallest: (params.powers.iter())
                .map(|&power| contrast.smallest_gap(power, [here.n as f64, rest.n as f64]))
                .collect(),
            needs: needs(&contrast, [here.n, rest.n], params),
            here,
            rest,
            clusters,
            level,
        }
    };
    (
        comparisons,
        groupings.into_iter().flatten().map(group).collect(),
    )
}

fn counts(cell: &Cell, params: &GapParams) -> Counts {
    let hits = match params.metric.of {
        Of::Rate(hits) => hits(&cell.confusion),
        _ => unreachable!("a planned metric is a rate"),
    };
    Counts {
        hits,
        n: params.metric.cases.count(&cell.confusion),
    }
}

fn needs(contrast: &Contrast, [here, rest]: [u64; 2], params: &GapParams) -> Vec<PilotNeed> {
    let each = params.gaps.iter().flat_map(|&gap| {
        params.powers.iter().map(move |&power| PilotNeed {
            gap,
            power,
            cases: least(here, |n| {
                contrast.power(gap, [n as f64, rest as f64]) >= power
            }),
        })
    });
    each.collect()
}
