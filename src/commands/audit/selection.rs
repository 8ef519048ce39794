//! Which rows of a file take part: those asked for that have an answer and a label, and apart from
//! them those that a threshold is found on.

use std::collections::{BTreeMap, BTreeSet};

use csv::StringRecord;

use super::config::{Columns, Cut, Where};
use super::{AuditCommandError, Sheet};
use evenhand::record::Status;

/// As many values of a column are named in an error.
const NAMED: usize = 20;

/// With the line each row came from.
pub(super) type Rows<'a> = Vec<(u64, &'a StringRecord)>;

pub(super) struct Selection<'a> {
    pub audited: Rows<'a>,
    /// None of these is audited.
    pub tuned_on: Rows<'a>,
    /// How many rows, by the reason.
    pub left_out: BTreeMap<String, u64>,
}

impl<'a> Selection<'a> {
    pub fn new(sheet: &'a Sheet, columns: &Columns) -> Result<Self, AuditCommandError> {
        let tuning = match &columns.cut {
            Some(Cut::Found { on, .. }) => Some(Condition::new(on, sheet)?),
            _ => None,
        };
        let only = (columns.only.as_ref())
            .map(|only| Condition::new(only, sheet))
            .transpose()?;
        let label_at = sheet.place(&columns.label)?;
        let mut selection = Self {
            audited: Vec::new(),
            tuned_on: Vec::new(),
            left_out: BTreeMap::new(),
        };
        for (line, record) in &sheet.rows {
            let tunes = tuning.as_ref().is_some_and(|tuning| tuning.holds(record));
            let without = sheet.without_answer(record, label_at);
            let other = only.as_ref().filter(|only| !only.holds(record) && !tunes);
            let reason = match (other, without) {
                (Some(only), _) => Some(only.failed()),
                (None, reason) => reason.map(str::to_owned),
            };
            match reason {
                Some(reason) => *selection.left_out.entry(reason).or_default() += 1,
                None if tunes => selection.tuned_on.push((*line, record)),
                None => selection.audited.push((*line, record)),
            }
        }
        if let Some(tuning) = tuning {
            let reason = format!("that the threshold was found on ({})", tuning.of);
            selection
                .left_out
                .insert(reason, selection.tuned_on.len() as u64);
        }
        if selection.audited.is_empty() {
            let path = sheet.path.clone();
            return Err(AuditCommandError::NoRows {
                path,
                left_out: counted(&selection.left_out),
            });
        }
        Ok(selection)
    }
}

/// What a row must be like.
struct Condition<'a> {
    of: &'a Where,
    place: usize,
}

impl<'a> Condition<'a> {
    /// Refuses one that no row meets.
    fn new(of: &'a Where, sheet: &Sheet) -> Result<Self, AuditCommandError> {
        let place = sheet.place(&of.column)?;
        let found = Self { of, place };
        if sheet.rows.is_empty() || sheet.rows.iter().any(|(_, record)| found.holds(record)) {
            return Ok(found);
        }
        let values = sheet.rows.iter().map(|(_, record)| &record[place]);
        let values: BTreeSet<&str> = values.collect();
        let shown = |value| {
            if str::is_empty(value) {
                "(empty)"
            } else {
                value
            }
        };
        let values: Vec<&str> = values.into_iter().map(shown).take(NAMED).collect();
        Err(AuditCommandError::NoSuchValue {
            path: sheet.path.clone(),
            condition: of.to_string(),
            values: values.join(", "),
        })
    }

    fn holds(&self, record: &StringRecord) -> bool {
        (record[self.place] == self.of.value) != self.of.negated
    }

    fn failed(&self) -> String {
        match self.of.negated {
            false => format!("with another `{}`", self.of.column),
            true => format!("with this `{}`", self.of.column),
        }
    }
}

impl Sheet {
    /// Why a row cannot be audited.
    fn without_answer<'a>(&self, record: &'a StringRecord, label_at: usize) -> Option<&'a str> {
        let status = self.status_at().map(|place| &record[place]);
        match status.filter(|name| *name != Status::Ok.name()) {
            Some("") => Some("without a status"),
            Some(status) => Some(status),
            None => record[label_at].is_empty().then_some("without a label"),
        }
    }
}

/// `2 unreadable, 1 without a label`.
pub(in crate::commands) fn counted(left_out: &BTreeMap<String, u64>) -> String {
    let counts: Vec<String> = left_out
        .iter()
        .map(|(reason, n)| format!("{n} {reason}"))
        .collect();
    counts.join(", ")
}
