//! Who imports whom, read off the sources of the whole workspace.
//!
//! A module is its path from the crate down: `["evenhand_stats", "stats", "counts"]`. The library and
//! the program `evenhand` count as one crate. Tests and comments are left out.

use super::lexer::{Lexed, lex};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

pub const ROOT: &str = env!("CARGO_MANIFEST_DIR");

pub type Name = Vec<String>;

pub struct Module {
    /// Its files from the workspace's root: more than one only for `lib.rs` and `main.rs`.
    pub paths: Vec<PathBuf>,
    /// Without comments and strings.
    pub code: String,
    pub strings: Vec<(usize, String)>,
    /// The names that it imports, private or not, and their paths as they are written.
    names: BTreeMap<String, Name>,
    /// The paths that it names, `use` or not, as they are written.
    uses: Vec<Name>,
}

pub struct Workspace {
    pub modules: BTreeMap<Name, Module>,
    /// Each module with those that it imports.
    pub imports: BTreeMap<Name, BTreeSet<Name>>,
}

/// The folders of the workspace's crates, from its root; the root's own is empty.
pub fn crates() -> Vec<PathBuf> {
    let members = fs::read_dir(Path::new(ROOT).join("crates")).unwrap();
    let members = members.map(|member| Path::new("crates").join(member.unwrap().file_name()));
    let members = members.filter(|member| Path::new(ROOT).join(member).join("Cargo.toml").exists());
    let mut crates: Vec<PathBuf> = members.chain([PathBuf::new()]).collect();
    crates.sort();
    crates
}

/// `crates/evenhand-stats` as its code is named: `evenhand_stats`.
fn ident(member: &Path) -> String {
    let name = member
        .file_name()
        .map_or("evenhand", |name| name.to_str().unwrap());
    name.replace('-', "_")
}

impl Workspace {
    pub fn read() -> Self {
        let mut modules = BTreeMap::new();
        for member in crates() {
            read_folder(&member.join("src"), &[ident(&member)], &mut modules);
        }
        let mut workspace = Self {
            modules,
            imports: BTreeMap::new(),
        };
        for (own, module) in &workspace.modules {
            let targets = module.uses.iter().filter_map(|path| {
                let target = workspace.resolve(&workspace.absolute(own, path), 0)?;
                (target != *own).then_some(target)
            });
            let targets = targets.collect();
            workspace.imports.insert(own.clone(), targets);
        }
        workspace
    }

    /// A path as `own` writes it, from its crate down.
    fn absolute(&self, own: &[String], path: &[String]) -> Name {
        let ups = path.iter().take_while(|part| *part == "super").count();
        let (above, rest) = match path[0].as_str() {
            "crate" => (&own[..1], &path[1..]),
            "self" => (own, &path[1..]),
            "super" => (&own[..own.len().saturating_sub(ups).max(1)], &path[ups..]),
            first if self.modules.contains_key(&[first.to_owned()][..]) => (&[][..], path),
            _ => (own, path),
        };
        above.iter().chain(rest).cloned().collect()
    }

    /// The module that a path leads to, through whatever is exported again on the way.
    fn resolve(&self, path: &[String], depth: usize) -> Option<Name> {
        let length = (1..=path.len())
            .rev()
            .find(|&length| self.modules.contains_key(&path[..length]))?;
        let (own, rest) = path.split_at(length);
        let again = rest.first().and_then(|name| {
            let written = self.modules[own].names.get(name)?;
            let mut target = self.absolute(own, written);
            target.extend_from_slice(&rest[1..]);
            (target != path && depth < 8).then_some(target)
        });
        match again {
            Some(target) => self.resolve(&target, depth + 1),
            None => Some(own.to_vec()),
        }
    }

    /// Whether code of `own` names the crate `library` itself, not a module that is called alike.
    pub fn names_library(&self, own: &[String], library: &str) -> bool {
        let module = &self.modules[own];
        let is_child = self
            .modules
            .contains_key(&[own, &[library.to_owned()]].concat());
        let hides = |path: &Name| path.len() > 1 || path[0] != library;
        let is_alias = module.names.get(library).is_some_and(hides);
        !is_child && !is_alias && paths_from(&module.code, library).next().is_some()
    }
}

fn read_folder(folder: &Path, name: &[String], modules: &mut BTreeMap<Name, Module>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(Path::new(ROOT).join(folder))
        .unwrap()
        .map(|entry| folder.join(entry.unwrap().file_name()))
        .collect();
    entries.sort();
    let mut tests = BTreeSet::from(["tests".to_owned()]);
    for path in &entries {
        if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(Path::new(ROOT).join(path)).unwrap();
            tests.extend(test_modules(&text));
        }
    }
    for path in entries {
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if tests.contains(&stem) {
            continue;
        }
        let own = match stem.as_str() {
            "mod" | "lib" | "main" => name.to_vec(),
            _ => [name, &[stem]].concat(),
        };
        if Path::new(ROOT).join(&path).is_dir() {
            read_folder(&path, &own, modules);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(Path::new(ROOT).join(&path)).unwrap();
            let module = Module::new(path, &text);
            match modules.entry(own) {
                std::collections::btree_map::Entry::Vacant(entry) => {
                    entry.insert(module);
                }
                std::collections::btree_map::Entry::Occupied(entry) => {
                    entry.into_mut().merge(module);
                }
            }
        }
    }
}

const TEST: &str = "#[cfg(test)]\n";

/// The names of the modules in files of their own that only tests see.
fn test_modules(text: &str) -> Vec<String> {
    let marked = text.split(TEST).skip(1);
    let declared = marked.filter_map(|rest| {
        let (declaration, _) = rest.split_once(';')?;
        let (_, name) = declaration.rsplit_once("mod ")?;
        name.chars()
            .all(|c| c.is_alphanumeric() || c == '_')
            .then(|| name.to_owned())
    });
    declared.collect()
}

impl Module {
    fn new(path: PathBuf, text: &str) -> Self {
        // Tests stand at the end of a file.
        let tests = text.match_indices(TEST).map(|(at, _)| at).find(|&at| {
            let line = text[at + TEST.len()..].lines().next().unwrap_or_default();
            line.starts_with("mod ") && line.ends_with('{')
        });
        let Lexed { code, strings } = lex(&text[..tests.unwrap_or(text.len())]);
        let (mut names, mut uses) = (BTreeMap::new(), Vec::new());
        let mut rest = String::new();
        let mut statements = code.split_inclusive('\n').peekable();
        let mut is_test = false;
        while let Some(line) = statements.next() {
            let Some(tree) = use_tree(line.trim_start()) else {
                is_test = line.trim() == TEST.trim();
                rest.push_str(line);
                continue;
            };
            let mut tree = tree.to_owned();
            while !tree.contains(';') {
                tree.push_str(statements.next().expect("a `use` ends"));
            }
            if std::mem::take(&mut is_test) {
                continue;
            }
            for (path, name) in expand(tree.split(';').next().unwrap_or_default()) {
                uses.push(path.clone());
                names.insert(name, path);
            }
        }
        for start in ["crate", "super", "self"] {
            uses.extend(paths_from(&rest, start));
        }
        for member in crates() {
            uses.extend(paths_from(&rest, &ident(&member)));
        }
        Self {
            paths: vec![path],
            code,
            strings,
            names,
            uses,
        }
    }

    fn merge(&mut self, other: Self) {
        self.paths.extend(other.paths);
        self.code.push_str(&other.code);
        self.strings.extend(other.strings);
        self.names.extend(other.names);
        self.uses.extend(other.uses);
    }
}

/// `pub(crate) use a::b;` as `a::b;`.
fn use_tree(line: &str) -> Option<&str> {
    let rest = match line.strip_prefix("pub") {
        Some(rest) if rest.starts_with('(') => rest.split_once(')')?.1.trim_start(),
        Some(rest) => rest.trim_start(),
        None => line,
    };
    rest.strip_prefix("use ")
}

/// The paths of a tree, and the names they get: `a::{b, c::{self, d as e}}` is `a::b` as `b`, `a::c` as
/// `c`, `a::c::d` as `e`.
fn expand(tree: &str) -> Vec<(Name, String)> {
    let tree = tree.trim();
    if let Some((prefix, list)) = tree.split_once('{') {
        let list = list.trim_end().strip_suffix('}').expect("braces close");
        let (mut depth, mut branches) = (0, vec![String::new()]);
        for c in list.chars() {
            depth += isize::from(c == '{') - isize::from(c == '}');
            match c {
                ',' if depth == 0 => branches.push(String::new()),
                c => branches.last_mut().expect("never empty").push(c),
            }
        }
        let branches = branches.iter().filter(|branch| !branch.trim().is_empty());
        return branches
            .flat_map(|branch| expand(&format!("{prefix}{}", branch.trim())))
            .collect();
    }
    let (path, alias) = match tree.split_once(" as ") {
        Some((path, alias)) => (path, Some(alias.trim().to_owned())),
        None => (tree, None),
    };
    let mut path: Name = path
        .trim_start_matches("::")
        .split("::")
        .map(|part| part.trim().to_owned())
        .collect();
    if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
        path.pop();
    }
    let name = alias.unwrap_or_else(|| path.last().cloned().unwrap_or_default());
    vec![(path, name)]
}

/// The paths in some code that begin with `start::`.
fn paths_from<'a>(code: &'a str, start: &'a str) -> impl Iterator<Item = Name> + 'a {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(start).filter_map(move |(at, _)| {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| is_word(c) || c == ':') {
            return None;
        }
        let path = code[at..].split(|c| !is_word(c) && c != ':').next()?;
        let path: Name = path.split("::").map(str::to_owned).collect();
        (path.len() > 1 && path[0] == start).then_some(path)
    })
}

#[test]
fn a_use_tree_is_taken_apart() {
    let found = expand("a::{b, c::{self, d as e}}");
    let found: Vec<_> = found
        .iter()
        .map(|(path, name)| (path.join("::"), name.as_str()))
        .collect();
    let expected = [("a::b", "b"), ("a::c", "c"), ("a::c::d", "e")];
    assert_eq!(found, expected.map(|(path, name)| (path.to_owned(), name)));
    let code = "x(super::y::Z, crate::w) not_super::q a::crate::b";
    assert_eq!(
        paths_from(code, "super").collect::<Vec<_>>(),
        [["super", "y", "Z"]]
    );
    assert_eq!(
        paths_from(code, "crate").collect::<Vec<_>>(),
        [["crate", "w"]]
    );
}
