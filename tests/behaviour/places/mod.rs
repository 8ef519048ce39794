//! What is somebody's is kept: files that are there, links, and what an interrupted run has done.

mod interrupted;
mod staging;

use crate::world::{World, printed, rows};
use std::collections::BTreeSet;
use std::fs;
use std::process::Output;

/// A command line with all the files that it writes.
struct Case {
    line: &'static str,
    outputs: &'static [&'static str],
}

const FACES: &str = "data/faces.csv --label smiling --engine burn --epochs 4 --hidden 16 --folds 2";

/// Every command that writes files; `{FACES}` is a training on the drawn faces.
const CASES: [Case; 19] = [
    Case {
        line: "train {FACES} --out trained --json t.json",
        outputs: &["t.json"],
    },
    Case {
        line: "check data/faces.csv --label smiling --html c.html --json check.json",
        outputs: &["c.html", "check.json"],
    },
    Case {
        line: "tune {FACES} --budget 1 --views 1 --out tuned",
        outputs: &["tuned/trials.csv", "tuned/tune.html", "tuned/config.toml"],
    },
    Case {
        line: "tune {FACES} --curve --out curve",
        outputs: &["curve/curve.csv", "curve/curve.html"],
    },
    Case {
        line: "predict run data/faces --engine burn --out p.csv",
        outputs: &["p.csv", "p.csv.manifest.json", "p.csv.drift.json"],
    },
    Case {
        line: "merge 1.csv 2.csv --out m.parquet",
        outputs: &[
            "m.parquet",
            "m.parquet.manifest.json",
            "m.parquet.drift.json",
        ],
    },
    Case {
        line: "audit run/predictions.csv --out a.html --csv a.csv --json a.json --markdown a.md",
        outputs: &["a.html", "a.model_card.json", "a.csv", "a.json", "a.md"],
    },
    Case {
        line: "compare run other --json c.json",
        outputs: &["c.json"],
    },
    Case {
        line: "coders codes.csv --out study --json s.json",
        outputs: &[
            "study/agreement.json",
            "study/agreement.csv",
            "study/agreement.html",
            "study/confusion.csv",
            "study/consensus.csv",
            "study/adjudicate.csv",
            "s.json",
        ],
    },
    Case {
        line: "validate run codes.csv --out validation --json v.json",
        outputs: &[
            "validation/validation.json",
            "validation/validation.html",
            "validation/metrics.csv",
            "validation/weighted.csv",
            "validation/agreement.csv",
            "validation/rows.csv",
            "v.json",
        ],
    },
    Case {
        line: "plan run/predictions.csv --groups glasses --csv plan.csv --json plan.json",
        outputs: &["plan.csv", "plan.json"],
    },
    Case {
        line: "sample run/predictions.csv --n 10 --out drawn.csv",
        outputs: &["drawn.csv"],
    },
    Case {
        line: "estimate run/predictions.csv --coded run/predictions.csv --class yes --out e.html --csv e.csv \
               --json e.json",
        outputs: &["e.html", "e.csv", "e.json"],
    },
    Case {
        line: "regress run/predictions.csv --coded run/predictions.csv --formula yes~glasses --out g.html --csv g.csv \
               --json g.json",
        outputs: &["g.html", "g.csv", "g.json"],
    },
    Case {
        line: "segment numbers.csv --components 1 --segments 2 --out segments --json numbers.json",
        outputs: &["numbers.json"],
    },
    Case {
        line: "embed data/faces --engine burn --out f.safetensors --pixels x.safetensors",
        outputs: &["f.safetensors", "f.csv", "x.safetensors"],
    },
    Case {
        line: "backbone list --json b.json",
        outputs: &["b.json"],
    },
    Case {
        line: "backbone inspect efficientnet-lite0 --json i.json",
        outputs: &["i.json"],
    },
    Case {
        line: "backbone quantize efficientnet-lite0 --data data/faces --images 2 --engine burn --out q.onnx",
        outputs: &["q.onnx", "q.toml"],
    },
];

/// Trained runs, shards and codes.
fn world() -> World {
    let world = World::with_faces(40);
    world.train("run").assert().success();
    world
        .train("other")
        .args(["--seed", "5"])
        .assert()
        .success();
    // Both were judged on the same rows, out of fold.
    fs::copy(
        world.path("run/predictions.csv"),
        world.path("other/predictions.csv"),
    )
    .unwrap();
    let mut codes = "file,coder_a,coder_b\n".to_owned();
    for (at, row) in rows(&world.table).iter().enumerate() {
        let (label, file) = (&row["smiling"], &row["file"]);
        let other = if at % 7 == 0 { "no" } else { label };
        codes += &format!("{file},{label},{other}\n");
    }
    world.write("codes.csv", codes);
    let number = |at: usize| format!("{}.5,{}.25\n", at * at % 37, at * 7 % 23);
    let numbers: String = (0..40).map(number).collect();
    world.write("numbers.csv", format!("a,b\n{numbers}"));
    for shard in ["1", "2"] {
        let (out, shard) = (format!("{shard}.csv"), format!("{shard}/2"));
        let mut predict = world.evenhand("predict");
        predict.args(["run", "data/faces", "--engine", "burn", "--out", &out]);
        predict.args(["--shard", &shard]).assert().success();
    }
    world
}

fn run(world: &World, line: &str, more: &[&str]) -> Output {
    let line = line.replace("{FACES}", FACES);
    let mut words = line.split_whitespace();
    let mut command = world.evenhand(words.next().unwrap());
    command.args(words).args(more).output().unwrap()
}

#[test]
fn no_command_replaces_a_file_that_somebody_may_have_edited() {
    let world = world();
    for Case { line, outputs } in CASES {
        for mine in outputs {
            world.write(mine, "mine");
            let refused = run(&world, line, &[]);
            let told = printed(&refused);
            assert_eq!(refused.status.code(), Some(1), "{line}: {mine}\n{told}");
            assert_eq!(fs::read(world.path(mine)).unwrap(), b"mine", "{line}");
            assert!(told.contains(&format!("`{mine}`")), "{line}\n{told}");
            assert!(told.contains("--force"), "{line}\n{told}");
            for output in outputs.iter().filter(|output| *output != mine) {
                assert!(!world.path(output).exists(), "{line}: {output}");
            }
            fs::remove_file(world.path(mine)).unwrap();
        }
        let written = run(&world, line, &[]);
        assert!(written.status.success(), "{line}\n{}", printed(&written));
        for mine in outputs {
            assert!(world.path(mine).exists(), "{line}: {mine}");
            world.write(mine, "mine");
        }
        let replaced = run(&world, line, &["--force"]);
        assert!(replaced.status.success(), "{line}\n{}", printed(&replaced));
        for mine in outputs {
            assert_ne!(
                fs::read(world.path(mine)).unwrap(),
                b"mine",
                "{line}: {mine}"
            );
        }
    }
    // Of a run, nothing is replaced by an option that is for files.
    let refused = run(&world, "train {FACES} --out run --json j.json", &[]);
    assert!(printed(&refused).contains("`run` already holds a run"));
    assert!(!world.path("j.json").exists());
}

#[test]
fn the_table_of_outputs_has_every_command() {
    let world = World::with_faces(1);
    let help = printed(&run(&world, "--help", &[]));
    let commands = help.split("Commands:").nth(1).unwrap();
    let commands = commands.split("Options:").next().unwrap().lines();
    let commands = commands.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let all: BTreeSet<&str> = commands.filter(|name| !name.is_empty()).collect();
    let mut tested: BTreeSet<&str> = CASES
        .iter()
        .filter_map(|case| case.line.split(' ').next())
        .collect();
    // The demo has a test of its own; these two write no files.
    tested.extend(["demo", "doctor", "help"]);
    assert_eq!(all, tested);
}

#[test]
fn files_of_a_folder_that_nobody_changed_make_way_and_filled_in_ones_do_not() {
    let world = world();
    let coders = |more: &[&str]| run(&world, "coders codes.csv --out study", more);
    assert!(coders(&[]).status.success());
    assert!(coders(&["--certain", "0.99"]).status.success());
    let path = world.path("study/adjudicate.csv");
    let filled = fs::read_to_string(&path).unwrap() + "x.png,decided by both\n";
    fs::write(&path, &filled).unwrap();
    let refused = coders(&[]);
    let told = printed(&refused);
    assert_eq!(refused.status.code(), Some(1), "{told}");
    assert!(
        told.contains("`study/adjudicate.csv` was changed since evenhand wrote it"),
        "{told}"
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), filled);
}

#[test]
fn the_demo_keeps_what_was_changed_in_its_folder() {
    let world = World::with_faces(1);
    let demo = |more: &[&str]| run(&world, "demo --out d --faces 40 --engine burn", more);
    let drawn = demo(&[]);
    assert!(drawn.status.success(), "{}", printed(&drawn));
    let again = demo(&[]);
    assert!(
        printed(&again).contains("`d/run` already holds a run"),
        "{}",
        printed(&again)
    );
    fs::remove_dir_all(world.path("d/run")).unwrap();
    for mine in ["d/faces.csv", "d/town.csv", "d/faces/0003.png"] {
        let before = fs::read(world.path(mine)).unwrap();
        world.write(mine, "mine");
        let told = printed(&demo(&[]));
        assert!(
            told.contains(&format!("`{mine}` is there already")),
            "{told}"
        );
        assert_eq!(fs::read(world.path(mine)).unwrap(), b"mine");
        fs::write(world.path(mine), before).unwrap();
    }
    // What an interrupted demo drew is drawn on.
    fs::remove_file(world.path("d/faces.csv")).unwrap();
    fs::remove_file(world.path("d/faces/0004.png")).unwrap();
    let went_on = demo(&[]);
    assert!(went_on.status.success(), "{}", printed(&went_on));
    let forced = demo(&["--force", "--seed", "2"]);
    assert!(forced.status.success(), "{}", printed(&forced));
}
