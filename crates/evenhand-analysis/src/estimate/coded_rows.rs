//! Coded rows with their predictions and domains: those of the corpus, or those beside their labels.

use super::{CodedItems, EstimateError, EstimateOptions};
use crate::crossing::Crossing;
use evenhand_stats::estimate::Rows;
use evenhand_stats::record::Classes;
use std::collections::HashMap;

/// Coded items that take part.
pub(super) struct CodedRows {
    pub items: Vec<usize>,
    /// For each the row of the corpus; `None` of rows that have predictions of their own.
    pub rows: Option<Vec<u32>>,
}

impl CodedRows {
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
    pub fn beside(coded: &CodedItems, classes: &Classes) -> Result<Self, EstimateError> {
        let mut items = Vec::new();
        for item in coded.labelled() {
            if coded.predicted(item, classes)?.is_some() {
                items.push(item);
            }
        }
        Ok(Self { items, rows: None })
    }

    /// Leaves out the other items.
    pub fn retain(&mut self, keep: impl Fn(usize) -> bool) {
        let kept: Vec<bool> = self.items.iter().map(|&item| keep(item)).collect();
        let mut keeps = kept.iter();
        self.items.retain(|_| keeps.next() == Some(&true));
        if let Some(rows) = &mut self.rows {
            let mut keeps = kept.iter();
            rows.retain(|_| keeps.next() == Some(&true));
        }
    }

    /// Predictions and probabilities of the targets.
    pub fn predictions(
        &self,
        coded: &CodedItems,
        classes: &Classes,
        targets: &[usize],
        corpus: &Rows,
    ) -> Result<Rows, EstimateError> {
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
        let places = coded.probabilities(classes);
        for &item in &self.items {
            let predicted = coded.predicted(item, classes)?;
            found.predicted.extend(predicted.map(|class| class as u16));
            if let Some(places) = &places {
                for &class in targets {
                    let probability = coded.probability(item, places[class])?;
                    found.scores.push(probability);
                }
            }
        }
        Ok(found)
    }

    /// What they stand for: as rows of the corpus, or by the column of weights beside their labels.
    pub fn weights(
        &self,
        coded: &CodedItems,
        options: &EstimateOptions,
        corpus: &Rows,
    ) -> Result<Vec<f64>, EstimateError> {
        if let Some(rows) = &self.rows {
            let weight = |&row: &u32| corpus.weights.get(row as usize).copied();
            return Ok(rows.iter().filter_map(weight).collect());
        }
        let column = options.weights.as_ref();
        let Some(at) = column.and_then(|name| coded.column(name)) else {
            return Ok(Vec::new());
        };
        let items = self.items.iter();
        items.map(|&item| coded.stands_for(item, at)).collect()
    }

    /// Their domains of some columns, of which the rows of the corpus have these codes. `None` where
    /// the coded table does not have the columns.
    pub fn domains(
        &self,
        coded: &CodedItems,
        columns: &[String],
        of_corpus: &[u32],
    ) -> Option<Domains> {
        if let Some(rows) = &self.rows {
            let codes = rows.iter().map(|&row| of_corpus[row as usize]).collect();
            return Some(Domains::Codes(codes));
        }
        let places = columns.iter().map(|column| coded.column(column));
        let places: Vec<usize> = places.collect::<Option<_>>()?;
        let text = |&item: &usize| {
            let attributes = &coded.item(item).attributes;
            Crossing::text(places.iter().map(|&at| attributes[at].as_str()))
        };
        Some(Domains::Text(self.items.iter().map(text).collect()))
    }

    /// Their clusters, as [`domains`](Self::domains); a missing one is empty.
    pub fn clusters(&self, coded: &CodedItems, column: &str, of_corpus: &[u32]) -> Option<Domains> {
        if self.rows.is_some() {
            return self.domains(coded, &[], of_corpus);
        }
        let at = coded.column(column)?;
        let text = |&item: &usize| coded.item(item).attributes[at].clone();
        Some(Domains::Text(self.items.iter().map(text).collect()))
    }
}

/// Domains of rows: as codes of the corpus, or as text.
pub(super) enum Domains {
    Codes(Vec<u32>),
    Text(Vec<String>),
}

impl Domains {
    pub fn code(self, code: impl FnMut(&str) -> u32) -> Vec<u32> {
        match self {
            Self::Codes(codes) => codes,
            Self::Text(values) => values.iter().map(String::as_str).map(code).collect(),
        }
    }
}
