use super::*;
use crate::codes::{CodeColumns, CodeTable};
use crate::margins::Margins;
use crate::testing::Folder;
use crate::{PredictionSource, PredictionTable};
use evenhand_stats::groups;
use evenhand_table::ReadOptions;
use std::path::Path;

/// A corpus of two topics, of which every tenth row has no prediction.
fn corpus(rows: usize) -> String {
    let rows = (0..rows).map(|at| {
        let predicted = match at % 10 {
            0 => "",
            1..5 => "F",
            _ => "M",
        };
        format!("{at}.jpg,{predicted},{}\n", ["a", "b", "NA"][at % 3])
    });
    format!("path,predicted,topic\n{}", rows.collect::<String>())
}

/// Codes of the first rows, of which some coders gave none.
fn coded(rows: usize) -> String {
    let rows = (0..rows).map(|at| {
        let label = match at % 10 {
            0..4 => "F",
            9 => "NA",
            _ => "M",
        };
        format!("{at}.jpg,{label}\n")
    });
    format!("path,label\n{}", rows.collect::<String>())
}

pub(super) fn items(path: &Path) -> CodedItems {
    let read = ReadOptions::default();
    CodedItems::read(path, &CodeColumns::default(), None, &read).unwrap()
}

pub(super) fn options() -> EstimateOptions {
    EstimateOptions {
        class: Some("F".to_owned()),
        groups: groups::parse("topic").unwrap(),
        ..EstimateOptions::default()
    }
}

#[test]
fn an_estimate_is_the_same_from_a_file_of_many_chunks_and_from_memory() {
    let folder = Folder::new();
    let path = folder.write("predictions.csv", corpus(20_000));
    let coded = items(&folder.write("coded.csv", coded(300)));
    let file = PredictionSource::file(&path, &ReadOptions::default());
    let table = PredictionTable::read(&path, &Default::default(), &ReadOptions::default());
    let [from_file, from_memory] = [file, table.unwrap().into()]
        .map(|corpus: PredictionSource| estimate(&corpus, &coded, &options()).unwrap());
    let json = from_file.to_json();
    assert_eq!(json, from_memory.to_json());
    assert_eq!(json["corpus"], 18_000);
    assert_eq!(json["without_prediction"]["without a prediction"], 2_000);
    assert_eq!(json["uncoded"], 30, "coded as NA");
    assert_eq!(json["labelled_left_out"], 30, "coded, but not predicted");
    let by = &json["shares"]["F"]["by"]["topic"];
    assert_eq!(by["(missing)"]["corpus"], 6_000, "{by:#}");
}

#[test]
fn a_coded_row_of_two_rows_of_the_corpus_is_refused_with_its_line() {
    let folder = Folder::new();
    let path = folder.write(
        "predictions.csv",
        "path,predicted\n1.jpg,F\n2.jpg,M\n1.jpg,F\n",
    );
    let coded = items(&folder.write("coded.csv", "path,label\n1.jpg,F\n"));
    let corpus = PredictionSource::file(&path, &ReadOptions::default());
    let error = estimate(&corpus, &coded, &EstimateOptions::default()).unwrap_err();
    assert_eq!(
        folder.told(error),
        "predictions.csv:4: a second row has the path `1.jpg`, which is labelled; keep one of them"
    );
}

#[test]
fn labels_may_stand_in_the_column_that_the_classes_are_of() {
    let folder = Folder::new();
    let path = folder.write("coded.csv", "path;gender\n1.jpg;F\n2.jpg;.\n");
    let read = ReadOptions::default();
    let columns = CodeColumns::default();
    let table = CodedItems::read(&path, &columns, Some("gender"), &read).unwrap();
    assert_eq!(table.majority, [Some(0), None]);
    assert!(CodedItems::read(&path, &columns, None, &read).is_err());
    let none = folder.write("none.csv", "path,coder_a,coder_b\n1.jpg,F,M\n");
    let codes = CodeTable::read(&none, &columns, &read).unwrap();
    let error = folder.told(CodedItems::from_codes(codes).unwrap_err());
    assert!(
        error.contains("coders are tied on 1") && error.contains("--coders"),
        "{error}"
    );
}

#[test]
fn domains_are_put_right_and_labels_that_are_no_class_are_counted() {
    let folder = Folder::new();
    let ages = ["0-2", "Oct-19", "10-19", "20-29"];
    let row = |at: usize| format!("{at}.jpg,{},{}\n", at % 2, ages[at % 4]);
    let rows: String = (0..400).map(row).collect();
    let path = folder.write("predictions.csv", format!("path,predicted,age\n{rows}"));
    let label = |at: usize| match at {
        3 => "unclear",
        at if at % 2 == 0 => "0.0",
        _ => "1",
    };
    let rows: String = (0..80)
        .map(|at| format!("{at}.jpg,{}\n", label(at)))
        .collect();
    let coded = items(&folder.write("coded.csv", format!("path,label\n{rows}")));
    let options = EstimateOptions {
        groups: groups::parse("age").unwrap(),
        ..EstimateOptions::default()
    };
    let corpus = PredictionSource::file(&path, &ReadOptions::default());
    let result = estimate(&corpus, &coded, &options).unwrap();
    let json = result.to_json();
    assert_eq!(json["coded"], 79);
    assert_eq!(json["labels_without_class"]["unclear"], 1);
    assert_eq!(json["labelled_left_out"], 0);
    let by = &json["shares"]["1"]["by"]["age"];
    assert_eq!(by["10-19"]["corpus"], 200, "{by:#}");
    assert!(by["Oct-19"].is_null());
    let notes: Vec<String> = result
        .reading
        .notes
        .iter()
        .map(ToString::to_string)
        .collect();
    let notes = notes.join("\n");
    assert_eq!(
        notes.matches("100 values that a spreadsheet").count(),
        1,
        "{notes}"
    );
    let warnings: Vec<String> = result.warnings().iter().map(ToString::to_string).collect();
    assert!(warnings[0].contains("1 coded row left out"), "{warnings:?}");
}

#[test]
fn rows_of_a_survey_count_by_what_they_stand_for() {
    let folder = Folder::new();
    // Rows of topic b stand for three, and are F in 30 of 100; the others in 60.
    let row = |at: usize| {
        let is_b = at.is_multiple_of(2);
        let is_f = at / 2 % 10 < if is_b { 3 } else { 6 };
        let predicted = if is_f { "F" } else { "M" };
        let [topic, weight] = if is_b { ["b", "3"] } else { ["a", "1"] };
        format!("{at}.jpg,{predicted},{topic},{weight}\n")
    };
    let rows: String = (0..2_000).map(row).collect();
    let path = folder.write("predictions.csv", format!("path,predicted,topic,w\n{rows}"));
    let corpus = PredictionSource::file(&path, &ReadOptions::default());
    let coded = items(&folder.write("coded.csv", coded(200)));
    let naive = |options: &EstimateOptions| {
        let json = estimate(&corpus, &coded, options).unwrap().to_json();
        let share = json["shares"]["F"]["overall"]["naive"]["value"].clone();
        (share.as_f64().unwrap(), json["weights_by"].clone())
    };
    let (plain, by) = naive(&options());
    assert!((plain - 0.45).abs() < 1e-9 && by.is_null());
    let weighted = EstimateOptions {
        weights: Some("w".to_owned()),
        ..options()
    };
    let (share, by) = naive(&weighted);
    assert!((share - (0.75 * 0.3 + 0.25 * 0.6)).abs() < 1e-9, "{share}");
    assert_eq!(by, "`w`");
    let shares = "variable,value,share\ntopic,a,0.2\ntopic,b,0.8\n";
    let margins = Margins::read(&folder.write("m.csv", shares), &ReadOptions::default()).unwrap();
    let raked = EstimateOptions {
        margins: Some(margins),
        ..weighted.clone()
    };
    let (share, by) = naive(&raked);
    assert!((share - (0.8 * 0.3 + 0.2 * 0.6)).abs() < 1e-9, "{share}");
    assert_eq!(by, "`w` and the known shares of topic");
    let wrong = EstimateOptions {
        weights: Some("topic".to_owned()),
        ..options()
    };
    let error = folder.told(estimate(&corpus, &coded, &wrong).unwrap_err());
    assert!(
        error.contains("predictions.csv:2") && error.contains("a number above 0"),
        "{error}"
    );
}
