use super::*;
use crate::backbone::engine::EngineIdentity;
use crate::predict::{FORMAT, Table};
use crate::record::{Classes, Location};
use std::fs;
use tempfile::TempDir;

fn source(classifier: &str) -> Source {
    let classes = Classes::new(vec!["no".into(), "yes".into()]).unwrap();
    Source {
        format: FORMAT,
        evenhand: "1".into(),
        classifier: classifier.into(),
        features: "f".into(),
        engine: (&engine("onnxruntime", "1.23", "x86_64 avx2")).into(),
        max_pixels: 1,
        max_bytes: 1,
        columns: Table::new(&classes, &[], "label").columns,
    }
}

fn engine(name: &str, version: &str, hardware: &str) -> EngineIdentity {
    EngineIdentity {
        engine: name.into(),
        version: version.into(),
        device: "cpu".into(),
        hardware: hardware.into(),
    }
}

fn list(names: &[&str]) -> List<impl Iterator<Item = Result<Record, String>>, String> {
    let record = |name: &&str| {
        Ok(Record {
            path: name.to_string(),
            image: Location::File(name.into()),
            label: None,
            person: None,
            part: None,
            attributes: Vec::new(),
        })
    };
    let records: Vec<_> = names.iter().map(record).collect();
    List::new(records.into_iter(), Shard::WHOLE)
}

const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];

fn open(folder: &TempDir, classifier: &str, replace: bool) -> Result<Parts, JobError> {
    let out = folder.path().join("p.csv");
    Parts::open(&out, source(classifier), Shard::WHOLE, replace)
}

/// Two parts of two rows each, of the first four names.
fn two_parts(folder: &TempDir) {
    let mut parts = open(folder, "first", false).unwrap();
    let mut list = list(&NAMES);
    for _ in 0..2 {
        let mut draft = parts.begin().unwrap();
        for record in list.by_ref().take(2) {
            draft.push(&StringRecord::from(vec![record.path])).unwrap();
        }
        parts.commit(draft, list.reached()).unwrap();
    }
}

fn read(parts: &Parts) -> Vec<String> {
    parts.read().map(|row| row.unwrap()[0].to_owned()).collect()
}

#[test]
fn what_was_done_is_there_when_it_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    two_parts(&folder);
    let parts = open(&folder, "first", false).unwrap();
    assert_eq!(
        (parts.rows(), read(&parts)),
        (4, vec!["a".into(), "b".into(), "c".into(), "d".into()])
    );
    let mut list = list(&NAMES);
    parts.skip(&mut list).unwrap();
    assert_eq!(list.next().unwrap().path, "e");
    parts.remove().unwrap();
    assert!(!Parts::begun(&folder.path().join("p.csv")));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_damaged_part_and_what_follows_are_made_again() {
    let folder = tempfile::tempdir().unwrap();
    two_parts(&folder);
    let file = Parts::folder(&folder.path().join("p.csv")).join("000000.csv");
    fs::write(file, "a\nx\n").unwrap();
    assert_eq!(open(&folder, "first", false).unwrap().rows(), 0);

    let folder = tempfile::tempdir().unwrap();
    two_parts(&folder);
    let file = Parts::folder(&folder.path().join("p.csv")).join("000001.csv");
    fs::remove_file(file).unwrap();
    assert_eq!(read(&open(&folder, "first", false).unwrap()), ["a", "b"]);
}

#[test]
fn another_list_is_told_by_where_it_differs() {
    let folder = tempfile::tempdir().unwrap();
    two_parts(&folder);
    let parts = open(&folder, "first", false).unwrap();
    let differs = |names: &[&str]| parts.skip(&mut list(names)).unwrap_err().to_string();
    assert!(differs(&["a", "x", "c", "d"]).contains("within rows 1 to 2"));
    assert!(differs(&["a", "b", "c", "x"]).contains("within rows 3 to 4"));
    assert!(
        differs(&["a", "b", "c"]).contains("within rows 3 to 4"),
        "one that ends early"
    );
    parts
        .skip(&mut list(&["a", "b", "c", "d", "longer"]))
        .unwrap();
}

#[test]
fn what_another_job_began_is_kept_unless_it_may_be_replaced() {
    let folder = tempfile::tempdir().unwrap();
    two_parts(&folder);
    let error = open(&folder, "second", false).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("was begun with another classifier"),
        "{error}"
    );
    assert_eq!(open(&folder, "first", false).unwrap().rows(), 4);
    assert_eq!(
        open(&folder, "first", true).unwrap().rows(),
        4,
        "the same job goes on"
    );
    assert_eq!(open(&folder, "second", true).unwrap().rows(), 0);
}

#[test]
fn another_engine_is_refused_and_another_version_or_processor_is_noted() {
    let folder = tempfile::tempdir().unwrap();
    two_parts(&folder);
    let out = folder.path().join("p.csv");
    let open_by = |engine: EngineIdentity, features: &str, replace| {
        let source = Source {
            engine: (&engine).into(),
            features: features.into(),
            ..source("first")
        };
        Parts::open(&out, source, Shard::WHOLE, replace)
    };
    let by_burn = || engine("burn", "0.22", "x86_64 avx2");
    let error = open_by(by_burn(), "f by burn", false).unwrap_err();
    let told =
        "was begun by onnxruntime on cpu, and this is burn on cpu: their probabilities differ";
    assert!(error.to_string().ends_with(told), "{error}");
    use crate::hint::Hint;
    let hint = error.hint().unwrap().to_string();
    assert!(hint.contains("`engine` onnxruntime"), "{hint}");

    let same = open(&folder, "first", false).unwrap();
    assert_eq!((same.rows(), same.source().engine.mixture()), (4, None));
    drop(same);
    let parts = open_by(engine("onnxruntime", "1.24", "x86_64 avx512f"), "f", false).unwrap();
    assert_eq!(parts.rows(), 4);
    let told = "rows were computed by 2 versions (1.23; 1.24) and 2 kinds of hardware (x86_64 avx2; x86_64 \
                avx512f) of onnxruntime on cpu";
    let mixture = parts.source().engine.mixture().unwrap();
    assert!(mixture.starts_with(told), "{mixture}");
    drop(parts);
    assert_eq!(open_by(by_burn(), "f by burn", true).unwrap().rows(), 0);
}

#[test]
fn two_processes_cannot_write_the_same_table() {
    let folder = tempfile::tempdir().unwrap();
    let _first = open(&folder, "first", false).unwrap();
    assert!(matches!(
        open(&folder, "first", false),
        Err(JobError::InUse { .. })
    ));
}
