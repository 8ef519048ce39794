//! Two attributes crossed, as a table whose cells are coloured by how far they are from everyone.
//! The colour only repeats what the number and its arrow say.

use std::cmp::Ordering;

use super::{estimate, points, title};
use crate::audit::{Audit, Cell, Estimate, Grouping};
use crate::format::{self, Metric};
use crate::mark::Mark;
use crate::plot;

/// More columns than this are not seen side by side; the results table has all groups.
const MOST_COLUMNS: usize = 24;

pub struct Heat {
    pub measure: String,
    /// The attributes down and across.
    pub down: String,
    pub across: String,
    /// Everyone's value.
    pub overall: String,
    /// How far the fullest colour is from everyone.
    pub farthest: String,
    pub columns: Vec<String>,
    pub rows: Vec<HeatRow>,
}

pub struct HeatRow {
    pub head: String,
    pub cells: Vec<HeatCell>,
}

pub struct HeatCell {
    /// Empty where nobody has both values.
    pub n: String,
    /// The number, or why there is none.
    pub value: Result<Known, String>,
}

pub struct Known {
    pub value: String,
    pub range: String,
    /// `worse`, `better`, or `level` for a value like everyone's.
    pub class: &'static str,
    /// From 0 to 1, how much of the colour.
    pub shade: String,
    /// Whether the group stands apart from the rest.
    pub mark: Mark,
}

impl Heat {
    /// The metric `name` of a cross of two attributes, one of `audit`'s; the attribute of more values
    /// goes down. `None` where `grouping` is no such cross, where nothing is estimable, and where
    /// values contain the `*` that joins them.
    pub fn new(audit: &Audit, grouping: &Grouping, name: &'static str) -> Option<Self> {
        let (first, second) = grouping.name.split_once('*')?;
        if second.contains('*') {
            return None;
        }
        let overall = estimate(&audit.overall, name)?.value;
        let values = |cell: &Cell| estimate(cell, name).map(|estimate| estimate.value);
        let farthest = grouping
            .cells
            .iter()
            .filter_map(|(_, cell)| Some((values(cell)? - overall).abs()))
            .reduce(f64::max)?;

        let split = |(value, cell)| {
            let (a, b) = str::split_once(value, '*')?;
            (!b.contains('*')).then_some((a, b, value, cell))
        };
        let cells = grouping
            .cells
            .iter()
            .map(|(value, cell)| (value.as_str(), cell));
        let mut crossed: Vec<(&str, &str, &str, &Cell)> =
            cells.map(split).collect::<Option<_>>()?;
        let (mut down, mut across) = (first, second);
        let mut heads = order(audit, down, crossed.iter().map(|cell| cell.0));
        let mut columns = order(audit, across, crossed.iter().map(|cell| cell.1));
        if columns.len() > heads.len() {
            (down, across) = (across, down);
            (heads, columns) = (columns, heads);
            for cell in &mut crossed {
                (cell.0, cell.1) = (cell.1, cell.0);
            }
        }
        if columns.len() > MOST_COLUMNS {
            return None;
        }
        let cell = |head: &str, column: &str| {
            let found = crossed.iter().find(|(a, b, ..)| (*a, *b) == (head, column));
            match found {
                Some((_, _, value, cell)) => {
                    let mark = Mark::of(audit, grouping, value, name);
                    HeatCell::new(cell, name, (overall, farthest), mark)
                }
                None => HeatCell {
                    n: String::new(),
                    value: Err("nobody".to_owned()),
                },
            }
        };
        let rows = heads.iter().map(|head| HeatRow {
            head: (*head).to_owned(),
            cells: columns.iter().map(|column| cell(head, column)).collect(),
        });
        Some(Self {
            measure: title(name),
            down: down.to_owned(),
            across: across.to_owned(),
            overall: format::percent(overall),
            farthest: points(farthest),
            rows: rows.collect(),
            columns: columns.iter().map(|&column| column.to_owned()).collect(),
        })
    }
}

impl HeatCell {
    /// Everyone's value, and the farthest from it, say how full the colour is.
    fn new(cell: &Cell, name: &'static str, (overall, farthest): (f64, f64), mark: Mark) -> Self {
        let known = |estimate: Estimate| {
            let metric = Metric::named(name);
            let class = match estimate.value.total_cmp(&overall) {
                Ordering::Equal => "level",
                order if order.is_gt() == metric.low_is_good => "worse",
                _ => "better",
            };
            Known {
                value: format::percent(estimate.value),
                range: format::range(estimate.interval),
                class,
                shade: format!("{:.2}", plot::shade(estimate.value, overall, farthest)),
                mark,
            }
        };
        Self {
            n: format::thousands(cell.n),
            value: match cell.measure(name).map(|measure| measure.estimate) {
                Some(Ok(estimate)) => Ok(known(estimate)),
                Some(Err(reason)) => Err(format!("not estimable: {}", reason)),
                None => Err("not estimable".to_owned()),
            },
        }
    }
}

/// The values of an attribute, in the order of its own grouping where the audit has one, others
/// after them as they come.
fn order<'a>(
    audit: &'a Audit,
    attribute: &str,
    values: impl Iterator<Item = &'a str> + Clone,
) -> Vec<&'a str> {
    let own = audit.groupings.iter().find(|other| other.name == attribute);
    let own = own.into_iter().flat_map(|grouping| &grouping.cells);
    let mut order: Vec<&str> = own
        .map(|(value, _)| value.as_str())
        .filter(|value| values.clone().any(|other| other == *value))
        .collect();
    for value in values {
        if !order.contains(&value) {
            order.push(value);
        }
    }
    order
}
