//! What a transfer brought: a classifier of another survey taken to this one, held against doing without it.

use crate::dataset::Dataset;
use crate::learners::learner::{Candidate, Task};
use crate::learners::transfer::{self, Difference, Ladder, Share};
use crate::record::MISSING;
use crate::stats::Level;
use crate::text::TextTable;
use serde_json::{Value, json};

/// Of intervals around differences.
const LEVEL: f64 = 0.95;
/// Rows of a group below which nothing is said of it.
const FEWEST: usize = 30;

/// What a transfer brought.
#[derive(Debug, Clone, PartialEq)]
pub struct TransferResult {
    /// The rungs, the cheapest first, then the learners from scratch.
    pub rungs: Vec<RungResult>,
    /// Place of the rung that the guard hands out.
    pub chosen: usize,
    /// Place of the best learner from scratch.
    pub scratch: Option<usize>,
    /// The chosen rung against these two in each group of enough rows.
    pub groups: Vec<GroupResult>,
    /// Name of the class that shares are of.
    pub class: String,
}

/// One rung on the target rows.
#[derive(Debug, Clone, PartialEq)]
pub struct RungResult {
    pub name: &'static str,
    pub title: &'static str,
    pub log_loss: f64,
    pub standard_error: f64,
    /// Of the class that shares are of.
    pub share: Share,
    /// Differences of log loss to the untouched source, and to the best learner from scratch.
    pub to_source: Option<Difference>,
    pub to_scratch: Option<Difference>,
}

/// The chosen rung in one group.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupResult {
    pub column: String,
    pub value: String,
    pub to_source: Option<Difference>,
    pub to_scratch: Option<Difference>,
}

impl TransferResult {
    pub(super) fn new(task: &Task, ladder: &Ladder, dataset: &Dataset, groups: &[usize]) -> Self {
        let level = Level::new(LEVEL).expect("the level is a share");
        let candidates = &ladder.nested.candidates;
        let positive = dataset.classes.len() - 1;
        let scratch = ladder.scratch();
        let against =
            |one: &Candidate, other: Option<&Candidate>, is_in: &dyn Fn(usize) -> bool| {
                let other = other.filter(|other| other.name != one.name)?;
                transfer::difference(task, [one, other], is_in, level)
            };
        let everyone = |_: usize| true;
        let rung = |one: &Candidate| RungResult {
            name: one.name,
            title: one.title,
            log_loss: one.loss.mean,
            standard_error: one.loss.standard_error,
            share: transfer::share(task, one, positive),
            to_source: against(one, Some(ladder.source()), &everyone),
            to_scratch: against(one, scratch, &everyone),
        };
        let winner = ladder.nested.winner();
        let mut of_groups = Vec::new();
        for &column in groups {
            let value =
                |place: usize| dataset.records[task.rows[place]].attributes[column].as_str();
            let mut values: Vec<&str> = (0..task.rows.len()).map(value).collect();
            values.sort_unstable();
            values.dedup();
            for group in values.into_iter().filter(|group| *group != MISSING) {
                let is_in = |place: usize| value(place) == group;
                if (0..task.rows.len()).filter(|&place| is_in(place)).count() < FEWEST {
                    continue;
                }
                of_groups.push(GroupResult {
                    column: dataset.attributes[column].clone(),
                    value: group.to_owned(),
                    to_source: against(winner, Some(ladder.source()), &is_in),
                    to_scratch: against(winner, scratch, &is_in),
                });
            }
        }
        Self {
            rungs: candidates.iter().map(rung).collect(),
            chosen: ladder.nested.chosen,
            scratch: scratch.and_then(|best| candidates.iter().position(|of| of.name == best.name)),
            groups: of_groups,
            class: dataset.classes.name(positive).to_owned(),
        }
    }

    /// The rungs, as a table.
    pub fn table(&self) -> TextTable {
        let header = [
            "",
            "rung",
            "log loss",
            "gain on the source",
            "gain on scratch",
        ];
        let share = format!("share of {} off by", self.class);
        let rung = |(at, rung): (usize, &RungResult)| {
            let mark = if at == self.chosen { "▶" } else { "" };
            vec![
                mark.to_owned(),
                rung.title.to_owned(),
                format!("{:.4}", rung.log_loss),
                rung.to_source.as_ref().map_or_else(dash, gain),
                rung.to_scratch.as_ref().map_or_else(dash, gain),
                format!("{:+.1} points", 100.0 * rung.share.error()),
            ]
        };
        TextTable {
            header: header
                .into_iter()
                .map(str::to_owned)
                .chain([share])
                .collect(),
            rows: self.rungs.iter().enumerate().map(rung).collect(),
        }
    }

    /// What the transfer brought, overall and by group.
    pub fn sentences(&self) -> Vec<String> {
        let chosen = &self.rungs[self.chosen];
        let mut sentences = vec![format!(
            "Least log loss in cross-validation on these rows, and handed out: {}.",
            chosen.title
        )];
        if let Some(difference) = &chosen.to_scratch {
            sentences.push(format!(
                "Against learning from these rows alone, log loss is {}.",
                in_words(difference)
            ));
        }
        if let Some(difference) = &chosen.to_source {
            sentences.push(format!(
                "Against the untouched source, it is {}.",
                in_words(difference)
            ));
        }
        if let Some(scratch) = self
            .scratch
            .and_then(|at| self.rungs[at].to_source.as_ref())
            && scratch.interval.high < 0.0
        {
            sentences.push(
                "The source hurts here: learning from these rows alone is better than using it as it is.".to_owned(),
            );
        }
        let source = &self.rungs[0].share;
        sentences.push(format!(
            "The untouched source says that {:.1} % are {}, where {:.1} % are: {:+.1} percentage points.",
            100.0 * source.predicted,
            self.class,
            100.0 * source.true_share,
            100.0 * source.error()
        ));
        let worse = self.groups.iter().filter(|group| {
            let is_worse = |difference: &Difference| difference.interval.low > 0.0;
            group.to_scratch.as_ref().is_some_and(is_worse)
        });
        let worse: Vec<String> = worse
            .map(|group| format!("{}={}", group.column, group.value))
            .collect();
        if !worse.is_empty() {
            sentences.push(format!(
                "It is worse than learning from scratch for {}.",
                worse.join(", ")
            ));
        }
        sentences
    }

    pub(super) fn to_json(&self) -> Value {
        let difference = |difference: &Option<Difference>| match difference {
            None => Value::Null,
            Some(Difference {
                rows,
                mean,
                interval,
            }) => {
                json!({ "rows": rows, "log_loss": mean, "low": interval.low, "high": interval.high })
            }
        };
        let rung = |rung: &RungResult| {
            json!({
                "name": rung.name,
                "log_loss": rung.log_loss,
                "standard_error": rung.standard_error,
                "predicted_share": rung.share.predicted,
                "true_share": rung.share.true_share,
                "to_source": difference(&rung.to_source),
                "to_scratch": difference(&rung.to_scratch),
            })
        };
        let group = |group: &GroupResult| {
            json!({
                "column": group.column,
                "value": group.value,
                "to_source": difference(&group.to_source),
                "to_scratch": difference(&group.to_scratch),
            })
        };
        json!({
            "class": self.class,
            "chosen": self.rungs[self.chosen].name,
            "scratch": self.scratch.map(|at| self.rungs[at].name),
            "rungs": self.rungs.iter().map(rung).collect::<Vec<_>>(),
            "groups": self.groups.iter().map(group).collect::<Vec<_>>(),
        })
    }
}

fn dash() -> String {
    "-".to_owned()
}

/// How much less the log loss is.
fn gain(difference: &Difference) -> String {
    let Difference { mean, interval, .. } = difference;
    format!(
        "{:+.3} ({:+.3} to {:+.3})",
        -mean, -interval.high, -interval.low
    )
}

fn in_words(difference: &Difference) -> String {
    let Difference { mean, interval, .. } = difference;
    let (size, low, high) = match *mean < 0.0 {
        true => (-mean, -interval.high, -interval.low),
        false => (*mean, interval.low, interval.high),
    };
    let direction = if *mean < 0.0 { "less" } else { "more" };
    let chance = match low > 0.0 {
        true => "",
        false => ", which may be chance",
    };
    format!("{size:.4} {direction} ({low:.4} to {high:.4}){chance}")
}
