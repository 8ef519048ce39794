//! Coded items of a corpus: what most of their coders say.

use super::EstimateError;
use crate::codes::{CodeColumns, CodeError, CodeTable};
use crate::coding::Coding;
use evenhand_stats::coders::{Item, Majority};
use evenhand_stats::record::Classes;
use evenhand_stats::text::decimal;
use evenhand_table::{ReadOptions, same_value, schema};
use std::collections::BTreeMap;
use std::path::Path;

/// Codes, of which those that coders are not tied on are used.
#[derive(Debug, Clone, PartialEq)]
pub struct CodedItems {
    pub table: CodeTable,
    /// By item; `None` of ties and of what nobody coded.
    pub majority: Vec<Option<usize>>,
    pub tied: usize,
    pub uncoded: usize,
}

/// The class of each label of the codes.
pub(super) struct ClassOfLabel {
    found: Vec<Option<usize>>,
    /// Items by label that is no class.
    pub unknown: BTreeMap<String, usize>,
}

impl ClassOfLabel {
    /// The class of an item; `None` without a majority, and for one that is no class.
    pub fn of(&self, coded: &CodedItems, item: usize) -> Option<usize> {
        self.found[coded.majority[item]?]
    }
}

impl CodedItems {
    /// Reads a file. Its column of labels may be called `label`, what the classes are of.
    ///
    /// # Errors
    /// The file is no table of codes, or has no code that counts.
    pub fn read(
        path: &Path,
        columns: &CodeColumns,
        label: Option<&str>,
        options: &ReadOptions,
    ) -> Result<Self, EstimateError> {
        let table = match (CodeTable::read(path, columns, options), label) {
            (Err(CodeError::NoCodes { .. }), Some(label)) => {
                let columns = CodeColumns {
                    label: Some(label.to_owned()),
                    ..columns.clone()
                };
                CodeTable::read(path, &columns, options)?
            }
            (table, _) => table?,
        };
        Self::from_codes(table)
    }

    /// From codes.
    ///
    /// # Errors
    /// No item has a majority.
    pub fn from_codes(table: CodeTable) -> Result<Self, EstimateError> {
        let majorities = table.codes.items.iter();
        let majorities: Vec<Majority> = majorities.map(|item| table.codes.majority(item)).collect();
        let tied = (majorities.iter()).filter(|of| of.label.is_none() && of.coders > 0);
        let uncoded = (majorities.iter()).filter(|of| of.label.is_none() && of.coders == 0);
        let (tied, uncoded) = (tied.count(), uncoded.count());
        if tied + uncoded == majorities.len() {
            return Err(EstimateError::NothingCoded {
                table: table.prefix(),
                tied,
            });
        }
        Ok(Self {
            majority: majorities.iter().map(|of| of.label).collect(),
            tied,
            uncoded,
            table,
        })
    }

    pub(crate) fn item(&self, at: usize) -> &Item {
        &self.table.codes.items[at]
    }

    /// The items with a label.
    pub fn labelled(&self) -> impl Iterator<Item = usize> {
        (0..self.majority.len()).filter(|&at| self.majority[at].is_some())
    }

    /// For each label of the codes the class of the same name. Items of other labels are left out.
    ///
    /// # Errors
    /// No majority is for a class.
    pub(super) fn classes(&self, classes: &Classes) -> Result<ClassOfLabel, EstimateError> {
        let names = &self.table.codes.labels;
        let repairs = self.table.repairs(classes.names());
        let class = |name: &String| classes.index(repairs.of(name));
        let found: Vec<Option<usize>> = names.iter().map(class).collect();
        let mut unknown: BTreeMap<String, usize> = BTreeMap::new();
        let labels = self.majority.iter().flatten();
        for &label in labels.filter(|&&label| found[label].is_none()) {
            *unknown.entry(names[label].clone()).or_default() += 1;
        }
        let is_class = |label: &Option<usize>| label.is_some_and(|label| found[label].is_some());
        match self.majority.iter().any(is_class) {
            true => Ok(ClassOfLabel { found, unknown }),
            false => Err(EstimateError::UnknownLabels {
                table: self.table.prefix(),
                labels: unknown.into_keys().collect(),
                classes: classes.names().to_vec(),
            }),
        }
    }

    /// How many rows coders are tied on, in a sentence.
    pub(crate) fn tied_rows(&self) -> Option<String> {
        let tied = self.tied;
        (tied > 0).then(|| format!("rows left out, since their coders are tied: {tied}"))
    }

    pub(super) fn column(&self, name: &str) -> Option<usize> {
        let mut columns = self.table.codes.columns.iter();
        columns.position(|column| column == name)
    }

    /// Whether labels stand beside predictions of their own.
    pub fn has_predictions(&self) -> bool {
        self.column(schema::PREDICTED).is_some()
    }

    /// The class predicted of an item with predictions of its own; `None` where there is none.
    pub(super) fn predicted(
        &self,
        item: usize,
        classes: &Classes,
    ) -> Result<Option<usize>, EstimateError> {
        let Some(at) = self.column(schema::PREDICTED) else {
            return Ok(None);
        };
        let value = &self.item(item).attributes[at];
        let class = |name: &String| same_value(name, value);
        match (value.is_empty(), classes.names().iter().position(class)) {
            (true, _) => Ok(None),
            (false, Some(class)) => Ok(Some(class)),
            (false, None) => {
                let allowed = format!("one of {}", classes.names().join(", "));
                Err(self.bad_value(item, at, allowed))
            }
        }
    }

    /// The columns of the probabilities of these classes, where all have one.
    pub(super) fn probabilities(&self, classes: &Classes) -> Option<Vec<usize>> {
        let column = |name: &String| self.column(&schema::probability_column(name));
        classes.names().iter().map(column).collect()
    }

    pub(super) fn probability(&self, item: usize, at: usize) -> Result<f32, EstimateError> {
        let number = self.number(item, at);
        let number = number.filter(|number| (0.0..=1.0).contains(number));
        number
            .map(|number| number as f32)
            .ok_or_else(|| self.bad_value(item, at, "a number from 0 to 1".to_owned()))
    }

    /// One by the probability of an item to be drawn, which is its attribute `at`.
    pub(super) fn weight(&self, item: usize, at: usize) -> Result<f64, EstimateError> {
        let number = self.number(item, at);
        let number = number.filter(|number| *number > 0.0 && *number <= 1.0);
        let allowed = "a number above 0 and not above 1".to_owned();
        number
            .map(|number| 1.0 / number)
            .ok_or_else(|| self.bad_value(item, at, allowed))
    }

    /// What an item stands for, which is its attribute `at`.
    pub(super) fn stands_for(&self, item: usize, at: usize) -> Result<f64, EstimateError> {
        let weight = self.number(item, at);
        let weight = weight.filter(|weight| *weight > 0.0 && weight.is_finite());
        weight.ok_or_else(|| self.bad_value(item, at, "a number above 0".to_owned()))
    }

    /// The stratum that each item was drawn from, by its rank; empty where no column has it.
    pub(super) fn strata(&self, items: &[usize]) -> Vec<u32> {
        let Some(at) = self.column(schema::STRATUM) else {
            return Vec::new();
        };
        let mut strata = Coding::default();
        items
            .iter()
            .for_each(|&item| strata.push(&self.item(item).attributes[at]));
        let (_, rank) = strata.sorted();
        let of = strata.of.iter().map(|&code| rank[code as usize]);
        of.collect()
    }

    /// The rows that the stratum of an item had when it was drawn, which is its attribute `at`.
    pub(super) fn stratum_rows(&self, item: usize, at: usize) -> Result<f64, EstimateError> {
        let rows = self.number(item, at).filter(|rows| *rows >= 1.0);
        let allowed = "a number of rows".to_owned();
        rows.ok_or_else(|| self.bad_value(item, at, allowed))
    }

    /// An attribute as a number, of which a spreadsheet may have written the decimal sign as a comma.
    fn number(&self, item: usize, at: usize) -> Option<f64> {
        decimal(&self.item(item).attributes[at])
    }

    fn bad_value(&self, item: usize, at: usize, allowed: String) -> EstimateError {
        let of = self.item(item);
        EstimateError::BadValue {
            table: self.table.prefix(),
            column: self.table.codes.columns[at].clone(),
            item: of.name.clone(),
            value: of.attributes[at].clone(),
            allowed,
        }
    }
}
