//! Which rows of a file can be audited, what their classes are, and what was left out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use csv::StringRecord;

use super::{Answer, AuditCommandError, Config, Sheet};
use crate::audit::groups;
use crate::record::Status;

/// Columns that only our own predictions have all of: in them, `status` is what it is for us.
const OURS: [&str; 4] = ["path", "sha", "status", "error"];

/// What our own predictions have as the fold of test rows.
const TEST: &str = "test";

/// As many values of a column are named in an error.
const NAMED: usize = 20;

#[derive(Debug)]
pub(super) struct Answers<'a> {
    /// By name; the positive one of two is the second.
    pub classes: Vec<String>,
    pub rows: Vec<Found<'a>>,
    /// How many rows, by the reason.
    left_out: BTreeMap<String, u64>,
    /// Our own, of which some are out of fold and some are of the test set.
    mixed: bool,
    /// Nobody named the positive class.
    positive_guessed: bool,
    /// Predicted, but never a label.
    never_labels: Vec<String>,
}

/// A row that can be audited; labels and predictions are class indices.
#[derive(Debug)]
pub(super) struct Found<'a> {
    pub label: usize,
    pub predicted: usize,
    /// Of the positive one of two classes.
    pub score: Option<f64>,
    pub record: &'a StringRecord,
}

impl<'a> Answers<'a> {
    pub fn find(sheet: &'a Sheet, config: &Config) -> Result<Self, AuditCommandError> {
        let Config {
            only,
            label,
            answer,
            positive,
            ..
        } = config;
        let positive = positive.as_deref();
        if let Answer::Score { threshold, .. } = answer
            && !(0.0..=1.0).contains(threshold)
        {
            return Err(AuditCommandError::Threshold(*threshold));
        }
        let place = |name: &str| {
            groups::column(name, &sheet.columns).map_err(|reason| AuditCommandError::Column {
                path: sheet.path.clone(),
                reason,
            })
        };
        let label_at = place(label)?;
        let answer_at = match answer {
            Answer::Predicted { column } | Answer::Score { column, .. } => place(column)?,
        };
        let only = match only {
            None => None,
            Some((column, value)) => Some(Only {
                column,
                place: place(column)?,
                value,
            }),
        };
        let (rows, left_out) = labelled(sheet, label_at, only.as_ref())?;
        if rows.is_empty() {
            let path = sheet.path.clone();
            return Err(AuditCommandError::NoRows {
                path,
                left_out: counted(&left_out),
            });
        }
        let labels: BTreeSet<&str> = rows.iter().map(|(_, record)| &record[label_at]).collect();
        if labels.len() == 1 {
            return Err(AuditCommandError::OneClass {
                path: sheet.path.clone(),
                column: label.clone(),
                class: rows[0].1[label_at].to_owned(),
            });
        }

        let mut names = labels.clone();
        if let Answer::Predicted { column } = answer {
            let predicted: BTreeSet<&str> =
                rows.iter().map(|(_, record)| &record[answer_at]).collect();
            if predicted.is_disjoint(&labels) {
                return Err(AuditCommandError::NothingInCommon {
                    path: sheet.path.clone(),
                    predicted: (column.clone(), joined(&predicted)),
                    label: (label.clone(), joined(&labels)),
                });
            }
            names.extend(predicted.into_iter().filter(|name| !name.is_empty()));
        }
        let is_score = matches!(answer, Answer::Score { .. });
        let classes = ordered(&names, positive, is_score)?;
        let index = |name: &str| classes.iter().position(|class| class == name);

        let score_at = match (answer, classes.as_slice()) {
            (Answer::Score { .. }, _) => Some(answer_at),
            // Our own predictions have their scores beside them.
            (Answer::Predicted { .. }, [_, positive]) if are_ours(sheet) => {
                groups::column(&format!("probability_{positive}"), &sheet.columns).ok()
            }
            _ => None,
        };
        let mut found = Vec::with_capacity(rows.len());
        let mut bad: Vec<(u64, &str)> = Vec::new();
        for (line, record) in rows {
            let text = &record[answer_at];
            let predicted = match answer {
                Answer::Predicted { .. } => index(text),
                Answer::Score { threshold, .. } => {
                    probability(text).map(|score| usize::from(score >= *threshold))
                }
            };
            match (index(&record[label_at]), predicted) {
                (Some(label), Some(predicted)) => found.push(Found {
                    label,
                    predicted,
                    score: score_at.and_then(|place| probability(&record[place])),
                    record,
                }),
                _ => bad.push((line, text)),
            }
        }
        if let [(line, value), others @ ..] = bad.as_slice() {
            return Err(AuditCommandError::BadAnswer {
                path: sheet.path.clone(),
                line: *line,
                column: sheet.columns[answer_at].clone(),
                value: (*value).to_owned(),
                allowed: if is_score {
                    "a number from 0 to 1"
                } else {
                    "a class"
                },
                others: others.iter().map(|(line, _)| *line).collect(),
            });
        }
        let never_labels = names
            .difference(&labels)
            .map(|name| (*name).to_owned())
            .collect();
        let positive_guessed = positive.is_none();
        Ok(Self {
            mixed: is_mixed(sheet, &found),
            classes,
            rows: found,
            left_out,
            positive_guessed,
            never_labels,
        })
    }

    /// What was read, what was left out, and what the classes are, in lines for people.
    pub fn account(&self, path: &Path) -> String {
        let (path, used) = (path.display(), self.rows.len() as u64);
        let mut text = match self.left_out.values().sum::<u64>() {
            0 => format!("{path}: all {used} rows audited.\n"),
            left_out => format!(
                "{path}: {used} of {} rows audited; left out: {}.\n",
                used + left_out,
                counted(&self.left_out)
            ),
        };
        if self.mixed {
            text += &format!(
                "Out-of-fold and test predictions together; --only fold={TEST} audits the test rows.\n"
            );
        }
        let mut sorted = self.classes.clone();
        sorted.sort_unstable();
        text += &format!("Classes: {}.", sorted.join(", "));
        if let [_, positive] = self.classes.as_slice() {
            let guessed = if self.positive_guessed {
                ", the last in sorted order"
            } else {
                ""
            };
            text += &format!(" Positive: {positive}{guessed}.");
        }
        if !self.never_labels.is_empty() {
            let names = self.never_labels.join(", ");
            text += &format!(" Predicted, but never a label: {names}.");
        }
        text.push('\n');
        text
    }
}

type Rows<'a> = Vec<(u64, &'a StringRecord)>;

/// The value that a row must have in a column.
struct Only<'a> {
    column: &'a str,
    place: usize,
    value: &'a str,
}

impl Only<'_> {
    fn no_row(&self, sheet: &Sheet) -> AuditCommandError {
        let values: BTreeSet<&str> = sheet
            .rows
            .iter()
            .map(|(_, record)| &record[self.place])
            .collect();
        let values = values.into_iter().take(NAMED).collect();
        AuditCommandError::NoSuchValue {
            path: sheet.path.clone(),
            column: self.column.to_owned(),
            value: self.value.to_owned(),
            values: joined(&values),
        }
    }
}

fn are_ours(sheet: &Sheet) -> bool {
    OURS.iter()
        .all(|name| groups::column(name, &sheet.columns).is_ok())
}

fn is_mixed(sheet: &Sheet, rows: &[Found]) -> bool {
    let Some(fold_at) = sheet.columns.iter().position(|name| name == "fold") else {
        return false;
    };
    let test = rows.iter().filter(|row| &row.record[fold_at] == TEST);
    are_ours(sheet) && (1..rows.len()).contains(&test.count())
}

/// The rows that have a prediction and a label, and how many have not.
fn labelled<'a>(
    sheet: &'a Sheet,
    label_at: usize,
    only: Option<&Only>,
) -> Result<(Rows<'a>, BTreeMap<String, u64>), AuditCommandError> {
    let status_at = are_ours(sheet)
        .then(|| sheet.columns.iter().position(|name| name == "status"))
        .flatten();
    let mut rows = Vec::new();
    let mut left_out = BTreeMap::new();
    let wanted = |record: &StringRecord| only.is_none_or(|only| &record[only.place] == only.value);
    let (wanted, others): (Vec<_>, Vec<_>) =
        sheet.rows.iter().partition(|(_, record)| wanted(record));
    if let Some(only) = only {
        if wanted.is_empty() {
            return Err(only.no_row(sheet));
        }
        if !others.is_empty() {
            left_out.insert(
                format!("with another `{}`", only.column),
                others.len() as u64,
            );
        }
    }
    for (line, record) in wanted {
        let status = status_at
            .map(|place| &record[place])
            .filter(|name| *name != Status::Ok.name());
        let reason = match status {
            Some("") => Some("without a status"),
            Some(status) => Some(status),
            None => record[label_at].is_empty().then_some("without a label"),
        };
        match reason {
            Some(reason) => *left_out.entry(reason.to_owned()).or_default() += 1,
            None => rows.push((*line, record)),
        }
    }
    Ok((rows, left_out))
}

/// The classes in sorted order, but of two the positive one last.
fn ordered(
    names: &BTreeSet<&str>,
    positive: Option<&str>,
    is_score: bool,
) -> Result<Vec<String>, AuditCommandError> {
    let mut names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    if names.len() != 2 && (is_score || positive.is_some()) {
        return Err(AuditCommandError::NotTwoClasses {
            classes: names,
            is_score,
        });
    }
    match positive {
        None if is_score => return Err(AuditCommandError::NoPositive { classes: names }),
        None => {}
        Some(positive) => match names.iter().position(|name| name == positive) {
            Some(place) => names.swap(place, 1),
            None => {
                let positive = positive.to_owned();
                return Err(AuditCommandError::UnknownPositive {
                    positive,
                    classes: names,
                });
            }
        },
    }
    Ok(names)
}

fn probability(text: &str) -> Option<f64> {
    text.parse()
        .ok()
        .filter(|score| (0.0..=1.0).contains(score))
}

/// `2 unreadable, 1 without a label`.
fn counted(left_out: &BTreeMap<String, u64>) -> String {
    let counts: Vec<String> = left_out
        .iter()
        .map(|(reason, n)| format!("{n} {reason}"))
        .collect();
    counts.join(", ")
}

fn joined(names: &BTreeSet<&str>) -> String {
    names.iter().copied().collect::<Vec<_>>().join(", ")
}
