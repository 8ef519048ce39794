//! A second dataset as the test part: it is read as the first one was, and knows no class and no
//! range that the first one does not.

use super::load::{left_out, put_right, record};
use super::row::Row;
use super::table::Table;
use super::{Dataset, DatasetError, Layout, groups};
use crate::record::{Classes, MISSING, Part, Record};
use evenhand_stats::text::{counted, quoted};
use std::path::Path;

impl Dataset {
    /// Adds a second dataset of the same layout as the test part; all of this one becomes the
    /// training part, whatever the split column says.
    ///
    /// # Errors
    /// As [`load`](super::load()), and a label that is not a class of this dataset, or a group that is not in
    /// both.
    pub fn with_test(self, path: &Path, layout: &Layout) -> Result<Self, DatasetError> {
        self.with_test_table(Table::read(path, layout)?, path, layout)
    }

    /// The same, of a table that is read.
    pub(super) fn with_test_table(
        mut self,
        mut table: Table,
        path: &Path,
        layout: &Layout,
    ) -> Result<Self, DatasetError> {
        let label = table.column(&self.label)?;
        put_right(&mut table, layout, label, Some(&self))?;
        check_labels(&table, label, &self.classes)?;
        let person = layout
            .person
            .as_deref()
            .map(|person| table.column(person))
            .transpose()?;
        let mut test: Vec<Record> = table
            .rows
            .iter()
            .map(|row| record(row, label, &self.classes, person))
            .collect();
        groups::check(&table.columns, &test, &layout.groups, "test part")?;
        table.note(left_out(path, &test, &table.skipped));

        let new = table
            .columns
            .iter()
            .filter(|column| !self.attributes.contains(column));
        let attributes: Vec<String> = self.attributes.iter().chain(new).cloned().collect();
        for record in &mut self.records {
            record.part = Some(Part::Train);
            record
                .attributes
                .resize(attributes.len(), MISSING.to_owned());
        }
        let column = |name: &String| table.columns.iter().position(|column| column == name);
        let columns: Vec<Option<usize>> = attributes.iter().map(column).collect();
        for record in &mut test {
            let value = |column: &Option<usize>| match column {
                Some(column) => record.attributes[*column].clone(),
                None => MISSING.to_owned(),
            };
            record.attributes = columns.iter().map(value).collect();
            record.part = Some(Part::Test);
        }
        self.attributes = attributes;
        self.records.extend(test);
        self.skipped.extend(table.skipped);
        self.notes.extend(table.notes);
        self.warnings.extend(table.warnings);
        Ok(self)
    }
}

/// Checks that every label of the table is a class.
fn check_labels(table: &Table, label: usize, classes: &Classes) -> Result<(), DatasetError> {
    let unknown = |row: &&Row| {
        let value = &row.values[label];
        !value.is_empty() && classes.index(value).is_none()
    };
    let mut rows = table.rows.iter().filter(unknown);
    match rows.next() {
        None => Ok(()),
        Some(first) => Err(DatasetError::UnknownLabel {
            place: first.place.clone(),
            label: first.values[label].clone(),
            classes: quoted(classes.names()),
            more: match rows.count() {
                0 => String::new(),
                more => format!(" (and {} more)", counted(more, "row")),
            },
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::load;
    use crate::dataset::load::tests::{by, csv};

    #[test]
    fn a_test_dataset_has_the_classes_and_the_ranges_of_the_training_one() {
        let (_a, train) = csv("file,sex,age,mood\n1,f,0-2,x\n2,m,20-29,y\n");
        let (_b, test) = csv("file,age,sex,city\n1,03-Sep,m,Bonn\n");
        let layout = Layout {
            positive: Some("f".to_owned()),
            ..by("sex")
        };
        let both = load(&train, &layout)
            .unwrap()
            .with_test(&test, &layout)
            .unwrap();
        assert_eq!(both.attributes, ["sex", "age", "mood", "city"]);
        assert_eq!(both.records[0].attributes, ["f", "0-2", "x", MISSING]);
        assert_eq!(both.records[2].attributes, ["m", "3-9", MISSING, "Bonn"]);
        let parts: Vec<_> = both
            .records
            .iter()
            .map(|record| record.part.unwrap())
            .collect();
        assert_eq!(parts, [Part::Train, Part::Train, Part::Test]);
        assert_eq!(both.records[2].label, Some(0));

        let (_c, wrong) = csv("file,sex\n1,f\n2,femal\n3,mal\n");
        let error = load(&train, &layout)
            .unwrap()
            .with_test(&wrong, &layout)
            .unwrap_err();
        let error = error.to_string();
        assert!(
            error.ends_with("faces.csv:3: label `femal` is not one of `m`, `f` (and 1 row more)")
        );
        let grouped = Layout {
            groups: vec!["age".to_owned()],
            ..layout
        };
        let error = load(&train, &grouped)
            .unwrap()
            .with_test(&wrong, &grouped)
            .unwrap_err();
        assert!(matches!(error, DatasetError::UnknownLabel { .. }));
        let (_d, ageless) = csv("file,sex\n1,f\n");
        let error = load(&train, &grouped)
            .unwrap()
            .with_test(&ageless, &grouped)
            .unwrap_err();
        assert!(matches!(error, DatasetError::NoSuchGroup { .. }));
    }
}
