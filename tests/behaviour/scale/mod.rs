//! Predictions of many images: continued, shared out, put together, left to humans, and held against
//! the training.

mod drift;
mod shards;

use crate::world::{World, json, plain, printed, rows};
use std::fs;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

const FORMATS: [&str; 4] = ["csv", "tsv", "jsonl", "parquet"];

/// A list of the world's faces, over and over, with a few that are not there.
fn long_list(world: &World, times: usize) {
    let faces = rows(&world.table);
    let mut list = "file,source\n".to_owned();
    for time in 0..times {
        for (at, face) in faces.iter().enumerate() {
            list += &format!("data/{},{}\n", face["file"], time * faces.len() + at);
        }
        list += &format!("gone-{time}.jpg,nowhere\n");
    }
    world.write("list.csv", list);
}

/// Predicts `list.csv` in two shards, `1.csv` and `2.csv`.
fn two_shards(world: &World) {
    for shard in ["1", "2"] {
        let (out, shard) = (format!("{shard}.csv"), format!("{shard}/2"));
        world
            .predict_list(&["--out", &out, "--shard", &shard])
            .assert()
            .success();
    }
}

fn merge(world: &World, args: &[&str]) -> assert_cmd::Command {
    let mut merge = world.evenhand("merge");
    merge.args(args);
    merge
}

/// Runs the command and kills it when `enough` is true. Whether it could be killed.
fn killed(command: &assert_cmd::Command, enough: impl Fn() -> bool) -> bool {
    let mut plain = plain(command);
    plain.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = plain.spawn().unwrap();
    let start = Instant::now();
    while !enough() {
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        assert!(
            start.elapsed() < Duration::from_secs(300),
            "it takes too long"
        );
        sleep(Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    true
}

fn read(world: &World, name: &str) -> Vec<u8> {
    fs::read(world.path(name)).unwrap()
}

#[test]
fn a_run_that_was_killed_goes_on_to_what_an_unbroken_one_gives() {
    let world = World::with_faces(40);
    world.train("run").assert().success();
    long_list(&world, 250);
    for format in FORMATS {
        world
            .predict_list(&["--out", &format!("whole.{format}")])
            .assert()
            .success();
    }
    assert_eq!(rows(&world.path("whole.csv")).len(), 250 * 41);

    for (at, format) in FORMATS.iter().enumerate() {
        let out = format!("broken.{format}");
        let folder = world.path(&format!("{out}.parts"));
        let command = world.predict_list(&["--out", &out]);
        // Once before the first part is there, and once behind some.
        assert!(killed(&command, || folder.exists()));
        assert!(killed(&command, || world.parts(&out) > at.min(1)));
        assert!(!world.path(&out).exists());
        let output = world.predict_list(&["--out", &out]).output().unwrap();
        assert!(output.status.success(), "{}", printed(&output));
        assert!(
            printed(&output).contains("rows are done already"),
            "{}",
            printed(&output)
        );
        assert!(
            read(&world, &out) == read(&world, &format!("whole.{format}")),
            "{format}"
        );
        assert!(!folder.exists());
        let drift = |name: &str| json(&world.path(&format!("{name}.{format}.drift.json")));
        assert_eq!(drift("broken"), drift("whole"));
    }
}

#[test]
fn another_list_or_classifier_does_not_go_on_where_the_first_was_killed() {
    let world = World::with_faces(40);
    world.train("run").assert().success();
    long_list(&world, 250);
    let command = world.predict_list(&["--out", "p.csv"]);
    assert!(killed(&command, || world.parts("p.csv") > 0));

    let list = fs::read_to_string(world.path("list.csv")).unwrap();
    world.write("list.csv", list.replace("gone-3.jpg", "lost-3.jpg"));
    let output = world.predict_list(&["--out", "p.csv"]).output().unwrap();
    assert!(!output.status.success());
    assert!(
        printed(&output).contains("another list of images: it differs within rows 1 to 4096"),
        "{}",
        printed(&output)
    );
    world.write("list.csv", list);
    world
        .train("run")
        .args(["--seed", "5", "--force"])
        .assert()
        .success();
    let output = world.predict_list(&["--out", "p.csv"]).output().unwrap();
    assert!(!output.status.success());
    assert!(
        printed(&output).contains("another classifier"),
        "{}",
        printed(&output)
    );

    world
        .predict_list(&["--out", "p.csv", "--force"])
        .assert()
        .success();
    world.predict_list(&["--out", "q.csv"]).assert().success();
    assert!(read(&world, "p.csv") == read(&world, "q.csv"));
}

#[test]
fn the_least_certain_are_left_to_humans() {
    let world = World::with_faces(40);
    world.train("run").assert().success();
    long_list(&world, 1);
    world
        .predict_list(&["--out", "p.csv", "--abstain", "0.1"])
        .assert()
        .success();
    let found = rows(&world.path("p.csv"));
    let certainty = |row: &crate::world::Row| {
        let of = |name: &str| row[name].parse::<f64>().unwrap();
        of("probability_no").max(of("probability_yes"))
    };
    let (left, kept): (Vec<_>, Vec<_>) = found
        .iter()
        .filter(|row| row["status"] == "ok")
        .partition(|row| row["abstained"] == "yes");
    assert_eq!((left.len(), kept.len()), (4, 36));
    assert!(left.iter().all(|row| row["predicted"].is_empty()));
    assert!(
        kept.iter()
            .all(|row| !row["predicted"].is_empty() && row["abstained"] == "no")
    );
    let most = left.iter().map(|row| certainty(row)).fold(0.0, f64::max);
    assert!(kept.iter().all(|row| certainty(row) >= most));
    assert_eq!(
        found.iter().find(|row| row["status"] != "ok").unwrap()["abstained"],
        ""
    );

    let refused = world
        .predict_list(&["--out", "1.csv", "--shard", "1/2", "--abstain", "0.1"])
        .output()
        .unwrap();
    assert!(
        printed(&refused).contains("evenhand merge --abstain 0.1"),
        "{}",
        printed(&refused)
    );
    two_shards(&world);
    merge(
        &world,
        &["1.csv", "2.csv", "--out", "m.csv", "--abstain", "0.1"],
    )
    .assert()
    .success();
    assert!(read(&world, "m.csv") == read(&world, "p.csv"));
}

#[test]
fn a_promise_leaves_what_is_below_its_threshold_and_says_what_it_is_based_on() {
    let world = World::with_faces(240);
    world.train("run").assert().success();
    long_list(&world, 1);
    let promised = ["--out", "p.csv", "--abstain-risk", "0.5"];
    let output = world.predict_list(&promised).output().unwrap();
    let told = printed(&output);
    assert!(output.status.success(), "{told}");
    assert!(
        told.contains("with 95% confidence, at most 50% of the kept predictions are wrong"),
        "{told}"
    );
    let manifest = json(&world.path("p.csv.manifest.json"));
    let promise = &manifest["promise"];
    assert_eq!(
        (&promise["risk"], &promise["level"]),
        (&0.5.into(), &0.95.into())
    );
    let threshold = promise["threshold"].as_f64().unwrap();
    for row in rows(&world.path("p.csv")) {
        if row["status"] == "ok" {
            let of = |name: &str| row[name].parse::<f64>().unwrap();
            let certainty = of("probability_no").max(of("probability_yes"));
            let is_left = row["abstained"] == "yes";
            assert_eq!(is_left, certainty < threshold);
            assert_eq!(is_left, row["predicted"].is_empty());
        }
    }
    // Given twice, it is done; with another promise, it is another table.
    world.predict_list(&promised).assert().success();
    let other = ["--out", "p.csv", "--abstain-risk", "0.6"];
    assert!(
        !world
            .predict_list(&other)
            .output()
            .unwrap()
            .status
            .success()
    );

    two_shards(&world);
    merge(
        &world,
        &["1.csv", "2.csv", "--out", "m.csv", "--abstain-risk", "0.5"],
    )
    .assert()
    .success();
    assert!(read(&world, "m.csv") == read(&world, "p.csv"));
}

#[test]
fn what_cannot_be_promised_is_refused_with_a_next_step() {
    let world = World::with_faces(40);
    world.train("run").assert().success();
    long_list(&world, 1);
    let cases: [(&[&str], &str); 6] = [
        (&["--abstain-risk", "5"], "more than 0 and less than 1"),
        (&["--abstain-risk", "0.01"], "a promise needs at least 299"),
        (
            &["--abstain-risk", "0.01"],
            "allow more errors with --abstain-risk",
        ),
        (&["--abstain-groups", "race"], "--abstain-risk"),
        (
            &["--abstain-risk", "0.5", "--abstain-groups", "nobody"],
            "no grouping of that name",
        ),
        (
            &["--abstain-risk", "0.5", "--shard", "1/2"],
            "evenhand merge --abstain-risk 0.5",
        ),
    ];
    for (args, told) in cases {
        let args = [&["--out", "p.csv"], args].concat();
        let output = world.predict_list(&args).output().unwrap();
        assert!(!output.status.success(), "{args:?}");
        assert!(
            printed(&output).contains(told),
            "{args:?}: {}",
            printed(&output)
        );
        assert!(!world.path("p.csv").exists(), "{args:?}");
    }
}

#[test]
fn what_cannot_be_written_is_said_before_anything_is_computed() {
    let world = World::with_faces(40);
    world.train("run").assert().success();
    long_list(&world, 1);
    let cases: [(&[&str], &str); 5] = [
        (
            &["--out", "p.xlsx"],
            ".csv, .tsv, .jsonl, .ndjson, .parquet",
        ),
        (&["--out", "p.csv", "--shard", "4/3"], "from 1/3 to 3/3"),
        (
            &["--out", "p.csv", "--abstain", "1.5"],
            "more than 0 and less than 1",
        ),
        (&["--shard", "1/3"], "--out"),
        (&["--out", "nowhere/p.csv"], "nowhere/p.csv"),
    ];
    for (args, told) in cases {
        let output = world.predict_list(args).output().unwrap();
        assert!(!output.status.success(), "{args:?}");
        assert!(
            printed(&output).contains(told),
            "{args:?}: {}",
            printed(&output)
        );
    }
    assert!(!world.path("p.csv.parts").exists());
}
