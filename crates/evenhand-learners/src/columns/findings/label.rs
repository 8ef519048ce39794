//! Features that are the label in other words.

use super::super::error::ColumnsError;
use super::super::kind::Kind;
use super::super::partition::Partition;
use super::kinds::leave_out;
use super::rows::Facts;
use super::{ColumnFinding, ColumnFindingKind, Looked, Severity};
use evenhand_stats::metric::Scores;
use evenhand_table::{Number, Table};

/// AUC from which on one feature alone is too good to be true.
const AUC: f64 = 0.999;
/// Goodman and Kruskal's lambda from which on a value tells the label.
const LAMBDA: f64 = 0.995;
/// Rows that a value has on average, where telling the label is no chance.
const EACH: u64 = 10;
/// Rows of other labels than the most frequent one, below which nothing is said.
const LEAST_ROWS: u64 = 10;

pub(super) fn leak(
    table: &Table,
    looked: &Looked,
    facts: &Facts,
    label: Option<&Partition>,
) -> Result<Option<ColumnFinding>, ColumnsError> {
    let column = looked.column;
    let Some(label) = label.filter(|label| label.beside_largest() >= LEAST_ROWS) else {
        return Ok(None);
    };
    let by_level = facts
        .lambda
        .filter(|lambda| *lambda >= LAMBDA && column.distinct * EACH <= column.rows);
    let how = match by_level {
        Some(1.0) => Some("each of its values stands with one label".to_owned()),
        Some(lambda) => Some(format!(
            "its values leave {:.1} % of the errors of a guess",
            100.0 * (1.0 - lambda)
        )),
        None if column.kind == Kind::Number => auc(table, looked, label)?
            .filter(|auc| *auc >= AUC || *auc <= 1.0 - AUC)
            .map(|auc| format!("AUC {:.4} alone", auc.max(1.0 - auc))),
        None => None,
    };
    Ok(how.map(|how| {
        let text = format!(
            "`{}` tells the label of nearly every row ({how}): it may be the label in other words, or known only after it",
            column.name
        );
        ColumnFinding::new(Severity::Warning, ColumnFindingKind::Leak, &[&column.name], text)
            .with_step(leave_out(&column.name))
    }))
}

/// AUC of the numbers of a column for a label of two values; `None` for another label.
fn auc(table: &Table, looked: &Looked, label: &Partition) -> Result<Option<f64>, ColumnsError> {
    if label.len() != 2 {
        return Ok(None);
    }
    let numbers = table.each_number(looked.at)?;
    let rows = numbers
        .into_iter()
        .enumerate()
        .filter_map(|(row, number)| match number {
            Number::Value(value) => Some((value, label.group(row)? == 1)),
            _ => None,
        });
    let rows: Vec<(f64, bool)> = rows.collect();
    let second = rows.iter().filter(|(_, is_second)| *is_second).count();
    if second.min(rows.len() - second) < LEAST_ROWS as usize {
        return Ok(None);
    }
    let mut distinct: Vec<f64> = rows.iter().map(|(value, _)| *value).collect();
    distinct.sort_by(f64::total_cmp);
    distinct.dedup();
    // Scores are from 0 to 1: ranks, as the AUC asks for the order alone.
    let rank = |value: f64| {
        distinct.partition_point(|other| *other < value) as f64 / distinct.len() as f64
    };
    let scores = Scores::new(
        rows.iter()
            .map(|&(value, is_second)| (rank(value), is_second)),
    );
    Ok(scores.metrics().auc)
}
