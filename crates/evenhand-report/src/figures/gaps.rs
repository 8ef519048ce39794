//! How far apart the groups are, rate by rate, on one axis.

use super::{Numbers, estimate, points, title};
use crate::audit::{Audit, Cell, Grouping};
use crate::format;
use crate::plot::{self, Axis};
use crate::record::Unit;

/// The rates that are drawn, in this order; their complements have the same gaps.
const RATES: [&str; 5] = ["accuracy", "tpr", "fpr", "precision", "selection_rate"];

pub struct Gaps {
    pub grouping: String,
    pub rows: Vec<GapRow>,
    pub scale: String,
    /// The distance of two grid lines, in per cent of the width.
    pub step: String,
    pub numbers: Numbers,
}

/// One rate.
pub struct GapRow {
    pub title: String,
    /// `Black 79.2%`; several names where groups tie.
    pub lowest: String,
    pub highest: String,
    /// `11.3 points (8.0–14.9)`.
    pub distance: String,
    pub svg: String,
}

impl Gaps {
    /// `None` where no rate can be compared between two groups. `grouping` is one of `audit`'s.
    pub fn new(audit: &Audit, grouping: &Grouping, unit: Unit) -> Option<Self> {
        let rates: Vec<(&'static str, Vec<(&str, f64)>)> = RATES
            .iter()
            .map(|&name| (name, known(&grouping.cells, name)))
            .filter(|(_, groups)| groups.len() > 1)
            .collect();
        if rates.is_empty() {
            return None;
        }
        let overall = |name| estimate(&audit.overall, name).map(|estimate| estimate.value);
        let drawn = rates.iter().flat_map(|(name, groups)| {
            let values = groups.iter().map(|(_, rate)| *rate);
            values.chain(overall(name))
        });
        let axis = Axis::covering(drawn, (0.0, 1.0));
        let rows = rates.iter().map(|(name, groups)| {
            let values: Vec<f64> = groups.iter().map(|(_, rate)| *rate).collect();
            let end = |pick: fn(f64, f64) -> f64| {
                let value = values.iter().copied().fold(values[0], pick);
                (value, named(&grouping.name, groups, value))
            };
            let ((low, lowest), (high, highest)) = (end(f64::min), end(f64::max));
            let range = (grouping.disparity.gap(name)).map(|gap| gap.largest.interval());
            GapRow {
                title: title(name),
                lowest,
                highest,
                distance: match range {
                    Some(range) => format!("{} {}", points(high - low), format::range(range)),
                    None => points(high - low),
                },
                svg: plot::dots(&axis, &values, overall(name)),
            }
        });
        Some(Self {
            grouping: format::crossed(&grouping.name),
            rows: rows.collect(),
            scale: plot::scale(&axis),
            step: format!("{:.3}", axis.step_percent()),
            numbers: numbers(audit, grouping, &rates, unit),
        })
    }
}

/// The groups whose rate is known.
fn known<'a>(cells: &'a [(String, Cell)], name: &str) -> Vec<(&'a str, f64)> {
    cells
        .iter()
        .filter_map(|(group, cell)| Some((group.as_str(), estimate(cell, name)?.value)))
        .collect()
}

/// Who has this rate, and the rate: two groups by name, of more the first and how many others.
fn named(grouping: &str, groups: &[(&str, f64)], rate: f64) -> String {
    let names: Vec<String> = groups
        .iter()
        .filter(|group| group.1 == rate)
        .map(|group| format::group(grouping, group.0))
        .collect();
    let names = match &names[..] {
        [first, _, _, ..] => format!("{first} and {} others", names.len() - 1),
        few => format::list(few, "and"),
    };
    format!("{names} {}", format::percent(rate))
}

fn numbers(
    audit: &Audit,
    grouping: &Grouping,
    rates: &[(&'static str, Vec<(&str, f64)>)],
    unit: Unit,
) -> Numbers {
    let mut numbers = Numbers::new(
        format!("Rates by {}", format::crossed(&grouping.name)),
        &["Group", unit.titles()],
    );
    numbers
        .columns
        .extend(rates.iter().map(|(name, _)| title(name)));
    let everyone = std::iter::once(("Everyone".to_owned(), &audit.overall));
    let groups = grouping.cells.iter();
    let groups = groups.map(|(group, cell)| (format::group(&grouping.name, group), cell));
    for (head, cell) in everyone.chain(groups) {
        let rate = |(name, _): &(&'static str, _)| match cell.measure(name).map(|m| m.estimate) {
            Some(Ok(estimate)) => format::estimate(estimate),
            Some(Err(reason)) => format!("not estimable: {}", reason),
            None => super::NONE.to_owned(),
        };
        let mut cells = vec![format::thousands(cell.n)];
        cells.extend(rates.iter().map(rate));
        numbers.push(&head, cells);
    }
    numbers
}
