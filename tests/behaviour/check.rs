//! `check`: what is in the data before a training.

use crate::world::{World, json, printed, rows};
use image::{GrayImage, ImageFormat, Luma};
use serde_json::Value;
use std::fs;
use std::process::Output;

fn check(world: &World, options: &[&str]) -> Output {
    world.evenhand("check").args(options).output().unwrap()
}

/// The kinds of the findings, with their severities.
fn kinds(found: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let findings = found["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| (text(&finding["severity"]), text(&finding["kind"])))
        .collect()
}

fn has(found: &Value, severity: &str, kind: &str) -> bool {
    kinds(found).contains(&(severity.to_owned(), kind.to_owned()))
}

fn finding<'a>(found: &'a Value, kind: &str) -> &'a Value {
    let mut findings = found["findings"].as_array().unwrap().iter();
    findings
        .find(|finding| finding["kind"] == kind)
        .unwrap_or_else(|| panic!("no {kind} in {found:#}"))
}

#[test]
fn good_data_has_numbers_no_failure_and_a_contact_sheet() {
    let world = World::with_faces(80);
    let options = [
        "data/faces.csv",
        "--label",
        "smiling",
        "--groups",
        "glasses",
        "--folds",
        "2",
        "--html",
        "c.html",
        "--json",
        "c.json",
    ];
    let output = check(&world, &options);
    assert!(output.status.success(), "{}", printed(&output));
    let found = json(&world.path("c.json"));
    assert_eq!(
        (&found["rows"], &found["would_fail"]),
        (&Value::from(80), &Value::from(false))
    );
    let sum = |counts: &Value| -> u64 {
        let counts = counts.as_array().unwrap().iter();
        counts.map(|count| count["rows"].as_u64().unwrap()).sum()
    };
    assert_eq!(sum(&found["class_counts"]), 80);
    assert_eq!(found["groupings"][0]["name"], "glasses");
    assert_eq!(sum(&found["groupings"][0]["cells"]), 80);
    let ok = serde_json::json!([{ "value": "ok", "images": 80 }]);
    assert_eq!(found["images"]["statuses"], ok);
    assert_eq!(found["copies"], 0);
    assert!(
        kinds(&found)
            .iter()
            .all(|(severity, _)| severity != "failure"),
        "{found:#}"
    );
    let page = fs::read_to_string(world.path("c.html")).unwrap();
    assert!(page.matches("<img").count() >= 24, "12 of each class");
    assert!(
        printed(&output).contains("A training would run."),
        "{}",
        printed(&output)
    );
    // What would run does run, with the rows that were told.
    let trained = world.train("run").output().unwrap();
    assert!(trained.status.success(), "{}", printed(&trained));
    let parts = found["parts"].as_array().unwrap();
    let fold = parts.iter().find(|part| part["value"] == "fold 0").unwrap();
    let predictions = rows(&world.path("run/predictions.csv"));
    let held_out = predictions.iter().filter(|row| row["fold"] == "0").count();
    assert_eq!(fold["rows"], held_out);
}

/// The drawn faces with everything that is odd.
fn odd(world: &World) -> String {
    let from = world.table.parent().unwrap();
    let faces = rows(&world.table);
    let mut table = String::from("file,kind,subject_id,camera,split\n");
    for (at, face) in faces.iter().enumerate() {
        let kind = match (face["smiling"].as_str(), at % 20) {
            ("yes", 0) => "1.0",
            (_, 7) => "2",
            ("yes", _) => "1",
            _ => "0",
        };
        let part = if at % 4 == 0 { "test" } else { "train" };
        table += &format!(
            "{},{kind},p{},{},{part}\n",
            face["file"],
            at / 3,
            face["smiling"]
        );
    }
    let file = |at: usize| from.join(&faces[at]["file"]);
    // A copy with another label, and a smaller copy in the test part.
    fs::copy(file(1), from.join("copy.png")).unwrap();
    let other = if faces[1]["smiling"] == "yes" {
        "0"
    } else {
        "1"
    };
    table += &format!("copy.png,{other},p98,a,train\n");
    let small = image::open(file(2)).unwrap();
    let small = small.resize_exact(
        small.width() / 2,
        small.height() / 2,
        image::imageops::FilterType::Triangle,
    );
    small
        .to_rgb8()
        .save_with_format(from.join("small.jpg"), ImageFormat::Jpeg)
        .unwrap();
    let label = if faces[2]["smiling"] == "yes" {
        "1"
    } else {
        "0"
    };
    table += &format!("small.jpg,{label},p99,a,test\n");
    for (name, width, height, level) in [("tiny.png", 20, 20, 9), ("narrow.png", 900, 100, 9)] {
        let image = GrayImage::from_fn(width, height, |x, _| Luma([(x * level % 256) as u8]));
        image.save(from.join(name)).unwrap();
        table += &format!("{name},0,p97,a,train\n");
    }
    GrayImage::from_pixel(100, 100, Luma([80]))
        .save(from.join("blank.png"))
        .unwrap();
    table += "blank.png,0,p96,a,train\n";
    fs::write(from.join("broken.png"), b"no image").unwrap();
    table += "broken.png,0,p95,a,train\ngone.png,1,p94,a,train\nnone.png,,p93,a,train\n";
    world.write("data/odd.csv", table).display().to_string()
}

#[test]
fn everything_odd_is_found_with_the_rows_that_show_it() {
    let world = World::with_faces(120);
    let table = odd(&world);
    let output = check(
        &world,
        &[
            &table, "--label", "kind", "--split", "split", "--json", "odd.json", "--html",
            "odd.html",
        ],
    );
    assert!(output.status.success(), "{}", printed(&output));
    let found = json(&world.path("odd.json"));
    for (severity, kind) in [
        ("warning", "values"),
        ("warning", "rare-class"),
        ("warning", "copies-other-label"),
        ("warning", "leak"),
        ("warning", "tiny"),
        ("warning", "narrow"),
        ("warning", "blank"),
        ("warning", "bad-images"),
        ("warning", "person-column"),
        ("warning", "source-column"),
    ] {
        assert!(has(&found, severity, kind), "{kind} in {found:#}");
    }
    assert_eq!(found["unlabelled"], 1);
    assert_eq!(found["copies"], 1);
    let rows_of = |kind: &str| finding(&found, kind)["rows"].to_string();
    assert!(rows_of("copies-other-label").contains("copy.png"));
    assert!(rows_of("leak").contains("small.jpg"));
    assert!(rows_of("tiny").contains("tiny.png"));
    assert!(rows_of("bad-images").contains("gone.png"));
    let text = finding(&found, "values")["text"].as_str().unwrap();
    assert!(
        text.starts_with("kind: ") && text.contains("`1.0`"),
        "{text}"
    );
    assert!(
        printed(&output).contains("if so, add --person subject_id"),
        "{}",
        printed(&output)
    );
    let quick = check(&world, &[&table, "--label", "kind", "--quick", "--json"]);
    let quick: Value = serde_json::from_slice(&quick.stdout).unwrap();
    assert!(quick["images"].is_null() && has(&quick, "warning", "person-column"));
}

#[test]
fn the_exit_code_is_1_where_a_training_would_fail() {
    let world = World::with_faces(40);
    let mut text = fs::read_to_string(&world.table).unwrap();
    let bad = check(
        &world,
        &["data/faces.csv", "--label", "smiling", "--folds", "41"],
    );
    assert_eq!(bad.status.code(), Some(1));
    assert!(
        printed(&bad)
            .contains("error: a training would fail: 40 independent rows cannot fill 41 folds"),
        "{}",
        printed(&bad)
    );
    assert!(
        printed(&bad).contains("hint: take at most --folds 40"),
        "{}",
        printed(&bad)
    );
    for at in 0..10 {
        text += &format!("nowhere/{at}.png,yes,3,no,adult\n");
    }
    world.write("data/gone.csv", text);
    let gone = check(
        &world,
        &["data/gone.csv", "--label", "smiling", "--json", "gone.json"],
    );
    assert_eq!(gone.status.code(), Some(1));
    let found = json(&world.path("gone.json"));
    assert!(
        has(&found, "failure", "bad-images") && found["would_fail"] == true,
        "{found:#}"
    );
    let allowed = check(
        &world,
        &["data/gone.csv", "--label", "smiling", "--max-bad", "0.5"],
    );
    assert!(allowed.status.success(), "{}", printed(&allowed));
    let one = world.write("data/one.csv", "file,kind\n0.png,a\n1.png,a\n");
    let one = check(&world, &[&one.display().to_string(), "--label", "kind"]);
    assert_eq!(one.status.code(), Some(1));
    assert!(
        printed(&one).contains("one class only"),
        "{}",
        printed(&one)
    );
}

#[test]
fn a_training_warns_of_what_its_table_shows() {
    let world = World::with_faces(60);
    let table = odd(&world);
    let mut train = world.evenhand("train");
    train.args([
        &table, "--label", "kind", "--engine", "burn", "--out", "run",
    ]);
    train.args(["--epochs", "2", "--hidden", "4", "--folds", "2"]);
    let told = printed(&train.output().unwrap());
    assert!(
        told.contains("warning: subject_id: ")
            && told.contains("hint: if so, add --person subject_id"),
        "{told}"
    );
}

#[test]
fn notes_of_a_table_name_options_as_they_are_given() {
    let world = World::with_faces(20);
    let faces = fs::read_to_string(&world.table).unwrap();
    let (header, rows) = faces.split_once('\n').unwrap();
    let rows = rows.replacen(",yes,", ",NA,", 1);
    world.write("data/na.csv", format!("{header}\n{rows}"));
    let output = check(&world, &["data/na.csv", "--label", "smiling"]);
    let told = printed(&output);
    assert!(told.contains("missing; --missing '' takes"), "{told}");
}
