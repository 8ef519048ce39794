//! The invariants of ARCHITECTURE.md that can be read off the sources.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const SRC: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src");

/// Every source file with the part that is not tests.
fn sources() -> Vec<(PathBuf, String)> {
    fn visit(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                visit(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && !path.ends_with("tests.rs")
            {
                let text = fs::read_to_string(&path).unwrap();
                let code = text
                    .split("#[cfg(test)]\nmod tests {")
                    .next()
                    .unwrap()
                    .to_owned();
                found.push((path.strip_prefix(SRC).unwrap().to_owned(), code));
            }
        }
    }
    let mut found = Vec::new();
    visit(Path::new(SRC), &mut found);
    found
}

/// `backbone/engine/mod.rs` is `["backbone", "engine"]`.
fn module(path: &Path) -> Vec<String> {
    let mut parts: Vec<String> = path
        .with_extension("")
        .iter()
        .map(|part| part.to_str().unwrap().to_owned())
        .collect();
    parts.retain(|part| part != "mod" && part != "lib" && part != "main");
    parts
}

/// The modules that a file names by `crate::`, `evenhand::` or chains of `super::`, absolute.
fn imports(own: &[String], code: &str) -> Vec<Vec<String>> {
    let code: String = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    let mut found = Vec::new();
    for (start, base) in [("crate::", 0), ("super::super::", 2), ("super::", 1)] {
        for rest in code.split(start).skip(1) {
            if base > own.len() {
                continue;
            }
            let above = if base == 0 {
                &[][..]
            } else {
                &own[..own.len() - base]
            };
            let names: Vec<&str> = match rest.strip_prefix('{') {
                Some(list) => list.split('}').next().unwrap().split(',').collect(),
                None => vec![rest],
            };
            for name in names {
                let path = name
                    .trim()
                    .split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':');
                let path = path.into_iter().next().unwrap_or_default();
                let parts = path.split("::").map(str::to_owned);
                found.push(above.iter().cloned().chain(parts).collect());
            }
        }
    }
    found
}

/// Who imports whom, among the modules directly below `parent`.
fn edges(parent: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    let below = |path: &[String]| {
        let inside = path.len() > parent.len() && path.iter().zip(parent).all(|(a, b)| a == b);
        inside.then(|| path[parent.len()].clone())
    };
    let files = sources();
    let rooms: BTreeSet<String> = files
        .iter()
        .filter_map(|(path, _)| below(&module(path)))
        .collect();
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, code) in &files {
        let own = module(path);
        let Some(room) = below(&own) else { continue };
        let targets = imports(&own, code)
            .iter()
            .filter_map(|target| below(target))
            .collect::<Vec<_>>();
        let targets = targets
            .into_iter()
            .filter(|target| *target != room && rooms.contains(target));
        edges.entry(room.clone()).or_default().extend(targets);
    }
    edges
}

/// The rooms of a circle, where there is one.
fn circle(edges: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    let mut left = edges.clone();
    while let Some(leaf) = left
        .iter()
        .find(|(_, to)| to.iter().all(|t| !left.contains_key(t)))
    {
        let leaf = leaf.0.clone();
        left.remove(&leaf);
    }
    (!left.is_empty()).then(|| left.into_keys().collect())
}

#[test]
fn rooms_import_only_what_the_map_allows() {
    let allowed: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("record", &[][..]),
        ("activation_map", &[]),
        ("atomic_file", &[]),
        ("features", &[]),
        ("stats", &[]),
        ("demo", &[]),
        ("metric", &["stats"]),
        ("audit", &["features", "metric", "stats", "record"]),
        ("coders", &["stats", "record"]),
        ("estimate", &["stats", "record"]),
        ("dataset", &["record"]),
        ("backbone", &["atomic_file", "dataset", "record"]),
        ("head", &["features", "record"]),
        ("drift", &["stats"]),
        (
            "classifier",
            &["backbone", "dataset", "drift", "head", "record"],
        ),
        (
            "finetune",
            &["atomic_file", "backbone", "classifier", "head", "record"],
        ),
        (
            "predict",
            &[
                "atomic_file",
                "backbone",
                "classifier",
                "drift",
                "features",
                "head",
                "record",
            ],
        ),
        (
            "report",
            &[
                "activation_map",
                "audit",
                "estimate",
                "metric",
                "record",
                "stats",
            ],
        ),
        ("cli", &["audit", "coders", "estimate", "metric", "stats"]),
        ("tune", &["head", "stats"]),
        (
            "jobs",
            &["classifier", "demo", "finetune", "head", "predict", "tune"],
        ),
    ]);
    for (room, imported) in edges(&[]) {
        let Some(allowed) = allowed.get(room.as_str()) else {
            assert!(room == "commands", "`{room}` is not on the map");
            continue;
        };
        for target in imported {
            assert!(
                allowed.contains(&target.as_str()),
                "`{room}` imports `{target}`"
            );
        }
    }
}

#[test]
fn there_are_no_import_circles() {
    for parent in [&[][..], &["jobs"]] {
        assert_eq!(circle(&edges(parent)), None, "below {parent:?}");
    }
}

#[test]
fn libraries_stay_behind_their_doors() {
    let doors: [(&str, &[&str]); 5] = [
        ("use clap::", &["cli", "main.rs"]),
        ("use indicatif::", &["cli"]),
        ("use burn::", &["backbone/engine", "head"]),
        ("use ort::", &["backbone/engine/onnxruntime"]),
        ("println!", &["main.rs"]),
    ];
    for (path, code) in sources() {
        for (name, open) in doors {
            let used = code.lines().any(|line| {
                let line = line.trim_start();
                let at = line.find(name);
                let word = |at: usize| {
                    line[..at]
                        .chars()
                        .last()
                        .is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':')
                };
                !line.starts_with("//") && at.is_some_and(word)
            });
            let may = open.iter().any(|door| path.starts_with(door));
            assert!(!used || may, "{} uses {name}", path.display());
        }
    }
}
