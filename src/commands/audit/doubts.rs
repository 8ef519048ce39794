//! What is not wrong with a file of predictions, but looks as if it were.

use std::collections::{BTreeMap, BTreeSet};

use super::answers::{Answers, Found};
use super::{Config, Sheet};
use evenhand::audit::{Audit, Cell, Gap};

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
    if sheet.trimmed > 0 {
        let rows = match sheet.trimmed {
            1 => "1 row".to_owned(),
            n => format!("{n} rows"),
        };
        found.push(format!("spaces around values were taken off in {rows}."));
    }
    found.extend(of_predictions(answers));
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

/// Predictions that cannot be what they are taken for.
fn of_predictions(answers: &Answers) -> Vec<String> {
    let rows = &answers.rows;
    let mut found = Vec::new();
    if let [first, others @ ..] = rows.as_slice()
        && others.iter().all(|row| row.predicted == first.predicted)
    {
        let class = answers.classes.name(first.predicted);
        found.push(format!("every prediction is `{class}`."));
    }
    let right = rows.iter().filter(|row| row.label == row.predicted).count();
    if answers.classes.len() == 2 && rows.len() >= FEW && 4 * right < rows.len() {
        found.push(format!(
            "only {right} of {} predictions are right: are the classes the wrong way round?",
            rows.len()
        ));
    }
    if answers.threshold.is_none() {
        let parts = |row: &&Found| {
            row.score
                .is_some_and(|score| (score >= 0.5) != (row.predicted == 1))
        };
        let disagree = rows.iter().filter(parts).count();
        if 20 * disagree > rows.len() {
            found.push(format!(
                "predictions are not those of a threshold of 0.5: {disagree} of {} disagree with \
                 their scores.",
                rows.len()
            ));
        }
    }
    found
}

/// What the audit had to do by halves, and groups that are no groups.
pub(super) fn of_audit(audit: &Audit) -> impl Iterator<Item = String> {
    let has_one_label = |cell: &Cell| {
        let labels =
            (0..cell.confusion.classes()).filter(|&class| cell.confusion.labelled(class) > 0);
        labels.count() == 1
    };
    let groupings = audit.groupings.iter();
    let of_label = groupings.filter(move |grouping| {
        grouping.cells.len() > 1 && grouping.cells.iter().all(|(_, cell)| has_one_label(cell))
    });
    let of_label = of_label.map(|grouping| {
        format!(
            "each group of `{}` has one label only: that sets its precision and selection rate \
             apart, whatever the classifier does.",
            grouping.name
        )
    });
    let many = (audit.groupings.iter()).filter(|grouping| grouping.cells.len() > Gap::FULL);
    let many = many.map(|grouping| {
        format!(
            "`{}` has {} groups: of more than {}, the largest gap is tested with fewer resamples.",
            grouping.name,
            grouping.cells.len(),
            Gap::FULL
        )
    });
    of_label.chain(many).chain(few_clusters(audit))
}

/// With few clusters the design effect is uncertain itself.
fn few_clusters(audit: &Audit) -> Option<String> {
    let column = audit.sampling.clusters()?;
    let is_few = |cell: &Cell| {
        let estimable = cell.accuracy().estimate.is_ok();
        estimable && cell.clusters.is_some_and(|clusters| clusters < FEW as u64)
    };
    let groups = audit.groupings.iter().flat_map(|grouping| &grouping.cells);
    let groups = groups
        .filter(|(_, cell)| is_few(cell))
        .map(|(value, _)| format!("`{value}`"));
    let everyone = is_few(&audit.overall).then(|| "everyone".to_owned());
    let few: Vec<String> = everyone.into_iter().chain(groups).collect();
    (!few.is_empty()).then(|| {
        format!(
            "fewer than {FEW} values of `{column}` in {}: their intervals are too narrow.",
            few.join(", ")
        )
    })
}

/// Values that differ in case, spaces and signs only, and are probably one.
pub(in crate::commands) fn misspelt<'a>(
    of: &str,
    values: impl IntoIterator<Item = &'a str>,
) -> Vec<String> {
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
