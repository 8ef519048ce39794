//! Importance of columns: how much the log loss grows when the values of a column are permuted.

use super::Numbers;
use crate::audit::Estimate;
use crate::format;
use crate::method::Importance;
use crate::plot::{self, Axis};
use crate::stats::Interval;

/// More bars than this make a figure that nobody reads; the numbers have them all.
const MOST: usize = 20;

/// The most columns that a sentence names.
const NAMED: usize = 20;

/// A scale shows at least this much, so that bars of nothing stay short.
const LEAST: f64 = 0.001;

pub struct ShownImportance {
    /// The most important columns, the first one most.
    pub bars: Vec<Bar>,
    pub scale: String,
    /// The distance of two grid lines, in per cent of the width.
    pub step: String,
    /// How many columns the numbers have beside those drawn.
    pub left_out: usize,
    /// The columns that are not shown to help, in a sentence.
    pub not_shown_to_help: Option<String>,
    pub numbers: Numbers,
}

pub struct Bar {
    pub column: String,
    pub svg: String,
    pub value: String,
}

impl ShownImportance {
    /// `None` without a column.
    pub fn new(importance: &[Importance]) -> Option<Self> {
        let mut columns: Vec<&Importance> = importance.iter().collect();
        columns.sort_by(|a, b| b.loss.total_cmp(&a.loss));
        let drawn = &columns[..columns.len().min(MOST)];
        let ends = drawn.iter().flat_map(|one| [one.low, one.loss, one.high]);
        let limits = (f64::NEG_INFINITY, f64::INFINITY);
        let axis = Axis::spanning(ends.chain([0.0]), limits, LEAST);
        let bar = |one: &&Importance| Bar {
            column: one.column.clone(),
            svg: plot::bar(&axis, estimate(one)),
            value: format!("{} ({})", format::number(one.loss), interval(one)),
        };
        let mut numbers = Numbers::new(
            "Increase of the log loss when a column is permuted".to_owned(),
            &["Column", "Increase", "95% interval"],
        );
        for one in &columns {
            numbers.push(&one.column, vec![format::number(one.loss), interval(one)]);
        }
        (!columns.is_empty()).then(|| Self {
            bars: drawn.iter().map(bar).collect(),
            scale: plot::number_scale(&axis),
            step: format!("{:.3}", axis.step_percent()),
            left_out: columns.len() - drawn.len(),
            not_shown_to_help: not_shown_to_help(&columns),
            numbers,
        })
    }
}

fn estimate(one: &Importance) -> Estimate {
    Estimate {
        value: one.loss,
        interval: Interval {
            low: one.low,
            high: one.high,
        },
    }
}

fn interval(one: &Importance) -> String {
    format!(
        "{} to {}",
        format::number(one.low),
        format::number(one.high)
    )
}

fn not_shown_to_help(columns: &[&Importance]) -> Option<String> {
    let columns = columns.iter().filter(|one| one.low <= 0.0);
    let names: Vec<String> = columns.map(|one| one.column.clone()).collect();
    (!names.is_empty()).then(|| {
        format!(
            "Not shown to help, since the interval includes 0 or lies below it: {}.",
            format::listed(names, NAMED)
        )
    })
}
