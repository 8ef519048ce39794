//! Reports as a browser shows them. Nobody opens every report on a phone, in the dark and on paper
//! after every change; Chromium does, where `EVENHAND_CHROMIUM` names it.

mod chromium;
mod look;

use crate::estimate::coded_corpus;
use crate::real_faces::faces;
use crate::world::{World, printed};
use assert_cmd::Command;
use look::{Findings, Looker};
use std::path::{Path, PathBuf};

/// A report is sent by mail.
const MOST_BYTES: u64 = 3_000_000;

const WRONG: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/behaviour/browser/wrong.html"
);

/// What must be found in `wrong.html`: in which looks, and how the complaint reads.
const FAULTS: [(&[&str], &str); 23] = [
    (ALL, "the page scrolls sideways: by"),
    (ALL, "console: a word in the console 1"),
    (ALL, "exception: Error: thrown on purpose"),
    (ALL, "log: Failed to load resource"),
    (ALL, "request: https://evenhand.invalid/pixel.png"),
    (ALL, "request: https://evenhand.invalid/numbers.json"),
    (ALL, "request: wss://evenhand.invalid/"),
    (ALL, "clipped sideways by <div.cut>: <div.cut>"),
    (ALL, "clipped above or below by <div.low>: <div.low>"),
    (ALL, "beside the page: from -40 px to"),
    (ALL, "clipped sideways by <svg>: <text> \"A label"),
    (ALL, "text over text: <text> \"One\" and <text> \"Two\""),
    (ALL, "an image does not decode: <img> \"No picture\""),
    (ALL, "an image does not decode: <img> \"From elsewhere\""),
    (ALL, "an image has no alt text: <img> \"\""),
    (
        SCREEN,
        "#777777 on #ffffff: <p.grey> \"Grey on white\" and 1 alike",
    ),
    (SCREEN, "4.48, not 4.5"),
    (LIGHT, "2.85, not 4.5: #999999 on #ffffff: <p.faded>"),
    (LIGHT, "1.00, not 4.5: #ffffff on #ffffff: <p.bright>"),
    (DARK, "1.00, not 4.5: #000000 on #000000: <p.dim>"),
    (PRINT, "clipped sideways by <div.scroll>: <p> \"On paper"),
    (PHONE, "clipped sideways by <p.folded>"),
    (
        SCREEN,
        "nothing shows that it scrolls sideways: <div.scroll>",
    ),
];

const ALL: &[&str] = &[
    "390 px, light",
    "390 px, dark",
    "1280 px, light",
    "1280 px, dark",
    "1280 px, print",
];
const SCREEN: &[&str] = &[
    "390 px, light",
    "390 px, dark",
    "1280 px, light",
    "1280 px, dark",
];
const LIGHT: &[&str] = &["390 px, light", "1280 px, light"];
const DARK: &[&str] = &["390 px, dark", "1280 px, dark"];
const PRINT: &[&str] = &["1280 px, print"];
const PHONE: &[&str] = &["390 px, light", "390 px, dark"];

/// The browser to look with, where there is one.
fn looker() -> Option<Looker> {
    let chromium = std::env::var_os("EVENHAND_CHROMIUM").map(PathBuf::from);
    if chromium.is_none() {
        eprintln!("left out: EVENHAND_CHROMIUM does not name a Chromium");
    }
    Some(Looker {
        chromium: chromium?,
        screenshots: std::env::var_os("EVENHAND_SCREENSHOTS").map(PathBuf::from),
    })
}

/// Runs a command that writes `report`, and holds the report to everything that is looked for.
fn assert_report_is_well(looker: &Looker, name: &str, mut command: Command, report: &Path) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", printed(&output));
    let Findings { complaints, bytes } = looker.look(name, report);
    assert!(complaints.is_empty(), "{name}:\n{}", complaints.join("\n"));
    assert!(bytes < MOST_BYTES, "{name}: {bytes} bytes");
}

#[test]
fn every_fault_of_a_wrong_page_is_found_where_it_shows_and_nowhere_else() {
    let Some(looker) = looker() else { return };
    let Findings { complaints, bytes } = looker.look("wrong", Path::new(WRONG));
    let told = complaints.join("\n");
    for (looks, fault) in FAULTS {
        let found = |look: &&&str| {
            let mut lines = complaints.iter();
            lines.any(|line| line.starts_with(**look) && line.contains(fault))
        };
        let found: Vec<&str> = ALL.iter().filter(found).copied().collect();
        assert_eq!(found, looks, "{fault} in:\n{told}");
    }
    assert!(!told.contains("This is fine"), "{told}");
    assert_eq!(bytes, std::fs::metadata(WRONG).unwrap().len());
}

#[test]
fn the_report_of_the_demo_is_well_on_every_screen_and_in_print() {
    let Some(looker) = looker() else { return };
    let world = World::with_faces(1);
    let mut demo = world.evenhand("demo");
    demo.args(["--engine", "burn", "--out", "demo"]);
    let report = world.path("demo/run/report.html");
    assert_report_is_well(&looker, "demo", demo, &report);
}

#[test]
fn a_report_on_real_faces_is_well_on_every_screen_and_in_print() {
    let Some(looker) = looker() else { return };
    let Some(faces) = faces() else { return };
    let world = World::with_faces(1);
    let mut train = world.evenhand("train");
    train
        .arg(faces.join("train.csv"))
        .arg("--test")
        .arg(faces.join("val.csv"));
    train.args(["--label", "gender", "--positive", "Female"]);
    train.args(["--groups", "race,age,race*gender", "--out", "run"]);
    let report = world.path("run/report.html");
    assert_report_is_well(&looker, "real-faces", train, &report);
}

#[test]
fn a_page_of_shares_is_well_on_every_screen_and_in_print() {
    let Some(looker) = looker() else { return };
    let world = World::with_faces(1);
    coded_corpus(&world);
    let mut estimate = world.evenhand("estimate");
    estimate.args(["predictions.csv", "--validation", "coded.csv"]);
    estimate.args(["--by", "topic", "--out", "shares.html"]);
    let page = world.path("shares.html");
    assert_report_is_well(&looker, "shares", estimate, &page);
}

#[test]
fn a_page_of_coefficients_is_well_on_every_screen_and_in_print() {
    let Some(looker) = looker() else { return };
    let world = World::with_faces(1);
    coded_corpus(&world);
    let mut regress = world.evenhand("regress");
    regress.args(["predictions.csv", "--coded", "coded.csv"]);
    regress.args(["--formula", "female ~ topic", "--out", "regress.html"]);
    let page = world.path("regress.html");
    assert_report_is_well(&looker, "regress", regress, &page);
}

#[test]
fn a_page_of_a_check_is_well_on_every_screen_and_in_print() {
    let Some(looker) = looker() else { return };
    let world = World::with_faces(120);
    let mut check = world.evenhand("check");
    check.arg(&world.table).args(["--label", "smiling"]);
    check.args([
        "--groups",
        "glasses,skin_tone*glasses",
        "--html",
        "check.html",
    ]);
    let page = world.path("check.html");
    assert_report_is_well(&looker, "check", check, &page);
}

#[test]
fn the_page_of_a_search_is_well_on_every_screen_and_in_print() {
    let Some(looker) = looker() else { return };
    let world = World::with_faces(60);
    let mut tune = world.evenhand("tune");
    tune.arg(&world.table)
        .args(["--label", "smiling", "--engine", "burn"]);
    tune.args([
        "--groups", "glasses", "--budget", "4", "--folds", "2", "--out", "tuned",
    ]);
    let page = world.path("tuned/tune.html");
    assert_report_is_well(&looker, "tune", tune, &page);
}
