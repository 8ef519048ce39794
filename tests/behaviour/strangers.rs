//! Files of strangers: nothing hangs, aborts, or reads what it was not given, and nothing writes on the terminal.

use crate::world::{World, printed, rows};
use assert_cmd::Command;
use std::fs;
use std::time::Duration;

/// What a command that fails says, within seconds.
fn refused(command: &mut Command, code: i32) -> String {
    let output = command.timeout(Duration::from_secs(60)).output().unwrap();
    let told = printed(&output);
    assert_eq!(output.status.code(), Some(code), "{told}");
    assert!(told.contains("error: "), "{told}");
    told
}

#[cfg(unix)]
fn pipe(world: &World, name: &str) {
    let made = std::process::Command::new("mkfifo")
        .arg(world.path(name))
        .status();
    assert!(made.unwrap().success());
}

#[cfg(unix)]
#[test]
fn pipes_are_refused_at_once_by_every_command() {
    let world = World::with_faces(20);
    for name in [
        "list.csv",
        "model.onnx",
        "shard.tar",
        "x.toml",
        "features.safetensors",
        "shard.csv.manifest.json",
    ] {
        pipe(&world, name);
    }
    world.write("shard.csv", "path\n");
    world.write("p.csv", "path,label,predicted\na.png,x,x\nb.png,y,x\n");
    let run = world.write("old/classifier.onnx", "");
    fs::remove_file(&run).unwrap();
    pipe(&world, "old/classifier.onnx");
    let say = |command: &str, args: &[&str]| refused(world.evenhand(command).args(args), 1);
    let usage = |command: &str, args: &[&str]| refused(world.evenhand(command).args(args), 2);
    let of_pipe = "this is a pipe, not a plain file";
    let all = [
        say("backbone", &["inspect", "model.onnx"]),
        say(
            "embed",
            &[
                "data/faces.csv",
                "--backbone",
                "model.onnx",
                "--out",
                "f.safetensors",
            ],
        ),
        say(
            "embed",
            &[
                "data/faces.csv",
                "--spec",
                "x.toml",
                "--out",
                "f.safetensors",
            ],
        ),
        say("predict", &["old", "data/faces.csv"]),
        say("merge", &["shard.csv", "shard.csv", "--out", "all.csv"]),
        usage("train", &["--config", "x.toml"]),
    ];
    for told in &all {
        assert!(told.contains(of_pipe), "{told}");
    }
    for told in &all[..4] {
        let hint = "hint: copy what it gives into a file first";
        assert!(told.contains(hint), "{told}");
    }
    for (command, args) in [
        ("train", &["list.csv", "--label", "kind"][..]),
        ("audit", &["list.csv", "--label", "kind"]),
        (
            "audit",
            &[
                "p.csv",
                "--features",
                "features.safetensors",
                "--out",
                "r.html",
            ],
        ),
        ("coders", &["list.csv"]),
        ("embed", &["list.csv", "--out", "f.safetensors"]),
        ("embed", &["shard.tar", "--out", "f.safetensors"]),
    ] {
        let output = world
            .evenhand(command)
            .args(args)
            .timeout(Duration::from_secs(60))
            .output();
        let told = printed(&output.unwrap());
        assert!(
            told.contains("plain file") && told.contains("hint: "),
            "{command}: {told}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_feature_store_is_passed_over() {
    let world = World::with_faces(20);
    let embed = |out: &str| {
        let mut embed = world.evenhand("embed");
        embed.args([
            "data/faces.csv",
            "--engine",
            "burn",
            "--store",
            "store",
            "--out",
            out,
        ]);
        let output = embed.timeout(Duration::from_secs(300)).output().unwrap();
        assert!(output.status.success(), "{}", printed(&output));
        printed(&output)
    };
    embed("a.safetensors");
    let digest = fs::read_dir(world.path("store"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let name = format!(
        "store/{}/x.safetensors",
        digest.file_name().to_str().unwrap()
    );
    pipe(&world, &name);
    let told = embed("b.safetensors");
    assert!(
        told.contains("x.safetensors: cannot be used: this is a pipe"),
        "{told}"
    );
    let [a, b] = ["a", "b"].map(|name| fs::read(world.path(name).with_extension("safetensors")));
    assert_eq!(a.unwrap(), b.unwrap());
}

/// The configuration of a run that was trained in `world`, with a line in place of another.
fn changed(world: &World, old: &str, new: &str) -> String {
    let output = world.train("first").output().unwrap();
    assert!(output.status.success(), "{}", printed(&output));
    let config = fs::read_to_string(world.path("first/config.toml")).unwrap();
    let line = config.lines().find(|line| line.starts_with(old)).unwrap();
    config.replacen(line, new, 1)
}

#[test]
fn a_configuration_is_checked_as_arguments_are() {
    let world = World::with_faces(40);
    world.write(
        "std.toml",
        changed(&world, "std = ", "std = [0.0, 0.0, 0.0]"),
    );
    let by_file = refused(
        world
            .evenhand("train")
            .args(["--config", "std.toml", "--out", "x"]),
        2,
    );
    let config = ["--config", "first/config.toml", "--std", "0", "--out", "x"];
    let by_flag = refused(world.evenhand("train").args(config), 2);
    let error = |told: &str| {
        let line = told.lines().find(|line| line.starts_with("error: "));
        line.unwrap().to_owned()
    };
    assert!(
        error(&by_file).contains("`std` is [0.0, 0.0, 0.0]; three positive numbers"),
        "{by_file}"
    );
    assert_eq!(error(&by_file), error(&by_flag));
    assert!(!world.path("x").exists());
}

#[test]
fn a_configuration_that_names_a_store_says_so() {
    let world = World::with_faces(40);
    let config = changed(&world, "keep = true", "keep = true\nfolder = \"elsewhere\"");
    world.write("store.toml", config);
    let train = |args: &[&str]| {
        let mut train = world.evenhand("train");
        let output = train
            .args(["--config", "store.toml", "--force"])
            .args(args)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", printed(&output));
        printed(&output)
    };
    let told = train(&[]);
    let note = format!(
        "features are kept in {}, as store.toml says (--store or --no-store say otherwise)",
        world.path("elsewhere").canonicalize().unwrap().display()
    );
    assert!(told.contains(&note), "{told}");
    assert!(!train(&["--no-store"]).contains("features are kept in"));
}

#[test]
fn control_characters_are_shown_and_not_sent() {
    let world = World::with_faces(20);
    let mut table = "id,truth,p,pred,race\r\n".to_owned();
    for at in 0..80 {
        let (truth, race) = (
            ["M", "F"][at % 2],
            ["\u{1b}[2JA", "\"C\r\nerror: fake\"", "B\u{8}"][at % 3],
        );
        table += &format!("i{at},{truth},0.{:02},{truth},{race}\r\n", at % 100);
    }
    world.write("esc.csv", table);
    let mut audit = world.evenhand("audit");
    audit.args([
        "esc.csv",
        "--label",
        "truth",
        "--score",
        "p",
        "--positive",
        "F",
    ]);
    let told = printed(&audit.args(["--groups", "race"]).output().unwrap());
    let stray = |text: &str| text.chars().find(|c| c.is_control() && *c != '\n');
    assert_eq!(stray(&told), None, "{told:?}");
    assert!(
        told.contains("\\u{1b}[2JA") && told.contains("C\\r\\nerror: fake"),
        "{told}"
    );
    assert!(
        !told.lines().any(|line| line.starts_with("error: fake")),
        "{told}"
    );

    // Errors and notes, with names of columns and files.
    let name = "\u{1b}]0;owned\u{7}.csv";
    world.write(name, "file,\u{1b}[31mkind\na.png,x\n");
    let told = printed(
        &world
            .evenhand("train")
            .args([name, "--label", "kind"])
            .output()
            .unwrap(),
    );
    assert_eq!(stray(&told), None, "{told:?}");
    assert!(told.contains("\\u{1b}]0;owned\\u{7}.csv"), "{told}");

    // Data is what it is.
    let mut audit = world.evenhand("audit");
    audit.args([
        "esc.csv",
        "--label",
        "truth",
        "--predicted",
        "pred",
        "--groups",
        "race",
        "--csv",
        "all.csv",
    ]);
    let output = audit.output().unwrap();
    assert!(output.status.success(), "{}", printed(&output));
    assert!(
        fs::read_to_string(world.path("all.csv"))
            .unwrap()
            .contains("\u{1b}[2JA")
    );
}

#[test]
fn formulas_are_text_in_tables_for_coders_and_come_back_as_they_were() {
    let world = World::with_faces(20);
    let name = |at: usize| format!("=HYPERLINK(\"\"http://x.invalid/{at}\"\",\"\"i\"\")");
    let mut predictions = "path,predicted,probability_@a,probability_b,status\n".to_owned();
    let mut codes = "item,coder,label\n".to_owned();
    for at in 0..40 {
        let (class, p) = [("@a", 0.9), ("b", 0.2)][at % 2];
        let item = name(at);
        predictions += &format!("\"{item}\",{class},{p},{},ok\n", 1.0 - p);
        for coder in ["x", "y", "z"] {
            let label = if coder == "z" && at % 3 == 0 {
                "b"
            } else {
                class
            };
            codes += &format!("\"{item}\",{coder},{label}\n");
        }
    }
    world.write("predictions.csv", predictions);
    world.write("codes.csv", codes);
    let done = |command: &str, args: &[&str]| {
        let output = world.evenhand(command).args(args).output().unwrap();
        assert!(output.status.success(), "{command}: {}", printed(&output));
        printed(&output)
    };
    let begins = |text: &str| {
        ["=", "+", "-", "@"]
            .iter()
            .any(|start| text.starts_with(start))
    };
    let unsafe_cells = |file: &str| {
        let rows = rows(&world.path(file));
        let cells = rows
            .iter()
            .flat_map(|row| row.iter().flat_map(|(name, cell)| [name, cell]));
        let cells = cells.filter(|cell| begins(cell) && cell.parse::<f64>().is_err());
        cells.count()
    };
    done("coders", &["codes.csv", "--out", "agreement"]);
    for file in [
        "agreement.csv",
        "confusion.csv",
        "consensus.csv",
        "adjudicate.csv",
    ] {
        assert_eq!(unsafe_cells(&format!("agreement/{file}")), 0, "{file}");
    }
    let first = rows(&world.path("agreement/consensus.csv")).swap_remove(0);
    assert_eq!(first["item"], "'=HYPERLINK(\"http://x.invalid/0\",\"i\")");
    assert_eq!(first["majority"], "'@a");
    done(
        "coders",
        &["codes.csv", "--out", "as-it-is", "--spreadsheet-safe=false"],
    );
    assert!(unsafe_cells("as-it-is/consensus.csv") > 40);

    done(
        "sample",
        &[
            "predictions.csv",
            "--n",
            "20",
            "--coders",
            "1",
            "--show-prediction",
            "--out",
            "to_code.csv",
        ],
    );
    assert_eq!(unsafe_cells("to_code.csv"), 0);
    // A person codes what the machine says, by copying cells.
    let mut coded = csv::Writer::from_path(world.path("coded.csv")).unwrap();
    coded
        .write_record(["path", "coder_1", "stratum", "inclusion_probability"])
        .unwrap();
    for row in rows(&world.path("to_code.csv")) {
        let cells = [
            &row["path"],
            &row["machine"],
            &row["stratum"],
            &row["inclusion_probability"],
        ];
        coded.write_record(cells).unwrap();
    }
    coded.flush().unwrap();
    let told = done(
        "estimate",
        &["predictions.csv", "--coded", "coded.csv", "--class", "@a"],
    );
    assert!(told.contains("@a, of 40 rows (20 coded)"), "{told}");
    let told = done("validate", &["predictions.csv", "coded.csv"]);
    assert!(!told.contains("'@a"), "{told}");
}
