//! Coded items with their predictions, and what was left out of both.

use super::ValidationError;
use super::classes::{classes, known_classes, share_labels};
use super::matching::Matching;
use super::options::{AGREEMENT, ValidateOptions};
use super::origin::Origin;
use super::unknown::UnknownCodes;
use crate::Error;
use crate::codes::CodeTable;
use crate::predictions::{PositiveFrom, Predicted, PredictionTable};
use crate::words::shown;
use evenhand_stats::audit::{Design, Row, Table};
use evenhand_stats::coders::{Codes, Majority};
use evenhand_stats::record::Classes;
use evenhand_table::{Number, TextColumn, schema};

/// Coded items that have a prediction.
#[derive(Debug)]
pub struct PairedItems {
    /// Of these items only; its labels are those of the classifier too.
    pub table: CodeTable,
    pub predictions: PredictionTable,
    /// For each item, the row of its prediction.
    pub rows: Vec<usize>,
    pub classes: Classes,
    pub positive_from: PositiveFrom,
    pub matching: Matching,
    /// The number of all coded items.
    pub coded: usize,
    /// The names of those that are no prediction.
    pub absent: Vec<String>,
    /// Matched, but the image had no prediction.
    pub unpredicted: usize,
    /// Codes that are no class of the classifier.
    pub unknown: UnknownCodes,
    pub origin: Origin,
    predicted: Predicted,
    /// The names of the predictions' rows.
    names: TextColumn,
    names_at: usize,
}

impl PairedItems {
    pub(super) fn new(
        predictions: &PredictionTable,
        codes: CodeTable,
        options: &ValidateOptions,
    ) -> Result<Self, Error> {
        let mut table = codes;
        let names_at = predictions.names(&schema::NAMES)?;
        let (names, predicted) = (predictions.table().text(names_at), predictions.predicted());
        table.codes.items.retain(|item| !item.codes.is_empty());
        let items: Vec<&str> = table.codes.items.iter().map(|i| i.name.as_str()).collect();
        let row_names: Vec<&str> = names.iter().map(Option::unwrap_or_default).collect();
        let matching = Matching::of(&items, &row_names);
        if matching.matched() == 0 {
            return Err(Error::from(ValidationError::NothingMatches {
                codes: table.shown(),
                predictions: shown(predictions.table().path(), "predictions"),
                item: items[0].to_owned(),
                row: row_names[0].to_owned(),
            }));
        }
        let absent = matching.absent.iter().map(|&at| items[at].to_owned());
        let (absent, coded) = (absent.collect(), items.len());

        let has_answer = |row: &usize| predicted.get(*row).is_ok();
        let rows: Vec<Option<usize>> = (matching.rows.iter())
            .map(|row| row.filter(has_answer))
            .collect();
        let mut kept = rows.iter();
        let is_kept = |_: &_| kept.next().is_some_and(Option::is_some);
        table.codes.items.retain(is_kept);
        let rows: Vec<usize> = rows.into_iter().flatten().collect();
        let matched = rows.len();
        let known = known_classes(predictions, &answers(&predicted, &rows));
        table.put_labels_right(&known);
        let (unknown, rows) = UnknownCodes::leave_out(&mut table, rows, predictions, &known)?;
        let answers = answers(&predicted, &rows);
        let (classes, positive_from) = classes(&table, predictions, known, options)?;
        share_labels(&mut table, &answers)?;
        Ok(Self {
            unpredicted: matching.matched() - matched,
            unknown,
            origin: Origin::of(predictions.folds().as_ref(), rows.iter().copied()),
            predictions: predictions.clone(),
            table,
            rows,
            classes,
            positive_from,
            matching,
            coded,
            absent,
            predicted,
            names,
            names_at,
        })
    }

    pub fn codes(&self) -> &Codes {
        &self.table.codes
    }

    /// The predicted label of an item.
    pub fn answer(&self, item: usize) -> &str {
        let answer = self.predicted.get(self.rows[item]);
        answer.expect("paired items have a prediction")
    }

    /// The name of an item's prediction.
    pub fn prediction(&self, item: usize) -> &str {
        self.names.get(self.rows[item]).unwrap_or_default()
    }

    /// The prediction of each item, among the labels of the codes.
    pub fn answers(&self) -> Vec<usize> {
        let labels = &self.codes().labels;
        let answers = (0..self.rows.len()).map(|item| {
            let answer = self.answer(item);
            let place = labels.iter().position(|label| label == answer);
            place.expect("the labels are those of the machine too")
        });
        answers.collect()
    }

    /// How many rows of the table have a prediction.
    pub(super) fn predicted_rows(&self) -> usize {
        let rows = 0..self.predictions.table().rows();
        rows.filter(|&row| self.predicted.get(row).is_ok()).count()
    }

    /// A column of the predictions.
    pub(super) fn prediction_column(&self, name: &str) -> Option<TextColumn> {
        let table = self.predictions.table();
        Some(table.text(table.first_column(&[name])?))
    }

    /// The items with a consensus, and its class.
    pub fn judged(&self) -> impl Iterator<Item = (usize, usize, Majority)> {
        let codes = self.codes();
        codes.items.iter().enumerate().filter_map(|(at, item)| {
            let majority = codes.majority(item);
            let label = self.classes.index(&codes.labels[majority.label?])?;
            Some((at, label, majority))
        })
    }

    /// Consensus and prediction, where there is a consensus, with all that is known of the item:
    /// what the codes say of it before what the predictions say.
    pub(super) fn audit_table(&self, design: &Design) -> Result<Table, Error> {
        let codes = self.codes();
        let mut columns = vec![AGREEMENT.to_owned()];
        let own: Vec<usize> = (0..codes.columns.len())
            .filter(|&at| codes.columns[at] != AGREEMENT)
            .collect();
        columns.extend(own.iter().map(|&at| codes.columns[at].clone()));
        let table = self.predictions.table();
        let theirs = self.attributes().into_iter();
        let theirs: Vec<usize> = theirs
            .filter(|&at| !columns.contains(&table.columns()[at]))
            .collect();
        columns.extend(theirs.iter().map(|&at| table.columns()[at].clone()));
        let theirs: Vec<TextColumn> = theirs.into_iter().map(|at| table.text(at)).collect();
        let scores = self.scores()?;
        let rows = self.judged().map(|(at, label, majority)| {
            let row = self.rows[at];
            let item = own
                .iter()
                .map(|&of| codes.items[at].attributes[of].as_str());
            let image = theirs.iter().map(|of| of.get(row).unwrap_or_default());
            let predicted = self.classes.index(self.answer(at));
            Row {
                label,
                predicted: predicted.expect("what is predicted is a class"),
                score: scores.as_ref().and_then(|scores| score(scores[row])),
                attributes: std::iter::once(majority.agreed().name())
                    .chain(item)
                    .chain(image)
                    .collect(),
            }
        });
        Ok(Table::new(&self.classes, &columns, design, rows)?)
    }

    /// The probabilities of the positive class, where the table has them.
    fn scores(&self) -> Result<Option<Vec<Number>>, Error> {
        let positive = self.classes.positive().map(|at| self.classes.name(at));
        let probabilities = self.predictions.probabilities().iter();
        let column = probabilities.filter(|_| self.predictions.is_ours());
        let mut column = column.filter(|(class, _)| Some(class.as_str()) == positive);
        let column = column.next().map(|(_, at)| self.predictions.numbers(*at));
        Ok(column.transpose()?)
    }

    /// The columns that describe the images.
    fn attributes(&self) -> Vec<usize> {
        let is_ours = self.predictions.is_ours();
        let is_own = |at: usize, name: &str| {
            let fixed = schema::FIXED.contains(&name) || name == schema::OLD_BLAKE3;
            at == self.names_at
                || at == self.predictions.answer()
                || is_ours && (fixed || schema::class_of_column(name).is_some())
        };
        let columns = self.predictions.table().columns().iter().enumerate();
        let described = columns.filter(|(at, name)| !is_own(*at, name));
        described.map(|(at, _)| at).collect()
    }
}

/// The predicted labels of some rows; all have one.
fn answers<'a>(predicted: &'a Predicted, rows: &[usize]) -> Vec<&'a str> {
    let answers = rows.iter().filter_map(|&row| predicted.get(row).ok());
    answers.collect()
}

fn score(number: Number) -> Option<f64> {
    match number {
        Number::Value(score) if (0.0..=1.0).contains(&score) => Some(score),
        _ => None,
    }
}
