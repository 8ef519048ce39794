//! Abstention: how errors fall if the least sure rows are left to people, and whose rows those are.

#[cfg(test)]
mod tests;

use super::estimate::share_interval;
use super::sampling::{effective, independent};
use super::table::{Members, Table};
use super::{CheckedParams, Estimate, Measure, NotEstimable};
use crate::abstain::{Confidences, Grouping, HeldOut};
use crate::stats::clustered::deflate;
use crate::stats::contingency::fisher;
use crate::stats::counts::Counts;
use crate::stats::multiple::holm;
use crate::stats::resample::mix;
use rayon::prelude::*;

/// Shares of the rows that are kept.
const COVERAGES: [f64; 7] = [1.0, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5];

/// Risk-coverage curves of all rows and of groups.
#[derive(Debug, Clone, PartialEq)]
pub struct Abstention {
    pub overall: RiskCoverage,
    pub groupings: Vec<GroupedRisk>,
    /// For promises about errors; of rows in clusters, one of each cluster.
    pub confidences: Confidences,
}

/// Curves of the groups of one grouping, in its order.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupedRisk {
    pub grouping: String,
    pub groups: Vec<(String, RiskCoverage)>,
}

/// Errors among rows that are kept, by the share of all rows that are.
#[derive(Debug, Clone, PartialEq)]
pub struct RiskCoverage {
    /// All rows, kept or not.
    pub n: u64,
    /// Area under the curve of these rows; `None` of no rows.
    pub area: Option<Area>,
    /// One for each coverage, falling from 1.
    pub points: Vec<RiskPoint>,
}

/// Area under a risk-coverage curve, from 0 to 1.
///
/// # Formula
///
/// Geifman, Y. and El-Yaniv, R. (2017), NeurIPS 30; Geifman, Y., Uziel, G. and El-Yaniv, R. (2019), ICLR. With
/// `e_k` wrong among the `k` surest of `n` rows, `e` wrong in all, and rows that are equally sure sharing their
/// errors evenly:
///
/// ```text
/// AURC   = 1/n Σ_k e_k / k
/// E-AURC = AURC - 1/n Σ_k max(0, k - (n - e)) / k
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// AURC: mean error over all coverages.
    pub value: f64,
    /// E-AURC: excess over an order that has all wrong rows last.
    pub excess: f64,
}

/// One coverage of a risk-coverage curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RiskPoint {
    /// Share of all rows that are kept.
    pub coverage: f64,
    /// Confidence of the least sure row that is kept.
    pub threshold: f64,
    /// Rows that are kept, of all or of the group.
    pub kept: u64,
    /// Share of the rows that are kept; in a group, others than the coverage.
    pub share_kept: Measure,
    /// Share of the rows kept that are wrong.
    pub error: Measure,
    /// Fisher's test that the group is kept as often as all other rows, by Holm corrected for the number of groups;
    /// 1 of all rows.
    pub p_holm: f64,
}

/// Rows are sorted by their largest probability; equally sure ones come in an order drawn at random.
///
/// # Panics
///
/// When there are not as many probabilities as rows and classes.
pub fn abstention(
    table: &Table,
    probabilities: &[f64],
    params: &CheckedParams,
) -> Option<Abstention> {
    let rows = Ranked::new(table, probabilities, params);
    let everyone: Vec<usize> = (0..table.len()).collect();
    let groupings = table.groupings.par_iter();
    Some(Abstention {
        confidences: histogram(table, &rows.confidence, params)?,
        overall: rows.curve(&everyone),
        groupings: groupings
            .map(|members| GroupedRisk {
                grouping: members.name.clone(),
                groups: rows.groups(members),
            })
            .collect(),
    })
}

/// Rows with their confidence and their place among all.
struct Ranked<'a> {
    table: &'a Table,
    params: &'a CheckedParams,
    confidence: Vec<f64>,
    /// Rows, the surest first.
    order: Vec<usize>,
    /// Place in the order, by row.
    rank: Vec<usize>,
}

impl<'a> Ranked<'a> {
    fn new(table: &'a Table, probabilities: &[f64], params: &'a CheckedParams) -> Self {
        let confidence = largest(table, probabilities);
        let drawn = |row: usize| mix(params.seed, row as u64);
        let mut order: Vec<usize> = (0..table.len()).collect();
        order.par_sort_unstable_by(|&a, &b| {
            let by_confidence = confidence[b].total_cmp(&confidence[a]);
            by_confidence.then_with(|| drawn(a).cmp(&drawn(b)))
        });
        let mut rank = vec![0; order.len()];
        for (place, &row) in order.iter().enumerate() {
            rank[row] = place;
        }
        Self {
            table,
            params,
            confidence,
            order,
            rank,
        }
    }

    fn is_wrong(&self, row: usize) -> bool {
        self.table.labels[row] != self.table.predicted[row]
    }

    /// Rows that are kept at a coverage.
    fn kept(&self, coverage: f64) -> usize {
        (coverage * self.order.len() as f64).round() as usize
    }

    /// Curve of some rows, by thresholds that are the same for all.
    fn curve(&self, rows: &[usize]) -> RiskCoverage {
        let mut sorted = rows.to_vec();
        sorted.sort_unstable_by_key(|&row| self.rank[row]);
        let points = COVERAGES.iter().filter(|_| !rows.is_empty());
        RiskCoverage {
            n: rows.len() as u64,
            area: self.area(&sorted),
            points: points
                .map(|&coverage| self.point(&sorted, coverage))
                .collect(),
        }
    }

    /// `rows` have the surest first.
    fn point(&self, rows: &[usize], coverage: f64) -> RiskPoint {
        let most = self.kept(coverage);
        let kept = rows.partition_point(|&row| self.rank[row] < most);
        let least_sure = self.order[most.max(1) - 1];
        RiskPoint {
            coverage,
            threshold: self.confidence[least_sure],
            kept: kept as u64,
            share_kept: self.share(rows, |row| self.rank[row] < most),
            error: self.share(&rows[..kept], |row| self.is_wrong(row)),
            p_holm: 1.0,
        }
    }

    /// Share of hits among some rows.
    fn share(&self, rows: &[usize], is_hit: impl Fn(usize) -> bool) -> Measure {
        let n = rows.len() as u64;
        let counts = effective(self.table, rows.iter().copied(), is_hit);
        let estimate = match share_interval(counts, self.params) {
            Some(interval) if self.params.enough(n) => Ok(Estimate {
                value: counts.rate(),
                interval,
            }),
            _ => Err(NotEstimable::TooFew { n, cases: "rows" }),
        };
        Measure { n, estimate }
    }

    /// Curves of all groups, with tests that each is kept as often as the others.
    fn groups(&self, members: &Members) -> Vec<(String, RiskCoverage)> {
        let mut rows = vec![Vec::new(); members.values.len()];
        for (row, &group) in members.of.iter().enumerate() {
            rows[group as usize].push(row);
        }
        let mut curves: Vec<RiskCoverage> = rows.iter().map(|rows| self.curve(rows)).collect();
        for (at, &coverage) in COVERAGES.iter().enumerate() {
            let most = self.kept(coverage);
            let all = Counts {
                hits: most as u64,
                n: self.table.len() as u64,
            };
            let p: Vec<f64> = rows.iter().map(|rows| self.p(rows, most, all)).collect();
            for (curve, p_holm) in curves.iter_mut().zip(holm(&p)) {
                if let Some(point) = curve.points.get_mut(at) {
                    point.p_holm = p_holm;
                }
            }
        }
        members.values.iter().cloned().zip(curves).collect()
    }

    /// Fisher's test that a group is kept as often as all other rows, which hang together as it does.
    fn p(&self, group: &[usize], most: usize, all: Counts) -> f64 {
        let is_kept = |row: usize| self.rank[row] < most;
        let counts = Counts {
            hits: group.iter().filter(|&&row| is_kept(row)).count() as u64,
            n: group.len() as u64,
        };
        if counts.n == 0 {
            return 1.0;
        }
        let effective = effective(self.table, group.iter().copied(), is_kept);
        let divisor = counts.n as f64 / effective.n;
        let deflated =
            [counts, all.without(counts)].map(|counts| deflate(counts, divisor).rounded());
        fisher(deflated[0], deflated[1])
    }

    /// `rows` have the surest first.
    fn area(&self, rows: &[usize]) -> Option<Area> {
        let n = rows.len();
        let (mut errors, mut done, mut sum) = (0.0, 0, 0.0);
        for equal in rows.chunk_by(|&a, &b| self.confidence[a] == self.confidence[b]) {
            let wrong = equal.iter().filter(|&&row| self.is_wrong(row)).count() as f64;
            let each = wrong / equal.len() as f64;
            for place in 1..=equal.len() {
                sum += (errors + each * place as f64) / (done + place) as f64;
            }
            errors += wrong;
            done += equal.len();
        }
        let right = n - errors.round() as usize;
        let ideal: f64 = (right + 1..=n).map(|k| (k - right) as f64 / k as f64).sum();
        (n > 0).then(|| Area {
            value: sum / n as f64,
            excess: (sum - ideal) / n as f64,
        })
    }
}

/// Histogram of the largest probabilities, for promises: of all rows or, where they come in clusters, of one of
/// each. `None` without rows.
///
/// # Panics
///
/// When there are not as many probabilities as rows and classes.
pub fn confidences(
    table: &Table,
    probabilities: &[f64],
    params: &CheckedParams,
) -> Option<Confidences> {
    histogram(table, &largest(table, probabilities), params)
}

/// Largest probability of every row.
fn largest(table: &Table, probabilities: &[f64]) -> Vec<f64> {
    let classes = table.classes.len();
    assert_eq!(probabilities.len(), table.len() * classes);
    let rows = probabilities.chunks_exact(classes);
    rows.map(|row| row.iter().copied().fold(0.0, f64::max))
        .collect()
}

fn histogram(table: &Table, confidence: &[f64], params: &CheckedParams) -> Option<Confidences> {
    let rows = independent(table, params.seed);
    let held_out: Vec<HeldOut> = rows
        .iter()
        .map(|&row| HeldOut {
            confidence: confidence[row],
            is_wrong: table.labels[row] != table.predicted[row],
        })
        .collect();
    let of_rows = |members: &Members| rows.iter().map(|&row| members.of[row]).collect();
    let of: Vec<Vec<u32>> = table.groupings.iter().map(of_rows).collect();
    let groupings = table.groupings.iter().zip(&of);
    let groupings = groupings.map(|(members, of)| Grouping {
        name: &members.name,
        values: &members.values,
        of,
    });
    Confidences::new(&held_out, &groupings.collect::<Vec<_>>())
}
