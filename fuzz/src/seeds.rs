//! Seeds: whole files that damage starts from.

use crate::targets::Target;
use std::fs;
use std::path::{Path, PathBuf};

pub struct Seed {
    pub bytes: Vec<u8>,
    pub extension: String,
}

/// Where the crate lies.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The files of `seeds/TARGET/`, by name.
pub fn load(target: &Target) -> Result<Vec<Seed>, String> {
    let folder = root().join("seeds").join(target.name);
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder).map_err(failed)? {
        files.push(entry.map_err(failed)?.path());
    }
    files.sort();
    match files.is_empty() {
        true => Err(format!("{}: no seeds", folder.display())),
        false => files.iter().map(|file| seed(file)).collect(),
    }
}

fn seed(file: &Path) -> Result<Seed, String> {
    let bytes = fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let extension = file.extension().unwrap_or_default();
    Ok(Seed {
        bytes,
        extension: extension.to_string_lossy().into_owned(),
    })
}
