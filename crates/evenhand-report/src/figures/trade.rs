//! Trade-off of accuracy against gaps, one threshold policy a row. No row is recommended.

use super::{NONE, title};
use crate::audit::Estimate;
use crate::format;
use crate::plot::{self, Spot};

/// A way to set thresholds, and what it would come to.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    pub title: String,
    /// The predictions as they are: the row that others are compared with.
    pub is_given: bool,
    pub accuracy: Option<Estimate>,
    /// By the name of the metric, the highest group less the lowest, as a share.
    pub gaps: Vec<(&'static str, Option<Estimate>)>,
    /// Thresholds by group, ready to show; with an empty name one for all. Empty for none.
    pub thresholds: Vec<(String, String)>,
}

pub struct Trade {
    pub grouping: String,
    /// One for each rate whose gap any policy has.
    pub charts: Vec<Chart>,
    /// The heads of the columns of gaps.
    pub measures: Vec<String>,
    pub rows: Vec<Row>,
}

pub struct Chart {
    pub title: String,
    pub svg: String,
}

pub struct Row {
    pub number: usize,
    pub title: String,
    pub accuracy: Text,
    pub gaps: Vec<Text>,
    pub thresholds: String,
}

/// A number and its interval.
pub struct Text {
    pub value: String,
    pub range: String,
}

impl Text {
    fn new(estimate: Option<Estimate>, show: fn(f64) -> String) -> Self {
        match estimate {
            Some(estimate) => Self {
                value: show(estimate.value),
                range: format::range(estimate.interval),
            },
            None => Self {
                value: NONE.to_owned(),
                range: String::new(),
            },
        }
    }
}

impl Trade {
    /// `grouping` as the audit names it. `None` where no policy has both an accuracy and a gap.
    /// Columns are the gaps that the first policy names and any has.
    pub fn new(grouping: &str, policies: &[Policy]) -> Option<Self> {
        let names = policies.first()?.gaps.iter().map(|(name, _)| *name);
        let (measures, charts): (Vec<&'static str>, Vec<Chart>) = names
            .map(|name| (name, chart(name, policies)))
            .filter(|(_, chart)| !chart.svg.is_empty())
            .unzip();
        if charts.is_empty() {
            return None;
        }
        let row = |(index, policy): (usize, &Policy)| Row {
            number: index + 1,
            title: policy.title.clone(),
            accuracy: Text::new(policy.accuracy, format::percent),
            gaps: measures
                .iter()
                .map(|name| Text::new(gap(policy, name), format::tenths))
                .collect(),
            thresholds: thresholds(grouping, &policy.thresholds),
        };
        Some(Self {
            grouping: format::crossed(grouping),
            charts,
            measures: measures.iter().map(|name| title(name)).collect(),
            rows: policies.iter().enumerate().map(row).collect(),
        })
    }
}

fn gap(policy: &Policy, name: &str) -> Option<Estimate> {
    let mut gaps = policy.gaps.iter();
    gaps.find(|(known, _)| *known == name)?.1
}

fn chart(name: &'static str, policies: &[Policy]) -> Chart {
    let spot = |(index, policy): (usize, &Policy)| {
        Some(Spot {
            number: index + 1,
            gap: gap(policy, name)?.value,
            accuracy: policy.accuracy?.value,
            is_given: policy.is_given,
        })
    };
    let spots: Vec<Spot> = policies.iter().enumerate().filter_map(spot).collect();
    let title = format!("Gap of {}", lower(&title(name)));
    let best = spots.iter().min_by(|a, b| a.gap.total_cmp(&b.gap));
    let label = best.map_or_else(String::new, |best| {
        format!(
            "Accuracy against the {}, one numbered dot a policy: smallest for number {}, {} percentage points at {} accuracy. The table has all.",
            lower(&title),
            best.number,
            format::tenths(best.gap),
            format::percent(best.accuracy)
        )
    });
    let svg = plot::trade(&spots, &label);
    Chart { title, svg }
}

fn lower(title: &str) -> String {
    let mut characters = title.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(characters).collect()
    })
}

fn thresholds(grouping: &str, thresholds: &[(String, String)]) -> String {
    let one = |(group, threshold): &(String, String)| match group.as_str() {
        "" => threshold.clone(),
        group => format!("{} {threshold}", format::group(grouping, group)),
    };
    match thresholds {
        [] => NONE.to_owned(),
        some => some.iter().map(one).collect::<Vec<_>>().join(", "),
    }
}
