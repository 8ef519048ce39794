//! Attributes of images in lists, put right as those of datasets are, and the labels among them.
//!
//! A list is read while its images are predicted. What its columns hold is known only when all rows are, so they are
//! gone through once before.

use super::DatasetError;
use super::error::column_of;
use super::listing::Listing;
use crate::hint::Message;
use crate::record::{Classes, MISSING, Record};
use evenhand_stats::text::{counted, listed};
use evenhand_table::schema::LABEL;
use evenhand_table::{Counts, Recode, Repairs, TextColumn, same_value};
use std::collections::BTreeMap;
use std::path::{Component, Path};

/// The most values that a warning names.
const SHOWN: usize = 8;
/// A column of more different values holds no groups.
const MOST: usize = 2000;

/// How the attributes of records are put right, and which of them is the label.
pub(super) struct Described {
    classes: Classes,
    /// By attribute.
    repairs: Vec<Repairs>,
    renames: Vec<Vec<Recode>>,
    label: Option<usize>,
    /// Rows by label that is no class, of the first such labels, and of all.
    other_labels: BTreeMap<String, u64>,
    other_rows: u64,
    /// Of values that were renamed or put right.
    notes: Vec<Message>,
}

impl Described {
    /// `attributes` are those of all `listings`.
    ///
    /// # Errors
    /// New names for a column that there is none of.
    pub(super) fn new(
        attributes: &[String],
        listings: &[&Listing],
        map: &[Recode],
        classes: &Classes,
    ) -> Result<Self, DatasetError> {
        for name in map.iter().filter_map(|names| names.column.as_deref()) {
            let path = listings.first().map_or(Path::new(""), |of| of.path());
            column_of(attributes, name, path)?;
        }
        let mut described = Self {
            classes: classes.clone(),
            repairs: Vec::new(),
            renames: Vec::new(),
            label: attributes.iter().position(|name| name == LABEL),
            other_labels: BTreeMap::new(),
            other_rows: 0,
            notes: Vec::new(),
        };
        for (name, counts) in attributes.iter().zip(counts(attributes, listings)) {
            let is_label = name == LABEL;
            let renames = map.iter().filter(|names| names.is_for(name, is_label));
            let renames: Vec<Recode> = renames.cloned().collect();
            let all = counts.iter().map(|(value, &n)| (value.as_str(), n));
            let all: Counts = all.collect();
            for names in &renames {
                let notes = names.notes(&[(name.as_str(), all.clone())]);
                described.notes.extend(notes);
            }
            let mut counts = Counts::new();
            for (value, n) in all {
                let value = renamed(&renames, value).unwrap_or(value);
                *counts.entry(value).or_default() += n;
            }
            counts.remove("");
            let known = classes.names().iter().map(String::as_str);
            let repairs = match is_label {
                true => Repairs::find(name, &counts, &known.collect::<Vec<_>>()),
                false => Repairs::dates(name, &counts, &[]),
            };
            described.notes.extend(repairs.notes(""));
            described.repairs.push(repairs);
            described.renames.push(renames);
        }
        Ok(described)
    }

    /// Puts the attributes of a row of a list right, and takes its label from them.
    pub(super) fn describe(&mut self, record: &mut Record) {
        let rules = self.renames.iter().zip(&self.repairs);
        for (value, (renames, repairs)) in record.attributes.iter_mut().zip(rules) {
            if value == MISSING {
                continue;
            }
            if let Some(new) = renamed(renames, value) {
                *value = match new {
                    "" => MISSING.to_owned(),
                    new => new.to_owned(),
                };
            }
            if !repairs.is_empty() {
                *value = repairs.of(value).to_owned();
            }
        }
        let label = self.label.map(|at| &record.attributes[at]);
        let Some(label) = label.filter(|label| *label != MISSING) else {
            return;
        };
        let mut classes = self.classes.names().iter();
        record.label = classes.position(|class| same_value(class, label));
        if record.label.is_none() {
            self.other_rows += 1;
            if self.other_labels.len() < MOST || self.other_labels.contains_key(label) {
                *self.other_labels.entry(label.clone()).or_default() += 1;
            }
        }
    }

    /// The class whose folder an image below `root` is in.
    pub(super) fn of_folder(&self, root: &Path, file: &Path) -> Option<usize> {
        let folder = file.strip_prefix(root).ok()?.parent()?;
        let mut folders = folder.components();
        folders.find_map(|folder| match folder {
            Component::Normal(name) => self.classes.index(name.to_str()?),
            _ => None,
        })
    }

    /// Notes of all rows so far.
    pub(super) fn notes(&self) -> Vec<Message> {
        let mut notes = self.notes.clone();
        if let Some((example, _)) = self.other_labels.first_key_value() {
            let labels = self.other_labels.iter();
            let labels = labels.map(|(label, n)| format!("`{label}` ({n})"));
            notes.push(Message::new(
                "label: {} in {} {} no class of the classifier ({}), and kept; {map} '{}=...' renames it",
                &[
                    &listed(labels, SHOWN),
                    &counted(self.other_rows, "row"),
                    &if self.other_labels.len() == 1 { "is" } else { "are" },
                    &self.classes.names().join(", "),
                    example,
                ],
            ));
        }
        notes
    }
}

/// The new name of a value, by the first that names it.
fn renamed<'a>(renames: &'a [Recode], value: &str) -> Option<&'a str> {
    renames.iter().find_map(|names| names.of(value))
}

/// Rows by value, for each attribute; none of a column of very many values, nor of archives, whose values no
/// spreadsheet has touched.
fn counts(attributes: &[String], listings: &[&Listing]) -> Vec<BTreeMap<String, u64>> {
    let mut counts: Vec<Option<BTreeMap<String, u64>>> =
        vec![Some(BTreeMap::new()); attributes.len()];
    for reader in listings.iter().filter_map(|listing| listing.reader()) {
        // What can't be read is told where its row is asked for.
        for chunk in reader.into_iter().flatten().map_while(Result::ok) {
            for (name, counts) in attributes.iter().zip(&mut counts) {
                let column = chunk.first_column(&[name]);
                if let (Some(column), Some(of)) = (column, counts.as_mut()) {
                    add(of, &chunk.text(column));
                    if of.len() > MOST {
                        *counts = None;
                    }
                }
            }
        }
    }
    counts.into_iter().map(Option::unwrap_or_default).collect()
}

fn add(counts: &mut BTreeMap<String, u64>, values: &TextColumn) {
    for value in values.iter().flatten() {
        match counts.get_mut(value) {
            Some(n) => *n += 1,
            None => drop(counts.insert(value.to_owned(), 1)),
        }
    }
}
