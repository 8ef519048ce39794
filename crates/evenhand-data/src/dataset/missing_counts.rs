//! Missing values of archives and file names, which no table reader has seen.

use crate::hint::Message;
use evenhand_stats::text::counted;
use evenhand_table::MissingValues;
use std::collections::BTreeMap;

/// The most columns and values that the note names.
const SHOWN: usize = 8;

/// Missing values by column and spelling.
#[derive(Debug)]
pub(super) struct MissingCounts {
    missing: MissingValues,
    /// Columns whose values are literal.
    literal: Vec<bool>,
    counts: BTreeMap<(usize, String), usize>,
}

impl MissingCounts {
    /// `literal` tells the columns in which every value is what it is.
    pub(super) fn new(missing: &MissingValues, literal: Vec<bool>) -> Self {
        Self {
            missing: missing.clone(),
            literal,
            counts: BTreeMap::new(),
        }
    }

    /// Empties the values of a row that stand for a missing one.
    pub(super) fn clear(&mut self, values: &mut [String]) {
        for (column, value) in values.iter_mut().enumerate() {
            if value.is_empty() || self.literal[column] || !self.missing.contains(value) {
                continue;
            }
            let key = (column, std::mem::take(value));
            *self.counts.entry(key).or_default() += 1;
        }
    }

    /// The note about them; `source` is the archive or folder.
    pub(super) fn note(&self, source: &str, columns: &[String]) -> Option<Message> {
        let list = self.counts.iter().map(|((column, value), &n)| {
            format!(
                "{} `{value}` in `{}`",
                counted(n, "value"),
                columns[*column]
            )
        });
        let mut list: Vec<String> = list.collect();
        if list.len() > SHOWN {
            let more = list.len() - SHOWN;
            list.truncate(SHOWN);
            list.push(format!("{more} more"));
        }
        let verb = match self.counts.values().sum() {
            0 => return None,
            1 => "is",
            2.. => "are",
        };
        Some(Message::new(
            "{}: {} {} missing; {missing} '' takes such values literally",
            &[&source, &list.join(", "), &verb],
        ))
    }
}
