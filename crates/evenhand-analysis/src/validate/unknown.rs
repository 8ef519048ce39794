//! Codes that are no class of the classifier, such as `unclear`. What nobody can predict is no error of the
//! classifier: it is left out, and counted.

use super::ValidationError;
use crate::codes::CodeTable;
use crate::predictions::PredictionTable;
use evenhand_stats::coders::Item;
use evenhand_stats::hint::Message;
use evenhand_stats::text::counted;
use std::collections::BTreeMap;

/// What was left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UnknownCodes {
    /// How many codes have each label that is no class.
    pub codes: BTreeMap<String, usize>,
    /// Items that were left out: most of their coders chose such a label, or are tied with one.
    pub items: usize,
    /// The classes of the classifier.
    classes: Vec<String>,
}

impl UnknownCodes {
    /// Takes such codes and items out of the table, and the predictions of these items out of `rows`. Where nobody
    /// knows all classes, since no column has their probabilities, a label may be a class that was never predicted.
    ///
    /// # Errors
    /// No label is a class.
    pub(super) fn leave_out(
        table: &mut CodeTable,
        rows: Vec<usize>,
        predictions: &PredictionTable,
        classes: &[String],
    ) -> Result<(Self, Vec<usize>), ValidationError> {
        let codes = &table.codes;
        let is_unknown: Vec<bool> = (codes.labels.iter())
            .map(|label| !classes.contains(label))
            .collect();
        let used = codes.used_labels();
        let unknown: Vec<&String> = (used.iter())
            .filter(|&&label| is_unknown[label])
            .map(|&label| &codes.labels[label])
            .collect();
        let knows_all = predictions.is_ours() && !predictions.probabilities().is_empty();
        if !unknown.is_empty() && unknown.len() == used.len() {
            let has_code = |item: &&Item| !item.codes.is_empty();
            return Err(ValidationError::UnknownLabels {
                table: table.prefix(),
                labels: unknown.into_iter().cloned().collect(),
                count: codes.items.iter().filter(has_code).count(),
                classes: classes.to_vec(),
            });
        }
        if unknown.is_empty() || !knows_all {
            return Ok((Self::default(), rows));
        }
        let mut found = Self {
            classes: classes.to_vec(),
            ..Self::default()
        };
        for code in codes.items.iter().flat_map(|item| &item.codes) {
            if is_unknown[code.label] {
                let label = codes.labels[code.label].clone();
                *found.codes.entry(label).or_default() += 1;
            }
        }
        let stays = |item: &Item| match codes.majority(item).label {
            Some(label) => !is_unknown[label],
            None => !item.codes.iter().any(|code| is_unknown[code.label]),
        };
        let stay: Vec<bool> = codes.items.iter().map(stays).collect();
        let rows: Vec<usize> = (rows.into_iter().zip(&stay))
            .filter_map(|(row, &stays)| stays.then_some(row))
            .collect();
        found.items = stay.len() - rows.len();
        let mut stay = stay.iter();
        let items = &mut table.codes.items;
        items.retain(|_| stay.next().is_some_and(|&stays| stays));
        for item in items {
            item.codes.retain(|code| !is_unknown[code.label]);
        }
        found.forget_labels(table);
        Ok((found, rows))
    }

    /// Takes them out of the labels of codes.
    fn forget_labels(&self, table: &mut CodeTable) {
        let codes = &mut table.codes;
        let is_left = |label: &String| !self.codes.contains_key(label);
        let left: Vec<String> = codes
            .labels
            .iter()
            .filter(|of| is_left(of))
            .cloned()
            .collect();
        for code in codes.items.iter_mut().flat_map(|item| &mut item.codes) {
            let label = &codes.labels[code.label];
            let place = left.iter().position(|left| left == label);
            code.label = place.expect("only codes of known labels are left");
        }
        codes.labels = left;
        table.order.retain(is_left);
    }

    /// What was left out; `None` if nothing was.
    pub(super) fn warning(&self) -> Option<Message> {
        let (example, _) = self.codes.first_key_value()?;
        let all: usize = self.codes.values().sum();
        let labels = self
            .codes
            .iter()
            .map(|(label, n)| format!("`{label}` ({n})"));
        Some(Message::new(
            "{} left out that {} no class of the classifier ({}): {}, and with them {} that had no other consensus; \
             {map} '{}={}' takes one for a class",
            &[
                &counted(all, "code"),
                &if all == 1 { "is" } else { "are" },
                &self.classes.join(", "),
                &labels.collect::<Vec<_>>().join(", "),
                &counted(self.items, "item"),
                example,
                &self.classes[0],
            ],
        ))
    }
}
