//! What columns add to scores: mean sizes, overall and by group.

use super::{NONE, Numbers};
use crate::format;
use crate::uses::{Contribution, Contributions};
use std::collections::BTreeMap;

/// The most columns that the table shows; `metrics.json` has all.
const MOST: usize = 20;

/// The most columns that a sentence names.
const NAMED: usize = 3;

pub struct ShownContributions {
    pub sentences: Vec<String>,
    pub numbers: Numbers,
}

impl ShownContributions {
    /// `None` without a column.
    pub fn new(of: &Contributions) -> Option<Self> {
        let mut columns: Vec<&Contribution> = of.columns.iter().collect();
        columns.sort_by(|a, b| b.mean.total_cmp(&a.mean));
        let unit = match of.is_log_odds {
            true => "in log-odds",
            false => "as a probability",
        };
        let caption = format!("Mean size of what a column adds to the score of a row, {unit}");
        let head = ["Column", "Everyone"].into_iter();
        let head: Vec<&str> = head.chain(of.groups.iter().map(String::as_str)).collect();
        let mut numbers = Numbers::new(caption, &head);
        for column in columns.iter().take(MOST) {
            let cells = [&column.mean].into_iter().chain(&column.by_group);
            numbers.push(&column.column, cells.map(|of| number(*of)).collect());
        }
        (!columns.is_empty()).then(|| Self {
            sentences: sentences(of, &columns),
            numbers,
        })
    }
}

fn number(value: f64) -> String {
    match value.is_finite() {
        true => format::number(value),
        false => NONE.to_owned(),
    }
}

fn sentences(of: &Contributions, columns: &[&Contribution]) -> Vec<String> {
    let names = columns
        .iter()
        .take(NAMED)
        .map(|column| column.column.clone());
    let mut sentences = vec![
        format!(
            "Scores owe most to {}.",
            format::list(&names.collect::<Vec<_>>(), "and")
        ),
        format!(
            "What columns add to the score of a row, and the mean score, sum to its score (of {}, at most {:.0e} off).",
            format::counted(of.rows, "held-out row"),
            of.largest_error
        ),
    ];
    // By column, the groups whose scores owe most to it, where that is another one than for everyone.
    let mut others: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (at, group) in of.groups.iter().enumerate() {
        let known = columns
            .iter()
            .filter(|column| column.by_group[at].is_finite());
        let first = known.max_by(|a, b| a.by_group[at].total_cmp(&b.by_group[at]));
        if let Some(first) = first.filter(|first| first.column != columns[0].column) {
            others.entry(&first.column).or_default().push(group.clone());
        }
    }
    sentences.extend(others.into_iter().map(|(column, groups)| {
        let groups = format::listed(groups, NAMED);
        format!("Scores of {groups} owe most to {column}.")
    }));
    sentences
}
