//! Weighted metrics of everyone and of every group.

use super::CheckedParams;
use super::measure::by_value;
use super::table::{Table, Units};
use crate::metric::{Judged, WeightedMetric, weighted};
use crate::stats::survey::Survey;
use crate::text::TextTable;
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
    pub groups: Vec<(String, Vec<WeightedMetric>)>,
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
        };
        let of = |rows: &[u32]| weighted(judged, &survey, rows, params.min_n, params.level);
        let all: Vec<u32> = (0..self.len() as u32).collect();
        let groupings = self.groupings.iter().map(|members| {
            let groups = by_value(members, &all);
            let groups = groups.map(|(value, rows)| (value.to_owned(), of(&rows)));
            WeightedGrouping {
                name: members.name.clone(),
                groups: groups.collect(),
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

impl WeightedAudit {
    /// `overall.<metric>` and `groups.<grouping>.<group>.<metric>`, each with `value`, `se`, `low`, `high` and `n`.
    pub fn to_json(&self) -> Value {
        let groupings = self.groupings.iter().map(|grouping| {
            let groups = grouping.groups.iter();
            let groups: Map<_, _> = groups
                .map(|(group, metrics)| (group.clone(), metrics_json(metrics)))
                .collect();
            (grouping.name.clone(), groups.into())
        });
        json!({
            "rows": self.rows,
            "total": self.total,
            "effective_rows": self.effective_rows,
            "overall": metrics_json(&self.overall),
            "groups": groupings.collect::<Map<String, Value>>(),
        })
    }

    /// A table for each grouping, or one of everyone, with the metrics that people look at first.
    pub fn tables(&self) -> Vec<TextTable> {
        let row = |name: &str, metrics: &[WeightedMetric]| {
            let shown = metrics.iter().filter(|of| of.is_shown());
            let name = std::iter::once(name.to_owned());
            name.chain(shown.map(WeightedMetric::text)).collect()
        };
        let table = |title: &str, groups: &[(String, Vec<WeightedMetric>)]| {
            let shown = self.overall.iter().filter(|of| of.is_shown());
            let titles = shown.map(|of| of.metric.title.to_owned());
            let everyone = std::iter::once(row("all", &self.overall));
            let groups = groups.iter().map(|(name, metrics)| row(name, metrics));
            TextTable {
                header: std::iter::once(title.to_owned()).chain(titles).collect(),
                rows: everyone.chain(groups).collect(),
            }
        };
        match self.groupings.as_slice() {
            [] => vec![table("", &[])],
            groupings => (groupings.iter())
                .map(|of| table(&of.name, &of.groups))
                .collect(),
        }
    }

    /// The columns of [`tidy`](Self::tidy).
    pub const COLUMNS: [&str; 8] = [
        "grouping", "group", "metric", "value", "se", "low", "high", "n",
    ];

    /// A row for each metric of everyone and of every group. What does not exist is empty.
    pub fn tidy(&self) -> Vec<[String; Self::COLUMNS.len()]> {
        let everyone = std::iter::once(("overall", "", &self.overall));
        let groups = self.groupings.iter().flat_map(|grouping| {
            let groups = grouping.groups.iter();
            groups.map(|(group, metrics)| (grouping.name.as_str(), group.as_str(), metrics))
        });
        let rows = everyone
            .chain(groups)
            .flat_map(|(grouping, group, metrics)| {
                metrics.iter().map(move |of| {
                    let number = |value: fn(&crate::metric::WeightedEstimate) -> f64| {
                        let estimate = of.estimate.as_ref();
                        estimate.map_or_else(String::new, |of| value(of).to_string())
                    };
                    [
                        grouping.to_owned(),
                        group.to_owned(),
                        of.metric.name.to_owned(),
                        number(|of| of.value),
                        number(|of| of.se),
                        number(|of| of.interval.low),
                        number(|of| of.interval.high),
                        of.cases.to_string(),
                    ]
                })
            });
        rows.collect()
    }
}

fn metrics_json(metrics: &[WeightedMetric]) -> Value {
    let metrics = metrics.iter().map(|of| {
        let estimate = of.estimate.as_ref();
        let found = json!({
            "value": estimate.map(|of| of.value),
            "se": estimate.map(|of| of.se),
            "low": estimate.map(|of| of.interval.low),
            "high": estimate.map(|of| of.interval.high),
            "n": of.cases,
        });
        (of.metric.name.to_owned(), found)
    });
    metrics.collect::<Map<String, Value>>().into()
}
