//! Two classifiers on the same rows: whether a new one is better, and for whom. Two audits side by
//! side do not say, since both classifiers meet the same hard rows, and intervals that leave that out
//! are too wide. So here rows are paired.
//!
//! Every difference is that of A less that of B, which is the baseline: `audit A --against B` asks
//! what A has that B has not. A positive difference of accuracy speaks for A, one of a gap against
//! it.
//!
//! Where labels alone say which rows are a rate's cases, as those of accuracy and of true and false
//! positive rates, the two rates are paired proportions: Newcombe's interval for them, and McNemar's
//! exact test, corrected for the number of groups. All else is linearised: the influence of a row on the
//! difference is that on A less that on B. Where rows come in strata or clusters, rates are linearised too;
//! and of clusters there is no test, since McNemar's takes rows for independent. The largest gap and the
//! worst group are no smooth numbers: they have a paired bootstrap, in which each resample draws the same
//! rows for both. So has everything, if a bootstrap is asked for.
//!
//! Two classifiers that answer alike differ by 0 in everything. On `n` rows that says no more than
//! that they seldom differ, and Newcombe's interval around 0 says how seldom. No row moves the other
//! differences, so that these have no interval, and the reason is told.

mod cell;
mod counts;
mod gap;
mod json;
mod scores;
mod seeds;
#[cfg(test)]
mod tests;

pub use gap::{GapChange, Lowest, Spread, WorstChange};

use gap::Changes;

use super::measure::by_value;
use super::table::{Members, Table, Units};
use super::{CheckedParams, Estimate, IntervalKind, NotEstimable};
use crate::metric::{Cases, Confusion, METRICS, Metric, Of};
use crate::record::Classes;
use crate::stats::multiple::{benjamini_hochberg, holm};
use rayon::prelude::*;

/// How A differs from B.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    pub classes: Classes,
    pub overall: Compared,
    pub groupings: Vec<ComparedGrouping>,
    /// Numbers of seeds that A and B were trained with, where intervals hold what others would have given.
    pub seeds: Option<[usize; 2]>,
    params: CheckedParams,
}

/// Comparison by one attribute, or by several crossed.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparedGrouping {
    pub name: String,
    /// In the order of the audit's cells.
    pub cells: Vec<(String, Compared)>,
    /// The largest gap of each rate whose cases are the same for both, by name, where at least two
    /// groups have it: of two classes accuracy, true and false positive rate and selection rate.
    pub gaps: Vec<(&'static str, GapChange)>,
    /// `None` where fewer than two groups have an accuracy.
    pub worst: Option<WorstChange>,
}

/// The metrics of one group, or of everyone.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    pub n: u64,
    /// One for each row of the metric table that applies and says something about a classifier (the
    /// share of positive labels does not), in that table's order; those of scores only where all rows
    /// of both tables have them.
    pub changes: Vec<(&'static str, Change)>,
}

impl Compared {
    pub fn change(&self, name: &str) -> Option<&Change> {
        let mut changes = self.changes.iter();
        changes.find_map(|(known, change)| (*known == name).then_some(change))
    }
}

/// One metric of two classifiers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// Its cases; where they depend on predictions, the fewer of both.
    pub n: u64,
    /// `None` of too few cases, or where it has no value.
    pub a: Option<f64>,
    pub b: Option<f64>,
    /// A less B, with its interval.
    pub difference: Result<Estimate, NotEstimable>,
    /// Discordant rows of a rate whose cases are the same for both; else `None`.
    pub discordant: Option<Discordant>,
    /// P-value of the same rates, where there are enough cases and these are independent.
    pub p: Option<PValue>,
}

impl Change {
    /// A less B wherever both are known, even where its interval is not.
    pub fn value(&self) -> Option<f64> {
        Some(self.a? - self.b?)
    }
}

/// The cases on which the classifiers part: hits of one that the other misses. A hit is what the
/// rate counts, so that those of an error rate are errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Discordant {
    pub only_a: u64,
    pub only_b: u64,
}

/// P-value of McNemar's exact test that both rates are the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PValue {
    pub p: f64,
    /// Corrected, so that a false alarm anywhere among the groups is as rare as for one test (Holm).
    pub holm: f64,
    /// Corrected, so that the expected share of false alarms among the groups flagged is at most the
    /// level (Benjamini and Hochberg).
    pub bh: f64,
}

/// Two tables of the same rows.
#[derive(Clone, Copy)]
struct Pair<'a> {
    a: &'a Table,
    b: &'a Table,
    params: &'a CheckedParams,
}

impl Pair<'_> {
    /// True if both rates are shares of the same independent rows, and no bootstrap is asked for.
    fn has_closed_form(&self, metric: &Metric) -> bool {
        let is_asked = self.params.interval == IntervalKind::Bootstrap;
        self.a.units == Units::Rows && is_shared(metric) && !is_asked
    }

    /// The metrics that these classes have and that say something about a classifier.
    fn metrics(&self) -> impl Iterator<Item = &'static Metric> {
        let classes = self.a.classes.len();
        METRICS
            .iter()
            .filter(move |metric| metric.applies_to(classes) && says_something(metric))
    }
}

/// Compares classifiers A and B, for everyone and for every group. A control column is passed over.
///
/// # Panics
///
/// When the tables are not of the same rows in the same order: with the same classes, labels,
/// groups, and strata or clusters.
pub fn compare(a: &Table, b: &Table, params: &CheckedParams) -> Comparison {
    let same = a.classes == b.classes
        && a.labels == b.labels
        && a.groupings == b.groupings
        && a.units == b.units;
    assert!(same, "tables of the same rows");
    let pair = Pair { a, b, params };
    let rows = u32::try_from(a.len()).expect("at most four billion rows fit in memory");
    let rows: Vec<u32> = (0..rows).collect();
    let mut overall = cell::compared(pair, &rows);
    correct(&mut [&mut overall]);
    Comparison {
        classes: a.classes.clone(),
        overall,
        groupings: (a.groupings.iter())
            .map(|members| grouping(pair, members, &rows))
            .collect(),
        seeds: None,
        params: *params,
    }
}

fn grouping(pair: Pair, members: &Members, rows: &[u32]) -> ComparedGrouping {
    let groups: Vec<(&str, Vec<u32>)> = by_value(members, rows).collect();
    let mut cells: Vec<(String, Compared)> = groups
        .par_iter()
        .map(|(value, rows)| ((*value).to_owned(), cell::compared(pair, rows)))
        .collect();
    let mut family: Vec<&mut Compared> = cells.iter_mut().map(|(_, cell)| cell).collect();
    correct(&mut family);
    let Changes { gaps, worst } = gap::changes(pair, &groups);
    ComparedGrouping {
        name: members.name.clone(),
        gaps,
        worst,
        cells,
    }
}

/// Corrects the p-values of each metric for the number of cells that have one.
fn correct(cells: &mut [&mut Compared]) {
    let metrics = cells.first().map_or(0, |cell| cell.changes.len());
    for at in 0..metrics {
        let mut found: Vec<&mut PValue> = (cells.iter_mut())
            .filter_map(|cell| cell.changes[at].1.p.as_mut())
            .collect();
        let p: Vec<f64> = found.iter().map(|value| value.p).collect();
        let corrected = holm(&p).into_iter().zip(benjamini_hochberg(&p));
        for (value, (holm, bh)) in found.iter_mut().zip(corrected) {
            (value.holm, value.bh) = (holm, bh);
        }
    }
}

/// True if both classifiers have the same cases, each of which is a hit or none.
fn is_shared(metric: &Metric) -> bool {
    matches!(metric.of, Of::Rate(_)) && metric.cases.are_by_label()
}

/// True if predictions can change it.
fn says_something(metric: &Metric) -> bool {
    let Of::Rate(hits) = metric.of else {
        return true;
    };
    let hit = |label, predicted| hits(&Confusion::of_row(2, label, predicted));
    (0..2).any(|label| hit(label, 0) != hit(label, 1))
}

fn rate(hits: fn(&Confusion) -> u64, cases: Cases, counts: &Confusion) -> Option<f64> {
    let n = cases.count(counts);
    (n > 0).then(|| hits(counts) as f64 / n as f64)
}
