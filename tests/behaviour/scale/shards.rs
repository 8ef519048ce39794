//! Shards that are put together, and those that are not.

use super::{FORMATS, long_list, merge, read};
use crate::world::{World, json, printed};
use std::fs;

#[test]
fn three_shards_put_together_are_one_run() {
    let world = World::with_faces(40);
    world.train("run").assert().success();
    long_list(&world, 2);
    for (format, other) in FORMATS.iter().zip(FORMATS.iter().cycle().skip(1)) {
        let whole = format!("whole.{other}");
        world.predict_list(&["--out", &whole]).assert().success();
        let shards: Vec<String> = (1..=3).map(|shard| format!("{shard}.{format}")).collect();
        for (at, out) in shards.iter().enumerate() {
            let shard = format!("{}/3", at + 1);
            world
                .predict_list(&["--shard", &shard, "--out", out, "--no-store"])
                .assert()
                .success();
        }
        let merged = format!("merged.{other}");
        let [one, two, three] = &shards[..] else {
            unreachable!()
        };
        merge(&world, &[three, one, two, "--out", &merged])
            .assert()
            .success();
        assert!(
            read(&world, &merged) == read(&world, &whole),
            "{format} to {other}"
        );
        for beside in ["manifest.json", "drift.json"] {
            assert_eq!(
                json(&world.path(&format!("{merged}.{beside}"))),
                json(&world.path(&format!("{whole}.{beside}")))
            );
        }
    }
}

#[test]
fn shards_that_do_not_belong_together_are_refused_by_name() {
    let world = World::with_faces(40);
    world.train("run").assert().success();
    world
        .train("other")
        .args(["--seed", "5"])
        .assert()
        .success();
    long_list(&world, 1);
    for shard in 1..=3 {
        let (shard, out) = (format!("{shard}/3"), format!("{shard}.csv"));
        world
            .predict_list(&["--shard", &shard, "--out", &out])
            .assert()
            .success();
    }
    world
        .predict_list(&["--out", "whole.csv"])
        .assert()
        .success();
    world
        .predict_list(&["--shard", "2/4", "--out", "quarter.csv"])
        .assert()
        .success();
    world
        .predict_list(&["more", "--shard", "2/3", "--out", "longer.csv"])
        .assert()
        .failure();
    world
        .evenhand("predict")
        .args(["run", "list.csv", "gone.jpg", "--engine", "burn"])
        .args(["--shard", "2/3", "--out", "longer.csv"])
        .assert()
        .success();
    world
        .evenhand("predict")
        .args(["other", "list.csv", "--engine", "burn"])
        .args(["--shard", "2/3", "--out", "foreign.csv"])
        .assert()
        .success();
    fs::copy(world.path("2.csv"), world.path("twin.csv")).unwrap();
    fs::copy(
        world.path("2.csv.manifest.json"),
        world.path("twin.csv.manifest.json"),
    )
    .unwrap();
    fs::copy(world.path("2.csv"), world.path("alone.csv")).unwrap();

    let cases: [(&[&str], &str); 8] = [
        (&["1.csv", "3.csv"], "missing: shard 2/3"),
        (&["2.csv"], "missing: shards 1/3, 3/3"),
        (
            &["1.csv", "2.csv", "twin.csv", "3.csv"],
            "shard 2/3 is there twice: `2.csv` and `twin.csv`",
        ),
        (
            &["1.csv", "foreign.csv", "3.csv"],
            "`foreign.csv` has another classifier than `1.csv`",
        ),
        (
            &["1.csv", "longer.csv", "3.csv"],
            "`longer.csv` has another list of images than `1.csv`",
        ),
        (
            &["1.csv", "quarter.csv", "3.csv"],
            "`quarter.csv` has another number of shards",
        ),
        (&["whole.csv"], "`whole.csv` is not one of several shards"),
        (
            &["1.csv", "alone.csv", "3.csv"],
            "`alone.csv` has no manifest",
        ),
    ];
    for (shards, told) in cases {
        let output = merge(&world, shards)
            .args(["--out", "m.csv"])
            .output()
            .unwrap();
        assert!(!output.status.success(), "{shards:?}");
        assert!(
            printed(&output).contains(told),
            "{shards:?}: {}",
            printed(&output)
        );
        assert!(printed(&output).contains("hint: "), "{}", printed(&output));
    }
    let changed = fs::read_to_string(world.path("2.csv")).unwrap();
    world.write("2.csv", changed.replace(",ok,", ",OK,"));
    let output = merge(&world, &["1.csv", "2.csv", "3.csv", "--out", "m.csv"])
        .output()
        .unwrap();
    assert!(
        printed(&output).contains("`2.csv` is not what its manifest says"),
        "{}",
        printed(&output)
    );
    assert!(!world.path("m.csv").exists());
}
