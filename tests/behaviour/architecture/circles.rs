//! Nothing imports what imports it: not crates, not the files and folders of any folder.

use super::imports::{Name, Workspace};
use super::{WORKSPACE, assert_none};
use std::collections::{BTreeMap, BTreeSet};

/// Who imports whom among the children of a folder, and by which import.
type Edges = BTreeMap<String, BTreeMap<String, (Name, Name)>>;

fn edges(workspace: &Workspace, folder: &[String]) -> Edges {
    let child = |name: &Name| {
        let inside = name.len() > folder.len() && name.starts_with(folder);
        inside.then(|| name[folder.len()].clone())
    };
    let mut edges = Edges::new();
    for (own, targets) in &workspace.imports {
        let Some(from) = child(own) else { continue };
        for target in targets {
            if let Some(to) = child(target)
                && to != from
            {
                let import = (own.clone(), target.clone());
                let targets = edges.entry(from.clone()).or_default();
                targets.entry(to).or_insert(import);
            }
        }
    }
    edges
}

/// The children that stand in circles, or between two.
fn circle(edges: &Edges) -> BTreeSet<String> {
    let mut left: BTreeSet<String> = edges.keys().cloned().collect();
    loop {
        let imports = |from: &String, to: &String| {
            edges
                .get(from)
                .is_some_and(|targets| targets.contains_key(to))
        };
        let stays = |name: &String| {
            left.iter().any(|other| imports(name, other))
                && left.iter().any(|other| imports(other, name))
        };
        let kept: BTreeSet<String> = left.iter().filter(|name| stays(name)).cloned().collect();
        if kept.len() == left.len() {
            return left;
        }
        left = kept;
    }
}

#[test]
fn there_are_no_import_circles() {
    let folders: BTreeSet<&[String]> = WORKSPACE
        .modules
        .keys()
        .flat_map(|name| (0..name.len()).map(|length| &name[..length]))
        .collect();
    let mut offenders = Vec::new();
    for folder in folders {
        let edges = edges(&WORKSPACE, folder);
        let circle = circle(&edges);
        for from in &circle {
            for (to, (own, target)) in &edges[from] {
                if circle.contains(to) {
                    offenders.push(format!(
                        "{}: {from} -> {to} ({} imports {})",
                        folder.join("::"),
                        own.join("::"),
                        target.join("::")
                    ));
                }
            }
        }
    }
    assert_none(
        offenders,
        "some of these imports make circles below their folder:",
    );
}

#[test]
fn a_circle_is_found_and_what_leads_to_it_is_not() {
    let import = (Name::new(), Name::new());
    let edge = |from: &str, to: &str| {
        let targets = BTreeMap::from([(to.to_owned(), import.clone())]);
        (from.to_owned(), targets)
    };
    let edges = Edges::from([edge("a", "b"), edge("b", "c"), edge("c", "b")]);
    assert_eq!(circle(&edges), ["b", "c"].map(str::to_owned).into());
    assert!(circle(&Edges::from([edge("a", "b"), edge("b", "c")])).is_empty());
}
