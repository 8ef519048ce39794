//! Coded rows by the cell of the census that each is in.

use super::PoststratifyError;
use super::census::Population;
use crate::estimate::CodedItems;
use evenhand_stats::groups::{Group, UnknownColumn};
use evenhand_stats::poststratify::Hits;
use std::collections::BTreeMap;

/// Numbers of rows by cell.
#[derive(Debug, PartialEq)]
pub(super) struct Sorted {
    pub by_cell: Vec<u64>,
    /// Of each class that is asked for.
    pub hits: Vec<Hits>,
    /// Rows that lack a value and are in no cell, by the column.
    pub left_out: BTreeMap<String, u64>,
}

/// Puts rows into cells. A class is one of the labels; all are asked for if it is `None`.
///
/// # Errors
/// A column or the class is not there, or a row without a gap is in no cell.
pub(super) fn sort(
    coded: &CodedItems,
    population: &Population,
    class: Option<&str>,
) -> Result<Sorted, PoststratifyError> {
    let columns = columns(coded, population)?;
    let mut hits = classes(coded, population, class)?;
    let mut found = Sorted {
        by_cell: vec![0; population.len()],
        hits: Vec::new(),
        left_out: BTreeMap::new(),
    };
    let mut strangers: BTreeMap<String, u64> = BTreeMap::new();
    for item in coded.labelled() {
        let attributes = &coded.item(item).attributes;
        let values: Vec<&str> = columns.iter().map(|&at| attributes[at].as_str()).collect();
        let gap = values.iter().position(|value| value.is_empty());
        match (population.cell(&values), gap) {
            (Some(cell), _) => {
                found.by_cell[cell] += 1;
                let of =
                    (hits.iter_mut()).filter(|(label, _)| coded.majority[item] == Some(*label));
                of.for_each(|(_, hits)| hits.of[cell] += 1);
            }
            (None, Some(gap)) => {
                let column = population.attributes[gap].clone();
                *found.left_out.entry(column).or_default() += 1;
            }
            (None, None) => {
                let cell = Group::value(values.iter().copied());
                *strangers.entry(cell).or_default() += 1;
            }
        }
    }
    if !strangers.is_empty() {
        return Err(PoststratifyError::NoCell {
            table: coded.table.prefix(),
            census: population.table.clone(),
            columns: population.attributes.join("*"),
            cells: strangers,
        });
    }
    if found.by_cell.iter().all(|rows| *rows == 0) {
        return Err(PoststratifyError::OnlyGaps {
            table: coded.table.prefix(),
        });
    }
    found.hits = hits.into_iter().map(|(_, hits)| hits).collect();
    Ok(found)
}

/// The places of the census's columns among the attributes of rows.
fn columns(coded: &CodedItems, population: &Population) -> Result<Vec<usize>, PoststratifyError> {
    let known = &coded.table.codes.columns;
    let column = |name: &String| {
        known.iter().position(|other| other == name).ok_or_else(|| {
            PoststratifyError::UnknownColumn {
                table: coded.table.prefix(),
                source: UnknownColumn {
                    name: name.clone(),
                    known: known.clone(),
                },
            }
        })
    };
    population.attributes.iter().map(column).collect()
}

/// Labels that are asked for, without hits yet.
fn classes(
    coded: &CodedItems,
    population: &Population,
    class: Option<&str>,
) -> Result<Vec<(usize, Hits)>, PoststratifyError> {
    let labels = &coded.table.codes.labels;
    let asked = labels.iter().enumerate().filter(|(label, name)| {
        let is_used = coded.majority.contains(&Some(*label));
        class.map_or(is_used, |class| class == name.as_str())
    });
    let asked = asked.map(|(label, name)| {
        let hits = Hits {
            class: name.clone(),
            of: vec![0; population.len()],
        };
        (label, hits)
    });
    let asked: Vec<(usize, Hits)> = asked.collect();
    match (asked.is_empty(), class) {
        (true, Some(class)) => Err(PoststratifyError::UnknownClass {
            table: coded.table.prefix(),
            class: class.to_owned(),
            labels: labels.clone(),
        }),
        _ => Ok(asked),
    }
}
