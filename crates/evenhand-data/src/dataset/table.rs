//! The three ways in, folders of classes, listings and file-name patterns, become one table of named
//! columns; the rest of this room sees nothing else.

use super::error::column_of;
use super::glob_paths::matched;
use super::listing::Listing;
use super::missing_counts::MissingCounts;
use super::pattern::Pattern;
use super::row::Row;
use super::{DatasetError, Layout, Skipped, error::open_error, file_names, scan};
use crate::hint::Message;
use crate::record::Location;
use evenhand_stats::text::quoted;
use std::fs;
use std::path::{Path, PathBuf};

/// The label column of a folder of classes that the user gave no name.
pub(super) const CLASS: &str = "class";

/// Rows of named columns. An empty value is a missing one.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) path: PathBuf,
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Row>,
    pub(super) skipped: Vec<Skipped>,
    pub(super) notes: Vec<Message>,
    pub(super) warnings: Vec<Message>,
    /// The column with the part of each row, where folders tell it.
    pub(super) split: Option<String>,
    /// What was left out of a folder of images.
    pub(super) left_out: Option<String>,
}

impl Table {
    /// Reads whichever of the three kinds `path` is.
    ///
    /// # Errors
    /// A path that cannot be read, a manifest that is no table, or nothing to train on.
    pub(super) fn read(path: &Path, layout: &Layout) -> Result<Self, DatasetError> {
        let files = matched(path)?;
        let (path, folder) = match &files[..] {
            [only] => {
                let metadata = fs::metadata(only).map_err(|source| open_error(only, source))?;
                (only.as_path(), metadata.is_dir())
            }
            _ => (path, false),
        };
        let table = match (folder, &layout.manifest, &layout.pattern) {
            (true, Some(name), _) => Self::from_listings(path, &manifests(path, name)?, layout),
            (true, None, Some(pattern)) => Self::from_names(path, pattern, layout),
            (true, None, None) => Self::from_classes(path, layout.label.as_deref()),
            (false, None, Some(_)) => Err(DatasetError::PatternOnFile {
                path: path.to_owned(),
            }),
            (false, ..) => Self::from_listings(path, &files, layout),
        }?;
        if table.rows.is_empty() {
            let path = path.to_owned();
            return Err(DatasetError::NoRows { path }.after_leaving_out(table.left_out));
        }
        Ok(table)
    }

    pub(super) fn new(path: &Path, columns: Vec<String>) -> Self {
        let path = path.to_owned();
        Self {
            path,
            columns,
            rows: Vec::new(),
            skipped: Vec::new(),
            notes: Vec::new(),
            warnings: Vec::new(),
            split: None,
            left_out: None,
        }
    }

    /// The position of a column.
    ///
    /// # Errors
    /// There is none of that name.
    pub(super) fn column(&self, name: &str) -> Result<usize, DatasetError> {
        column_of(&self.columns, name, &self.path)
    }

    /// The position of the label column.
    ///
    /// # Errors
    /// There is none of that name, or none was named and the table is no folder of classes.
    pub(super) fn label(&self, label: Option<&str>) -> Result<usize, DatasetError> {
        match label {
            Some(name) => self.column(name),
            None if self.columns == [CLASS] => Ok(0),
            None if self.split.is_some() && self.columns[0] == CLASS => Ok(0),
            None => Err(DatasetError::NoLabel {
                path: self.path.clone(),
                columns: quoted(&self.columns),
            }),
        }
    }

    /// The values of a column that are not missing.
    pub(super) fn values(&self, column: usize) -> impl Iterator<Item = &str> + Clone {
        self.rows
            .iter()
            .map(move |row| row.values[column].as_str())
            .filter(|v| !v.is_empty())
    }

    fn from_listings(
        path: &Path,
        files: &[PathBuf],
        layout: &Layout,
    ) -> Result<Self, DatasetError> {
        let mut table = Self::new(path, Vec::new());
        let options = layout.read_options();
        for (i, file) in files.iter().enumerate() {
            let listing = Listing::read(file, layout, &options)?;
            if i > 0 && listing.columns != table.columns {
                return Err(DatasetError::OtherColumns {
                    path: file.clone(),
                    columns: quoted(&listing.columns),
                    expected: quoted(&table.columns),
                });
            }
            table.columns.clone_from(&listing.columns);
            let before = table.rows.len();
            let mut rows = listing.rows()?;
            for row in rows.by_ref() {
                table.rows.push(row?);
            }
            table.notes.extend(rows.notes());
            if table.rows.len() == before {
                let path = file.clone();
                let note = DatasetError::NoRows { path }.to_string();
                table.note([note]);
            }
        }
        Ok(table)
    }

    fn from_names(root: &Path, pattern: &str, layout: &Layout) -> Result<Self, DatasetError> {
        let shape = Pattern::new(pattern)?;
        let mut table = Self::new(root, shape.fields().map(str::to_owned).collect());
        let literal = vec![false; table.columns.len()];
        let mut missing = MissingCounts::new(&layout.read_options().missing, literal);
        for file in table.images(root)? {
            let name = file_names::text(file.file_stem().unwrap_or_default().as_ref());
            match shape.take_apart(&name) {
                Some(values) => {
                    let mut values: Vec<String> = values.into_iter().map(str::to_owned).collect();
                    missing.clear(&mut values);
                    table.push_image(&file, values);
                }
                None => table.skip(&file, format!("its name is not of the form `{pattern}`")),
            }
        }
        let missing = missing.note(&root.display().to_string(), &table.columns);
        table.notes.extend(missing);
        match table.skipped.first() {
            Some(first) if table.rows.is_empty() => Err(DatasetError::NoMatch {
                path: root.to_owned(),
                pattern: pattern.to_owned(),
                example: first.path.clone(),
            }),
            _ => Ok(table),
        }
    }

    pub(super) fn note(&mut self, notes: impl IntoIterator<Item = String>) {
        self.notes.extend(notes.into_iter().map(Message::plain));
    }

    /// The images below `root`, with a note of the files that are none.
    pub(super) fn images(&mut self, root: &Path) -> Result<Vec<PathBuf>, DatasetError> {
        let mut walk = scan::images(root);
        let images = walk.by_ref().collect::<Result<Vec<_>, _>>()?;
        self.left_out = walk.left_out().note();
        self.note(self.left_out.clone());
        Ok(images)
    }

    pub(super) fn push_image(&mut self, file: &Path, values: Vec<String>) {
        let path = file_names::text(file);
        self.rows.push(Row {
            place: path.clone(),
            path,
            image: Location::File(file.to_owned()),
            values,
        });
    }

    pub(super) fn skip(&mut self, file: &Path, reason: String) {
        self.skipped.push(Skipped {
            path: file_names::text(file),
            reason,
        });
    }
}

/// The manifests in a folder, by a name that may hold `*` and `?`, sorted.
fn manifests(folder: &Path, name: &str) -> Result<Vec<PathBuf>, DatasetError> {
    let bad = |problem: String| DatasetError::Glob {
        pattern: name.to_owned(),
        problem,
    };
    let shape = glob::Pattern::new(name).map_err(|error| bad(error.to_string()))?;
    let io = |source| DatasetError::Io {
        path: folder.to_owned(),
        source,
    };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(io)? {
        let entry = entry.map_err(io)?;
        if shape.matches(&entry.file_name().to_string_lossy()) {
            found.push(entry.path());
        }
    }
    found.sort();
    match found.is_empty() {
        true => Err(DatasetError::NoManifest {
            path: folder.to_owned(),
            name: name.to_owned(),
        }),
        false => Ok(found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        dir
    }

    #[test]
    fn names_that_do_not_match_a_pattern_are_skipped_and_kept_in_sight() {
        let dir = folder(&[("20_1_x.jpg", ""), ("a/31_0_y.jpg", ""), ("61_x.jpg", "")]);
        let layout = Layout {
            pattern: Some("{age}_{sex}_*".to_owned()),
            ..Layout::default()
        };
        let table = Table::read(dir.path(), &layout).unwrap();
        assert_eq!(table.columns, ["age", "sex"]);
        assert_eq!(table.rows[0].values, ["20", "1"]);
        assert_eq!((table.rows.len(), table.skipped.len()), (2, 1));
        let layout = Layout {
            pattern: Some("{a}-{b}".to_owned()),
            ..Layout::default()
        };
        let error = Table::read(dir.path(), &layout).unwrap_err();
        assert!(matches!(error, DatasetError::NoMatch { .. }));
    }

    #[test]
    fn several_manifests_of_one_folder_make_one_table() {
        let dir = folder(&[
            ("fold_1.txt", "user\tface\tsex\nu2\t8\tf\n"),
            ("fold_0.txt", "user\tface\tsex\nu1\t7\tm\n"),
        ]);
        let layout = Layout {
            manifest: Some("fold_*.txt".to_owned()),
            image_template: Some("faces/{user}/{face}.jpg".to_owned()),
            ..Layout::default()
        };
        let table = Table::read(dir.path(), &layout).unwrap();
        let first = dir.path().join("faces/u1/7.jpg");
        assert_eq!(table.rows[0].image, Location::File(first));
        assert_eq!(table.rows[1].path, "faces/u2/8.jpg");
        assert_eq!(table.columns, ["user", "face", "sex"]);
        fs::write(dir.path().join("fold_2.txt"), "user\tface\n").unwrap();
        let error = Table::read(dir.path(), &layout).unwrap_err();
        assert!(matches!(error, DatasetError::OtherColumns { .. }));
    }
}
