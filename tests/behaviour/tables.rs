//! One table, whatever the file: every command gives the same numbers from each format, and takes the same
//! values for missing.

use super::world::printed;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// Writes `<name>.csv` once more in every other format, as its users do.
const PANDAS: &str = r#"
import sys
import pandas as pd
for name in sys.argv[1:]:
    table = pd.read_csv(name + ".csv")
    table.to_csv(name + "-semicolon.csv", sep=";", decimal=",", index=False)
    table.to_csv(name + ".tsv", sep="\t", index=False)
    table.to_json(name + ".jsonl", orient="records", lines=True, force_ascii=False)
    table.to_parquet(name + ".parquet", index=False)
    table.to_feather(name + ".arrow", compression="uncompressed")
    table.to_excel(name + ".xlsx", index=False)
    table.to_csv(name + "-utf16.csv", encoding="utf-16", index=False)
    table.to_csv(name + "-windows.csv", encoding="cp1252", index=False)
"#;

const FORMATS: [&str; 9] = [
    ".csv",
    "-semicolon.csv",
    ".tsv",
    ".jsonl",
    ".parquet",
    ".arrow",
    ".xlsx",
    "-utf16.csv",
    "-windows.csv",
];

/// Predictions of 300 images of three cities; `shift` makes another classifier of the same images.
fn predictions(shift: u64) -> String {
    let mut text =
        "path,blake3,status,error,label,fold,predicted,probability_Man,probability_Woman,city\n"
            .to_owned();
    for row in 0..300u64 {
        let random = (row * 7919 + 13 + shift * 31).wrapping_mul(6_364_136_223_846_793_005) >> 40;
        let score = (random % 999_983) as f64 / 1e6;
        let label = if (row * 17 + 3) % 7 < 3 {
            "Woman"
        } else {
            "Man"
        };
        let pulled = if label == "Woman" {
            0.3 + 0.7 * score
        } else {
            0.7 * score
        };
        let predicted = if pulled >= 0.5 { "Woman" } else { "Man" };
        let city = ["Zürich", "Genève", "Bern"][(row % 3) as usize];
        let fold = ["0", "1", "test"][(row / 3 % 3) as usize];
        let man = format!("{:.6}", 1.0 - pulled);
        writeln!(
            text,
            "faces/{row:04}.jpg,b{row:04},ok,,{label},{fold},{predicted},{man},{pulled:.6},{city}"
        )
        .unwrap();
    }
    text
}

/// Codes of every fifth image by three coders.
fn codes() -> String {
    let mut text = "path,coder_1,coder_2,coder_3\n".to_owned();
    for row in (0..300u64).step_by(5) {
        let truth = if (row * 17 + 3) % 7 < 3 {
            "Woman"
        } else {
            "Man"
        };
        let other = if row % 35 == 0 { "Man" } else { truth };
        writeln!(text, "faces/{row:04}.jpg,{truth},{other},{truth}").unwrap();
    }
    text
}

fn evenhand(folder: &Path, line: &str) -> std::process::Output {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("evenhand"));
    command.current_dir(folder).args(line.split(' '));
    command.output().unwrap()
}

/// The JSON on standard output, without the names of files.
fn numbers(folder: &Path, line: &str) -> serde_json::Value {
    let output = evenhand(folder, line);
    assert!(output.status.success(), "{line}\n{}", printed(&output));
    let mut json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    for name in ["predictions", "run", "baseline"] {
        json.as_object_mut().unwrap().remove(name);
    }
    json
}

fn world() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("new.csv"), predictions(0)).unwrap();
    fs::write(folder.path().join("old.csv"), predictions(1)).unwrap();
    fs::write(folder.path().join("codes.csv"), codes()).unwrap();
    folder
}

#[test]
fn every_command_gives_the_same_numbers_from_every_format() {
    let Some(python) = std::env::var_os("VIRTUAL_ENV") else {
        eprintln!("left out: VIRTUAL_ENV names no Python with pandas");
        return;
    };
    let folder = world();
    let place = folder.path();
    let mut pandas = Command::new(Path::new(&python).join("bin/python"));
    pandas.args(["-c", PANDAS, "new", "old"]).current_dir(place);
    let written = pandas.output().unwrap();
    assert!(written.status.success(), "{}", printed(&written));
    let commands = [
        "audit new{} --groups city --only fold=test --json=-",
        "validate new{} codes.csv --groups city --json=-",
        "estimate new{} --coded codes.csv --class Woman --groups city --json=-",
        "compare new{} old{} --groups city --json=-",
    ];
    for command in commands {
        let of = |format: &str| numbers(place, &command.replace("{}", format));
        let first = of(FORMATS[0]);
        for format in &FORMATS[1..] {
            assert_eq!(of(format), first, "{command} of {format}");
        }
    }
    let drawn = |format: &str| {
        let line = format!("sample new{format} --n 60 --groups city,score --out drawn{format}.csv");
        let output = evenhand(place, &line);
        assert!(output.status.success(), "{line}\n{}", printed(&output));
        fs::read(place.join(format!("drawn{format}.csv"))).unwrap()
    };
    let first = drawn(FORMATS[0]);
    for format in &FORMATS[1..] {
        assert_eq!(drawn(format), first, "sample of {format}");
    }
}

#[test]
fn na_is_missing_in_labels_groups_and_codes_and_said_once() {
    let folder = world();
    let place = folder.path();
    let text = fs::read_to_string(place.join("new.csv")).unwrap();
    // A label and two cities.
    let text = text
        .replacen(",Man,0,", ",NA,0,", 1)
        .replacen("Bern", "NA", 2);
    fs::write(place.join("new.csv"), text).unwrap();
    let coded = codes().replacen("Woman,Woman", "Woman,NA", 1);
    fs::write(place.join("codes.csv"), coded).unwrap();

    let audited = evenhand(place, "audit new.csv --groups city --json=-");
    let json: serde_json::Value = serde_json::from_slice(&audited.stdout).unwrap();
    assert_eq!(json["rows"]["audited"], 299);
    assert_eq!(json["rows"]["left_out"]["without a label"], 1);
    assert!(json["groups"]["city"]["(missing)"]["n"].as_u64() >= Some(1));
    let said = printed(&audited);
    assert_eq!(said.matches("`NA` in `city`").count(), 1, "{said}");

    for line in [
        "coders codes.csv --json=-",
        "validate new.csv codes.csv --json=-",
        "estimate new.csv --coded codes.csv --class Woman --groups city --json=-",
    ] {
        let output = evenhand(place, line);
        assert!(output.status.success(), "{line}\n{}", printed(&output));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(
            said.matches("`NA`").count(),
            said.matches("`NA` in").count(),
            "{said}"
        );
        assert!(said.contains("`NA` in `coder"), "{line}\n{said}");
        let out = String::from_utf8_lossy(&output.stdout);
        assert!(!out.contains("\"NA\""), "{line}\n{out}");
    }

    let literal = numbers(place, "audit new.csv --groups city --missing= --json=-");
    assert_eq!(literal["rows"]["audited"], 300);
    assert_eq!(literal["groups"]["city"]["NA"]["n"], 2);
}
