//! Labels, predictions and scores of the audited rows, with the classes that follow from them.

use super::row::AuditRow;
use super::selection::Selection;
use super::threshold::{self, Threshold};
use super::{AuditError, AuditOptions};
use crate::predictions::{Answer, PositiveFrom, Predicted, PredictionTable, positive};
use evenhand_stats::record::Classes;
use evenhand_table::{Number, TextColumn, same_value, schema};
use std::collections::{BTreeMap, BTreeSet, HashSet};

#[derive(Debug)]
pub(crate) struct ReadPredictions {
    /// By name; the positive one of two is the second.
    pub classes: Classes,
    pub rows: Vec<AuditRow>,
    pub positive_from: PositiveFrom,
    /// Where scores turn positive, unless predictions stay as they are.
    pub threshold: Option<Threshold>,
    /// Numbers of rows by the reason.
    pub left_out: BTreeMap<String, u64>,
    /// The position of each class's probability, where all of them have a column.
    probabilities_at: Option<Vec<usize>>,
    /// Predicted, but never a label.
    pub never_labels: Vec<String>,
}

impl ReadPredictions {
    pub fn new(predictions: &PredictionTable, options: &AuditOptions) -> Result<Self, AuditError> {
        Self::preferring(predictions.positive(), predictions, options)
    }

    /// With the positive class of a training, where nobody names another.
    pub fn preferring(
        trained: Option<&str>,
        predictions: &PredictionTable,
        options: &AuditOptions,
    ) -> Result<Self, AuditError> {
        let (labels, predicted) = (predictions.labels()?, predictions.predicted());
        let Selection {
            audited,
            tuned_on,
            left_out,
        } = Selection::new(predictions, options, &labels, &predicted)?;
        let text = Texts { labels, predicted };
        let names = Names::new(predictions, &text, [&audited, &tuned_on])?;
        let is_score = predictions.columns().answer.is_score();
        // Whose probability a column of scores has, only its owner knows.
        let trained = trained.filter(|_| !is_score);
        let (positive, positive_from) = positive(options.positive.as_deref(), trained, &names.all);
        let classes = ordered_classes(&names.all, positive, is_score)?;
        let reader = RowReader::new(predictions, &classes, options, &text)?;
        let tuned_on = reader.read(&tuned_on)?;
        let mut rows = reader.read(&audited)?;
        let threshold = match (&options.threshold, is_score) {
            (None, false) => None,
            (None, true) => Some(Threshold::at(threshold::USUAL)),
            (Some(choice), _) => Some(choice.chosen(&tuned_on, &classes)?),
        };
        if let Some(threshold) = &threshold {
            for row in &mut rows {
                let score = row.score.expect("a threshold is for rows with scores");
                row.predicted = usize::from(score >= threshold.value);
            }
        }
        let never_labels = names.never_labels();
        Ok(Self {
            probabilities_at: reader.probabilities_at.clone(),
            rows,
            positive_from,
            threshold,
            left_out,
            never_labels,
            classes,
        })
    }

    /// `[rows, classes]`, where every row has one for each class.
    pub fn probabilities(
        &self,
        predictions: &PredictionTable,
    ) -> Result<Option<Vec<f64>>, AuditError> {
        let columns = match &self.probabilities_at {
            Some(places) => places.iter().map(|&at| predictions.numbers(at)).collect(),
            None => Ok(Vec::new()),
        };
        let columns: Vec<Vec<Number>> = columns?;
        let mut all = Vec::with_capacity(self.rows.len() * self.classes.len());
        for row in &self.rows {
            match row.score {
                Some(score) => all.extend([1.0 - score, score]),
                None if columns.is_empty() => return Ok(None),
                None => {
                    for column in &columns {
                        match probability(column[row.row]) {
                            Some(probability) => all.push(probability),
                            None => return Ok(None),
                        }
                    }
                }
            }
        }
        Ok(Some(all))
    }
}

struct Texts {
    labels: TextColumn,
    predicted: Predicted,
}

/// Names of classes, as labels and predictions have them.
struct Names {
    labels: BTreeSet<String>,
    all: BTreeSet<String>,
}

impl Names {
    fn new(
        predictions: &PredictionTable,
        text: &Texts,
        [audited, tuned_on]: [&Vec<usize>; 2],
    ) -> Result<Self, AuditError> {
        let columns = predictions.columns();
        let label = |&row: &usize| text.labels.get(row).unwrap_or_default();
        let labels: HashSet<&str> = audited.iter().map(label).collect();
        if let (1, Some(class)) = (labels.len(), labels.iter().next()) {
            return Err(AuditError::OneClass {
                table: predictions.prefix(),
                column: columns.label.clone(),
                class: (*class).to_owned(),
            });
        }
        let rows = || audited.iter().chain(tuned_on);
        let labels: HashSet<&str> = rows().map(label).collect();
        let labels = BTreeSet::from_iter(labels);
        let mut all = labels.clone();
        if let Answer::Predicted { column } = &columns.answer {
            let predicted = rows().filter_map(|&row| text.predicted.get(row).ok());
            let predicted = BTreeSet::from_iter(predicted.collect::<HashSet<_>>());
            if predicted.is_disjoint(&labels) {
                return Err(AuditError::NothingInCommon {
                    table: predictions.prefix(),
                    predicted: (column.clone(), joined(&predicted)),
                    label: (columns.label.clone(), joined(&labels)),
                });
            }
            all.extend(predicted);
        }
        let owned = |names: BTreeSet<&str>| names.into_iter().map(str::to_owned).collect();
        Ok(Self {
            all: owned(all),
            labels: owned(labels),
        })
    }

    fn never_labels(&self) -> Vec<String> {
        self.all.difference(&self.labels).cloned().collect()
    }
}

/// The classes in sorted order, but of two the positive one last. A score needs two classes, and to know which
/// is positive.
///
/// # Errors
/// A positive class that is none, or classes that don't suit a score.
///
/// # Panics
/// With fewer than two names.
pub fn ordered_classes(
    names: &BTreeSet<String>,
    positive: Option<&str>,
    is_score: bool,
) -> Result<Classes, AuditError> {
    let mut names: Vec<String> = names.iter().cloned().collect();
    if names.len() != 2 && (is_score || positive.is_some()) {
        return Err(AuditError::NotTwoClasses {
            classes: names,
            is_score,
        });
    }
    match positive {
        None if is_score => return Err(AuditError::NoPositive { classes: names }),
        None => {}
        Some(positive) => match names.iter().position(|name| same_value(name, positive)) {
            Some(place) => names.swap(place, 1),
            None => {
                let positive = positive.to_owned();
                return Err(AuditError::UnknownPositive {
                    positive,
                    classes: names,
                });
            }
        },
    }
    Ok(Classes::new(names).expect("at least two labels, all different"))
}

/// Reads rows of a table whose classes are known.
struct RowReader<'a> {
    predictions: &'a PredictionTable,
    classes: &'a Classes,
    text: &'a Texts,
    /// The position of the score, and its numbers.
    scores: Option<(usize, Vec<Number>)>,
    /// Predictions wait for a threshold.
    needs_score: bool,
    probabilities_at: Option<Vec<usize>>,
}

impl<'a> RowReader<'a> {
    fn new(
        predictions: &'a PredictionTable,
        classes: &'a Classes,
        options: &AuditOptions,
        text: &'a Texts,
    ) -> Result<Self, AuditError> {
        let table = predictions.table();
        let probability_of = |class: &String| {
            let name = schema::probability_column(class);
            table.first_column(&[name.as_str()])
        };
        // Our own predictions have their scores beside them.
        let probabilities_at: Option<Vec<usize>> = match predictions.is_ours() {
            true => classes.names().iter().map(probability_of).collect(),
            false => None,
        };
        let is_score = predictions.columns().answer.is_score();
        let score_at = match (is_score, classes.positive()) {
            (true, _) => Some(predictions.answer()),
            (false, Some(positive)) => probabilities_at.as_ref().map(|places| places[positive]),
            (false, None) => None,
        };
        if options.threshold.is_some() && score_at.is_none() {
            return Err(AuditError::NoScores {
                classes: classes.len(),
            });
        }
        let scores = score_at.map(|at| Ok::<_, AuditError>((at, predictions.numbers(at)?)));
        Ok(Self {
            predictions,
            classes,
            text,
            scores: scores.transpose()?,
            needs_score: is_score || options.threshold.is_some(),
            probabilities_at,
        })
    }

    /// # Errors
    /// Scores that are no probabilities.
    fn read(&self, rows: &[usize]) -> Result<Vec<AuditRow>, AuditError> {
        let mut read = Vec::with_capacity(rows.len());
        let mut bad: Vec<usize> = Vec::new();
        for &row in rows {
            let score = self.scores.as_ref().map(|(_, of)| probability(of[row]));
            if score == Some(None) {
                bad.push(row);
                continue;
            }
            let index = |name: Option<&str>| name.and_then(|name| self.classes.index(name));
            let label = index(self.text.labels.get(row));
            let predicted = match self.needs_score {
                true => Some(0),
                false => index(self.text.predicted.get(row).ok()),
            };
            read.push(AuditRow {
                label: label.expect("labels are classes"),
                predicted: predicted.expect("predictions are classes"),
                score: score.flatten(),
                row,
            });
        }
        match (bad.as_slice(), &self.scores) {
            ([first, others @ ..], Some((column, _))) => {
                Err(self.bad_scores(*column, *first, others))
            }
            _ => Ok(read),
        }
    }

    fn bad_scores(&self, column: usize, first: usize, others: &[usize]) -> AuditError {
        let table = self.predictions.table();
        AuditError::BadScore {
            place: table.place(first),
            column: table.columns()[column].clone(),
            value: table.text(column).get(first).unwrap_or_default().to_owned(),
            counted_by: table.counted_by(),
            others: others.iter().map(|&row| table.line(row)).collect(),
        }
    }
}

/// A number from 0 to 1.
fn probability(number: Number) -> Option<f64> {
    match number {
        Number::Value(score) if (0.0..=1.0).contains(&score) => Some(score),
        _ => None,
    }
}

fn joined(names: &BTreeSet<&str>) -> String {
    names.iter().copied().collect::<Vec<_>>().join(", ")
}
