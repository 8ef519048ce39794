//! The invariants of ARCHITECTURE.md that can be read off the sources.

mod circles;
mod commands;
mod doors;
mod floors;
mod imports;
mod lexer;

use imports::{Module, Workspace};
use std::path::Path;
use std::sync::LazyLock;

/// Read once for all tests.
static WORKSPACE: LazyLock<Workspace> = LazyLock::new(Workspace::read);

/// Whether a module lies in a folder, or is that file: `src/main.rs`, `src/cli` (with `src/cli.rs`).
fn lies_in(module: &Module, place: &str) -> bool {
    let beside = format!("{place}.rs");
    let inside = |path: &Path| path.starts_with(place) || path == Path::new(&beside);
    module.paths.iter().all(|path| inside(path))
}

/// Fails with one line an offender.
fn assert_none(offenders: Vec<String>, rule: &str) {
    assert!(offenders.is_empty(), "{rule}\n  {}", offenders.join("\n  "));
}
