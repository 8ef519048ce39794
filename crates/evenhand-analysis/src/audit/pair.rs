//! Predictions of two classifiers for the same rows, in one order.

use super::{Against, AuditError, AuditOptions, AuditRow, ReadPredictions, Threshold};
use crate::predictions::PredictionTable;
use crate::words::shown;
use evenhand_stats::hint::Message;
use evenhand_table::TextColumn;
use std::collections::HashMap;

/// Columns that name a row, the first of them that both tables have.
const IDS: [&str; 2] = ["id", "path"];

/// The rows of two tables, matched.
pub(crate) struct Pair {
    pub summary: PairSummary,
    /// The other classifier's predictions, in the order of the first one's rows, whose positions they have.
    pub others: Vec<AuditRow>,
    pub notes: Vec<Message>,
}

/// What two classifiers were compared on.
#[derive(Debug, Clone, PartialEq)]
pub struct PairSummary {
    /// The other table's name.
    pub with: String,
    /// Where its scores turn positive, unless predictions stay as they are.
    pub threshold: Option<Threshold>,
    /// The column that names a row in both tables.
    pub id: String,
    pub rows: usize,
    /// Rows of the other table that the first does not have.
    pub others_left_out: u64,
}

impl Pair {
    /// Leaves rows that the other table does not have out of `read`.
    ///
    /// # Errors
    /// The tables don't belong together.
    pub fn new(
        predictions: &PredictionTable,
        read: &mut ReadPredictions,
        against: &Against,
        options: &AuditOptions,
    ) -> Result<Self, AuditError> {
        let other = &against.predictions;
        let positive = read.classes.positive().map(|at| read.classes.name(at));
        let other_read = ReadPredictions::preferring(positive, other, options)?;
        if other_read.classes != read.classes {
            return Err(AuditError::OtherClasses {
                table: other.prefix(),
                classes: other_read.classes.names().to_vec(),
                expected: read.classes.names().to_vec(),
            });
        }
        let id = match &against.id {
            Some(id) => id.clone(),
            None => in_both(predictions, other)?,
        };
        let names = [predictions, other].map(|table| names(table, &id));
        let [names, other_names] = names;
        let (names, other_names) = (names?, other_names?);
        let by_name = rows_by_name(predictions, &names, &read.rows, &id)?;
        let others = rows_by_name(other, &other_names, &other_read.rows, &id)?;
        let kept = in_both_tables(&by_name, &others);
        let others_left_out = (others.len() - kept.len()) as u64;
        if kept.is_empty() {
            let table = other.prefix();
            return Err(AuditError::NoCommonRows { table, id });
        }
        let dropped = (read.rows.len() - kept.len()) as u64;
        let matched = keep_pairs(&mut read.rows, &other_read.rows, &kept);
        let matched = matched.map_err(|[row, found]| AuditError::OtherLabel {
            table: other.prefix(),
            id: id.clone(),
            name: names.get(row.row).unwrap_or_default().to_owned(),
            label: read.classes.name(found.label).to_owned(),
            expected: read.classes.name(row.label).to_owned(),
        })?;
        if dropped > 0 {
            let reason = format!("not in {}", shown(other.table().path(), "the other"));
            read.left_out.insert(reason, dropped);
        }
        Ok(Self {
            summary: PairSummary {
                with: other.name(),
                threshold: other_read.threshold,
                id,
                rows: matched.len(),
                others_left_out,
            },
            others: matched,
            notes: other.table().notes(),
        })
    }
}

impl PairSummary {
    /// What was compared, in sentences.
    pub(super) fn sentences(&self) -> Vec<Message> {
        let Self {
            with,
            threshold,
            id,
            rows,
            others_left_out,
        } = self;
        let mut first =
            format!("Compared with {with} on {rows} rows, which are told apart by `{id}`");
        first += &match others_left_out {
            0 => ".".to_owned(),
            n => format!("; left out: {n} rows of {with} that are not audited here."),
        };
        let threshold = threshold.iter().map(|of| format!("{with}: {of}"));
        std::iter::once(first)
            .chain(threshold)
            .map(Message::plain)
            .collect()
    }
}

/// The positions of rows that both tables have, in the order of the first.
fn in_both_tables(
    by_name: &HashMap<&str, usize>,
    others: &HashMap<&str, usize>,
) -> Vec<(usize, usize)> {
    let both = by_name.iter();
    let both = both.filter_map(|(name, &at)| Some((at, *others.get(name)?)));
    let mut kept: Vec<(usize, usize)> = both.collect();
    kept.sort_unstable();
    kept
}

/// Keeps the rows of pairs, and gives the others in their order with their positions.
///
/// # Errors
/// The first pair with two labels.
fn keep_pairs(
    rows: &mut Vec<AuditRow>,
    others: &[AuditRow],
    pairs: &[(usize, usize)],
) -> Result<Vec<AuditRow>, [AuditRow; 2]> {
    let all = std::mem::take(rows);
    let mut matched = Vec::with_capacity(pairs.len());
    for &(at, other_at) in pairs {
        let (row, other) = (all[at], others[other_at]);
        if row.label != other.label {
            return Err([row, other]);
        }
        rows.push(row);
        matched.push(AuditRow {
            row: row.row,
            ..other
        });
    }
    Ok(matched)
}

fn in_both(predictions: &PredictionTable, other: &PredictionTable) -> Result<String, AuditError> {
    let has = |table: &PredictionTable, id: &str| table.table().first_column(&[id]).is_some();
    let mut both = IDS
        .into_iter()
        .filter(|id| has(predictions, id) && has(other, id));
    both.next()
        .map(str::to_owned)
        .ok_or_else(|| AuditError::NoId {
            tables: [predictions, other].map(|table| shown(table.table().path(), "predictions")),
        })
}

fn names(predictions: &PredictionTable, id: &str) -> Result<TextColumn, AuditError> {
    let at = predictions.position(id, "id")?;
    Ok(predictions.table().text(at))
}

/// The position of each row among `rows`, by its name.
fn rows_by_name<'a>(
    predictions: &PredictionTable,
    names: &'a TextColumn,
    rows: &[AuditRow],
    id: &str,
) -> Result<HashMap<&'a str, usize>, AuditError> {
    let mut by_name = HashMap::with_capacity(rows.len());
    for (at, AuditRow { row, .. }) in rows.iter().enumerate() {
        let name = names.get(*row).unwrap_or_default();
        if by_name.insert(name, at).is_some() {
            return Err(AuditError::NamedTwice {
                table: predictions.prefix(),
                id: id.to_owned(),
                name: name.to_owned(),
            });
        }
    }
    Ok(by_name)
}
