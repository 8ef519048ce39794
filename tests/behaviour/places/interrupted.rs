//! Runs that are interrupted, given twice, or lose their reader.

use crate::world::{World, json, plain, printed, rows};
use std::fs;
use std::process::{Command, Output};

/// A list of the world's faces, over and over.
fn long_list(world: &World, times: usize) {
    let mut list = "file\n".to_owned();
    for _ in 0..times {
        let files = rows(&world.table);
        let files = files.iter().map(|face| format!("data/{}\n", face["file"]));
        list.extend(files);
    }
    world.write("list.csv", list);
}

fn done(command: &mut assert_cmd::Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", printed(&output));
    output
}

#[cfg(unix)]
mod signals {
    use super::*;
    use std::io::{BufRead, BufReader, Read};
    use std::os::unix::process::ExitStatusExt;
    use std::process::{Child, Stdio};
    use std::thread::sleep;
    use std::time::{Duration, Instant};

    fn spawn(command: &assert_cmd::Command) -> Child {
        let mut plain = plain(command);
        plain.stdout(Stdio::piped()).stderr(Stdio::piped());
        plain.spawn().unwrap()
    }

    /// All that a command says on standard error, to its end.
    fn told_by(child: &mut Child) -> String {
        let mut told = String::new();
        let mut errors = child.stderr.take().unwrap();
        errors.read_to_string(&mut told).unwrap();
        told
    }

    fn signal(child: &Child, name: &str) {
        let mut kill = Command::new("kill");
        let sent = kill.args([name, &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    #[test]
    fn an_interrupted_table_says_what_is_kept_and_goes_on() {
        let world = World::with_faces(40);
        world.train("run").assert().success();
        long_list(&world, 260);
        let command = world.predict_list(&["--out", "p.csv"]);
        for (name, number) in [("-INT", 2), ("-TERM", 15)] {
            let before = Instant::now();
            let mut child = spawn(&command);
            let enough = if number == 2 { 1 } else { 2 };
            while world.parts("p.csv") < enough {
                assert!(child.try_wait().unwrap().is_none(), "it was too fast");
                assert!(before.elapsed() < Duration::from_secs(300));
                sleep(Duration::from_millis(2));
            }
            signal(&child, name);
            let told = told_by(&mut child);
            assert_eq!(child.wait().unwrap().signal(), Some(number), "{told}");
            let kept = told.lines().find_map(|line| {
                let rows = line.strip_prefix("interrupted: ")?;
                rows.strip_suffix(" rows are in p.csv.parts")?
                    .parse::<usize>()
                    .ok()
            });
            assert!(kept.is_some_and(|rows| rows >= 4096), "{told}");
            assert!(
                told.contains("hint: the same command goes on from there"),
                "{told}"
            );
            assert!(!told.contains("error: "), "{told}");
        }
        let went_on = done(&mut world.predict_list(&["--out", "p.csv"]));
        assert!(printed(&went_on).contains("rows are done already"));
        done(&mut world.predict_list(&["--out", "whole.csv"]));
        let [one, other] = ["p.csv", "whole.csv"].map(|name| fs::read(world.path(name)).unwrap());
        assert!(one == other);
        assert!(!world.path("p.csv.parts").exists());
    }

    #[test]
    fn an_interrupted_command_that_keeps_nothing_ends_at_once() {
        let world = World::with_faces(20);
        let mut table = "path,label,predicted\n".to_owned();
        for row in 0..200_000 {
            let class = ["a", "b", "c"][row % 3];
            table += &format!("{row},{class},{}\n", ["a", "b", "c"][row / 3 % 3]);
        }
        world.write("big.csv", table);
        let mut audit = world.evenhand("audit");
        audit.args(["big.csv", "--cluster", "path", "--replicates", "100000"]);
        audit.args(["--interval", "bootstrap"]);
        let mut child = spawn(&audit);
        sleep(Duration::from_millis(1500));
        let start = Instant::now();
        signal(&child, "-INT");
        assert_eq!(child.wait().unwrap().signal(), Some(2));
        assert!(start.elapsed() < Duration::from_secs(3));
    }

    #[test]
    fn a_reader_that_goes_away_ends_predictions_quietly() {
        let world = World::with_faces(40);
        world.train("run").assert().success();
        long_list(&world, 40);
        let mut child = spawn(&world.predict_list(&["--quiet"]));
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        out.read_line(&mut first).unwrap();
        assert!(first.starts_with("path,blake3,status"), "{first}");
        drop(out);
        let told = told_by(&mut child);
        assert!(child.wait().unwrap().success(), "{told}");
        assert_eq!(told, "");
    }
}

#[test]
fn a_finished_table_is_finished_when_its_command_is_given_again() {
    let world = World::with_faces(40);
    world.train("run").assert().success();
    long_list(&world, 1);
    let cases: [(&str, &[&str]); 3] = [
        ("1.parquet", &["--shard", "1/2"]),
        ("p.csv", &[]),
        ("a.jsonl", &["--abstain", "0.1"]),
    ];
    for (out, more) in cases {
        let mut words = more.to_vec();
        words.extend(["--out", out]);
        done(&mut world.predict_list(&words));
        let before = fs::read(world.path(out)).unwrap();
        let changed = fs::metadata(world.path(out)).unwrap().modified().unwrap();
        let again = done(&mut world.predict_list(&words));
        let told = format!("{out} is finished: it has all ");
        assert!(printed(&again).contains(&told), "{}", printed(&again));
        assert_eq!(fs::read(world.path(out)).unwrap(), before);
        let now = fs::metadata(world.path(out)).unwrap().modified().unwrap();
        assert_eq!(now, changed);
    }
    // Another shard, another list, another classifier, or a table that was edited is in the way.
    let refused = |more: &[&str]| {
        let output = world.predict_list(more).output().unwrap();
        let told = printed(&output);
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(
            told.contains("is there already") && told.contains("--force"),
            "{told}"
        );
    };
    refused(&["--shard", "2/2", "--out", "1.parquet"]);
    refused(&["--abstain", "0.2", "--out", "a.jsonl"]);
    refused(&["gone.jpg", "--out", "p.csv"]);
    let edited = fs::read_to_string(world.path("p.csv"))
        .unwrap()
        .replacen(",ok,", ",OK,", 1);
    world.write("p.csv", &edited);
    refused(&["--out", "p.csv"]);
    assert_eq!(fs::read_to_string(world.path("p.csv")).unwrap(), edited);
    world
        .train("run")
        .args(["--seed", "5", "--force"])
        .assert()
        .success();
    refused(&["--shard", "1/2", "--out", "1.parquet"]);
}

#[test]
fn shards_of_two_engines_are_refused_and_of_two_processors_are_noted() {
    let world = World::with_faces(40);
    world.train("run").assert().success();
    long_list(&world, 1);
    for shard in 1..=2 {
        let (shard, out) = (format!("{shard}/2"), format!("{shard}.csv"));
        done(&mut world.predict_list(&["--shard", &shard, "--out", &out]));
    }
    let path = world.path("2.csv.manifest.json");
    let original = json(&path);
    assert_eq!(original["engine"]["name"], "burn");
    assert_eq!(original["engine"]["device"], "cpu");
    let merge = |out: &str| {
        let mut merge = world.evenhand("merge");
        merge
            .args(["1.csv", "2.csv", "--out", out])
            .output()
            .unwrap()
    };

    let mut other = original.clone();
    other["engine"]["name"] = "onnxruntime".into();
    other["features"] = "of another engine".into();
    fs::write(&path, other.to_string()).unwrap();
    let refused = merge("m.csv");
    let told = printed(&refused);
    assert!(
        !refused.status.success() && !world.path("m.csv").exists(),
        "{told}"
    );
    let words = "`2.csv` was predicted by onnxruntime on cpu, and `1.csv` by burn on cpu";
    assert!(
        told.contains(words) && told.contains("hint: predict all shards"),
        "{told}"
    );

    let mut older = original.clone();
    older["engine"]["versions"] = serde_json::json!(["0.1"]);
    older["engine"]["hardware"] = serde_json::json!(["x86_64 sse4.1"]);
    fs::write(&path, older.to_string()).unwrap();
    let merged = merge("m.csv");
    let told = printed(&merged);
    assert!(merged.status.success(), "{told}");
    assert!(
        told.contains("rows were computed by 2 versions (0.1; "),
        "{told}"
    );
    assert!(told.contains("2 kinds of hardware ("), "{told}");
    let manifest = json(&world.path("m.csv.manifest.json"));
    assert_eq!(manifest["engine"]["versions"].as_array().unwrap().len(), 2);
}

#[test]
fn a_store_that_one_engine_filled_serves_no_other() {
    if std::env::var_os("VIRTUAL_ENV").is_none() {
        return eprintln!("left out: VIRTUAL_ENV names no Python with onnxruntime");
    }
    let world = World::with_faces(20);
    let embed = |engine: &str, out: &str| {
        let mut embed = world.evenhand("embed");
        embed.args([
            "data/faces",
            "--engine",
            engine,
            "--precision",
            "f32",
            "--out",
            out,
        ]);
        printed(&done(&mut embed))
    };
    let (first, other) = (
        embed("burn", "1.safetensors"),
        embed("onnxruntime", "2.safetensors"),
    );
    for told in [&first, &other] {
        assert!(
            told.contains("20 through the backbone, 0 known already"),
            "{told}"
        );
    }
    for (engine, out) in [("burn", "3.safetensors"), ("onnxruntime", "4.safetensors")] {
        let told = embed(engine, out);
        assert!(
            told.contains("0 through the backbone, 20 known already"),
            "{told}"
        );
    }
}
