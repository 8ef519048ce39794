//! Trainings on the columns of tables: what they learn, how they judge it, and what becomes of new rows.

mod columns;

use crate::world::{World, json, printed, rows};
use evenhand::classifier::survey::SurveyClassifier;
use evenhand::demo::people::{Listing, people};
use evenhand::table::{ReadOptions, Table};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const LABEL: [&str; 2] = ["--label", "domestic_worker"];
const COLUMNS: [&str; 10] = [
    "--weights",
    "weight",
    "--columns",
    "all,born,gender",
    "--groups",
    "born,gender",
    "--gaps",
    "N,refused",
    "--id",
    "id",
];

/// A world with a survey of so many people.
fn with_survey(people_count: usize) -> World {
    let world = World::with_faces(0);
    world.write("survey.csv", people(Listing::Survey, people_count, 5));
    world
}

fn train(world: &World, more: &[&str]) -> String {
    let mut train = world.evenhand("train");
    train.arg("survey.csv").args(LABEL).args(COLUMNS).args(more);
    let output = train.output().unwrap();
    assert!(output.status.success(), "{}", printed(&output));
    printed(&output)
}

#[test]
fn a_run_on_a_survey_has_the_files_of_any_run_and_is_audited_like_one() {
    let world = with_survey(600);
    let told = train(&world, &["--holdout", "0.25", "--out", "run"]);
    for line in [
        "Learners, on the same folds",
        "logistic regression",
        "Chosen: ",
        "`weight` is not learned from",
        "Test: the untouched test rows",
    ] {
        assert!(told.contains(line), "{line} in {told}");
    }
    let predictions = rows(&world.path("run/predictions.csv"));
    assert_eq!(predictions.len(), 600);
    let tested = predictions.iter().filter(|row| row["fold"] == "test");
    assert_eq!(tested.count(), 150);
    assert!(
        predictions
            .iter()
            .all(|row| row["path"] == row["id"] && row["status"] == "ok")
    );

    let metrics = json(&world.path("run/metrics.json"));
    assert_eq!(
        metrics["learners"]["candidates"].as_array().unwrap().len(),
        4
    );
    let losses = &metrics["learners"]["candidates"];
    let loss = |name: &str| {
        let found = losses
            .as_array()
            .unwrap()
            .iter()
            .find(|of| of["learner"] == name);
        found.unwrap()["log_loss"].as_f64().unwrap()
    };
    assert!(
        loss("logistic") < 0.45 && loss("boosting") < 0.5,
        "{losses}"
    );
    let importance = metrics["columns"]["importance"].as_array().unwrap();
    let most = importance.iter().max_by(|a, b| {
        let value = |of: &serde_json::Value| of["log_loss"]["value"].as_f64().unwrap();
        value(a).total_cmp(&value(b))
    });
    assert!(
        ["hours", "gender"].contains(&most.unwrap()["column"].as_str().unwrap()),
        "{importance:?}"
    );

    let page = fs::read_to_string(world.path("run/report.html")).unwrap();
    assert!(
        page.contains("gradient boosting") && !page.contains("images"),
        "a page about rows"
    );
    let mut audit = world.evenhand("audit");
    audit
        .args(["run/predictions.csv", "--groups", "born*gender"])
        .assert()
        .success();
    let mut again = world.evenhand("train");
    again
        .args(["--config", "run/config.toml", "--out", "again"])
        .assert()
        .success();
    let same = |name: &str| {
        fs::read(world.path(&format!("run/{name}"))).unwrap()
            == fs::read(world.path(&format!("again/{name}"))).unwrap()
    };
    assert!(
        same("predictions.csv") && same("classifier.onnx"),
        "the same seed, the same bytes"
    );
}

#[test]
fn new_rows_have_a_prediction_or_a_reason() {
    let world = with_survey(400);
    train(&world, &["--learner", "logistic", "--out", "run"]);
    let new = "id,age,household,language,education,gender,born,hours,income,zip_code\n\
               a,40,2,Spanish,none,woman,here,20,9000,01000\n\
               b,40,2,Klingon,none,woman,here,20,9000,01000\n\
               c,forty,2,Spanish,none,woman,here,N,refused,01000\n\
               d,,,,,,,,,\n";
    world.write("new.csv", new);
    let mut predict = world.evenhand("predict");
    let output = predict
        .args(["run", "new.csv", "--out", "scores.csv"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", printed(&output));
    let scores = rows(&world.path("scores.csv"));
    let of = |column: &str| {
        scores
            .iter()
            .map(|row| row[column].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(of("path"), ["a", "b", "c", "d"]);
    assert_eq!(of("status"), ["ok", "invalid", "invalid", "ok"]);
    assert!(
        scores[1]["error"]
            .starts_with("`language` is `Klingon`, a level that the training rows do not have")
    );
    assert!(
        scores[2]["error"].starts_with("`age` is `forty`, which is not a number"),
        "{}",
        scores[2]["error"]
    );
    assert!(scores[1]["predicted"].is_empty() && !scores[0]["predicted"].is_empty());

    let mut predict = world.evenhand("predict");
    let output = predict
        .args(["run", "new.csv", "--unseen-as-gap"])
        .output()
        .unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        told.lines().filter(|line| line.contains(",ok,")).count(),
        4,
        "{told}"
    );

    let mut train = world.evenhand("train");
    let train = train.args(["survey.csv", "--from", "run", "--hidden", "8"]);
    let told = printed(&train.output().unwrap());
    assert!(
        told.contains("an option about the head of a network does nothing"),
        "{told}"
    );
    world.write("less.csv", "id,age\na,40\n");
    let mut predict = world.evenhand("predict");
    let output = predict
        .args(["run", "less.csv", "--out", "less-scores.csv"])
        .output()
        .unwrap();
    let told = printed(&output);
    assert!(
        !output.status.success() && told.contains("no column `zip_code`, `gender`"),
        "{told}"
    );
    assert!(!world.path("less-scores.csv").exists());
}

#[test]
fn a_source_that_is_wrong_about_a_group_is_put_right_by_a_small_survey() {
    let world = World::with_faces(0);
    let mut demo = world.evenhand("demo");
    demo.args(["survey", "--people", "5000", "--out", "drawn"]);
    let output = demo.output().unwrap();
    let told = printed(&output);
    assert!(output.status.success(), "{told}");
    assert!(told.contains("The untouched source says that"), "{told}");
    let transfer = &json(&world.path("drawn/run/metrics.json"))["transfer"];
    let rungs = transfer["rungs"].as_array().unwrap();
    let names: Vec<&str> = rungs
        .iter()
        .map(|rung| rung["name"].as_str().unwrap())
        .collect();
    assert_eq!(names[0], "source");
    assert!(
        names.contains(&"corrected")
            && names.contains(&"pooled-logistic")
            && names.contains(&"forest"),
        "{names:?}"
    );
    let source = &rungs[0];
    let error =
        source["predicted_share"].as_f64().unwrap() - source["true_share"].as_f64().unwrap();
    assert!(error < -0.03, "the register is blind to some: {source}");
    assert_ne!(transfer["chosen"], "source");
    let chosen = rungs
        .iter()
        .find(|rung| rung["name"] == transfer["chosen"])
        .unwrap();
    assert!(
        chosen["to_source"]["high"].as_f64().unwrap() < 0.0,
        "{chosen}"
    );
    let groups = transfer["groups"].as_array().unwrap();
    assert!(groups.iter().any(|group| group["value"] == "elsewhere"));
}

/// A table without some of its columns.
fn without(table: &str, columns: &[&str]) -> String {
    let header: Vec<&str> = table.lines().next().unwrap().split(',').collect();
    let lines = table.lines().map(|line| {
        let cells = line.split(',').zip(&header);
        let kept = cells.filter(|(_, name)| !columns.contains(name));
        kept.map(|(cell, _)| cell).collect::<Vec<_>>().join(",") + "\n"
    });
    lines.collect()
}

#[test]
fn a_column_that_a_transfer_lacks_is_a_gap_unless_too_much_is_gone() {
    let world = with_survey(600);
    train(&world, &["--learner", "logistic", "--out", "source"]);
    let small = people(Listing::Survey, 200, 11);
    world.write("less.csv", without(&small, &["language", "zip_code"]));
    let transfer = |table: &str, out: &str| {
        let mut train = world.evenhand("train");
        train.args([
            table,
            "--from",
            "source",
            "--learner",
            "logistic",
            "--out",
            out,
        ]);
        train
            .args(["--id", "id", "--gaps", "N,refused"])
            .output()
            .unwrap()
    };
    let output = transfer("less.csv", "less");
    let told = printed(&output);
    assert!(output.status.success(), "{told}");
    assert!(told.contains("less.csv: no column"), "{told}");
    assert!(
        told.contains("`language`") && told.contains("a gap in every row"),
        "{told}"
    );
    let rungs = json(&world.path("less/metrics.json"))["transfer"]["rungs"].clone();
    assert_eq!(rungs[0]["name"], "source");
    let mut predict = world.evenhand("predict");
    let output = predict
        .args(["less", "less.csv", "--out", "scores.csv"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", printed(&output));

    let columns = [
        "hours",
        "gender",
        "born",
        "language",
        "income",
        "age",
        "education",
    ];
    world.write("little.csv", without(&small, &columns));
    let output = transfer("little.csv", "little");
    let told = printed(&output);
    assert!(
        !output.status.success()
            && told.contains("of what the source's columns are worth is missing"),
        "{told}"
    );
}

/// Runs a classifier on a table in ONNX Runtime alone, as the guide does, and prints its probabilities. Threads would add
/// trees up in another order.
const RUN: &str = r#"
import onnxruntime, sys
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
file = '"run/classifier.onnx"'
code = open("snippet.py").read().replace(file, repr(sys.argv[1] + "/classifier.onnx") + ", options").replace("people.csv", sys.argv[2])
exec(code)
for row in probabilities:
    print("ROW", *(repr(float(p)) for p in row))
"#;

const GUIDE: &str = include_str!("../../docs/guide/survey.md");

/// Probabilities of the last class.
fn by_python(world: &World, environment: &Path, run: &str, table: &str) -> Vec<f32> {
    let mut python = Command::new(environment.join("bin/python"));
    let output = python
        .current_dir(world.path(""))
        .args(["-c", RUN, run, table])
        .output()
        .unwrap();
    assert!(output.status.success(), "{run}: {}", printed(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    let last = |line: &str| {
        line.strip_prefix("ROW ")?
            .split(' ')
            .next_back()?
            .parse()
            .ok()
    };
    text.lines().filter_map(last).collect()
}

/// The same by evenhand, which reads the file without ONNX Runtime.
fn by_us(world: &World, run: &str, table: &str) -> Vec<f32> {
    let file = world.path(&format!("{run}/classifier.onnx"));
    let classifier = SurveyClassifier::open(&file).unwrap();
    let table = Table::read(&world.path(table), &ReadOptions::default()).unwrap();
    let (frame, _) = classifier.card.features.frame(&table).unwrap();
    let rows: Vec<usize> = (0..table.rows()).collect();
    let probabilities = classifier.model.probabilities(&frame, &rows);
    probabilities.chunks(2).map(|of| of[1]).collect()
}

#[test]
fn the_file_gives_the_same_probabilities_in_onnx_runtime_alone() {
    let Some(environment) = std::env::var_os("VIRTUAL_ENV").map(PathBuf::from) else {
        eprintln!("left out: VIRTUAL_ENV names no Python with pandas and ONNX Runtime");
        return;
    };
    let world = with_survey(500);
    let (_, snippet) = GUIDE.split_once("```python\n").unwrap();
    world.write("snippet.py", snippet.split_once("```").unwrap().0);
    // Gaps, levels that the training does not have, and numbers beyond it.
    let new = people(Listing::Register, 5_000, 9)
        .replace(",Tagalog,", ",,")
        .replace(",Haitian,", ",Klingon,");
    world.write("new.csv", new);
    for learner in ["logistic", "tree", "boosting", "forest"] {
        train(
            &world,
            &["--learner", learner, "--folds", "3", "--out", learner],
        );
    }
    let mut transfer = world.evenhand("train");
    transfer.args([
        "survey.csv",
        "--from",
        "boosting",
        "--learner",
        "logistic",
        "--gaps",
        "N,refused",
        "--out",
        "transfer",
    ]);
    transfer.assert().success();
    for run in ["logistic", "tree", "boosting", "forest", "transfer"] {
        let (ours, theirs) = (
            by_us(&world, run, "new.csv"),
            by_python(&world, &environment, run, "new.csv"),
        );
        assert_eq!((ours.len(), theirs.len()), (5_000, 5_000));
        let furthest = ours.iter().zip(&theirs).map(|(a, b)| (a - b).abs());
        let furthest = furthest.fold(0.0, f32::max);
        let is_same = (ours.iter().zip(&theirs)).all(|(a, b)| a.to_bits() == b.to_bits());
        // What boosting gives goes through a sigmoid, whose last bit is each program's own.
        assert!(is_same || !["tree", "forest"].contains(&run), "{run}");
        assert!(furthest < 1e-6, "{run}: {furthest:e}");
    }
}
