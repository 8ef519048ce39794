//! Paths that a glob such as `photos/*.jpg` matches.

use super::DatasetError;
use std::path::{Path, PathBuf};

/// The path itself if it exists or is no glob, else what it matches, sorted, at least one.
///
/// # Errors
/// A glob that is none, matches nothing, or leads where nothing can be listed.
pub(super) fn matched(path: &Path) -> Result<Vec<PathBuf>, DatasetError> {
    let pattern = path.to_string_lossy();
    if path.exists() || !pattern.contains(['*', '?', '[']) {
        return Ok(vec![path.to_owned()]);
    }
    let options = glob::MatchOptions {
        case_sensitive: true,
        require_literal_separator: true,
        require_literal_leading_dot: true,
    };
    let paths = glob::glob_with(&pattern, options).map_err(|error| DatasetError::Glob {
        pattern: pattern.to_string(),
        problem: error.to_string(),
    })?;
    let io = |error: glob::GlobError| DatasetError::Io {
        path: error.path().to_owned(),
        source: error.into(),
    };
    let paths: Vec<PathBuf> = paths
        .map(|path| path.map_err(io))
        .collect::<Result<_, _>>()?;
    match paths.is_empty() {
        true => Err(DatasetError::NotFound {
            path: path.to_owned(),
        }),
        false => Ok(paths),
    }
}
