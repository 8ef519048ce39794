//! How a classifier uses its columns: partial dependence, and what columns add to scores, overall and by audited group.

use super::data::SurveyData;
use crate::audit::Design;
use crate::learners::importance::{
    Dependence, DependencePoint, GridPoint, Importance, partial_dependence, sample,
};
use crate::learners::learner::{Contributions, Nested, Scale, Task};
use crate::record::MISSING;
use crate::report::{self, PointValue};
use serde_json::{Map, Value, json};

/// Rows that dependence is measured on.
const ROWS: usize = 1_000;
/// Columns whose dependence is measured: the most important ones.
const COLUMNS: usize = 6;
/// Rows of a group below which nothing is said of it.
const FEWEST: usize = 20;
/// Shares of the rows below the ends of a band.
const BAND: [f64; 2] = [0.1, 0.9];

/// How a classifier uses its columns, measured on rows that its models had not seen.
pub struct Uses<'a> {
    data: &'a SurveyData,
    groups: Vec<Group>,
    /// The number of the class that probabilities are of, the last one.
    class: usize,
    /// All rows that were held out.
    held_out: usize,
    /// Those that dependence was measured on.
    rows: Vec<usize>,
    dependence: Vec<Dependence>,
    contributions: Option<Contributions>,
}

/// A group that is audited.
struct Group {
    grouping: String,
    value: String,
    /// By record.
    members: Vec<bool>,
}

impl<'a> Uses<'a> {
    pub fn new(
        task: &Task,
        nested: &Nested,
        importance: &Importance,
        (data, design): (&'a SurveyData, &Design),
    ) -> Self {
        let held_out = nested.held_out_rows();
        let rows = sample(&held_out, ROWS, task.seed);
        let classes = task.examples.classes;
        let mut uses = Self {
            data,
            groups: groups(data, design),
            class: classes - 1,
            held_out: held_out.len(),
            dependence: Vec::new(),
            contributions: nested.contributions(task.examples, task.seed),
            rows,
        };
        let weights = uses.weights(&uses.rows, None);
        let dependence = most_important(importance).into_iter().map(|source| {
            partial_dependence(
                (task.examples.frame, &uses.rows),
                &weights,
                source,
                uses.class,
                |frame, rows| nested.held_out(frame, rows, classes),
            )
        });
        uses.dependence = dependence.collect();
        uses
    }

    /// The survey weights of some rows; 0 of rows outside a group, and of all rows of a group with few of them.
    fn weights(&self, rows: &[usize], group: Option<&Group>) -> Vec<f64> {
        let is_in = |row: usize| group.is_none_or(|group| group.members[row]);
        let is_small = rows.iter().filter(|row| is_in(**row)).count() < FEWEST;
        let weight = |&row: &usize| match is_in(row) && !(is_small && group.is_some()) {
            true => self.data.weights[row],
            false => 0.0,
        };
        rows.iter().map(weight).collect()
    }

    /// What is measured of everyone and of each group, from weights of rows.
    fn each<T>(&self, rows: &[usize], measure: impl Fn(&[f64]) -> T) -> (T, Vec<T>) {
        let groups = self.groups.iter();
        let of_groups = groups.map(|group| measure(&self.weights(rows, Some(group))));
        (measure(&self.weights(rows, None)), of_groups.collect())
    }

    /// As the report takes it.
    pub fn to_report(&self) -> report::Uses {
        report::Uses {
            class: self.data.dataset.classes.name(self.class).to_owned(),
            dependence: self
                .dependence
                .iter()
                .map(|of| self.dependence(of))
                .collect(),
            rows: self.rows.len() as u64,
            held_out: self.held_out as u64,
            contributions: self.contributions.as_ref().map(|of| self.contributions(of)),
        }
    }

    fn names(&self) -> Vec<String> {
        let groups = self.groups.iter();
        let names = groups.map(|group| format!("{}={}", group.grouping, group.value));
        names.collect()
    }

    fn dependence(&self, of: &Dependence) -> report::Dependence {
        let point = |point: &DependencePoint| {
            let (mean, by_group) = self.each(&self.rows, |weights| point.mean(weights));
            let weights = self.weights(&self.rows, None);
            let [low, high] = BAND.map(|share| point.quantile(share, &weights));
            report::DependencePoint {
                at: match &point.at {
                    GridPoint::Number(number) => PointValue::Number(f64::from(*number)),
                    GridPoint::Level(level) => PointValue::Level(level.clone()),
                    GridPoint::Missing => PointValue::Level(MISSING.to_owned()),
                },
                share: point.share,
                mean,
                low,
                high,
                by_group,
            }
        };
        report::Dependence {
            column: of.source.clone(),
            points: of.points.iter().map(point).collect(),
            bins: of.bins.clone(),
            groups: self.names(),
        }
    }

    fn contributions(&self, of: &Contributions) -> report::Contributions {
        let (means, by_group) = self.each(&of.rows, |weights| of.mean_absolute(weights));
        let sources = of.sources.iter().zip(means).enumerate();
        let columns = sources.map(|(at, (source, mean))| report::Contribution {
            column: source.clone(),
            mean,
            by_group: by_group.iter().map(|means| means[at]).collect(),
        });
        report::Contributions {
            is_log_odds: of.scale == Scale::LogOdds,
            rows: of.rows.len() as u64,
            groups: self.names(),
            columns: columns.collect(),
            largest_error: of.largest_error,
        }
    }

    /// `columns.uses` in `metrics.json`.
    pub fn to_json(&self, shown: &report::Uses) -> Value {
        let point = |point: &report::DependencePoint| {
            json!({
                "value": match &point.at {
                    PointValue::Number(number) => json!(number),
                    PointValue::Level(level) => json!(level),
                },
                "share": point.share,
                "mean": point.mean,
                "low": point.low,
                "high": point.high,
                "groups": self.by_group(&point.by_group),
            })
        };
        let dependence = |of: &report::Dependence| {
            json!({
                "column": of.column,
                "points": of.points.iter().map(point).collect::<Vec<_>>(),
                "bins": of.bins,
            })
        };
        let column = |of: &report::Contribution| json!({ "column": of.column, "mean": of.mean, "groups": self.by_group(&of.by_group) });
        let contributions = |of: &report::Contributions| {
            json!({
                "scale": if of.is_log_odds { "log-odds" } else { "probability" },
                "rows": of.rows,
                "largest_error": of.largest_error,
                "columns": of.columns.iter().map(column).collect::<Vec<_>>(),
            })
        };
        json!({
            "class": shown.class,
            "held_out": shown.held_out,
            "rows": shown.rows,
            "dependence": shown.dependence.iter().map(dependence).collect::<Vec<_>>(),
            "contributions": shown.contributions.as_ref().map(contributions),
        })
    }

    /// One number a group, by grouping and group.
    fn by_group(&self, numbers: &[f64]) -> Value {
        let mut found = Map::new();
        for (group, number) in self.groups.iter().zip(numbers) {
            let of_grouping = found.entry(&group.grouping).or_insert_with(|| json!({}));
            of_grouping[&group.value] = json!(number);
        }
        found.into()
    }
}

/// The columns of the data without which the log loss rises most.
fn most_important(importance: &Importance) -> Vec<&str> {
    let mut sources: Vec<_> = importance.sources.iter().collect();
    sources.retain(|of| of.log_loss.value > 0.0);
    sources.sort_by(|a, b| b.log_loss.value.total_cmp(&a.log_loss.value));
    let most = sources.into_iter().take(COLUMNS);
    most.map(|of| of.source.as_str()).collect()
}

/// The groups of a design, in the order of their names.
fn groups(data: &SurveyData, design: &Design) -> Vec<Group> {
    let dataset = &data.dataset;
    let mut found: Vec<Group> = Vec::new();
    for grouping in &design.groups {
        let Ok(places) = grouping.columns(&dataset.attributes) else {
            continue;
        };
        let value = |record: &crate::record::Record| {
            let values = places.iter().map(|&at| record.attributes[at].as_str());
            crate::groups::Group::value(values)
        };
        let values: Vec<String> = dataset.records.iter().map(value).collect();
        let mut names: Vec<&String> = values.iter().collect();
        names.sort_unstable();
        names.dedup();
        found.extend(
            names
                .into_iter()
                .filter(|name| *name != MISSING)
                .map(|name| Group {
                    grouping: grouping.name(),
                    value: name.clone(),
                    members: values.iter().map(|value| value == name).collect(),
                }),
        );
    }
    found
}
