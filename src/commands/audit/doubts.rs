//! What is not wrong with a file of predictions, but looks as if it were.

use std::collections::{BTreeMap, BTreeSet};

use super::answers::Answers;
use super::{Config, Sheet};
use crate::audit::{Audit, Gap};

/// Columns that name a row, where there are such.
const IDS: [&str; 4] = ["id", "path", "file", "image"];

/// Fewer rows than this may well all be different.
const FEW: usize = 20;

/// Sentences for the user, one a doubt.
pub(super) fn doubts(sheet: &Sheet, answers: &Answers, config: &Config) -> Vec<String> {
    let mut found = misspelt("class", answers.classes.names().iter().map(String::as_str));
    let column = |name: &str| sheet.columns.iter().position(|column| column == name);
    let values = |at: usize| answers.rows.iter().map(move |row| &row.record[at]);
    let groups = config.design.groups.iter().chain(&config.design.control);
    let attributes: BTreeSet<&String> = groups.flat_map(|group| group.attributes()).collect();
    for attribute in attributes {
        let Some(at) = column(attribute) else {
            continue;
        };
        let different: BTreeSet<&str> = values(at).collect();
        if different.len() == answers.rows.len() && different.len() >= FEW {
            found.push(format!(
                "`{attribute}` is different in every row: it makes groups of one."
            ));
        } else {
            found.extend(misspelt(attribute, different));
        }
    }
    if let Some(clusters) = config.design.sampling.clusters() {
        let at = column(clusters);
        let different = at.map_or(0, |at| values(at).collect::<BTreeSet<_>>().len());
        if different < FEW {
            found.push(format!(
                "only {different} values of `{clusters}`: with fewer than {FEW} clusters intervals are \
                 too narrow."
            ));
        }
    }
    for id in IDS {
        let Some(at) = column(id) else {
            continue;
        };
        let named = values(at).filter(|value| !value.is_empty());
        let different: BTreeSet<&str> = named.clone().collect();
        let repeated = named.count() - different.len();
        if repeated > 0 {
            found.push(format!(
                "{repeated} rows repeat the `{id}` of an earlier one; each of them counts."
            ));
        }
    }
    found
}

/// What the audit had to do by halves.
pub(super) fn of_audit(audit: &Audit) -> impl Iterator<Item = String> {
    let many = (audit.groupings.iter()).filter(|grouping| grouping.cells.len() > Gap::FULL);
    many.map(|grouping| {
        format!(
            "`{}` has {} groups: of more than {}, the largest gap is tested with fewer resamples.",
            grouping.name,
            grouping.cells.len(),
            Gap::FULL
        )
    })
}

/// Values that differ in case, spaces and signs only, and are probably one.
fn misspelt<'a>(of: &str, values: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut spellings: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for value in values {
        let letters = value.chars().filter(|c| c.is_alphanumeric());
        let plain: String = letters.flat_map(char::to_lowercase).collect();
        // `3-9` and `39` differ by more than spelling.
        if plain.chars().any(char::is_alphabetic) {
            spellings.entry(plain).or_default().push(value);
        }
    }
    let several = spellings.into_values().filter(|values| values.len() > 1);
    several
        .map(|values| {
            let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
            let values = values.join(" and ");
            format!("{of}: {values} are taken as different; are they spellings of one?")
        })
        .collect()
}
