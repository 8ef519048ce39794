//! The README as a new user follows it: its commands run as they are printed.

use super::world::printed;
use std::fs;
use std::path::Path;
use std::process::Command;

const README: &str = include_str!("../../README.md");

/// The commands of the console block after a heading, without their prompts.
fn commands(heading: &str) -> Vec<&'static str> {
    let (_, section) = README.split_once(heading).expect("the heading is there");
    let (_, block) = section.split_once("```console\n").expect("a block follows");
    let (block, _) = block.split_once("```").expect("the block ends");
    block
        .lines()
        .filter_map(|line| line.strip_prefix("$ "))
        .collect()
}

/// Runs a command line in a folder, with the built program on the path.
fn run(line: &str, folder: &Path) -> std::process::Output {
    let program = assert_cmd::cargo::cargo_bin("evenhand");
    let place = program.parent().unwrap().display();
    let path = format!("{place}:{}", std::env::var("PATH").unwrap());
    let mut shell = Command::new("sh");
    shell.args(["-c", line]).current_dir(folder);
    shell.env("PATH", path);
    shell.env("XDG_CACHE_HOME", folder.join("cache"));
    shell.output().unwrap()
}

#[test]
fn the_six_commands_run_as_printed_on_drawn_faces() {
    let folder = tempfile::tempdir().unwrap();
    let demo = run("evenhand demo", folder.path());
    assert!(demo.status.success(), "{}", printed(&demo));
    let lines = commands("## Six commands");
    let names: Vec<&str> = lines
        .iter()
        .map(|line| line.split(' ').nth(1).unwrap())
        .collect();
    assert_eq!(
        names,
        ["check", "train", "audit", "predict", "sample", "estimate"]
    );
    let mut told = String::new();
    for line in lines {
        let output = run(line, folder.path());
        told = printed(&output);
        assert!(output.status.success(), "{line}\n{told}");
    }
    // The last says how many of the drawn faces smile.
    assert!(told.contains("yes"), "{told}");
    assert!(folder.path().join("check.html").exists());
    assert!(folder.path().join("smiling/report.html").exists());
    let coding = fs::read_to_string(folder.path().join("to_code.csv")).unwrap();
    assert_eq!(coding.lines().count(), 61);
}

#[test]
fn the_readme_is_short_and_its_links_lead_somewhere() {
    assert!(README.lines().count() <= 130);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for target in README.split("](").skip(1) {
        let target = target.split(')').next().unwrap();
        let file = target.split('#').next().unwrap();
        let is_here = target.starts_with("http") || root.join(file).exists();
        assert!(is_here, "`{target}` is not there");
    }
}
