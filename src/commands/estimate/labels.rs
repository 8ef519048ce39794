//! The rows of which the truth is known: what most of their coders say.

use super::EstimateCommandError;
use super::config::Config;
use crate::commands::codes::{self, CodesFileError};
use crate::commands::corpus::{Coding, probabilities, probability};
use evenhand::coders::{Codes, Item, Majority};
use evenhand::record::Classes;
use std::path::PathBuf;

/// As `evenhand sample` names them.
const INCLUSION: &str = "inclusion_probability";
const STRATUM: &str = "stratum";
const PREDICTED: &str = "predicted";

/// A file of labels, of which those that coders are not tied on are used.
pub(super) struct Labels {
    path: PathBuf,
    codes: Codes,
    /// By item; `None` of ties and of what nobody coded.
    pub majority: Vec<Option<usize>>,
    pub tied: usize,
    pub uncoded: usize,
    pub notes: Vec<String>,
}

impl Labels {
    /// # Errors
    /// The file is no table of codes, or has no code that counts.
    pub fn read(config: &Config) -> Result<Self, EstimateCommandError> {
        let path = &config.validation;
        let file = match codes::read(path, &config.columns) {
            // A column of labels may be called what is asked for.
            Err(CodesFileError::NoCodes { .. }) if config.label.is_some() => {
                let label = config.label.clone();
                let columns = codes::CodeColumns {
                    label,
                    ..config.columns.clone()
                };
                codes::read(path, &columns)?
            }
            read => read?,
        };
        let majorities = file.codes.items.iter();
        let majorities: Vec<Majority> = majorities
            .map(|item| Majority::of(&item.codes, file.codes.labels.len()))
            .collect();
        let without = |coded: bool| {
            let without = majorities.iter().filter(|of| of.label.is_none());
            without.filter(|of| (of.coders > 0) == coded).count()
        };
        let labels = Self {
            path: path.clone(),
            majority: majorities.iter().map(|of| of.label).collect(),
            tied: without(true),
            uncoded: without(false),
            codes: file.codes,
            notes: file.notes,
        };
        match labels.majority.iter().any(Option::is_some) {
            true => Ok(labels),
            false => Err(EstimateCommandError::NothingCoded {
                path: labels.path,
                tied: labels.tied,
            }),
        }
    }

    pub fn item(&self, at: usize) -> &Item {
        &self.codes.items[at]
    }

    /// The items with a label.
    pub fn labelled(&self) -> impl Iterator<Item = usize> {
        (0..self.majority.len()).filter(|&at| self.majority[at].is_some())
    }

    /// For each label of the codes the class it stands for.
    ///
    /// # Errors
    /// A majority is for labels that are no classes.
    pub fn classes(&self, classes: &Classes) -> Result<Vec<Option<usize>>, EstimateCommandError> {
        let names = &self.codes.labels;
        let found: Vec<Option<usize>> = names.iter().map(|name| classes.index(name)).collect();
        let is_used = |label: &usize| self.majority.contains(&Some(*label));
        let unknown = (0..names.len()).filter(|&label| found[label].is_none());
        let unknown: Vec<String> = unknown
            .filter(is_used)
            .map(|label| names[label].clone())
            .collect();
        match unknown.is_empty() {
            true => Ok(found),
            false => Err(EstimateCommandError::UnknownLabels {
                path: self.path.clone(),
                labels: unknown,
                classes: classes.names().to_vec(),
            }),
        }
    }

    pub fn column(&self, name: &str) -> Option<usize> {
        self.codes.columns.iter().position(|column| column == name)
    }

    /// Whether labels stand beside predictions of their own.
    pub fn has_predictions(&self) -> bool {
        self.column(PREDICTED).is_some()
    }

    /// The class predicted of a row with predictions of its own; `None` where there is none.
    pub fn predicted(
        &self,
        item: usize,
        classes: &Classes,
    ) -> Result<Option<usize>, EstimateCommandError> {
        let Some(at) = self.column(PREDICTED) else {
            return Ok(None);
        };
        let value = &self.item(item).attributes[at];
        match (value.is_empty(), classes.index(value)) {
            (true, _) => Ok(None),
            (false, Some(class)) => Ok(Some(class)),
            (false, None) => {
                let allowed = format!("one of {}", classes.names().join(", "));
                Err(self.bad(item, at, allowed))
            }
        }
    }

    /// The places of the probabilities of these classes, where all have one.
    pub fn probabilities(&self, classes: &Classes) -> Option<Vec<usize>> {
        let (found, places) = probabilities(&self.codes.columns);
        let found = found?;
        let place = |name: &String| found.index(name).map(|at| places[at]);
        classes.names().iter().map(place).collect()
    }

    pub fn probability(&self, item: usize, at: usize) -> Result<f32, EstimateCommandError> {
        probability(&self.item(item).attributes[at])
            .ok_or_else(|| self.bad(item, at, "a number from 0 to 1".to_owned()))
    }

    /// One by the probability of each item to be drawn; empty where no column has it.
    pub fn weights(&self, items: &[usize]) -> Result<Vec<f64>, EstimateCommandError> {
        let Some(at) = self.column(INCLUSION) else {
            return Ok(Vec::new());
        };
        let weight = |&item: &usize| {
            let number = self.item(item).attributes[at].parse().ok();
            let number = number.filter(|number: &f64| *number > 0.0 && *number <= 1.0);
            let allowed = "a number above 0 and not above 1".to_owned();
            number
                .map(|number| 1.0 / number)
                .ok_or_else(|| self.bad(item, at, allowed))
        };
        items.iter().map(weight).collect()
    }

    /// The stratum that each item was drawn from; empty where no column has it.
    pub fn strata(&self, items: &[usize]) -> Vec<u32> {
        let Some(at) = self.column(STRATUM) else {
            return Vec::new();
        };
        let mut strata = Coding::default();
        items
            .iter()
            .for_each(|&item| strata.push(&self.item(item).attributes[at]));
        strata.of
    }

    fn bad(&self, item: usize, at: usize, allowed: String) -> EstimateCommandError {
        let of = self.item(item);
        EstimateCommandError::BadValue {
            path: self.path.clone(),
            column: self.codes.columns[at].clone(),
            item: of.name.clone(),
            value: of.attributes[at].clone(),
            allowed,
        }
    }
}
