//! Warnings of an audit: predictions or groups that are probably not what they are taken for.

use super::{AuditRow, ReadPredictions};
use crate::predictions::PredictionTable;
use evenhand_stats::audit::{Audit, Cell, Design, Gap};
use evenhand_stats::hint::Message;
use evenhand_table::spellings;
use std::collections::{BTreeSet, HashSet};

/// Columns that name a row, where there are such.
const IDS: [&str; 4] = ["id", "path", "file", "image"];

/// Fewer rows than this may well all be different.
const FEW: usize = 20;

/// Warnings about the rows.
pub(super) fn of_rows(
    predictions: &PredictionTable,
    read: &ReadPredictions,
    design: &Design,
) -> Vec<Message> {
    let class = |class: usize| read.classes.name(class);
    let labels = read.rows.iter().map(|row| class(row.label));
    let is_label = |name: &&str| read.never_labels.iter().all(|other| other != name);
    let answers = read.rows.iter().map(|row| class(row.predicted));
    let labels = labels.chain(answers.filter(|name| !is_label(name)));
    let mut warnings = Vec::from_iter(spellings("class", None, labels));
    warnings.extend(of_groups(predictions, read, design));
    let mut found: Vec<String> = Vec::new();
    let trimmed = predictions.table().trimmed();
    if trimmed > 0 {
        let rows = match trimmed {
            1 => "1 row".to_owned(),
            n => format!("{n} rows"),
        };
        found.push(format!("spaces around values were taken off in {rows}."));
    }
    found.extend(of_predictions(read));
    found.extend(repeated(predictions, &read.rows));
    warnings.extend(found.into_iter().map(Message::plain));
    warnings
}

fn of_groups(
    predictions: &PredictionTable,
    read: &ReadPredictions,
    design: &Design,
) -> Vec<Message> {
    let table = predictions.table();
    let groups = design.groups.iter().chain(&design.control);
    let attributes: BTreeSet<&String> = groups.flat_map(|group| group.attributes()).collect();
    let mut found = Vec::new();
    for attribute in attributes {
        let Some(at) = table.first_column(&[attribute.as_str()]) else {
            continue;
        };
        let text = table.text(at);
        let values = read.rows.iter().map(|row| text.get(row.row));
        let different: HashSet<&str> = values.clone().map(Option::unwrap_or_default).collect();
        if different.len() == read.rows.len() && different.len() >= FEW {
            found.push(Message::plain(format!(
                "`{attribute}` is different in every row: it makes groups of one."
            )));
        } else {
            let values = values.map(Option::unwrap_or_default);
            found.extend(spellings(attribute, Some(attribute), values));
        }
    }
    found
}

fn repeated(predictions: &PredictionTable, rows: &[AuditRow]) -> Vec<String> {
    let table = predictions.table();
    let repeated = IDS.into_iter().filter_map(|id| {
        let text = table.text(table.first_column(&[id])?);
        let named = rows.iter().filter_map(|row| text.get(row.row));
        let different: HashSet<&str> = named.clone().collect();
        let repeated = named.count() - different.len();
        (repeated > 0).then(|| {
            format!("{repeated} rows repeat the `{id}` of an earlier one; each of them counts.")
        })
    });
    repeated.collect()
}

/// Predictions that cannot be what they are taken for.
fn of_predictions(read: &ReadPredictions) -> Vec<String> {
    let rows = &read.rows;
    let mut found = Vec::new();
    if let [first, others @ ..] = rows.as_slice()
        && others.iter().all(|row| row.predicted == first.predicted)
    {
        let class = read.classes.name(first.predicted);
        found.push(format!("every prediction is `{class}`."));
    }
    let right = rows.iter().filter(|row| row.label == row.predicted).count();
    if read.classes.len() == 2 && rows.len() >= FEW && 4 * right < rows.len() {
        found.push(format!(
            "only {right} of {} predictions are right: are the classes the wrong way round?",
            rows.len()
        ));
    }
    if read.threshold.is_none() {
        let parts = |row: &&AuditRow| {
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

/// Groups that are no groups, and numbers that are less exact than they look.
pub(super) fn of_audit(audit: &Audit) -> impl Iterator<Item = Message> {
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
    let all = of_label.chain(many).chain(few_clusters(audit));
    let all = all.map(Message::plain);
    audit.imbalance_warnings().into_iter().chain(all)
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
