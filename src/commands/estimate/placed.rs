//! The labelled rows that take part, and where what is known of them stands: in the corpus, or
//! beside their labels.

use super::EstimateCommandError;
use super::labels::Labels;
use crate::commands::corpus::crossed;
use evenhand::estimate::Rows;
use evenhand::record::Classes;
use std::collections::HashMap;

pub(super) struct Placed {
    /// Items of the labels.
    pub items: Vec<usize>,
    /// For each the row of the corpus; `None` of rows that have predictions of their own.
    rows: Option<Vec<u32>>,
}

impl Placed {
    /// Rows of the corpus, by item.
    pub fn within(rows: &HashMap<usize, u32>) -> Self {
        let mut found: Vec<(usize, u32)> = rows.iter().map(|(item, row)| (*item, *row)).collect();
        found.sort_unstable();
        let (items, rows) = found.into_iter().unzip();
        Self {
            items,
            rows: Some(rows),
        }
    }

    /// Rows that are predicted beside their labels.
    pub fn beside(labels: &Labels, classes: &Classes) -> Result<Self, EstimateCommandError> {
        let mut items = Vec::new();
        for item in labels.labelled() {
            if labels.predicted(item, classes)?.is_some() {
                items.push(item);
            }
        }
        Ok(Self { items, rows: None })
    }

    /// What the classifier says of them.
    pub fn judged(
        &self,
        labels: &Labels,
        classes: &Classes,
        targets: &[usize],
        corpus: &Rows,
    ) -> Result<Rows, EstimateCommandError> {
        let mut found = Rows::default();
        if let Some(rows) = &self.rows {
            let scores = |row: &u32| {
                let from = *row as usize * targets.len();
                corpus.scores.get(from..from + targets.len())
            };
            let predicted = rows.iter().map(|&row| corpus.predicted[row as usize]);
            found.predicted = predicted.collect();
            found.scores = rows.iter().filter_map(scores).flatten().copied().collect();
            return Ok(found);
        }
        let places = labels.probabilities(classes);
        for &item in &self.items {
            let predicted = labels.predicted(item, classes)?;
            found.predicted.extend(predicted.map(|class| class as u16));
            if let Some(places) = &places {
                for &class in targets {
                    let probability = labels.probability(item, places[class])?;
                    found.scores.push(probability);
                }
            }
        }
        Ok(found)
    }

    /// Their values of some columns, of which the rows of the corpus have these codes. `None` where
    /// the labels do not have the columns.
    pub fn values(&self, labels: &Labels, columns: &[String], of_corpus: &[u32]) -> Option<Values> {
        if let Some(rows) = &self.rows {
            let codes = rows.iter().map(|&row| of_corpus[row as usize]).collect();
            return Some(Values::Codes(codes));
        }
        let places = columns.iter().map(|column| labels.column(column));
        let places: Vec<usize> = places.collect::<Option<_>>()?;
        let text = |&item: &usize| {
            let attributes = &labels.item(item).attributes;
            match places.as_slice() {
                [one] => attributes[*one].clone(),
                more => crossed(more.iter().map(|&at| attributes[at].as_str())),
            }
        };
        Some(Values::Text(self.items.iter().map(text).collect()))
    }
}

pub(super) enum Values {
    Codes(Vec<u32>),
    Text(Vec<String>),
}

impl Values {
    pub fn code(self, code: impl FnMut(&str) -> u32) -> Vec<u32> {
        match self {
            Self::Codes(codes) => codes,
            Self::Text(values) => values.iter().map(String::as_str).map(code).collect(),
        }
    }
}

/// Numbers clusters as they come. A row without one is a cluster of its own.
#[derive(Debug, Default)]
pub(super) struct Clusters {
    codes: HashMap<String, u32>,
    /// How many there are.
    pub next: u32,
    pub of: Vec<u32>,
}

impl Clusters {
    pub fn code(&mut self, value: &str) -> u32 {
        if let Some(&known) = self.codes.get(value) {
            return known;
        }
        let code = self.next;
        self.next += 1;
        if !value.is_empty() {
            self.codes.insert(value.to_owned(), code);
        }
        code
    }

    pub fn push(&mut self, value: &str) {
        let code = self.code(value);
        self.of.push(code);
    }
}
