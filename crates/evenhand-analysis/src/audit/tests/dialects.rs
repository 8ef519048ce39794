//! One table of predictions from every format, dialect and encoding: the numbers are the same.

use super::*;
use arrow_array::{ArrayRef, Float32Array, Float64Array, RecordBatch, StringArray};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const NAMES: [&str; 4] = ["file", "Geschlecht", "p", "Gruppe"];

/// Labels, scores with six decimals, groups; the third row has no group.
fn rows() -> Vec<[String; 4]> {
    let row = |at: usize| {
        let score = (at * 37 % 100) as f64 / 100.0 + 0.000_125;
        let label = if (score > 0.4) != at.is_multiple_of(7) {
            "weiblich"
        } else {
            "männlich"
        };
        let group = match at {
            2 => "NA",
            _ => ["Zoë", "A, or so", "C"][at % 3],
        };
        [
            format!("{at}.jpg"),
            label.to_owned(),
            format!("{score:.6}"),
            group.to_owned(),
        ]
    };
    (0..90).map(row).collect()
}

fn delimited(delimiter: &str, decimal: &str) -> String {
    let quoted = |value: &str| match value.contains(delimiter) {
        true => format!("\"{value}\""),
        false => value.to_owned(),
    };
    let mut text = NAMES.join(delimiter) + "\n";
    for [file, label, score, group] in rows() {
        let score = score.replace('.', decimal);
        let values = [file, label, score, group].map(|value| quoted(&value));
        text += &(values.join(delimiter) + "\n");
    }
    text
}

fn json_lines() -> String {
    let line = |[file, label, score, group]: [String; 4]| {
        let group = match group.as_str() {
            "NA" => serde_json::Value::Null,
            group => group.into(),
        };
        let score: f64 = score.parse().unwrap();
        let row = serde_json::json!({
            "file": file, "Geschlecht": label, "p": score, "Gruppe": group,
        });
        format!("{row}\n")
    };
    rows().into_iter().map(line).collect()
}

enum Float {
    Single,
    Double,
}

fn batch(float: Float) -> RecordBatch {
    let text = |at: usize| {
        let values = rows().into_iter();
        let values = values.map(|row| Some(row[at].clone()).filter(|value| value != "NA"));
        Arc::new(StringArray::from(values.collect::<Vec<_>>())) as ArrayRef
    };
    let scores = || rows().into_iter().map(|row| row[2].clone());
    let scores: ArrayRef = match float {
        Float::Double => {
            let scores = scores().map(|score| score.parse().unwrap());
            Arc::new(Float64Array::from(scores.collect::<Vec<f64>>()))
        }
        Float::Single => {
            let scores = scores().map(|score| score.parse().unwrap());
            Arc::new(Float32Array::from(scores.collect::<Vec<f32>>()))
        }
    };
    let columns = NAMES.into_iter().zip([text(0), text(1), scores, text(3)]);
    RecordBatch::try_from_iter(columns).unwrap()
}

fn write_parquet(path: &Path, batch: &RecordBatch) {
    let file = File::create(path).unwrap();
    let mut writer = parquet::arrow::ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
}

fn write_arrow(path: &Path, batch: &RecordBatch) {
    let file = File::create(path).unwrap();
    let mut writer = arrow_ipc::writer::FileWriter::try_new(file, &batch.schema()).unwrap();
    writer.write(batch).unwrap();
    writer.finish().unwrap();
}

fn write_workbook(path: &Path) {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, name) in (0..).zip(NAMES) {
        sheet.write(0, column, name).unwrap();
    }
    for (row, [file, label, score, group]) in (1..).zip(rows()) {
        sheet.write(row, 0, file).unwrap();
        sheet.write(row, 1, label).unwrap();
        sheet.write(row, 2, score.parse::<f64>().unwrap()).unwrap();
        sheet.write(row, 3, group).unwrap();
    }
    workbook.save(path).unwrap();
}

fn utf16(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

/// Of letters below 256, which Windows-1252 has in the places of Unicode.
fn windows_1252(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect()
}

fn numbers(path: &Path) -> serde_json::Value {
    let columns = Columns {
        label: "Geschlecht".to_owned(),
        answer: Answer::Score {
            column: "p".to_owned(),
        },
        ..Columns::default()
    };
    let options = AuditOptions {
        positive: Some("weiblich".to_owned()),
        design: Design::of(groups::parse("Gruppe").unwrap()),
        detail: Detail::Rows,
        ..AuditOptions::default()
    };
    let predictions = PredictionTable::read(path, &columns, &ReadOptions::default()).unwrap();
    let mut json = audit(&predictions, &options).unwrap().to_json();
    json["predictions"] = serde_json::Value::Null;
    json
}

#[test]
fn an_audit_is_the_same_from_every_format_dialect_and_encoding() {
    let folder = Folder::new();
    let comma = delimited(",", ".");
    let plain = numbers(&folder.write("comma.csv", &comma));
    assert_eq!(plain["groups"]["Gruppe"]["(missing)"]["n"], 1);
    assert!(plain["overall"]["auc"].is_number());
    let mut others: Vec<PathBuf> = vec![
        folder.write("semicolon.csv", delimited(";", ",")),
        folder.write("tab.tsv", delimited("\t", ".")),
        folder.write("rows.jsonl", json_lines()),
        folder.write("utf16.csv", utf16(&comma)),
        folder.write("latin.csv", windows_1252(&delimited(";", ","))),
    ];
    for (name, float) in [("double", Float::Double), ("single", Float::Single)] {
        let batch = batch(float);
        let path = folder.path(&format!("{name}.parquet"));
        write_parquet(&path, &batch);
        others.push(path);
        let path = folder.path(&format!("{name}.arrow"));
        write_arrow(&path, &batch);
        others.push(path);
    }
    let workbook = folder.path("book.xlsx");
    write_workbook(&workbook);
    others.push(workbook);
    for path in others {
        assert_eq!(numbers(&path), plain, "{}", path.display());
    }
}
