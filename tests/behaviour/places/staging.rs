//! Places where results are made: evenhand's own, or none.
#![cfg(unix)]

use crate::world::{World, printed};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

/// A folder of somebody's.
fn victim(world: &World) -> PathBuf {
    world.write("victim/.secret_key", "key");
    world.write("victim/000000.csv", "a table");
    world.write("victim/manifest.json", "{}");
    world.write("victim/thesis.txt", "years of work");
    world.path("victim")
}

fn is_whole(world: &World) {
    let entries = fs::read_dir(world.path("victim")).unwrap();
    assert_eq!(entries.count(), 4);
    assert_eq!(
        fs::read(world.path("victim/000000.csv")).unwrap(),
        b"a table"
    );
    assert_eq!(fs::read(world.path("victim/manifest.json")).unwrap(), b"{}");
}

#[test]
fn a_staging_place_that_is_a_link_or_somebody_elses_is_refused() {
    let world = World::with_faces(40);
    world.train("run").assert().success();
    let victim = victim(&world);
    let commands = [
        (".new.partial", "train"),
        (".new.checkpoints", "finetune"),
        ("p.csv.parts", "predict"),
    ];
    for (place, command) in commands {
        let start = || {
            let mut evenhand = match command {
                "predict" => world.evenhand("predict"),
                _ => world.train("new"),
            };
            match command {
                "predict" => {
                    evenhand.args(["run", "data/faces", "--engine", "burn", "--out", "p.csv"])
                }
                "finetune" => evenhand.args(["--unfreeze", "1", "--finetune-epochs", "1"]),
                _ => &mut evenhand,
            };
            evenhand.output().unwrap()
        };
        symlink(&victim, world.path(place)).unwrap();
        let refused = start();
        let told = printed(&refused);
        assert_eq!(refused.status.code(), Some(1), "{told}");
        let link = format!("{place}` is a symbolic link");
        assert!(
            told.contains(&link) && told.contains("hint: remove the link"),
            "{told}"
        );
        is_whole(&world);
        fs::remove_file(world.path(place)).unwrap();

        // A folder that evenhand did not make.
        world.write(&format!("{place}/notes.txt"), "mine");
        let refused = start();
        let told = printed(&refused);
        assert_eq!(refused.status.code(), Some(1), "{told}");
        assert!(told.contains(&format!("{place}` is in the way")), "{told}");
        let names = fs::read_dir(world.path(place)).unwrap();
        assert_eq!(names.count(), 1, "{command}");
        fs::remove_dir_all(world.path(place)).unwrap();
        assert!(!world.path("new").exists() && !world.path("p.csv").exists());
    }
}

#[test]
fn a_run_is_no_link() {
    let world = World::with_faces(20);
    symlink(victim(&world), world.path("run")).unwrap();
    let told = printed(&world.train("run").arg("--force").output().unwrap());
    assert!(told.contains("`run` is a symbolic link"), "{told}");
    is_whole(&world);
}

#[test]
fn a_journal_that_is_somebody_elses_is_refused() {
    let world = World::with_faces(20);
    world.write("tune/journal.jsonl", "my notes");
    let mut tune = world.evenhand("tune");
    tune.arg(&world.table)
        .args(["--label", "smiling", "--engine", "burn", "--budget", "1"]);
    tune.args(["--views", "1", "--folds", "2", "--force"]);
    let told = printed(&tune.output().unwrap());
    assert!(
        told.contains("journal.jsonl` is no journal of a search"),
        "{told}"
    );
    assert_eq!(
        fs::read(world.path("tune/journal.jsonl")).unwrap(),
        b"my notes"
    );
}
