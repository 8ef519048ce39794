//! Tables as users have them, read as datasets and as lists of images.

use super::load::tests::{by, csv};
use super::{
    Dataset, DatasetError, Layout, ListOptions, ReadOptions, inputs, inputs_with, load, units,
};
use crate::hint::Hint;
use crate::record::{Location, MISSING, Part, Record};
use evenhand_table::{MissingValues, Table};
use rust_xlsxwriter::Workbook;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

fn records(path: &Path) -> Vec<Record> {
    let inputs = inputs(&[path.to_str().unwrap().to_owned()], None).unwrap();
    inputs.map(Result::unwrap).collect()
}

fn error(path: &Path) -> String {
    let inputs = inputs(&[path.to_str().unwrap().to_owned()], None);
    let error = match inputs {
        Err(error) => error,
        Ok(inputs) => inputs.map(Result::err).find_map(|error| error).unwrap(),
    };
    error.to_string()
}

const ROWS: [[&str; 3]; 4] = [
    ["path", "sex", "age"],
    ["a/1.jpg", "f", "31"],
    ["2.jpg", "m", "NA"],
    ["3.jpg", "", "7"],
];

/// The same table in each format.
fn tables() -> (TempDir, Vec<PathBuf>) {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    let lines = |delimiter: &str| ROWS.map(|row| row.join(delimiter)).join("\n");
    fs::write(path("t.csv"), lines(",")).unwrap();
    fs::write(path("t.tsv"), lines("\t")).unwrap();
    fs::write(path("t.txt"), "sep=;\r\n".to_owned() + &lines(";")).unwrap();
    let object = |row: [&str; 3]| {
        let [image, sex, age] = row;
        format!("{{\"path\": \"{image}\", \"sex\": \"{sex}\", \"age\": \"{age}\"}}\n")
    };
    let objects: String = ROWS[1..].iter().map(|&row| object(row)).collect();
    fs::write(path("t.jsonl"), objects).unwrap();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (at, row) in ROWS.iter().enumerate() {
        for (column, value) in row.iter().enumerate() {
            sheet.write(at as u32, column as u16, *value).unwrap();
        }
    }
    workbook.save(path("t.xlsx")).unwrap();
    let table = Table::read(&path("t.csv"), &ReadOptions::default()).unwrap();
    let (file, schema) = (
        File::create(path("t.arrow")).unwrap(),
        table.batch().schema(),
    );
    let mut writer = arrow_ipc::writer::FileWriter::try_new(file, &schema).unwrap();
    writer.write(table.batch()).unwrap();
    writer.finish().unwrap();
    let names = ["t.csv", "t.tsv", "t.txt", "t.jsonl", "t.xlsx", "t.arrow"];
    let paths = names.map(path).to_vec();
    (dir, paths)
}

#[test]
fn a_list_is_the_same_in_every_format() {
    let (dir, paths) = tables();
    for path in paths {
        let shown = path.display().to_string();
        let records = records(&path);
        let images: Vec<&Location> = records.iter().map(|record| &record.image).collect();
        let expected =
            ["a/1.jpg", "2.jpg", "3.jpg"].map(|name| Location::File(dir.path().join(name)));
        assert_eq!(images, expected.each_ref(), "{shown}");
        assert_eq!(records[0].path, "a/1.jpg", "{shown}");
        let attributes: Vec<String> = records.iter().map(|row| row.attributes.join(" ")).collect();
        assert_eq!(
            attributes,
            ["f 31", "m (missing)", "(missing) 7"],
            "{shown}"
        );
        let dataset = load(&path, &by("sex")).unwrap();
        let labels: Vec<_> = dataset.records.iter().map(|record| record.label).collect();
        assert_eq!(labels, [Some(0), Some(1), None], "{shown}");
        assert_eq!(
            dataset.records[1].attributes, records[1].attributes,
            "{shown}"
        );
    }
}

fn with_missing(missing: &[&str]) -> Layout {
    Layout {
        missing: Some(missing.iter().map(|&value| value.to_owned()).collect()),
        person: Some("who".to_owned()),
        ..by("sex")
    }
}

#[test]
fn missing_values_are_missing_in_every_column_and_said_once() {
    let (_dir, path) = csv("file,sex,age,who\n1,f,NA,ann\n2,m,null,NA\n3,NA,31,N/A\n4,m,NA,bob\n");
    let layout = Layout {
        person: Some("who".to_owned()),
        ..by("sex")
    };
    let Dataset {
        records,
        classes,
        notes,
        ..
    } = load(&path, &layout).unwrap();
    assert_eq!(classes.names(), ["f", "m"]);
    assert_eq!(records[2].label, None);
    assert_eq!(records[0].attributes, ["f", MISSING, "ann"]);
    let persons: Vec<Option<&str>> = records.iter().map(|row| row.person.as_deref()).collect();
    assert_eq!(persons, [Some("ann"), None, None, Some("bob")]);
    let said: Vec<String> = notes
        .iter()
        .map(ToString::to_string)
        .filter(|note| note.contains("`missing` ''"))
        .collect();
    assert_eq!(said.len(), 1, "{notes:?}");
    assert!(
        said[0].contains("1 value `NA` in `sex`, 2 values `NA` in `age`"),
        "{said:?}"
    );
    assert!(said[0].contains("1 value `null` in `age`"), "{said:?}");

    let literal = load(&path, &with_missing(&[""])).unwrap();
    assert_eq!(literal.classes.names(), ["NA", "f", "m"]);
    assert_eq!(literal.records[1].person.as_deref(), Some("NA"));
    let other = load(&path, &with_missing(&["31", "NA"])).unwrap();
    assert_eq!(other.records[2].attributes, [MISSING, MISSING, "N/A"]);

    let options = ListOptions {
        read_options: ReadOptions {
            missing: MissingValues::only(["31"]),
            ..ReadOptions::default()
        },
        ..ListOptions::default()
    };
    let args = [path.to_str().unwrap().to_owned()];
    let mut inputs = inputs_with(&args, &options).unwrap();
    let rows: Vec<String> = inputs
        .by_ref()
        .map(|row| row.unwrap().attributes[1].clone())
        .collect();
    assert_eq!(rows, ["NA", "null", MISSING, "NA"]);
    let note = inputs.notes()[0].to_string();
    assert!(note.contains("1 value `31` in `age` is missing"), "{note}");
}

#[test]
fn a_missing_word_in_the_split_column_is_an_error() {
    let (_dir, path) = csv("file,sex,set\n1,f,train\n2,m,NA\n3,m,test\n");
    let layout = Layout {
        split: Some("set".to_owned()),
        ..by("sex")
    };
    let error = load(&path, &layout).unwrap_err().to_string();
    assert_eq!(
        error,
        "the split column `set` holds `(missing)`; `train`, `val` and `test` are expected"
    );
}

#[test]
fn missing_values_in_file_names_are_missing_but_folders_are_classes() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["None/1_NA.jpg", "mild/2_7.jpg"] {
        fs::create_dir_all(dir.path().join(name).parent().unwrap()).unwrap();
        fs::write(dir.path().join(name), "").unwrap();
    }
    let classes = load(dir.path(), &Layout::default()).unwrap().classes;
    assert_eq!(classes.names(), ["None", "mild"]);
    let layout = Layout {
        pattern: Some("{sex}_{age}".to_owned()),
        ..by("sex")
    };
    let dataset = load(dir.path(), &layout).unwrap();
    assert_eq!(dataset.records[0].attributes, ["1", MISSING]);
    assert!(
        dataset.notes[0]
            .to_string()
            .contains("1 value `NA` in `age` is missing"),
        "{:?}",
        dataset.notes
    );
}

#[test]
fn a_quote_that_is_never_closed_is_an_error_that_names_its_line() {
    let (_dir, path) = csv("file,sex\n1.jpg,f\n2.jpg,\"m\n3.jpg,f\n4.jpg,m\n");
    let quote = load(&path, &by("sex")).unwrap_err();
    let message = quote.to_string();
    assert!(
        message.ends_with("faces.csv:3: a quote opens here and is never closed"),
        "{message}"
    );
    assert!(quote.hint().is_some());
    assert_eq!(error(&path), message);
}

#[test]
fn two_columns_of_one_name_are_an_error() {
    let (_dir, path) = csv("file,sex,sex\n1.jpg,f,f\n");
    assert!(error(&path).ends_with("the column `sex` occurs twice"));
}

#[test]
fn a_column_is_guessed_from_its_misspelt_name() {
    let (_dir, path) = csv("file,sex\n1.jpg,f\n2.jpg,m\n");
    let error = load(&path, &by("sxe")).unwrap_err();
    assert_eq!(error.hint().unwrap().to_string(), "did you mean `sex`?");
}

#[test]
fn lines_of_windows_files_are_counted_as_an_editor_counts_them() {
    let (_dir, path) = csv("file,sex\r\n1,f\r\n2,\"m\r\nm\"\r\n3,f\r\n4\r\n");
    let error = load(&path, &by("sex")).unwrap_err().to_string();
    assert!(error.contains("faces.csv:6: 1 value"), "{error}");
}

#[test]
fn a_table_without_rows_among_several_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    fs::write(path("a.csv"), "file,sex\n").unwrap();
    fs::write(path("b.csv"), "file,sex\n1.jpg,f\n2.jpg,m\n").unwrap();
    let error = load(&path("a.csv"), &by("sex")).unwrap_err();
    assert!(matches!(error, DatasetError::NoRows { .. }));
    let both = load(&path("*.csv"), &by("sex")).unwrap();
    assert_eq!(both.records.len(), 2);
    assert!(
        both.notes[0].to_string().contains("a.csv"),
        "{:?}",
        both.notes
    );
}

#[test]
fn keys_that_come_late_in_json_lines_are_columns_of_a_dataset() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("faces.jsonl");
    let mut lines: String = (0..9000)
        .map(|i| format!("{{\"file\": \"{i}\", \"sex\": \"f\"}}\n"))
        .collect();
    lines += "{\"file\": \"9000\", \"sex\": \"m\", \"age\": 31}\n";
    fs::write(&path, lines).unwrap();
    let dataset = load(&path, &by("sex")).unwrap();
    assert_eq!(dataset.records[9000].attributes, ["m", "31"]);
    assert_eq!(dataset.records[0].attributes, ["f", MISSING]);
}

#[test]
fn a_list_of_many_rows_is_read_in_chunks() {
    let lines: String = (0..20_000).map(|i| format!("{i}.jpg,{i}\n")).collect();
    let (_dir, path) = csv(&("file,n\n".to_owned() + &lines));
    let records = records(&path);
    assert_eq!(records.len(), 20_000);
    assert!(
        records
            .iter()
            .enumerate()
            .all(|(i, row)| row.attributes == [i.to_string()])
    );
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_pipe_or_device_is_an_error_at_once() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["list.csv", "shard.tar", "faces.parquet", "image.jpg", "63"] {
            let path = dir.path().join(name);
            let made = std::process::Command::new("mkfifo").arg(&path).status();
            if !made.is_ok_and(|status| status.success()) {
                symlink("/dev/null", &path).unwrap();
            }
            let error = error(&path);
            assert!(error.contains("plain file"), "{error}");
            if name != "image.jpg" && name != "63" {
                let error = load(&path, &by("sex")).unwrap_err().to_string();
                assert!(error.contains("plain file"), "{error}");
            }
        }
    }

    #[test]
    fn backslashes_of_a_list_from_windows_separate_folders() {
        let (dir, path) = csv("file,sex\na\\1.jpg,f\n2.jpg,m\nb\\c\\3.jpg,m\n");
        let dataset = load(&path, &by("sex")).unwrap();
        let expected = ["a/1.jpg", "2.jpg", "b/c/3.jpg"];
        for (record, file) in dataset.records.iter().zip(expected) {
            assert_eq!(record.image, Location::File(dir.path().join(file)));
        }
        assert_eq!(dataset.records[0].path, "a\\1.jpg", "as the list has it");
        let said = "faces.csv: 2 paths with `\\` read with `/` between folders";
        assert!(
            dataset
                .notes
                .iter()
                .any(|note| note.to_string().ends_with(said)),
            "{:?}",
            dataset.notes
        );
    }

    #[test]
    fn names_that_are_not_utf8_are_different_rows_that_are_found_again() {
        let dir = tempfile::tempdir().unwrap();
        let names: [&[u8]; 2] = [b"Zo\xEA.png", b"Zo\xEB.png"];
        let files = names.map(|name| dir.path().join(OsStr::from_bytes(name)));
        if files.iter().any(|file| fs::write(file, "").is_err()) {
            return; // the file system takes Unicode only
        }
        let rows = records(dir.path());
        assert!(rows[0].path.ends_with("Zo\\xEA.png"), "{}", rows[0].path);
        assert_ne!(rows[0].path, rows[1].path);
        let list = format!("file\n{}\n{}\n", rows[0].path, rows[1].path);
        fs::write(dir.path().join("list.csv"), list).unwrap();
        let again = records(&dir.path().join("list.csv"));
        for (row, file) in again.iter().zip(&files) {
            assert_eq!(row.image, Location::File(file.clone()));
        }
        let located = super::super::archive::locate(
            rows.iter().map(|row| PathBuf::from(&row.path)).collect(),
        );
        assert_eq!(located, files.map(Location::File));
    }
}

/// Splits depend on it: a run that is made again must be the same.
#[test]
fn records_classes_attributes_strata_and_units_keep_their_order() {
    let row = |i: usize| {
        let (sex, race) = (["m", "f"][i % 2], ["A", "B", "A b"][i % 3]);
        let set = if i.is_multiple_of(5) { "test" } else { "train" };
        format!("{i}.jpg,{race},{sex},p{},{set}\n", i / 3)
    };
    let lines: String = (0..60).map(row).collect();
    let (_dir, path) = csv(&("file,race,sex,who,set\n".to_owned() + &lines));
    let layout = Layout {
        person: Some("who".to_owned()),
        split: Some("set".to_owned()),
        ..by("sex")
    };
    let dataset = load(&path, &layout).unwrap();
    assert_eq!(dataset.attributes, ["race", "sex", "who", "set"]);
    assert_eq!(dataset.classes.names(), ["f", "m"]);
    let paths: Vec<String> = dataset.records.iter().map(|row| row.path.clone()).collect();
    assert_eq!(
        paths,
        (0..60).map(|i| format!("{i}.jpg")).collect::<Vec<_>>()
    );
    let tests = dataset
        .records
        .iter()
        .filter(|row| row.part == Some(Part::Test));
    assert_eq!(tests.count(), 12);
    let strata = dataset.strata(&["race*sex".to_owned()]).unwrap();
    assert_eq!(strata[..6], [3, 2, 4, 0, 5, 1]);
    let units = units::<u8>(&dataset.records, &[None; 60]);
    assert_eq!(units[..7], [0, 0, 0, 1, 1, 1, 2]);
}
