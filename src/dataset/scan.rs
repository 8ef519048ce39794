//! Finding images in folders, in an order that does not depend on the file system.

use super::DatasetError;
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

const EXTENSIONS: [&str; 8] = ["jpg", "jpeg", "png", "webp", "bmp", "gif", "tif", "tiff"];

/// Whether the name promises an image that this crate decodes.
pub(super) fn is_image(path: &Path) -> bool {
    path.extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| {
            EXTENSIONS
                .iter()
                .any(|known| known.eq_ignore_ascii_case(extension))
        })
}

/// Every file below `root`, sorted by path, one at a time. Hidden files and folders are left out
/// and links are followed; a link to an image that is gone counts as a file, so that it becomes a
/// row like any other missing image.
pub(super) fn files(root: &Path) -> impl Iterator<Item = Result<PathBuf, DatasetError>> + use<> {
    let root = root.to_owned();
    WalkDir::new(&root)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry))
        .filter_map(move |entry| match entry {
            Ok(entry) => entry.file_type().is_file().then(|| Ok(entry.into_path())),
            Err(error) => match error.path() {
                Some(link) if error.loop_ancestor().is_none() && is_gone(link) => {
                    is_image(link).then(|| Ok(link.to_owned()))
                }
                path => {
                    let path = path.unwrap_or(&root).to_owned();
                    Some(Err(DatasetError::Io {
                        path,
                        source: error.into(),
                    }))
                }
            },
        })
}

/// The images below `root`, sorted by path, one at a time.
///
/// # Errors
/// A folder that cannot be listed.
pub(super) fn images(root: &Path) -> impl Iterator<Item = Result<PathBuf, DatasetError>> + use<> {
    files(root).filter(|file| file.as_ref().map_or(true, |path| is_image(path)))
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().to_string_lossy().starts_with('.')
}

fn is_gone(link: &Path) -> bool {
    link.is_symlink() && !link.exists()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn images_are_found_by_extension_in_any_case_sorted_and_never_hidden() {
        let dir = tempfile::tempdir().unwrap();
        for name in [
            "b/2.JPG",
            "b/1.tiff",
            "a/x/y.WebP",
            "a/.hidden.png",
            ".git/z.png",
            "notes.txt",
        ] {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let found: Vec<_> = images(dir.path())
            .map(|p| {
                p.unwrap()
                    .strip_prefix(dir.path())
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned()
            })
            .collect();
        assert_eq!(found, ["a/x/y.WebP", "b/1.tiff", "b/2.JPG"]);
    }
}
