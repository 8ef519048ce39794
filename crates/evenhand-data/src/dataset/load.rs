//! From a table of text to records: values put right, labels made classes, parts told apart.

use super::classes::{self, Chosen};
use super::repairs::{self, Kind};
use super::row::Row;
use super::table::Table;
use super::{Dataset, DatasetError, Layout, Skipped, bands, codes, groups, split};
use crate::record::{Classes, MISSING, Record};
use evenhand_stats::text::counted;
use evenhand_table::spellings;
use std::collections::BTreeSet;
use std::path::Path;

/// Reads a dataset: a table or an archive, or several of them that a glob names, a folder of class folders, or a
/// folder of images whose names tell their labels. A row whose image is missing is a row all the same; images are
/// not opened here.
///
/// # Errors
/// A path or table that cannot be read, a column that is not there, a label column that makes no
/// classifier, a group without members, values that are no split or no numbers.
pub fn load(path: &Path, layout: &Layout) -> Result<Dataset, DatasetError> {
    let table = Table::read(path, layout)?;
    let left_out = table.left_out.clone();
    from_table(path, layout, table).map_err(|error| error.after_leaving_out(left_out))
}

/// The same, of a table that is read.
pub(super) fn from_table(
    path: &Path,
    layout: &Layout,
    mut table: Table,
) -> Result<Dataset, DatasetError> {
    let label = table.label(layout.label.as_deref())?;
    put_right(&mut table, layout, label, None)?;
    let Chosen {
        classes,
        notes,
        warnings,
    } = classes::choose(
        &table.columns[label],
        table.values(label),
        layout.positive.as_deref(),
    )?;
    table.note(notes);
    table.warnings.extend(warnings);
    let person = layout
        .person
        .as_deref()
        .map(|person| table.column(person))
        .transpose()?;
    let mut records: Vec<Record> = table
        .rows
        .iter()
        .map(|row| record(row, label, &classes, person))
        .collect();
    if let Some(column) = layout.split.as_ref().or(table.split.as_ref()) {
        let at = table.column(column)?;
        let words = table.rows.iter().map(|row| row.values[at].as_str());
        let parts = split::parts(column, words)?;
        records
            .iter_mut()
            .zip(parts.of)
            .for_each(|(record, part)| record.part = Some(part));
        table.note(parts.note);
    }
    groups::check(&table.columns, &records, &layout.groups, "dataset")?;
    warn_of_spellings(&mut table, layout, label);
    table.note(left_out(path, &records, &table.skipped));
    let Table {
        columns,
        skipped,
        notes,
        warnings,
        ..
    } = table;
    let label = columns[label].clone();
    Ok(Dataset {
        records,
        classes,
        label,
        attributes: columns,
        skipped,
        notes,
        warnings,
    })
}

/// New names for values and codes, ranges for spreadsheet dates, one label for a number that is written in two ways,
/// bands for numbers. `known` is a dataset whose attributes the table shares.
pub(super) fn put_right(
    table: &mut Table,
    layout: &Layout,
    label: usize,
    known: Option<&Dataset>,
) -> Result<(), DatasetError> {
    for names in &layout.map {
        let column = match &names.column {
            Some(column) => table.column(column)?,
            None => label,
        };
        repairs::rename(table, column, names);
    }
    for (name, names) in &layout.values {
        let column = table.column(name)?;
        let note = codes::apply(table, column, names);
        table.note(note);
    }
    let mut names = group_columns(table, layout);
    names.push(label);
    for column in 0..table.columns.len() {
        let name = table.columns[column].clone();
        if Some(&name) == layout.person.as_ref() || Some(&name) == layout.split.as_ref() {
            continue;
        }
        let known = known.map_or_else(Vec::new, |dataset| values_of(dataset, &name));
        let is_name = names.contains(&column) && !layout.bands.contains_key(&name);
        let kind = if is_name { Kind::Names } else { Kind::Other };
        repairs::apply(table, column, &known, kind);
    }
    for (name, ends) in &layout.bands {
        let column = table.column(name)?;
        let notes = bands::apply(table, column, ends)?;
        table.note(notes);
    }
    Ok(())
}

/// The values of an attribute that are not missing.
fn values_of<'a>(dataset: &'a Dataset, name: &str) -> Vec<&'a str> {
    let mut attributes = dataset.attributes.iter();
    let Some(at) = attributes.position(|attribute| attribute == name) else {
        return Vec::new();
    };
    let values = dataset.records.iter().map(|record| &record.attributes[at]);
    let values = values.filter(|value| *value != MISSING);
    let values: BTreeSet<&str> = values.map(String::as_str).collect();
    values.into_iter().collect()
}

/// The columns that groups cross, each once.
fn group_columns(table: &Table, layout: &Layout) -> Vec<usize> {
    let mut columns = Vec::new();
    for group in &layout.groups {
        // A group that is none is told when there are records, with their values.
        columns.extend(groups::columns(&table.columns, &[], group).unwrap_or_default());
    }
    columns.sort_unstable();
    columns.dedup();
    columns
}

pub(super) fn record(row: &Row, label: usize, classes: &Classes, person: Option<usize>) -> Record {
    let or_missing = |value: &String| match value.is_empty() {
        true => MISSING.to_owned(),
        false => value.clone(),
    };
    Record {
        path: row.path.clone(),
        image: row.image.clone(),
        label: classes.index(&row.values[label]),
        person: person
            .map(|column| row.values[column].clone())
            .filter(|who| !who.is_empty()),
        part: None,
        attributes: row.values.iter().map(or_missing).collect(),
    }
}

/// Warns about spellings of group values; those of labels have been warned about.
fn warn_of_spellings(table: &mut Table, layout: &Layout, label: usize) {
    let columns = group_columns(table, layout).into_iter();
    let warnings = columns.filter(|column| *column != label);
    let warnings = warnings.filter_map(|at| {
        let column = &table.columns[at];
        spellings(column, Some(column), table.values(at))
    });
    let warnings: Vec<_> = warnings.collect();
    table.warnings.extend(warnings);
}

pub(super) fn left_out(path: &Path, records: &[Record], skipped: &[Skipped]) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(first) = skipped.first() {
        let files = counted(skipped.len(), "file");
        notes.push(format!(
            "{files} skipped, first `{}`: {}",
            first.path, first.reason
        ));
    }
    match records
        .iter()
        .filter(|record| record.label.is_none())
        .count()
    {
        0 => {}
        n => {
            let rows = counted(n, "row");
            notes.push(format!(
                "{}: {rows} without a label take no part",
                path.display()
            ));
        }
    }
    notes
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::record::{Location, Part};
    use std::path::PathBuf;

    pub(in crate::dataset) fn csv(text: &str) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("faces.csv");
        std::fs::write(&path, text).unwrap();
        (dir, path)
    }

    pub(in crate::dataset) fn by(label: &str) -> Layout {
        Layout {
            label: Some(label.to_owned()),
            ..Layout::default()
        }
    }

    #[test]
    fn every_column_but_the_image_is_an_attribute_and_paths_are_relative_to_the_csv() {
        let (dir, path) =
            csv("path,sex,age,who\na/1.jpg, f ,31,ann\n/abs/2.jpg,m,,\n3.jpg,,7,bob\n");
        let layout = Layout {
            person: Some("who".to_owned()),
            ..by("sex")
        };
        let dataset = load(&path, &layout).unwrap();
        let file = Location::File;
        assert_eq!(dataset.attributes, ["sex", "age", "who"]);
        assert_eq!(dataset.records[0].image, file(dir.path().join("a/1.jpg")));
        assert_eq!(dataset.records[0].attributes, ["f", "31", "ann"]);
        assert_eq!(dataset.records[1].image, file("/abs/2.jpg".into()));
        assert_eq!(dataset.records[1].attributes, ["m", MISSING, MISSING]);
        let labels: Vec<_> = dataset.records.iter().map(|record| record.label).collect();
        assert_eq!(labels, [Some(0), Some(1), None]);
        assert_eq!(dataset.records[0].person.as_deref(), Some("ann"));
        assert_eq!(dataset.records[1].person, None);
        assert!(dataset.notes.iter().any(|note| {
            note.to_string()
                .ends_with("1 row without a label take no part")
        }));
    }

    #[test]
    fn a_column_that_is_not_there_is_an_error_that_lists_those_that_are() {
        let (_dir, path) = csv("file,sex\n1.jpg,f\n2.jpg,m\n");
        let error = load(&path, &by("gender")).unwrap_err().to_string();
        assert!(
            error.ends_with("there is no column `gender`; the columns are `sex`"),
            "{error}"
        );
        let error = load(&path, &Layout::default()).unwrap_err();
        assert!(matches!(error, DatasetError::NoLabel { .. }));
        let error = load(Path::new("/no/such.csv"), &by("sex")).unwrap_err();
        assert!(matches!(error, DatasetError::NotFound { .. }));
    }

    #[test]
    fn codes_are_named_dates_restored_and_numbers_banded_even_for_the_label() {
        let (_dir, path) = csv("file,sex,age,years\n1,0,0-2,3\n2,1,03-Sep,20\n3,9,Oct-19,61\n");
        let mut layout = by("years");
        layout.bands.insert("years".to_owned(), vec![0.0, 18.0]);
        let names = [("0", "Male"), ("1", "Female")].map(|(k, v)| (k.to_owned(), v.to_owned()));
        layout.values.insert("sex".to_owned(), names.into());
        let dataset = load(&path, &layout).unwrap();
        assert_eq!(dataset.classes.names(), ["0-17", "18+"]);
        assert_eq!(dataset.records[1].attributes, ["Female", "3-9", "18+"]);
        assert_eq!(dataset.records[2].attributes, [MISSING, "10-19", "18+"]);
        assert!(dataset.notes[0].to_string().contains("`9`"));
        assert_eq!(
            dataset.notes[1].to_string(),
            "age: 2 values that a spreadsheet turned into dates restored (`03-Sep` → `3-9`, `Oct-19` → `10-19`)"
        );
    }

    #[test]
    fn the_split_column_tells_the_parts() {
        let (_dir, path) = csv("file,sex,set\n1,f,Train\n2,m,training\n3,m,VAL\n");
        let layout = Layout {
            split: Some("set".to_owned()),
            ..by("sex")
        };
        let dataset = load(&path, &layout).unwrap();
        let parts: Vec<_> = dataset
            .records
            .iter()
            .map(|record| record.part.unwrap())
            .collect();
        assert_eq!(parts, [Part::Train, Part::Train, Part::Test]);
    }

    #[test]
    fn fairface_is_loaded_and_its_ages_restored() {
        let Some(folder) = std::env::var_os("EVENHAND_FACES").map(PathBuf::from) else {
            eprintln!("skipped: EVENHAND_FACES does not name the folder of FairFace crops");
            return;
        };
        let layout = super::super::Preset::find("fairface").unwrap().layout;
        let train = load(&folder.join("train.csv"), &layout).unwrap();
        assert_eq!(train.records.len(), 10_000);
        assert_eq!(train.classes.names(), ["Male", "Female"]);
        let age = train.group_columns("age").unwrap()[0];
        let count = |age_is: &str| {
            train
                .records
                .iter()
                .filter(|record| record.attributes[age] == age_is)
                .count()
        };
        assert_eq!(
            (count("3-9"), count("10-19"), count("03-Sep")),
            (1_182, 1_111, 0)
        );
        assert!(
            train.notes[0].to_string().contains("2,293 values"),
            "{:?}",
            train.notes
        );
        let is_file = |record: &Record| match &record.image {
            Location::File(path) => path.is_file(),
            _ => false,
        };
        assert!(train.records.iter().all(is_file));
        let both = train.with_test(&folder.join("val.csv"), &layout).unwrap();
        assert_eq!(both.records.len(), 12_000);
        assert_eq!(both.strata(&layout.groups).unwrap().len(), 12_000);
    }
}
