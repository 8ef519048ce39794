//! Every error is one line that says what is wrong, a hint, and no half-written run.

use crate::world::{World, printed};
use assert_cmd::Command;
use std::fs;

/// The command fails with `code`, its error names all `words` in one line, a hint follows, and
/// nothing that looks like a run is left.
fn fails(world: &World, command: &mut Command, code: i32, words: &[&str]) {
    let before = fs::read_dir(world.path(".")).unwrap().count();
    let output = command.output().unwrap();
    let told = printed(&output);
    assert_eq!(output.status.code(), Some(code), "{told}");
    let error = told
        .lines()
        .find(|line| line.starts_with("error: "))
        .unwrap_or_else(|| panic!("{told}"));
    for word in words {
        assert!(error.contains(word), "no `{word}` in: {error}");
    }
    let last = told.lines().last().unwrap();
    assert!(last.starts_with("hint: "), "{told}");
    assert!(!world.path("run").exists());
    let after = fs::read_dir(world.path(".")).unwrap();
    let left: Vec<_> = after
        .map(|entry| entry.unwrap().file_name())
        .filter(|name| name != "cache")
        .collect();
    assert!(left.len() <= before, "{left:?}");
}

#[test]
fn an_unknown_column_is_answered_with_the_known_ones() {
    let world = World::with_faces(20);
    let mut train = world.evenhand("train");
    train.arg(&world.table).args(["--label", "smilling"]);
    fails(
        &world,
        &mut train,
        1,
        &["smilling", "smiling", "glasses", "skin_tone"],
    );
    fails(
        &world,
        world.train("run").args(["--groups", "rcae"]),
        1,
        &["rcae", "glasses"],
    );
}

#[test]
fn one_class_is_not_enough() {
    let world = World::with_faces(20);
    let table = world.write("data/one.csv", "file,mood\na.png,good\nb.png,good\n");
    fails(
        &world,
        world.evenhand("train").arg(table).args(["--label", "mood"]),
        1,
        &["mood", "good"],
    );
}

#[test]
fn a_group_without_members_is_named() {
    let world = World::with_faces(20);
    let table = world.write(
        "data/empty.csv",
        "file,mood,race\na.png,good,\nb.png,bad,\n",
    );
    let mut train = world.evenhand("train");
    train
        .arg(table)
        .args(["--label", "mood", "--groups", "race"]);
    fails(&world, &mut train, 1, &["race"]);
}

#[test]
fn a_file_that_is_not_onnx_is_refused() {
    let world = World::with_faces(20);
    world.write("photo.onnx", "this is no model");
    fails(
        &world,
        world.train("run").args(["--backbone", "photo.onnx"]),
        1,
        &["photo.onnx", "not", "ONNX"],
    );
    let mut inspect = world.evenhand("backbone");
    fails(
        &world,
        inspect.args(["inspect", "photo.onnx"]),
        1,
        &["photo.onnx", "not", "ONNX"],
    );
    world.write("classifier.onnx", "this is no model");
    let mut predict = world.evenhand("predict");
    fails(
        &world,
        predict.args(["classifier.onnx", "data"]),
        1,
        &["classifier.onnx"],
    );
}

#[test]
fn a_backbone_is_not_a_classifier() {
    let world = World::with_faces(20);
    let model = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/crates/evenhand-backbone/models/efficientnet-lite0.onnx"
    );
    fails(
        &world,
        world.evenhand("predict").args([model, "data"]),
        1,
        &["not a classifier"],
    );
}

#[test]
fn arguments_that_make_no_sense_exit_with_2() {
    let world = World::with_faces(20);
    for arguments in [
        &["--holdout", "0.2", "--split", "part"][..],
        &["--engine", "tensorflow"],
        &["--epochs", "many"],
    ] {
        let output = world.train("run").args(arguments).output().unwrap();
        assert_eq!(
            output.status.code(),
            Some(2),
            "{arguments:?}: {}",
            printed(&output)
        );
    }
    fails(
        &world,
        world.train("run").args(["--max-bad", "7"]),
        2,
        &["max-bad 7"],
    );
    fails(
        &world,
        world.train("run").args(["--threads", "0"]),
        2,
        &["threads 0"],
    );
}

#[test]
fn a_place_that_cannot_be_written_is_said_before_the_work_begins() {
    let world = World::with_faces(20);
    let file = world.write("file", "in the way");
    let out = file.join("run");
    let mut train = world.train(out.to_str().unwrap());
    fails(&world, &mut train, 1, &["cannot write"]);
}
