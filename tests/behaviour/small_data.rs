//! Trainings on few rows, few persons and tiny groups, and on data with parts of its own.

use crate::world::{Row, World, json, printed, rows};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Output;

/// A column of a table: its name, and its value from the number of a row and its label.
type Column<'a> = (&'a str, &'a dyn Fn(usize, &str) -> String);

/// A table of the drawn faces with more columns.
fn table(world: &World, name: &str, columns: &[Column]) -> String {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let mut text = format!("file,smiling,{}\n", names.join(","));
    for (at, face) in rows(&world.table).iter().enumerate() {
        let cells = columns.iter().map(|(_, cell)| cell(at, &face["smiling"]));
        let cells: Vec<String> = cells.collect();
        text += &format!("{},{},{}\n", face["file"], face["smiling"], cells.join(","));
    }
    let path = world.write(&format!("data/{name}"), text);
    path.display().to_string()
}

fn train(world: &World, table: &str, run: &str, options: &[&str]) -> Output {
    let mut train = world.evenhand("train");
    train.args([
        table, "--label", "smiling", "--engine", "burn", "--out", run,
    ]);
    train.args(["--epochs", "2", "--hidden", "4"]).args(options);
    train.output().unwrap()
}

fn assert_trained(output: &Output) {
    assert!(output.status.success(), "{}", printed(output));
}

/// The fold of each row.
fn folds(world: &World, run: &str) -> Vec<String> {
    let rows = rows(&world.path(run).join("predictions.csv"));
    rows.iter().map(|row| row["fold"].clone()).collect()
}

#[test]
fn tiny_groups_change_neither_folds_nor_predictions() {
    for (faces, options) in [
        (20, &["--force", "--folds", "5"][..]),
        (20, &["--force", "--folds", "2"]),
        (50, &["--force", "--folds", "2", "--holdout", "0.25"]),
        (200, &["--force", "--folds", "2"]),
    ] {
        let world = World::with_faces(faces);
        // Most cells of label by group have one row.
        let cell = |at: usize, _: &str| format!("g{}", at % (faces / 2));
        let table = table(&world, "cells.csv", &[("cell", &cell)]);
        assert_trained(&train(&world, &table, "plain", options));
        let grouped = [options, &["--groups", "cell"]].concat();
        assert_trained(&train(&world, &table, "grouped", &grouped));
        let read = |run: &str| fs::read(world.path(run).join("predictions.csv")).unwrap();
        assert!(
            read("plain") == read("grouped"),
            "{faces} faces, {options:?}"
        );
        let folds: BTreeSet<String> = folds(&world, "plain").into_iter().collect();
        assert!(folds.len() >= 2, "{folds:?}");
    }
}

#[test]
fn a_training_needs_one_person_more_than_folds() {
    let world = World::with_faces(60);
    for persons in [3, 4, 8, 12] {
        // The first persons have most of the rows.
        let who = |at: usize, _: &str| {
            let at = at % (2 * persons);
            (at.min(persons - 1).min(at / 2 + persons / 3)).to_string()
        };
        let name = format!("people-{persons}.csv");
        let table = table(&world, &name, &[("person", &who)]);
        for folds in [2, 3, 5] {
            if persons <= folds {
                continue;
            }
            let folds_text = folds.to_string();
            let options = ["--force", "--person", "person", "--folds", &folds_text];
            let output = train(&world, &table, "run", &options);
            assert_trained(&output);
            let mut fold_of: BTreeMap<String, String> = BTreeMap::new();
            for row in rows(&world.path("run/predictions.csv")) {
                let fold = fold_of
                    .entry(row["person"].clone())
                    .or_insert_with(|| row["fold"].clone());
                assert_eq!(*fold, row["fold"], "{persons} persons, {folds} folds");
            }
            let used: BTreeSet<&String> = fold_of.values().collect();
            assert_eq!(used.len(), folds, "{persons} persons");
        }
    }
    let three = ["--force", "--person", "person", "--folds", "2"];
    let three = train(
        &world,
        &world.path("data/people-3.csv").display().to_string(),
        "run",
        &three,
    );
    assert!(
        printed(&three)
            .contains("no row can be spared for early stopping: each training takes all epochs"),
        "{}",
        printed(&three)
    );
    let few = ["--force", "--person", "person", "--folds", "5"];
    let few = train(
        &world,
        &world.path("data/people-3.csv").display().to_string(),
        "run",
        &few,
    );
    assert_eq!(few.status.code(), Some(1));
    assert!(
        printed(&few).contains("hint: take at most --folds 3"),
        "{}",
        printed(&few)
    );
}

#[test]
fn a_label_of_one_person_is_refused_before_any_image_is_opened() {
    let world = World::with_faces(20);
    let who = |at: usize, label: &str| match label {
        "yes" => "ann".to_owned(),
        _ => format!("p{at}"),
    };
    let table = table(&world, "people.csv", &[("person", &who)]);
    let output = train(
        &world,
        &table,
        "run",
        &["--person", "person", "--folds", "2"],
    );
    assert_eq!(output.status.code(), Some(1));
    let told = printed(&output);
    assert!(
        told.contains("all rows of the label `yes` are of one person or one file"),
        "{told}"
    );
    assert!(!told.contains("embedding"), "{told}");
}

/// Rows of each part, by fold and status.
fn statuses(rows: &[Row], part: &str) -> BTreeMap<(String, String), usize> {
    let mut counts = BTreeMap::new();
    for row in rows.iter().filter(|row| row["split"] == part) {
        *counts
            .entry((row["status"].clone(), row["fold"].clone()))
            .or_default() += 1;
    }
    counts
}

fn assert_parts(world: &World, run: &str, output: &Output) {
    assert_trained(output);
    let told = printed(output);
    assert!(
        told.contains("the 16 validation rows decide when training stops, and are neither learned from nor tested on"),
        "{told}"
    );
    let rows = rows(&world.path(run).join("predictions.csv"));
    let pair = |status: &str, fold: &str| (status.to_owned(), fold.to_owned());
    assert_eq!(
        statuses(&rows, "val"),
        BTreeMap::from([(pair("no-held-out", ""), 16)])
    );
    assert_eq!(
        statuses(&rows, "test"),
        BTreeMap::from([(pair("ok", "test"), 16)])
    );
    let train = statuses(&rows, "train");
    assert_eq!(
        train.keys().cloned().collect::<Vec<_>>(),
        [pair("ok", "0"), pair("ok", "1")]
    );
    let val = rows.iter().find(|row| row["split"] == "val").unwrap();
    assert_eq!(
        val["error"],
        "a validation row: it decided when training stopped"
    );
    let metrics = json(&world.path(run).join("metrics.json"));
    assert_eq!(metrics["cross_validation"]["overall"]["n"], 48);
    assert_eq!(metrics["test"]["overall"]["n"], 16);
}

/// The part of a row of 80: 48, 16 and 16.
fn part(at: usize) -> &'static str {
    ["train", "train", "train", "val", "test"][at / 2 % 5]
}

#[test]
fn validation_rows_stop_the_training_and_are_no_test() {
    let world = World::with_faces(80);
    let table = table(
        &world,
        "parts.csv",
        &[("split", &|at, _| part(at).to_owned())],
    );
    let output = train(&world, &table, "run", &["--split", "split", "--folds", "2"]);
    assert_parts(&world, "run", &output);
}

#[test]
fn folders_named_train_val_and_test_are_parts_with_classes_in_them() {
    let world = World::with_faces(80);
    let from = world.table.parent().unwrap();
    for (at, face) in rows(&world.table).iter().enumerate() {
        let name = format!("folders/{}/{}/{at}.png", part(at), face["smiling"]);
        world.write(&name, fs::read(from.join(&face["file"])).unwrap());
    }
    let mut command = world.evenhand("train");
    command.args(["folders", "--engine", "burn", "--out", "run"]);
    command.args(["--epochs", "2", "--hidden", "4", "--folds", "2"]);
    assert_parts(&world, "run", &command.output().unwrap());
}

#[test]
fn progress_of_a_finetuning_counts_the_epochs_that_were_asked_for() {
    let world = World::with_faces(20);
    let mut command = world.evenhand("train");
    command.arg(&world.table).args(["--label", "smiling"]);
    command.args(["--engine", "burn", "--pool", "gap", "--out", "run"]);
    command.args(["--epochs", "2", "--hidden", "4", "--augment", "none"]);
    command.args(["--unfreeze", "1", "--finetune-epochs", "3"]);
    let output = command.output().unwrap();
    assert_trained(&output);
    let told = printed(&output);
    assert!(
        told.contains("epoch 1 of 3") && told.contains("epoch 3 of 3"),
        "{told}"
    );
}

#[test]
fn tables_fit_the_screen() {
    let world = World::with_faces(60);
    let output = world
        .train("run")
        .args(["--groups", "glasses,skin_tone"])
        .output()
        .unwrap();
    assert_trained(&output);
    for width in [50, 120] {
        let mut audit = world.evenhand("audit");
        audit.env("COLUMNS", width.to_string());
        audit.args(["run/predictions.csv", "--groups", "glasses,skin_tone"]);
        let output = audit.output().unwrap();
        assert!(output.status.success(), "{}", printed(&output));
        let text = String::from_utf8(output.stdout).unwrap();
        // The lines that say which file was read are as long as its name.
        let tables = text.split_once("Overall").unwrap().1;
        let long = tables.lines().find(|line| line.chars().count() > width);
        assert_eq!(long, None, "{width} columns:\n{text}");
        assert!(text.contains("true positive rate"), "{text}");
    }
}
