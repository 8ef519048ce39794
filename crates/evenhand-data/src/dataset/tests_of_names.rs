//! Labels and groups as people and programs write them.

use super::load::tests::{by, csv};
use super::{Dataset, DatasetError, Layout, load};
use crate::hint::Message;

fn warned(dataset: &Dataset) -> Vec<String> {
    dataset.warnings.iter().map(Message::to_string).collect()
}

fn mapped(label: &str, map: &[&str]) -> Layout {
    Layout {
        map: map.iter().map(|text| text.parse().unwrap()).collect(),
        groups: vec!["group".to_owned()],
        ..by(label)
    }
}

#[test]
fn numbers_that_are_the_same_are_one_label_and_one_group() {
    let (_dir, path) = csv("file,kind,group,size\n1,0,1,1.0\n2,1.0,2,1\n3,1,1.0,2\n4,0.0,2.0,2\n");
    let dataset = load(&path, &mapped("kind", &[])).unwrap();
    assert_eq!(dataset.classes.names(), ["0", "1"]);
    let labels: Vec<_> = dataset.records.iter().map(|record| record.label).collect();
    assert_eq!(labels, [Some(0), Some(1), Some(1), Some(0)]);
    assert_eq!(dataset.records[2].attributes, ["1", "1", "2"]);
    assert_eq!(dataset.records[0].attributes[2], "1.0", "no group");
    let said = "kind: 2 values taken for the same number written in another way (`0.0` for `0`, `1.0` for `1`)";
    let warned = warned(&dataset).join("\n");
    assert_eq!(warned.matches(said).count(), 1, "{warned}");
}

#[test]
fn a_test_dataset_and_a_code_book_know_numbers_however_they_are_written() {
    let (_a, train) = csv("file,kind,group\n1,0,a\n2,1,a\n");
    let (_b, test) = csv("file,kind,group\n1,0.0,a\n2,1.0,a\n3,,a\n");
    let layout = mapped("kind", &[]);
    let both = load(&train, &layout)
        .unwrap()
        .with_test(&test, &layout)
        .unwrap();
    let labels: Vec<_> = both.records.iter().map(|record| record.label).collect();
    assert_eq!(labels, [Some(0), Some(1), Some(0), Some(1), None]);
    let mut layout = by("kind");
    let names = [("0", "no"), ("1", "yes")].map(|(code, name)| (code.into(), name.into()));
    layout.values.insert("kind".to_owned(), names.into());
    let dataset = load(&test, &layout).unwrap();
    assert_eq!(dataset.classes.names(), ["no", "yes"]);
}

#[test]
fn spellings_are_counted_in_one_warning_a_column_and_can_be_made_one() {
    let rows = "file,sex,group\n1,Female,East Asian\n2,female,EastAsian\n3,FEMALE,x\n4,Male,x\n5,Male,x\n6,female,x\n";
    let (_dir, path) = csv(rows);
    let dataset = load(&path, &mapped("sex", &[])).unwrap();
    assert_eq!(
        warned(&dataset),
        [
            "sex: `FEMALE` (1), `Female` (1) and `female` (2) are taken as different; are they spellings of one? \
             `map` 'FEMALE=female,Female=female' makes them one",
            "group: `East Asian` (1) and `EastAsian` (1) are taken as different; are they spellings of one? `map` \
             'group:EastAsian=East Asian' makes them one",
        ]
    );
    let map = [
        "FEMALE=Female,female=Female",
        "group:EastAsian=East Asian,x=",
    ];
    let dataset = load(&path, &mapped("sex", &map)).unwrap();
    assert_eq!(dataset.classes.names(), ["Female", "Male"]);
    assert!(warned(&dataset).is_empty());
    assert_eq!(dataset.records[2].attributes, ["Female", "(missing)"]);
    let text = toml::to_string(&mapped("sex", &map)).unwrap();
    assert_eq!(
        toml::from_str::<Layout>(&text).unwrap(),
        mapped("sex", &map)
    );
    let error = load(&path, &mapped("sex", &["gendre:a=b"])).unwrap_err();
    assert!(matches!(error, DatasetError::NoSuchColumn { .. }));
}

#[test]
fn dates_of_other_languages_are_restored() {
    let (_dir, path) =
        csv("file,sex,age\n1,f,0-2\n2,m,03. Sep\n3,f,Okt 19\n4,m,20-29\n5,m,ott-19\n");
    let dataset = load(&path, &by("sex")).unwrap();
    let ages: Vec<&str> = dataset
        .records
        .iter()
        .map(|row| row.attributes[1].as_str())
        .collect();
    assert_eq!(ages, ["0-2", "3-9", "10-19", "20-29", "10-19"]);
}
