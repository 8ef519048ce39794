//! Weighted metrics of everyone and of every group.

use super::CheckedParams;
use super::measure::by_value;
use super::table::{Table, Units};
use crate::metric::{
    Judged, WeightedEstimate, WeightedGap, WeightedMetric, weighted, weighted_gaps,
};
use crate::stats::multiple::holm;
use crate::stats::survey::Survey;
use crate::text::TextTable;
use rayon::prelude::*;
use serde_json::{Map, Value, json};

/// Metrics of rows that count by weights.
#[derive(Debug, Clone)]
pub struct WeightedAudit {
    pub rows: u64,
    /// What all rows stand for.
    pub total: f64,
    /// As many rows with equal weights tell as much (Kish).
    pub effective_rows: f64,
    pub overall: Vec<WeightedMetric>,
    pub groupings: Vec<WeightedGrouping>,
}

/// Metrics of the groups of a grouping.
#[derive(Debug, Clone)]
pub struct WeightedGrouping {
    pub name: String,
    pub groups: Vec<WeightedGroup>,
}

/// A group, and how far it is from the rest.
#[derive(Debug, Clone)]
pub struct WeightedGroup {
    pub name: String,
    pub metrics: Vec<WeightedMetric>,
    /// One for each metric; `None` where the group or the rest has too few rows.
    pub gaps: Vec<Option<GroupGap>>,
}

/// A group less the rest, by a metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GroupGap {
    pub gap: WeightedGap,
    /// P-value, corrected for all groups of the grouping (Holm).
    pub p_holm: f64,
}

impl Table {
    /// The metrics of everyone and of every group, by the weights of `survey`. The clusters or strata of the table come
    /// before those of the survey.
    ///
    /// # Panics
    /// When there is not one weight a row.
    pub fn weighted(&self, survey: &Survey, params: &CheckedParams) -> WeightedAudit {
        assert_eq!(survey.weights.len(), self.len(), "one weight a row");
        let mut survey = survey.clone();
        match &self.units {
            Units::Rows => {}
            Units::Strata(of) => survey.strata = of.clone(),
            Units::Clusters(of) => (survey.strata, survey.clusters) = (Vec::new(), of.clone()),
        }
        let judged = Judged {
            classes: self.classes.len(),
            labels: &self.labels,
            predicted: &self.predicted,
            scores: self.scores.as_deref(),
        };
        let of = |rows: &[u32]| weighted(judged, &survey, rows, params.min_n, params.level);
        let all: Vec<u32> = (0..self.len() as u32).collect();
        let groupings = self.groupings.par_iter().map(|members| {
            let groups: Vec<(&str, Vec<u32>)> = by_value(members, &all).collect();
            let found = groups.into_par_iter().map(|(value, rows)| {
                let is_rest = |row: &u32| rows.binary_search(row).is_err();
                let rest: Vec<u32> = all.iter().copied().filter(is_rest).collect();
                let gaps =
                    weighted_gaps(judged, &survey, [&rows, &rest], params.min_n, params.level);
                (value.to_owned(), of(&rows), gaps)
            });
            WeightedGrouping {
                name: members.name.clone(),
                groups: corrected(found.collect()),
            }
        });
        WeightedAudit {
            rows: self.len() as u64,
            total: survey.weights.iter().sum(),
            effective_rows: survey.effective_rows(&all),
            overall: of(&all),
            groupings: groupings.collect(),
        }
    }
}

/// Corrects the p-values of each metric for all groups.
fn corrected(
    groups: Vec<(String, Vec<WeightedMetric>, Vec<Option<WeightedGap>>)>,
) -> Vec<WeightedGroup> {
    let metrics = groups
        .iter()
        .map(|(.., gaps)| gaps.len())
        .max()
        .unwrap_or(0);
    let by_metric: Vec<Vec<f64>> = (0..metrics)
        .map(|metric| {
            let gaps = groups.iter().filter_map(|(.., gaps)| gaps[metric]);
            holm(&gaps.map(|gap| gap.p).collect::<Vec<_>>())
        })
        .collect();
    let mut next: Vec<_> = by_metric.into_iter().map(Vec::into_iter).collect();
    let groups = groups
        .into_iter()
        .map(|(name, metrics, gaps)| WeightedGroup {
            name,
            metrics,
            gaps: (gaps.into_iter().zip(&mut next))
                .map(|(gap, p)| {
                    Some(GroupGap {
                        gap: gap?,
                        p_holm: p.next()?,
                    })
                })
                .collect(),
        });
    groups.collect()
}

impl WeightedAudit {
    /// `overall.<metric>` and `groups.<grouping>.<group>.<metric>`, each with `value`, `se`, `low`, `high` and `n`; of
    /// groups also `from_rest` with `value`, `se`, `low`, `high`, `p` and `p_holm`, or `null`.
    pub fn to_json(&self) -> Value {
        let groupings = self.groupings.iter().map(|grouping| {
            let groups = grouping.groups.iter();
            let groups: Map<_, _> = groups
                .map(|group| (group.name.clone(), group.to_json()))
                .collect();
            (grouping.name.clone(), groups.into())
        });
        let overall = self.overall.iter();
        json!({
            "rows": self.rows,
            "total": self.total,
            "effective_rows": self.effective_rows,
            "overall": overall
                .map(|of| (of.metric.name.to_owned(), metric_json(of)))
                .collect::<Map<String, Value>>(),
            "groups": groupings.collect::<Map<String, Value>>(),
        })
    }

    /// For each grouping a table of its groups with the metrics that people look at first, and one of the same less those
    /// of the rest; or one of everyone.
    pub fn tables(&self) -> Vec<TextTable> {
        let everyone = || {
            let shown = self.overall.iter().filter(|of| of.is_shown());
            let cells = shown.map(WeightedMetric::text);
            std::iter::once("all".to_owned()).chain(cells).collect()
        };
        if self.groupings.is_empty() {
            return vec![self.table("", vec![everyone()])];
        }
        let tables = self.groupings.iter().flat_map(|of| {
            let values = of.groups.iter().map(|group| group.row(|of, _| of.text()));
            let gaps = (of.groups.iter()).map(|group| {
                group.row(|of, gap| gap.map_or("-".to_owned(), |gap| of.gap_text(&gap.gap)))
            });
            let less = format!("{} less the rest", of.name);
            [
                self.table(
                    &of.name,
                    std::iter::once(everyone()).chain(values).collect(),
                ),
                self.table(&less, gaps.collect()),
            ]
        });
        tables.collect()
    }

    fn table(&self, title: &str, rows: Vec<Vec<String>>) -> TextTable {
        let shown = self.overall.iter().filter(|of| of.is_shown());
        let titles = shown.map(|of| of.metric.title.to_owned());
        TextTable {
            header: std::iter::once(title.to_owned()).chain(titles).collect(),
            rows,
        }
    }

    /// The columns of [`tidy`](Self::tidy).
    pub const COLUMNS: [&str; 14] = [
        "grouping",
        "group",
        "metric",
        "value",
        "se",
        "low",
        "high",
        "n",
        "from_rest",
        "from_rest_se",
        "from_rest_low",
        "from_rest_high",
        "from_rest_p",
        "from_rest_p_holm",
    ];

    /// A row for each metric of everyone and of every group. What does not exist is empty.
    pub fn tidy(&self) -> Vec<[String; Self::COLUMNS.len()]> {
        let everyone = self
            .overall
            .iter()
            .map(|of| tidy_row(["overall", ""], of, None));
        let groups = self.groupings.iter().flat_map(|grouping| {
            grouping.groups.iter().flat_map(|group| {
                let metrics = group.metrics.iter().zip(&group.gaps);
                let place = [grouping.name.as_str(), group.name.as_str()];
                metrics.map(move |(of, gap)| tidy_row(place, of, gap.as_ref()))
            })
        });
        everyone.chain(groups).collect()
    }
}

impl WeightedGroup {
    /// The name, and a cell for each metric that people look at.
    fn row(&self, cell: impl Fn(&WeightedMetric, Option<&GroupGap>) -> String) -> Vec<String> {
        let metrics = self.metrics.iter().zip(&self.gaps);
        let shown = metrics.filter(|(of, _)| of.is_shown());
        let cells = shown.map(|(of, gap)| cell(of, gap.as_ref()));
        std::iter::once(self.name.clone()).chain(cells).collect()
    }

    fn to_json(&self) -> Value {
        let metrics = self.metrics.iter().zip(&self.gaps).map(|(of, gap)| {
            let mut found = metric_json(of);
            found["from_rest"] = gap.map_or(Value::Null, |GroupGap { gap, p_holm }| {
                json!({
                    "value": gap.value,
                    "se": gap.se,
                    "low": gap.interval.low,
                    "high": gap.interval.high,
                    "p": gap.p,
                    "p_holm": p_holm,
                })
            });
            (of.metric.name.to_owned(), found)
        });
        metrics.collect::<Map<String, Value>>().into()
    }
}

fn metric_json(of: &WeightedMetric) -> Value {
    let estimate = of.estimate.as_ref();
    json!({
        "value": estimate.map(|of| of.value),
        "se": estimate.map(|of| of.se),
        "low": estimate.map(|of| of.interval.low),
        "high": estimate.map(|of| of.interval.high),
        "n": of.cases,
    })
}

fn tidy_row(
    [grouping, group]: [&str; 2],
    of: &WeightedMetric,
    gap: Option<&GroupGap>,
) -> [String; WeightedAudit::COLUMNS.len()] {
    let number = |value: fn(&WeightedEstimate) -> f64| {
        let estimate = of.estimate.as_ref();
        estimate.map_or_else(String::new, |of| value(of).to_string())
    };
    let less =
        |value: fn(&GroupGap) -> f64| gap.map_or_else(String::new, |gap| value(gap).to_string());
    [
        grouping.to_owned(),
        group.to_owned(),
        of.metric.name.to_owned(),
        number(|of| of.value),
        number(|of| of.se),
        number(|of| of.interval.low),
        number(|of| of.interval.high),
        of.cases.to_string(),
        less(|of| of.gap.value),
        less(|of| of.gap.se),
        less(|of| of.gap.interval.low),
        less(|of| of.gap.interval.high),
        less(|of| of.gap.p),
        less(|of| of.p_holm),
    ]
}
