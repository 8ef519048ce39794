//! Rows of classes, groups and cells.

use super::finding::{Finding, Kind, Severity};
use crate::audit::Params;
use crate::dataset::Dataset;
use crate::error::Error;
use crate::groups::{self, Group, GroupError};
use crate::hint::Message;
use crate::record::{MISSING, Record, natural};
use crate::text::{counted, listed};
use std::collections::BTreeMap;

/// A class with fewer rows is hardly learned.
const FEW: usize = 20;
/// Classes or groups that are named.
const TOLD: usize = 8;

/// Rows of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    pub value: String,
    pub rows: usize,
}

/// Rows of the groups of one attribute, or of several crossed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupCounts {
    /// `race`, or `race*gender`.
    pub name: String,
    /// For each value its rows, by class.
    pub cells: Vec<(String, Vec<usize>)>,
}

/// A column of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnSummary {
    pub name: String,
    /// Different values.
    pub values: usize,
    /// Rows without one.
    pub missing: usize,
}

/// Rows of each class, in their order.
pub(super) fn classes(dataset: &Dataset) -> Vec<Count> {
    let names = dataset.classes.names().iter().enumerate();
    let count = |class| {
        labelled(dataset)
            .filter(move |(label, _)| *label == class)
            .count()
    };
    let counts = names.map(|(class, name)| Count {
        value: name.clone(),
        rows: count(class),
    });
    counts.collect()
}

fn labelled(dataset: &Dataset) -> impl Iterator<Item = (usize, &Record)> {
    let records = dataset.records.iter();
    records.filter_map(|record| Some((record.label?, record)))
}

/// Rows of the groups that are asked for.
///
/// # Errors
/// Groups that can't be read, or of columns that are not there.
pub(super) fn groupings(dataset: &Dataset, asked: &[String]) -> Result<Vec<GroupCounts>, Error> {
    let groups = groups::parse(&asked.join(","))?;
    let counts = groups.iter().map(|group| -> Result<GroupCounts, Error> {
        let columns = group
            .columns(&dataset.attributes)
            .map_err(GroupError::from)?;
        let mut cells: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (label, record) in labelled(dataset) {
            let values = columns
                .iter()
                .map(|&column| record.attributes[column].as_str());
            let of = cells
                .entry(Group::value(values))
                .or_insert_with(|| vec![0; dataset.classes.len()]);
            of[label] += 1;
        }
        let mut cells: Vec<(String, Vec<usize>)> = cells.into_iter().collect();
        cells.sort_by(|(a, _), (b, _)| natural(a).cmp(&natural(b)));
        Ok(GroupCounts {
            name: group.name(),
            cells,
        })
    });
    counts.collect()
}

/// All columns.
pub(super) fn columns(dataset: &Dataset) -> Vec<ColumnSummary> {
    let names = dataset.attributes.iter().enumerate();
    let summary = |(at, name): (usize, &String)| {
        let values = dataset
            .records
            .iter()
            .map(|record| record.attributes[at].as_str());
        let missing = values.clone().filter(|value| *value == MISSING).count();
        let known: std::collections::HashSet<&str> =
            values.filter(|value| *value != MISSING).collect();
        ColumnSummary {
            name: name.clone(),
            values: known.len(),
            missing,
        }
    };
    names.map(summary).collect()
}

/// Findings about classes and groups of few rows.
pub(super) fn findings(classes: &[Count], groupings: &[GroupCounts]) -> Vec<Finding> {
    let mut found = Vec::new();
    let rare = classes.iter().filter(|class| class.rows < FEW);
    let rare: Vec<String> = rare
        .map(|class| format!("`{}` {}", class.value, class.rows))
        .collect();
    if !rare.is_empty() {
        let text = format!(
            "classes of fewer than {FEW} rows are hardly learned: {}",
            listed(rare, TOLD)
        );
        let finding = Finding::new(Severity::Warning, Kind::RareClass, Message::plain(text));
        found.push(finding.with_step("label more of them, or join classes in the table"));
    }
    let least = Params::default().min_n as usize;
    for grouping in groupings {
        let rows = |by_class: &Vec<usize>| by_class.iter().sum::<usize>();
        let small = grouping
            .cells
            .iter()
            .filter(|(_, by_class)| rows(by_class) < least);
        let small: Vec<String> = small
            .map(|(value, by_class)| format!("`{value}` {}", rows(by_class)))
            .collect();
        if small.is_empty() {
            continue;
        }
        let text = format!(
            "{}: {} of {} with fewer than {least} rows: nothing will be estimated for {}",
            grouping.name,
            small.len(),
            counted(grouping.cells.len(), "group"),
            listed(small, TOLD)
        );
        found.push(
            Finding::new(Severity::Note, Kind::SmallGroup, Message::plain(text))
                .with_step("{bands} makes fewer groups of numbers, and a group that is crossed less has more rows"),
        );
    }
    found
}
