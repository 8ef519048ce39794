//! Coded items beside their predictions, and what was left out of both.

use super::machine::{Origin, Predictions};
use super::matching::Matching;
use super::{AGREEMENT, Config, ValidateError};
use crate::commands::audit::ordered;
use crate::commands::codes::{self, CodesFile, CodesFileError};
use crate::commands::failure::Failure;
use evenhand::audit::{Design, Row, Table};
use evenhand::coders::{Codes, CodesError, Majority};
use evenhand::record::Classes;
use std::collections::BTreeSet;

/// Coded items that have a prediction.
pub(super) struct Pairing {
    /// Of these items only; its labels are those of the machine too.
    pub file: CodesFile,
    pub predictions: Predictions,
    /// For each item, the row of its prediction.
    pub rows: Vec<usize>,
    pub classes: Classes,
    pub matching: Matching,
    /// All coded items.
    pub items: usize,
    /// The names of those that are no prediction.
    pub absent: Vec<String>,
    /// Matched, but the image had no prediction.
    pub unpredicted: usize,
    pub origin: Origin,
}

impl Pairing {
    pub fn read(config: &Config) -> Result<Self, Failure> {
        let mut file = codes::read(&config.codes, &config.columns)?;
        let id = config.id.as_deref();
        let predictions = Predictions::read(&config.predictions, id, &config.predicted)?;
        file.codes.items.retain(|item| !item.codes.is_empty());
        let names: Vec<&str> = file.codes.items.iter().map(|i| i.name.as_str()).collect();
        let matching = Matching::of(&names, &predictions.names());
        if matching.matched() == 0 {
            let row = predictions.names()[0].to_owned();
            return Err(Failure::from(ValidateError::NothingMatches {
                codes: config.codes.clone(),
                predictions: predictions.table.path.clone(),
                item: names[0].to_owned(),
                row,
            }));
        }
        let absent = matching.absent.iter().map(|&at| names[at].to_owned());
        let absent = absent.collect();
        let items = names.len();

        let answered = |row: &usize| predictions.answer(*row).is_some();
        let rows: Vec<Option<usize>> = (matching.rows.iter())
            .map(|row| row.filter(answered))
            .collect();
        let mut kept = rows.iter();
        file.codes
            .items
            .retain(|_| kept.next().is_some_and(Option::is_some));
        let rows: Vec<usize> = rows.into_iter().flatten().collect();
        let classes = classes(config, &file.codes, &predictions, &rows)?;
        let answers = rows.iter().filter_map(|&row| predictions.answer(row));
        share_labels(config, &mut file.codes, answers)?;
        Ok(Self {
            unpredicted: matching.matched() - rows.len(),
            origin: predictions.origin(rows.iter().copied()),
            file,
            rows,
            classes,
            matching,
            items,
            absent,
            predictions,
        })
    }

    /// What the machine says of each item, among the labels of the codes.
    pub fn answers(&self) -> Vec<usize> {
        let labels = &self.file.codes.labels;
        let answers = self.rows.iter().map(|&row| {
            let answer = self.predictions.answer(row);
            let place = labels
                .iter()
                .position(|label| Some(label.as_str()) == answer);
            place.expect("the labels are those of the machine too")
        });
        answers.collect()
    }

    /// Consensus and prediction, where there is a consensus, with all that is known of the item:
    /// what the codes say of it before what the predictions say.
    pub fn table(&self, design: &Design) -> Result<Table, Failure> {
        let codes = &self.file.codes;
        let mut columns = vec![AGREEMENT.to_owned()];
        let own: Vec<usize> = (0..codes.columns.len())
            .filter(|&at| codes.columns[at] != AGREEMENT)
            .collect();
        columns.extend(own.iter().map(|&at| codes.columns[at].clone()));
        let theirs = self.predictions.attributes().into_iter();
        let name = |at: usize| &self.predictions.table.columns[at];
        let theirs: Vec<usize> = theirs.filter(|&at| !columns.contains(name(at))).collect();
        columns.extend(theirs.iter().map(|&at| name(at).clone()));
        let positive = self.classes.positive().map(|at| self.classes.name(at));
        let rows = self.judged().map(|(at, label, majority)| {
            let row = self.rows[at];
            let item = own
                .iter()
                .map(|&of| codes.items[at].attributes[of].as_str());
            let values = &self.predictions.row(row).values;
            let image = theirs.iter().map(|&of| values[of].as_str());
            Row {
                label,
                predicted: self.predicted(at),
                score: positive.and_then(|class| self.predictions.probability(row, class)),
                attributes: std::iter::once(majority.agreed().name())
                    .chain(item)
                    .chain(image)
                    .collect(),
            }
        });
        Ok(Table::new(&self.classes, &columns, design, rows)?)
    }

    /// The items with a consensus, and its class.
    pub fn judged(&self) -> impl Iterator<Item = (usize, usize, Majority)> {
        let codes = &self.file.codes;
        codes.items.iter().enumerate().filter_map(|(at, item)| {
            let majority = codes.majority(item);
            let label = self.classes.index(&codes.labels[majority.label?])?;
            Some((at, label, majority))
        })
    }

    /// The class of the item's prediction.
    pub fn predicted(&self, item: usize) -> usize {
        let answer = self.predictions.answer(self.rows[item]);
        let class = answer.and_then(|answer| self.classes.index(answer));
        class.expect("what is predicted is a class")
    }
}

/// The machine's classes, and the labels of the coders where it does not say what it knows.
fn classes(
    config: &Config,
    codes: &Codes,
    predictions: &Predictions,
    rows: &[usize],
) -> Result<Classes, Failure> {
    let used = codes.used_labels().into_iter();
    let used: BTreeSet<&str> = used.map(|label| codes.labels[label].as_str()).collect();
    let answers = rows.iter().filter_map(|&row| predictions.answer(row));
    let mut names: BTreeSet<&str> = answers.collect();
    let known = predictions.classes();
    names.extend(known.iter().flatten().map(String::as_str));
    let unknown: Vec<String> = used
        .difference(&names)
        .map(|name| name.to_string())
        .collect();
    if !unknown.is_empty() && (known.is_some() || unknown.len() == used.len()) {
        let is_unknown = |label: usize| unknown.contains(&codes.labels[label]);
        let items = codes.items.iter();
        let items = items.filter(|item| item.codes.iter().any(|code| is_unknown(code.label)));
        return Err(Failure::from(ValidateError::UnknownLabels {
            codes: config.codes.clone(),
            count: items.count(),
            classes: names.iter().map(|name| name.to_string()).collect(),
            labels: unknown,
        }));
    }
    names.extend(used);
    let has_consensus = |item| codes.majority(item).label.is_some();
    if !codes.items.iter().any(has_consensus) {
        let codes = config.codes.clone();
        return Err(Failure::from(ValidateError::NoConsensus { codes }));
    }
    if let (1, Some(class)) = (names.len(), names.first()) {
        let class = class.to_string();
        return Err(Failure::from(ValidateError::OneClass { class }));
    }
    Ok(ordered(&names, config.positive.as_deref(), false)?)
}

/// Gives the codes the labels that only the machine uses, in their place.
fn share_labels<'a>(
    config: &Config,
    codes: &mut Codes,
    answers: impl Iterator<Item = &'a str>,
) -> Result<(), CodesFileError> {
    let failed = |reason| CodesFileError::of(&config.codes, reason);
    for answer in answers.collect::<BTreeSet<_>>() {
        if codes.labels.iter().any(|label| label == answer) {
            continue;
        }
        if !config.columns.order.is_empty() {
            let (label, order) = (answer.to_owned(), config.columns.order.clone());
            return Err(failed(CodesError::NotInOrder { label, order }));
        }
        codes.labels.push(answer.to_owned());
    }
    if config.columns.order.is_empty() {
        codes.sort_labels();
    }
    Ok(())
}
