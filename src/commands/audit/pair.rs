//! Two classifiers' answers for the same rows, brought into one order.

use std::collections::HashMap;
use std::fmt;

use super::answers::{Answers, Found};
use super::config::{Against, Columns};
use super::cut::Threshold;
use super::{AuditCommandError, Sheet, file_name};

/// Columns that name a row, the first of them that both files have.
const IDS: [&str; 2] = ["id", "path"];

/// Both files' rows, brought together.
pub(super) struct Pair<'a> {
    /// The other file's name.
    pub with: String,
    /// Where its scores turn positive, unless predictions stay as they are.
    pub threshold: Option<Threshold>,
    /// The column that names a row in both files.
    pub id: String,
    /// The other classifier's answers, in the order of the first one's rows, whose attributes they
    /// have.
    pub others: Vec<Found<'a>>,
    /// Rows of the other file that the first does not have.
    pub others_left_out: u64,
}

impl<'a> Pair<'a> {
    /// Leaves rows that the other file does not have out of `answers`.
    pub fn new(
        sheet: &Sheet,
        answers: &mut Answers<'a>,
        other_sheet: &Sheet,
        against: &Against,
        columns: &Columns,
    ) -> Result<Self, AuditCommandError> {
        let other_answers = Answers::find(other_sheet, columns)?;
        if other_answers.classes != answers.classes {
            return Err(AuditCommandError::OtherClasses {
                path: other_sheet.path.clone(),
                classes: other_answers.classes.names().to_vec(),
                expected: answers.classes.names().to_vec(),
            });
        }
        let id = match &against.id {
            Some(id) => id.clone(),
            None => in_both(sheet, other_sheet)?,
        };
        let mut by_name = rows_by_name(sheet, &answers.rows, &id)?;
        let others = rows_by_name(other_sheet, &other_answers.rows, &id)?;
        let others_left_out = others
            .keys()
            .filter(|name| !by_name.contains_key(*name))
            .count() as u64;
        by_name.retain(|name, _| others.contains_key(name));
        if by_name.is_empty() {
            return Err(AuditCommandError::NoCommonRows {
                path: other_sheet.path.clone(),
                id,
            });
        }
        let mut kept: Vec<(usize, usize)> = by_name
            .iter()
            .map(|(name, &at)| (at, others[name]))
            .collect();
        kept.sort_unstable();
        let dropped = (answers.rows.len() - kept.len()) as u64;
        let mut found = Vec::with_capacity(kept.len());
        let mut rows: Vec<Option<Found>> = answers.rows.drain(..).map(Some).collect();
        for &(at, other) in &kept {
            let row = rows[at].take().expect("each row is named once");
            let other = &other_answers.rows[other];
            if row.label != other.label {
                let id_at = sheet.place(&id)?;
                return Err(AuditCommandError::OtherLabel {
                    path: other_sheet.path.clone(),
                    id,
                    name: row.record[id_at].to_owned(),
                    label: answers.classes.name(other.label).to_owned(),
                    expected: answers.classes.name(row.label).to_owned(),
                });
            }
            found.push(Found {
                record: row.record,
                ..*other
            });
            answers.rows.push(row);
        }
        if dropped > 0 {
            let reason = format!("not in {}", other_sheet.path.display());
            answers.left_out.insert(reason, dropped);
        }
        Ok(Self {
            with: file_name(&other_sheet.path),
            threshold: other_answers.threshold.clone(),
            id,
            others: found,
            others_left_out,
        })
    }
}

impl fmt::Display for Pair<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            with,
            threshold,
            id,
            others,
            others_left_out,
        } = self;
        let rows = others.len();
        write!(
            f,
            "Compared with {with} on {rows} rows, which are told apart by `{id}`"
        )?;
        match others_left_out {
            0 => write!(f, ".")?,
            n => write!(
                f,
                "; left out: {n} rows of {with} that are not audited here."
            )?,
        }
        match threshold {
            None => Ok(()),
            Some(threshold) => write!(f, "\n{with}: {threshold}"),
        }
    }
}

fn in_both(sheet: &Sheet, other: &Sheet) -> Result<String, AuditCommandError> {
    let has = |sheet: &Sheet, id: &str| sheet.columns.iter().any(|column| column == id);
    let mut both = IDS
        .into_iter()
        .filter(|id| has(sheet, id) && has(other, id));
    both.next()
        .map(str::to_owned)
        .ok_or_else(|| AuditCommandError::NoId {
            paths: [sheet.path.clone(), other.path.clone()],
        })
}

/// The place of each row among the answers, by its name.
fn rows_by_name<'a>(
    sheet: &Sheet,
    rows: &[Found<'a>],
    id: &str,
) -> Result<HashMap<&'a str, usize>, AuditCommandError> {
    let at = sheet.place(id)?;
    let mut by_name = HashMap::with_capacity(rows.len());
    for (row, Found { record, .. }) in rows.iter().enumerate() {
        let name = &record[at];
        if by_name.insert(name, row).is_some() {
            return Err(AuditCommandError::NamedTwice {
                path: sheet.path.clone(),
                id: id.to_owned(),
                name: name.to_owned(),
            });
        }
    }
    Ok(by_name)
}
