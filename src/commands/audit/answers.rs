//! What a file says of its rows: the classes, and for each row the truth, the answer and the score.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use csv::StringRecord;

use super::config::{Answer, Columns};
use super::cut::{self, Threshold};
use super::selection::{Rows, Selection, counted};
use super::{AuditCommandError, Sheet};
use evenhand::groups;
use evenhand::record::Classes;

/// What our own predictions have as the fold of test rows.
const TEST: &str = "test";

/// More classes than this are not all named.
const NAMED: usize = 20;

#[derive(Debug)]
pub(super) struct Answers<'a> {
    /// By name; the positive one of two is the second.
    pub classes: Classes,
    pub rows: Vec<Found<'a>>,
    /// Where scores turn positive, unless predictions stay as they are.
    pub threshold: Option<Threshold>,
    /// How many rows, by the reason.
    pub left_out: BTreeMap<String, u64>,
    /// The place of each class's probability, where all of them have a column.
    probabilities_at: Option<Vec<usize>>,
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
    pub fn find(sheet: &'a Sheet, columns: &Columns) -> Result<Self, AuditCommandError> {
        let Selection {
            audited,
            tuned_on,
            left_out,
        } = Selection::new(sheet, columns)?;
        let label_at = sheet.place(&columns.label)?;
        let named = Names::new(sheet, columns, label_at, [&audited, &tuned_on])?;
        let classes = &named.classes;
        let reader = Reader::new(sheet, columns, classes, label_at)?;
        let tuned_on = reader.read(&tuned_on)?;
        let mut rows = reader.read(&audited)?;
        let threshold = match (&columns.cut, &columns.answer) {
            (None, Answer::Predicted { .. }) => None,
            (None, Answer::Score { .. }) => Some(Threshold::at(cut::USUAL)),
            (Some(cut), _) => Some(cut::find(cut, &tuned_on, classes)?),
        };
        if let Some(threshold) = &threshold {
            for row in &mut rows {
                let score = row.score.expect("a threshold is for rows with scores");
                row.predicted = usize::from(score >= threshold.value);
            }
        }
        Ok(Self {
            mixed: is_mixed(sheet, &rows),
            probabilities_at: reader.probabilities_at.clone(),
            rows,
            threshold,
            left_out,
            positive_guessed: columns.positive.is_none(),
            never_labels: named.never_labels,
            classes: named.classes,
        })
    }

    /// `[rows, classes]`, where every row has one for each class.
    pub fn probabilities(&self) -> Option<Vec<f64>> {
        let mut all = Vec::with_capacity(self.rows.len() * self.classes.len());
        for row in &self.rows {
            match (row.score, &self.probabilities_at) {
                (Some(score), _) => all.extend([1.0 - score, score]),
                (None, Some(places)) => {
                    for &place in places {
                        all.push(probability(&row.record[place])?);
                    }
                }
                (None, None) => return None,
            }
        }
        Some(all)
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
        let mut sorted = self.classes.names().to_vec();
        sorted.sort_unstable();
        let more = match sorted.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        sorted.truncate(NAMED);
        text += &format!("Classes: {}{more}.", sorted.join(", "));
        if let Some(positive) = self.classes.positive() {
            let guessed = if self.positive_guessed {
                ", the last in sorted order"
            } else {
                ""
            };
            text += &format!(" Positive: {}{guessed}.", self.classes.name(positive));
        }
        if !self.never_labels.is_empty() {
            let names = self.never_labels.join(", ");
            text += &format!(" Predicted, but never a label: {names}.");
        }
        text.push('\n');
        if let Some(threshold) = &self.threshold {
            text += &format!("{threshold}\n");
        }
        text
    }
}

fn is_mixed(sheet: &Sheet, rows: &[Found]) -> bool {
    let Some(fold_at) = sheet.columns.iter().position(|name| name == "fold") else {
        return false;
    };
    let test = rows.iter().filter(|row| &row.record[fold_at] == TEST);
    sheet.is_ours() && (1..rows.len()).contains(&test.count())
}

/// The names of classes that labels and answers have.
struct Names {
    classes: Classes,
    never_labels: Vec<String>,
}

impl Names {
    fn new(
        sheet: &Sheet,
        columns: &Columns,
        label_at: usize,
        rows: [&Rows; 2],
    ) -> Result<Self, AuditCommandError> {
        let [audited, _] = rows;
        let all = || rows.into_iter().flatten();
        let labels: BTreeSet<&str> = audited
            .iter()
            .map(|(_, record)| &record[label_at])
            .collect();
        if let (1, Some(class)) = (labels.len(), labels.first()) {
            return Err(AuditCommandError::OneClass {
                path: sheet.path.clone(),
                column: columns.label.clone(),
                class: (*class).to_owned(),
            });
        }
        let labels: BTreeSet<&str> = all().map(|(_, record)| &record[label_at]).collect();
        let mut names = labels.clone();
        if let Answer::Predicted { column } = &columns.answer {
            let answer_at = sheet.place(column)?;
            let predicted: BTreeSet<&str> = all().map(|(_, record)| &record[answer_at]).collect();
            if predicted.is_disjoint(&labels) {
                return Err(AuditCommandError::NothingInCommon {
                    path: sheet.path.clone(),
                    predicted: (column.clone(), joined(&predicted)),
                    label: (columns.label.clone(), joined(&labels)),
                });
            }
            names.extend(predicted.into_iter().filter(|name| !name.is_empty()));
        }
        let is_score = matches!(columns.answer, Answer::Score { .. });
        let never_labels = names.difference(&labels).map(|name| (*name).to_owned());
        Ok(Self {
            never_labels: never_labels.collect(),
            classes: ordered(&names, columns.positive.as_deref(), is_score)?,
        })
    }
}

/// The classes in sorted order, but of two the positive one last; there are at least two names.
pub(in crate::commands) fn ordered(
    names: &BTreeSet<&str>,
    positive: Option<&str>,
    is_score: bool,
) -> Result<Classes, AuditCommandError> {
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
    Ok(Classes::new(names).expect("at least two labels, all different"))
}

/// Reads rows of a file whose classes are known.
struct Reader<'a, 'c> {
    sheet: &'a Sheet,
    classes: &'c Classes,
    label_at: usize,
    answer_at: usize,
    score_at: Option<usize>,
    /// A row without a score cannot be used.
    needs_score: bool,
    probabilities_at: Option<Vec<usize>>,
}

impl<'a, 'c> Reader<'a, 'c> {
    fn new(
        sheet: &'a Sheet,
        columns: &Columns,
        classes: &'c Classes,
        label_at: usize,
    ) -> Result<Self, AuditCommandError> {
        let (Answer::Predicted { column } | Answer::Score { column }) = &columns.answer;
        let answer_at = sheet.place(column)?;
        let probability_of =
            |class: &String| groups::column(&format!("probability_{class}"), &sheet.columns).ok();
        // Our own predictions have their scores beside them.
        let probabilities_at: Option<Vec<usize>> = match sheet.is_ours() {
            true => classes.names().iter().map(probability_of).collect(),
            false => None,
        };
        let is_score = matches!(columns.answer, Answer::Score { .. });
        let score_at = match (is_score, classes.positive()) {
            (true, _) => Some(answer_at),
            (false, Some(positive)) => probabilities_at.as_ref().map(|places| places[positive]),
            (false, None) => None,
        };
        if columns.cut.is_some() && score_at.is_none() {
            return Err(AuditCommandError::NoScores {
                classes: classes.len(),
            });
        }
        Ok(Self {
            sheet,
            classes,
            label_at,
            answer_at: if columns.cut.is_some() {
                score_at.unwrap_or(answer_at)
            } else {
                answer_at
            },
            score_at,
            needs_score: is_score || columns.cut.is_some(),
            probabilities_at,
        })
    }

    /// Predictions of rows with scores wait for a threshold.
    fn read(&self, rows: &Rows<'a>) -> Result<Vec<Found<'a>>, AuditCommandError> {
        let mut found = Vec::with_capacity(rows.len());
        let mut bad: Vec<(u64, usize)> = Vec::new();
        for &(line, record) in rows {
            let text = &record[self.answer_at];
            let score = self.score_at.and_then(|place| probability(&record[place]));
            if let (Some(place), None) = (self.score_at, score) {
                bad.push((line, place));
                continue;
            }
            let predicted = match self.needs_score {
                true => score.map(|_| 0),
                false => self.classes.index(text),
            };
            match (self.classes.index(&record[self.label_at]), predicted) {
                (Some(label), Some(predicted)) => found.push(Found {
                    label,
                    predicted,
                    score,
                    record,
                }),
                _ => bad.push((line, self.answer_at)),
            }
        }
        let [(line, place), others @ ..] = bad.as_slice() else {
            return Ok(found);
        };
        let value = rows
            .iter()
            .find(|(at, _)| at == line)
            .map_or("", |(_, record)| &record[*place]);
        Err(AuditCommandError::BadAnswer {
            path: self.sheet.path.clone(),
            line: *line,
            column: self.sheet.columns[*place].clone(),
            value: value.to_owned(),
            allowed: match Some(*place) == self.score_at {
                true => "a number from 0 to 1",
                false => "a class",
            },
            others: others.iter().map(|(line, _)| *line).collect(),
        })
    }
}

fn probability(text: &str) -> Option<f64> {
    text.parse()
        .ok()
        .filter(|score| (0.0..=1.0).contains(score))
}

fn joined(names: &BTreeSet<&str>) -> String {
    names.iter().copied().collect::<Vec<_>>().join(", ")
}
