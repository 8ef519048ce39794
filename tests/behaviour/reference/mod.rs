//! The reference pages hold what the program says and writes: its options, metrics and files.
//!
//! With `EVENHAND_WRITE_REFERENCE=1` the pages are written anew. Names follow from the program; meanings are
//! people's, and are kept.

mod fields;
mod files;
mod help;

use super::world::{World, json, printed, rows};
use evenhand::metric::{Better, CLASS_METRICS, METRICS, Of};
use serde_json::{Map, Value};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

const WRITE: &str = "EVENHAND_WRITE_REFERENCE";
const HINT: &str = "hint: EVENHAND_WRITE_REFERENCE=1 cargo test --release --test behaviour reference \
                    adds rows with an empty meaning and removes the superfluous ones; then fill in the meanings";

fn page(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join("docs/reference").join(name)
}

fn is_written() -> bool {
    std::env::var_os(WRITE).is_some_and(|value| value == "1")
}

/// A heading with a table under it.
struct Section {
    heading: String,
    /// The last column is for the meaning.
    columns: Vec<&'static str>,
    /// All cells but the meaning.
    rows: Vec<Vec<String>>,
}

/// A part of a page: from a heading to the next, with the rows of its table apart.
#[derive(Default)]
struct Part {
    heading: String,
    before: Vec<String>,
    rows: Vec<Vec<String>>,
    after: Vec<String>,
}

impl Part {
    fn has_table(&self) -> bool {
        !self.rows.is_empty()
    }

    /// The meaning that a page has for a row; rows are found by their first cell.
    fn meaning(&self, row: &[String]) -> &str {
        let found = self.rows.iter().find(|cells| cells[0] == row[0]);
        found
            .and_then(|cells| cells.last())
            .map_or("", String::as_str)
    }
}

fn parts(text: &str) -> Vec<Part> {
    let mut parts = vec![Part::default()];
    let mut table = Vec::new();
    for line in text.lines() {
        if line.starts_with('#') {
            let heading = line.to_owned();
            parts.push(Part {
                heading,
                ..Part::default()
            });
            table.clear();
            continue;
        }
        let part = parts.last_mut().unwrap();
        match line.strip_prefix('|') {
            Some(cells) => {
                let cells = cells.trim_end().trim_end_matches('|').split('|');
                table.push(());
                // The first two lines are the head and the rule below it.
                if table.len() > 2 {
                    part.rows
                        .push(cells.map(|cell| cell.trim().to_owned()).collect());
                }
            }
            None if table.is_empty() => part.before.push(line.to_owned()),
            None => part.after.push(line.to_owned()),
        }
    }
    parts
}

/// Compares the tables of a page with the sections, or writes them.
fn check(name: &str, sections: &[Section]) {
    let path = page(name);
    let mut parts = parts(&fs::read_to_string(&path).unwrap_or_default());
    if is_written() {
        for section in sections {
            if parts.iter().all(|part| part.heading != section.heading) {
                let heading = section.heading.clone();
                let (before, after) = (vec![String::new()], vec![String::new()]);
                parts.push(Part {
                    heading,
                    before,
                    after,
                    ..Part::default()
                });
            }
        }
        fs::write(&path, written(&parts, sections)).unwrap();
    }
    let mut problems = Vec::new();
    for section in sections {
        let part = parts.iter().find(|part| part.heading == section.heading);
        let Some(part) = part else {
            problems.push(format!("`{}` has no section", section.heading));
            continue;
        };
        let fixed = |cells: &Vec<String>| cells[..cells.len().saturating_sub(1)].to_vec();
        let there: Vec<Vec<String>> = part.rows.iter().map(fixed).collect();
        let mut name = |problem: &str, rows: Vec<String>| {
            if !rows.is_empty() {
                let heading = section.heading.trim_start_matches(['#', ' ']);
                problems.push(format!("{heading}: {problem}: {}", rows.join(", ")));
            }
        };
        let less = |all: &[Vec<String>], known: &[Vec<String>]| -> Vec<String> {
            let rest = all.iter().filter(|row| !known.contains(row));
            rest.map(|row| row.join(" | ")).collect()
        };
        name("missing", less(&section.rows, &there));
        name("superfluous", less(&there, &section.rows));
        let without = section
            .rows
            .iter()
            .filter(|row| part.meaning(row).is_empty());
        name("no meaning", without.map(|row| row[0].clone()).collect());
    }
    for part in parts.iter().filter(|part| part.has_table()) {
        if sections
            .iter()
            .all(|section| section.heading != part.heading)
        {
            problems.push(format!("nothing writes `{}`", part.heading));
        }
    }
    assert!(
        problems.is_empty(),
        "docs/reference/{name}\n{}\n{HINT}",
        problems.join("\n")
    );
}

/// A page with the tables of the sections and its own words around them.
fn written(parts: &[Part], sections: &[Section]) -> String {
    let mut text = String::new();
    for part in parts {
        let lines = [&part.heading].into_iter().chain(&part.before);
        let lines = lines.skip(usize::from(part.heading.is_empty()));
        lines.for_each(|line| writeln!(text, "{line}").unwrap());
        let section = sections
            .iter()
            .find(|section| section.heading == part.heading);
        if let Some(section) = section {
            if !text.ends_with("\n\n") {
                text.push('\n');
            }
            let columns = section.columns.join(" | ");
            writeln!(text, "| {columns} |").unwrap();
            writeln!(text, "|{}", "---|".repeat(section.columns.len())).unwrap();
            for row in &section.rows {
                let meaning = part.meaning(row);
                writeln!(text, "| {} | {meaning} |", row.join(" | ")).unwrap();
            }
        }
        part.after
            .iter()
            .for_each(|line| writeln!(text, "{line}").unwrap());
        if section.is_some() && part.after.is_empty() {
            text.push('\n');
        }
    }
    text.trim_end().to_owned() + "\n"
}
