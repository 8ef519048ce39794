//! Groups compared within each value of a control column: whether a gap is there too, or was one
//! between these values.

use super::format;
use crate::audit::{Audit, Grouping};

/// One grouping, level by level.
pub struct Levels {
    pub grouping: String,
    pub column: String,
    pub rows: Vec<Level>,
}

pub struct Level {
    pub name: String,
    pub n: String,
    pub accuracy: String,
    pub gap: Option<Gap>,
}

/// Between the highest and the lowest group.
pub struct Gap {
    pub lowest: String,
    pub highest: String,
    pub points: String,
    pub range: String,
    pub p: String,
}

impl Levels {
    /// Nothing without a control column.
    pub fn of(audit: &Audit) -> Vec<Self> {
        let Some(within) = &audit.within else {
            return Vec::new();
        };
        let groupings = audit.groupings.iter();
        groupings
            .map(|grouping| Self {
                grouping: format::crossed(&grouping.name),
                column: format::crossed(&within.column),
                rows: std::iter::once((&"all".to_owned(), audit))
                    .chain(within.levels.iter().map(|(name, audit)| (name, audit)))
                    .map(|(name, audit)| {
                        level(format::group(&within.column, name), audit, grouping)
                    })
                    .collect(),
            })
            .collect()
    }
}

fn level(name: String, audit: &Audit, grouping: &Grouping) -> Level {
    let accuracy = audit.overall.accuracy().estimate;
    let mut groupings = audit.groupings.iter();
    let same = groupings.find(|other| other.name == grouping.name);
    let gap = same.and_then(|same| {
        let gap = same.disparity.gap("accuracy")?;
        let largest = gap.largest;
        Some(Gap {
            lowest: format::group(&grouping.name, gap.lowest().0),
            highest: format::group(&grouping.name, gap.highest().0),
            points: format::tenths(largest.gap),
            range: format::range(largest.interval()),
            p: format::p(largest.p),
        })
    });
    Level {
        name,
        n: format::thousands(audit.overall.n),
        accuracy: accuracy.map_or_else(
            |reason| format!("not estimable: {reason}"),
            format::estimate,
        ),
        gap,
    }
}
