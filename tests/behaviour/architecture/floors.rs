//! Crates and rooms import only what is below them.

use super::imports::{Name, ROOT, crates};
use super::{WORKSPACE, assert_none};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The crates that a crate may depend on.
const CRATES: [(&str, &[&str]); 9] = [
    ("evenhand-stats", &[]),
    ("evenhand-table", &["evenhand-stats"]),
    ("evenhand-learners", &["evenhand-stats", "evenhand-table"]),
    ("evenhand-segments", &["evenhand-stats"]),
    ("evenhand-data", &["evenhand-stats", "evenhand-table"]),
    (
        "evenhand-report",
        &[
            "evenhand-stats",
            "evenhand-table",
            "evenhand-segments",
            "evenhand-data",
        ],
    ),
    (
        "evenhand-analysis",
        &[
            "evenhand-stats",
            "evenhand-table",
            "evenhand-data",
            "evenhand-report",
        ],
    ),
    ("evenhand-backbone", &["evenhand-stats", "evenhand-data"]),
    (
        "evenhand",
        &[
            "evenhand-stats",
            "evenhand-table",
            "evenhand-learners",
            "evenhand-segments",
            "evenhand-data",
            "evenhand-report",
            "evenhand-analysis",
            "evenhand-backbone",
        ],
    ),
];

/// All that `evenhand-stats` may depend on: nothing that reads, writes or draws, and no Burn.
const STATISTICS_NEED: [&str; 8] = [
    "half",
    "pulp",
    "rand",
    "rayon",
    "serde",
    "serde_json",
    "statrs",
    "thiserror",
];

/// The rooms of `evenhand-stats`, and what each imports of the others.
const STATS: [(&str, &[&str]); 18] = [
    ("error", &["hint"]),
    ("events", &["error", "hint"]),
    ("features", &[]),
    ("groups", &["hint", "record"]),
    ("hint", &[]),
    ("record", &["hint"]),
    ("stats", &[]),
    ("text", &[]),
    ("drift", &["stats"]),
    ("metric", &["stats"]),
    ("abstain", &["record", "stats"]),
    (
        "audit",
        &[
            "abstain", "features", "groups", "hint", "metric", "record", "stats", "text",
        ],
    ),
    ("coders", &["groups", "hint", "record", "stats", "text"]),
    ("estimate", &["hint", "metric", "record", "stats", "text"]),
    ("estimates", &["hint", "record", "stats", "text"]),
    ("plan", &["audit", "metric", "stats"]),
    ("poststratify", &["estimate", "stats", "text"]),
    ("regress", &["estimate", "hint", "record", "stats", "text"]),
];

/// The rooms of `evenhand-learners`, and what each imports of the others.
const LEARNERS: [(&str, &[&str]); 10] = [
    ("frame", &[]),
    ("error", &[]),
    ("examples", &["error", "frame"]),
    ("columns", &["frame"]),
    ("encode", &["error", "examples", "frame"]),
    ("logistic", &["encode", "error", "examples", "frame"]),
    ("tree", &["error", "examples", "frame"]),
    (
        "importance",
        &["encode", "error", "examples", "frame", "logistic"],
    ),
    (
        "learner",
        &[
            "error",
            "examples",
            "frame",
            "importance",
            "logistic",
            "tree",
        ],
    ),
    (
        "transfer",
        &["error", "examples", "frame", "learner", "logistic", "tree"],
    ),
];

/// The rooms of `evenhand-segments`, and what each imports of the others.
const SEGMENTS: [(&str, &[&str]); 10] = [
    ("choose", &["error", "pca"]),
    ("error", &[]),
    ("linalg", &[]),
    ("look", &["error", "linalg", "pca", "rows"]),
    ("names", &["error", "linalg"]),
    ("pca", &["error", "linalg"]),
    ("profile", &["linalg", "rows"]),
    ("rows", &["error"]),
    ("scale", &["error", "linalg", "rows"]),
    (
        "segmentation",
        &[
            "choose", "error", "names", "pca", "profile", "rows", "scale",
        ],
    ),
];

/// The rooms of `src/`, and what each imports of the others.
const SRC: [(&str, &[&str]); 9] = [
    ("demo", &[]),
    ("head", &[]),
    ("tune", &["head"]),
    ("classifier", &["head"]),
    ("finetune", &["classifier", "head"]),
    ("predict", &["classifier", "head"]),
    (
        "jobs",
        &["classifier", "demo", "finetune", "head", "predict", "tune"],
    ),
    // Arguments are read into the library's own types.
    ("cli", &["finetune", "head", "jobs", "predict", "tune"]),
    (
        "commands",
        &[
            "classifier",
            "cli",
            "demo",
            "finetune",
            "head",
            "jobs",
            "predict",
            "tune",
        ],
    ),
];

/// The crates below that a room of `src/` imports; of rooms that are not here, all.
const BELOW: [(&str, &[&str]); 3] = [
    (
        "demo",
        &["evenhand_data", "evenhand_stats", "evenhand_table"],
    ),
    ("head", &["evenhand_stats", "evenhand_learners"]),
    ("tune", &["evenhand_stats"]),
];

/// The names of the crates that a crate's `[dependencies]` has.
fn dependencies(manifest: &str) -> (String, Vec<String>) {
    let manifest: toml::Table = manifest.parse().unwrap();
    let name = manifest["package"]["name"].as_str().unwrap().to_owned();
    let dependencies = manifest["dependencies"].as_table().unwrap();
    (name, dependencies.keys().cloned().collect())
}

#[test]
fn crates_depend_only_on_those_below_them() {
    let allowed = BTreeMap::from(CRATES);
    let mut offenders = Vec::new();
    for member in crates() {
        let manifest = Path::new(ROOT).join(member).join("Cargo.toml");
        let (name, dependencies) = dependencies(&fs::read_to_string(manifest).unwrap());
        let Some(below) = allowed.get(name.as_str()) else {
            offenders.push(format!("{name} is not in the table `CRATES`"));
            continue;
        };
        for dependency in dependencies {
            let is_ours = dependency.starts_with("evenhand");
            let is_allowed = match name.as_str() {
                "evenhand-stats" => STATISTICS_NEED.contains(&dependency.as_str()),
                _ => !is_ours || below.contains(&dependency.as_str()),
            };
            if !is_allowed {
                offenders.push(format!("{name} depends on {dependency}"));
            }
        }
    }
    assert_none(offenders, "these dependencies are not allowed:");
}

/// The imports of the rooms of a crate that their table does not allow.
fn strays(own: &str, table: &[(&str, &[&str])]) -> Vec<String> {
    let allowed: BTreeMap<&str, &[&str]> = table.iter().copied().collect();
    let mut offenders = Vec::new();
    let room = |name: &Name| (name[0] == own).then(|| name.get(1).cloned()).flatten();
    for (name, targets) in &WORKSPACE.imports {
        let Some(from) = room(name) else { continue };
        let Some(rooms) = allowed.get(from.as_str()) else {
            offenders.push(format!("{own}::{from} is not in the table of rooms"));
            continue;
        };
        for target in targets {
            let to = room(target);
            if to.is_some_and(|to| to != from && !rooms.contains(&to.as_str())) {
                let (name, target) = (name.join("::"), target.join("::"));
                offenders.push(format!("{name} imports {target}"));
            }
        }
    }
    offenders
}

#[test]
fn rooms_import_only_those_below_them() {
    let mut offenders = strays("evenhand_stats", &STATS);
    offenders.extend(strays("evenhand_learners", &LEARNERS));
    offenders.extend(strays("evenhand_segments", &SEGMENTS));
    offenders.extend(strays("evenhand", &SRC));
    let below = BTreeMap::from(BELOW);
    for (name, targets) in &WORKSPACE.imports {
        let room = name.get(1).filter(|_| name[0] == "evenhand");
        let Some(crates) = room.and_then(|room| below.get(room.as_str())) else {
            continue;
        };
        let strangers = targets
            .iter()
            .filter(|target| target[0] != "evenhand" && !crates.contains(&target[0].as_str()));
        offenders.extend(
            strangers.map(|target| format!("{} imports {}", name.join("::"), target.join("::"))),
        );
    }
    assert_none(offenders, "these imports are not allowed:");
}
