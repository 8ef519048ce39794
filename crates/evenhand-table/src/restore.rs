//! Columns of labels, codes and groups, put right in a table in memory.

use crate::recode::Recode;
use crate::repairs::{Counts, Repairs, count_values};
use crate::table::Table;
use crate::text_column::TextColumn;
use arrow_array::LargeStringArray;
use std::sync::Arc;

impl Table {
    /// Puts back ranges such as `3-9` that a spreadsheet took for dates, and adds a note. `columns` are taken
    /// together: they hold values of one kind.
    pub fn restore(&mut self, columns: &[usize]) {
        self.repair(columns, &[], Repairs::dates);
    }

    /// The same for labels, codes or groups, of which numbers that are written in two ways (`1` and `1.0`) become
    /// one too. `known` are further values of that kind, from another table, that may show what the columns hold.
    pub fn put_right(&mut self, columns: &[usize], known: &[&str]) {
        self.repair(columns, known, Repairs::find);
    }

    fn repair(
        &mut self,
        columns: &[usize],
        known: &[&str],
        find: impl Fn(&str, &Counts, &[&str]) -> Repairs,
    ) {
        let texts: Vec<TextColumn> = columns.iter().map(|&column| self.text(column)).collect();
        let counts = count_values(texts.iter().flat_map(|text| text.iter().flatten()));
        let names: Vec<&str> = columns
            .iter()
            .map(|&at| self.columns()[at].as_str())
            .collect();
        let repairs = find(&names.join(", "), &counts, known);
        if !repairs.is_empty() {
            for (&column, text) in columns.iter().zip(&texts) {
                self.replace_values(column, text, |value| Some(repairs.of(value)));
            }
        }
        self.shared.notes.repaired(repairs);
    }

    /// Gives values of a column the names that the user gave them, of which an empty one is a missing value.
    pub fn recode(&mut self, column: usize, names: &Recode) {
        let text = self.text(column);
        let counts = count_values(text.iter().flatten());
        self.replace_values(column, &text, |value| match names.of(value) {
            Some("") => None,
            Some(name) => Some(name),
            None => Some(value),
        });
        let name = &self.columns()[column];
        self.shared.notes.recoded(name, names, &counts);
    }

    fn replace_values<'a>(
        &mut self,
        column: usize,
        text: &'a TextColumn,
        new: impl Fn(&'a str) -> Option<&'a str>,
    ) {
        let values: LargeStringArray = text.iter().map(|value| value.and_then(&new)).collect();
        if text.array() != &values {
            self.replace(column, Arc::new(values));
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

    fn values(table: &Table, column: usize) -> Vec<String> {
        let text = table.text(column);
        text.iter()
            .map(|value| value.unwrap_or_default().to_owned())
            .collect()
    }

    #[test]
    fn one_column_may_show_what_another_held_before_a_spreadsheet_took_it() {
        let mut table = table(&[("ann", &["03-Sep", "10-19"]), ("bob", &["0-2", "Okt 19"])]);
        table.restore(&[0, 1]);
        assert_eq!(values(&table, 0), ["3-9", "10-19"]);
        assert_eq!(values(&table, 1), ["0-2", "10-19"]);
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
        assert_eq!(values(&test, 0), ["03-Sep"]);
        assert!(test.notes().is_empty());
        test.put_right(&[0], &["0-2", "20-29"]);
        assert_eq!(values(&test, 0), ["3-9"]);
        test.put_right(&[0], &["0-2", "20-29"]);
        assert_eq!(test.notes().len(), 1, "said once");
    }

    #[test]
    fn labels_that_are_the_same_number_become_one_and_other_columns_stay() {
        let mut table = table(&[("ann", &["1.0", "2", "1"]), ("width", &["1.0", "2", "1"])]);
        table.put_right(&[0], &[]);
        table.restore(&[1]);
        assert_eq!(values(&table, 0), ["1", "2", "1"]);
        assert_eq!(values(&table, 1), ["1.0", "2", "1"]);
    }

    #[test]
    fn values_get_the_names_that_the_user_gave_them() {
        let mut table = table(&[("sex", &["F", "f", "m", "unclear"])]);
        let names: Recode = "F=Female,f=Female,m=Male,unclear=,x=y".parse().unwrap();
        table.recode(0, &names);
        assert_eq!(values(&table, 0), ["Female", "Female", "Male", ""]);
        assert_eq!(
            table.notes()[0].to_string(),
            "sex: 4 values renamed, as asked (`F` → `Female`, `f` → `Female`, `m` → `Male`, `unclear` → missing)"
        );
        assert_eq!(table.notes()[1].to_string(), "sex: no value is `x`");
    }

    #[test]
    fn a_name_that_is_in_one_of_several_columns_is_not_missed() {
        let mut table = self::table(&[("label", &["F", "m"]), ("predicted", &["f", "m"])]);
        let names: Recode = "F=Female,f=Female,w=Female".parse().unwrap();
        table.recode(0, &names);
        table.recode(1, &names);
        let notes: Vec<String> = table.notes().iter().map(ToString::to_string).collect();
        assert_eq!(
            notes,
            [
                "label: 1 value renamed, as asked (`F` → `Female`)",
                "predicted: 1 value renamed, as asked (`f` → `Female`)",
                "label, predicted: no value is `w`"
            ]
        );
    }
}
