//! Columns of ranges, restored where a spreadsheet turned values into dates.

use crate::date_ranges::DateRanges;
use crate::table::Table;
use crate::text_column::TextColumn;
use arrow_array::LargeStringArray;
use evenhand_stats::hint::Message;
use evenhand_stats::text::counted;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

impl Table {
    /// Puts back ranges such as `3-9` that a spreadsheet took for dates, and adds a note. `columns` are taken
    /// together: they hold values of one kind.
    pub fn restore(&mut self, columns: &[usize]) {
        self.restore_alike(columns, &[]);
    }

    /// The same; `known` are further values of that kind, from another table, that may show what the columns hold.
    pub fn restore_alike(&mut self, columns: &[usize], known: &[&str]) {
        let texts: Vec<TextColumn> = columns.iter().map(|&column| self.text(column)).collect();
        let values = texts.iter().flat_map(|text| text.iter().flatten());
        let Some(ranges) = DateRanges::find(values.chain(known.iter().copied())) else {
            return;
        };
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        let mut unclear: BTreeSet<&str> = BTreeSet::new();
        for (&column, text) in columns.iter().zip(&texts) {
            let restored: LargeStringArray = text
                .iter()
                .map(|value| {
                    let value = value?;
                    let range = ranges.range(value);
                    match range {
                        Some(_) => *counts.entry(value).or_default() += 1,
                        None if ranges.unclear.contains_key(value) => drop(unclear.insert(value)),
                        None => {}
                    }
                    Some(range.unwrap_or(value))
                })
                .collect();
            if text.array() != &restored {
                self.replace(column, Arc::new(restored));
            }
        }
        let names: Vec<&str> = columns
            .iter()
            .map(|&at| self.columns()[at].as_str())
            .collect();
        self.say_restored(&names.join(", "), &counts, &unclear, &ranges);
    }

    fn say_restored(
        &self,
        columns: &str,
        counts: &BTreeMap<&str, usize>,
        unclear: &BTreeSet<&str>,
        ranges: &DateRanges,
    ) {
        let table = self.shared.origin.prefix();
        if !counts.is_empty() {
            let example =
                |date: &&str| format!("`{date}` → `{}`", ranges.range(date).unwrap_or(date));
            let examples: Vec<String> = counts.keys().map(example).collect();
            self.shared.notes.say(Message::plain(format!(
                "{table}{columns}: {} that a spreadsheet turned into dates restored ({})",
                counted(counts.values().sum::<usize>(), "value"),
                examples.join(", ")
            )));
        }
        for date in unclear {
            let readings = ranges.unclear[*date].join("` or `");
            self.shared.notes.say(Message::plain(format!(
                "{table}{columns}: the date `{date}` was `{readings}` before a spreadsheet changed it, and is left"
            )));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(columns: &[(&str, &[&str])]) -> Table {
        let column = |(name, values): &(&str, &[&str])| {
            let values = values.iter().map(|value| Some((*value).to_owned()));
            ((*name).to_owned(), values.collect())
        };
        Table::from_columns(columns.iter().map(column).collect()).unwrap()
    }

    #[test]
    fn one_column_may_show_what_another_held_before_a_spreadsheet_took_it() {
        let mut table = table(&[("ann", &["03-Sep", "10-19"]), ("bob", &["0-2", "Okt 19"])]);
        table.restore(&[0, 1]);
        let values = |column| {
            table
                .text(column)
                .iter()
                .flatten()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            (values(0), values(1)),
            (
                vec!["3-9".into(), "10-19".into()],
                vec!["0-2".into(), "10-19".into()]
            )
        );
        let note = table.notes()[0].to_string();
        assert!(
            note.starts_with("ann, bob: 2 values that a spreadsheet"),
            "{note}"
        );
    }

    #[test]
    fn values_of_another_table_may_show_what_a_column_holds() {
        let mut test = table(&[("age", &["03-Sep"])]);
        test.restore(&[0]);
        assert_eq!(test.text(0).get(0), Some("03-Sep"));
        assert!(test.notes().is_empty());
        test.restore_alike(&[0], &["0-2", "20-29"]);
        assert_eq!(test.text(0).get(0), Some("3-9"));
    }
}
