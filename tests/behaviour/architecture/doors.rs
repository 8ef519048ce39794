//! Libraries and flags stay in the few places that know them.

use super::{WORKSPACE, assert_none, lies_in};

/// A library, and the places that use it.
const DOORS: [(&str, &[&str]); 8] = [
    ("clap", &["src/cli", "src/main.rs"]),
    ("comfy_table", &["src/cli"]),
    ("indicatif", &["src/cli"]),
    ("signal_hook", &["src/cli"]),
    ("terminal_size", &["src/cli"]),
    ("textwrap", &["src/cli"]),
    ("burn", &["crates/evenhand-backbone/src/engine", "src/head"]),
    ("ort", &["crates/evenhand-backbone/src/engine/onnxruntime"]),
];

/// Flags of other programs, which a message may name anywhere.
const FOREIGN_FLAGS: [&str; 1] = ["--features"];

#[test]
fn libraries_stay_behind_their_doors() {
    let mut offenders = Vec::new();
    for (name, module) in &WORKSPACE.modules {
        for (library, doors) in DOORS {
            if !doors.iter().any(|door| lies_in(module, door))
                && !is_program(name)
                && WORKSPACE.names_library(name, library)
            {
                offenders.push(format!("{} uses {library}", module.paths[0].display()));
            }
        }
    }
    assert_none(offenders, "these libraries have a place of their own:");
}

/// `main.rs` is read together with `lib.rs`, which has no code.
fn is_program(name: &[String]) -> bool {
    name == ["evenhand"]
}

#[test]
fn only_the_program_prints() {
    let mut offenders = Vec::new();
    for (name, module) in &WORKSPACE.modules {
        let words = module
            .code
            .split(|c: char| !c.is_alphanumeric() && c != '_' && c != '!');
        let mut macros = words.filter(|word| ["print!", "println!"].contains(word));
        if !is_program(name)
            && let Some(found) = macros.next()
        {
            offenders.push(format!("{}: {found}", module.paths[0].display()));
        }
    }
    assert_none(offenders, "what is printed goes through the printer:");
}

/// Ways to open a file that a pipe would block, or a device never end.
const OPENINGS: [&str; 6] = [
    "File::open",
    "OpenOptions::new",
    "from_path",
    "fs::read",
    "fs::read_to_string",
    "fs::copy",
];

/// The place that opens files, one that opens folders, and two that lock the file that they look at before.
const OPENERS: [&str; 4] = [
    "crates/evenhand-table/src/plain_file.rs",
    "crates/evenhand-data/src/atomic_file.rs",
    "crates/evenhand-data/src/staging.rs",
    "src/jobs/tune/journal.rs",
];

#[test]
fn files_are_opened_in_one_place() {
    let mut offenders = Vec::new();
    for module in WORKSPACE.modules.values() {
        let opened = OPENINGS.iter().find(|way| calls(&module.code, way));
        let path = module.paths[0].display().to_string();
        if let Some(way) = opened.filter(|_| !OPENERS.contains(&path.as_str())) {
            offenders.push(format!("{path}: {way}"));
        }
    }
    assert_none(
        offenders,
        "files are opened by `plain_file`, which refuses pipes and devices:",
    );
}

/// Whether code has that name, which is no part of a longer one.
fn calls(code: &str, name: &str) -> bool {
    let is_more = |c: char| c.is_alphanumeric() || c == '_';
    let mut places = code.match_indices(name);
    places.any(|(at, _)| {
        let behind = &code[at + name.len()..];
        !code[..at].ends_with(is_more) && !behind.starts_with(is_more)
    })
}

#[test]
fn an_opening_is_told_from_a_longer_name() {
    assert!(calls(
        "let file = std::fs::File::open(path)?;",
        "File::open"
    ));
    assert!(calls("path.map(File::open)", "File::open"));
    assert!(!calls("OpenFile::open(path)", "File::open"));
    assert!(!calls("fs::read_dir(path)", "fs::read"));
}

/// The first flag in a text: `--cut` in `give --cut 0.5`.
fn flag(text: &str) -> Option<&str> {
    text.match_indices("--").find_map(|(at, _)| {
        let is_word = |c: char| c.is_ascii_lowercase() || c == '-';
        let rest = &text[at..];
        let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let is_flag = rest[2..].starts_with(|c: char| c.is_ascii_lowercase());
        let stands_alone = !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '-');
        let found = &rest[..length];
        (is_flag && stands_alone && !FOREIGN_FLAGS.contains(&found)).then_some(found)
    })
}

#[test]
fn only_the_command_line_names_flags() {
    let mut offenders = Vec::new();
    for (name, module) in &WORKSPACE.modules {
        if is_program(name)
            || ["src/cli", "src/commands"]
                .iter()
                .any(|at| lies_in(module, at))
        {
            continue;
        }
        for (line, text) in &module.strings {
            if let Some(flag) = flag(text) {
                offenders.push(format!("{}:{line} {flag}", module.paths[0].display()));
            }
        }
    }
    assert_none(
        offenders,
        "a library's message names a setting, and the command line makes a flag of it:",
    );
}

#[test]
fn a_flag_is_told_from_a_dash_and_from_cargos() {
    assert_eq!(flag("give `--cut 0.5`"), Some("--cut"));
    assert_eq!(
        flag("build with --features cuda, then --device"),
        Some("--device")
    );
    for text in ["a -- b", "--{name}", "--features gpu", "x--y", "---", "-q"] {
        assert_eq!(flag(text), None, "{text}");
    }
}
