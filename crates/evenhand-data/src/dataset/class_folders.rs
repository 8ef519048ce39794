//! Class folders: the label of an image is the name of a folder that it is in. Folders named like the parts of a
//! split are parts, with class folders in them.

use super::DatasetError;
use super::file_names;
use super::row::Row;
use super::split;
use super::table::{CLASS, Table};
use crate::record::Part;
use std::collections::BTreeSet;
use std::path::Path;

/// The column of the parts.
const SPLIT: &str = "split";

impl Table {
    /// Reads a folder of class folders, or one of `train`, `val` and `test`, each with class folders in it.
    ///
    /// # Errors
    /// No image is in a class folder.
    pub(super) fn from_classes(root: &Path, label: Option<&str>) -> Result<Self, DatasetError> {
        let label = label.unwrap_or(CLASS);
        let mut table = Self::new(root, vec![label.to_owned()]);
        let files = table.images(root)?;
        let paths: Vec<Vec<String>> = files.iter().map(|file| folders(root, file)).collect();
        let has_parts = are_parts(&paths);
        if has_parts {
            let column = [SPLIT, "part"].into_iter().find(|name| *name != label);
            table.split = column.map(str::to_owned);
            table.columns.extend(table.split.clone());
        }
        for (file, folders) in files.into_iter().zip(paths) {
            table.add(&file, folders, has_parts);
        }
        if table.rows.is_empty() && !table.skipped.is_empty() {
            let path = root.to_owned();
            return Err(DatasetError::NoClassFolders { path }.after_leaving_out(table.left_out));
        }
        let class = |row: &Row| split::part(&row.values[0]).is_some();
        if !table.rows.is_empty() && table.rows.iter().all(class) {
            return Err(DatasetError::SplitFolders {
                path: root.to_owned(),
            });
        }
        if has_parts {
            table.note_parts();
        }
        Ok(table)
    }

    fn add(&mut self, file: &Path, folders: Vec<String>, has_parts: bool) {
        let mut folders = folders.into_iter();
        let part = has_parts.then(|| folders.next()).flatten();
        match (folders.next(), part) {
            (Some(class), Some(part)) => self.push_image(file, vec![class, part]),
            (Some(class), None) if !has_parts => self.push_image(file, vec![class]),
            _ => self.skip(file, "it is in no class folder".to_owned()),
        }
    }

    fn note_parts(&mut self) {
        let parts: BTreeSet<&str> = self.rows.iter().map(|row| row.values[1].as_str()).collect();
        let parts: Vec<String> = parts.into_iter().map(|part| format!("`{part}`")).collect();
        let path = self.path.display();
        let note = format!(
            "{path}: {} are the parts of a split, and the folders in them are the classes",
            parts.join(", ")
        );
        self.note([note]);
    }
}

/// The names of the folders that a file is in, from `root` on.
fn folders(root: &Path, file: &Path) -> Vec<String> {
    let below = file.strip_prefix(root).unwrap_or(file);
    let folders = below.parent().into_iter().flat_map(Path::components);
    folders
        .map(|name| file_names::text(name.as_os_str().as_ref()))
        .collect()
}

/// Whether the uppermost folders are the parts of a split: all are named so, the training part and another one are
/// among them, and both have folders in them.
fn are_parts(paths: &[Vec<String>]) -> bool {
    let named = paths.iter().filter_map(|folders| folders.first());
    let all = named
        .map(|name| split::part(name))
        .collect::<Option<BTreeSet<Part>>>();
    let classes = |folders: &&Vec<String>| folders.len() > 1;
    let with_classes: BTreeSet<Part> = paths
        .iter()
        .filter(classes)
        .filter_map(|folders| split::part(&folders[0]))
        .collect();
    all.is_some() && with_classes.len() > 1 && with_classes.contains(&Part::Train)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::{Layout, load};
    use std::fs;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for name in files {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        dir
    }

    #[test]
    fn the_class_of_an_image_is_its_first_folder() {
        let dir = folder(&[
            "cat/deep/2.PNG",
            "cat/1.jpg",
            "dog/1.jpg",
            "dog/face.heic",
            "dog/notes.xmp",
            "stray.jpg",
        ]);
        let table = Table::read(dir.path(), &Layout::default()).unwrap();
        let classes = table.rows.iter().map(|row| row.values[0].as_str());
        assert_eq!(classes.collect::<Vec<_>>(), ["cat", "cat", "dog", "dog"]);
        assert_eq!(table.columns, ["class"]);
        assert_eq!(table.skipped.len(), 1);
        assert!(
            table.notes[0]
                .to_string()
                .contains("1 file not of an image type left out (1 `.xmp`)")
        );
    }

    #[test]
    fn folders_that_are_no_classes_are_told_apart() {
        let flat = folder(&["1.jpg"]);
        let error = Table::read(flat.path(), &Layout::default()).unwrap_err();
        assert!(matches!(error, DatasetError::NoClassFolders { .. }));
        for files in [
            ["train/1.jpg", "Val/1.jpg"],
            ["train/cat/1.jpg", "train/dog/1.jpg"],
        ] {
            let parts = folder(&files);
            let error = Table::read(parts.path(), &Layout::default()).unwrap_err();
            assert!(matches!(error, DatasetError::SplitFolders { .. }));
        }
        let empty = folder(&[]);
        let error = Table::read(empty.path(), &Layout::default()).unwrap_err();
        assert!(matches!(error, DatasetError::NoRows { .. }));
    }

    #[test]
    fn folders_named_train_val_and_test_are_parts() {
        let dir = folder(&[
            "train/cat/1.jpg",
            "train/dog/2.jpg",
            "Val/cat/3.jpg",
            "test/dog/deep/4.jpg",
            "test/5.jpg",
        ]);
        let dataset = load(dir.path(), &Layout::default()).unwrap();
        assert_eq!(dataset.classes.names(), ["cat", "dog"]);
        assert_eq!(dataset.attributes, ["class", "split"]);
        let parts: Vec<_> = dataset
            .records
            .iter()
            .map(|row| row.part.unwrap())
            .collect();
        let (train, validation, test) = (Part::Train, Part::Validation, Part::Test);
        assert_eq!(parts, [validation, test, train, train]);
        assert_eq!(dataset.skipped.len(), 1);
        let told = |part: &str| {
            dataset
                .notes
                .iter()
                .any(|note| note.to_string().contains(part))
        };
        assert!(
            told("`Val`, `test`, `train` are the parts of a split"),
            "{:?}",
            dataset.notes
        );
        assert!(told(
            "split: the 1 validation row decides when training stops"
        ));
    }

    #[test]
    fn a_class_called_train_is_a_class() {
        let dir = folder(&["train/1.jpg", "bus/1.jpg"]);
        let dataset = load(dir.path(), &Layout::default()).unwrap();
        assert_eq!(dataset.classes.names(), ["bus", "train"]);
    }
}
