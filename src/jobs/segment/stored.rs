//! `segmentation.json`: what puts new rows into the segments.

use super::config::SegmentConfig;
use super::error::SegmentTableError;
use super::numbers::NumberColumn;
use crate::WriteError;
use crate::error::Error;
use crate::segments::Segmentation;
use crate::table::{MissingValues, ReadOptions, plain_file};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The file in the folder of a segmentation.
pub const FILE: &str = "segmentation.json";

/// A segmentation with what is needed to read tables for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredSegmentation {
    /// The version that wrote it.
    pub evenhand: String,
    /// The columns that name rows.
    pub id: Vec<String>,
    /// The words that mark a missing value; `None` for the usual ones.
    pub missing: Option<Vec<String>>,
    /// The columns that segments are made of, in the order of the model.
    pub columns: Vec<NumberColumn>,
    pub model: Segmentation,
}

/// The file itself, where its folder is named.
fn file(path: &Path) -> PathBuf {
    match path.is_dir() {
        true => path.join(FILE),
        false => path.to_owned(),
    }
}

/// Whether a path names a segmentation: its folder, or its file.
pub fn is_segmentation(path: &Path) -> bool {
    let file = file(path);
    file.is_file()
        && file
            .extension()
            .is_some_and(|extension| extension == "json")
}

impl StoredSegmentation {
    pub(super) fn new(
        config: &SegmentConfig,
        columns: &[NumberColumn],
        model: &Segmentation,
    ) -> Self {
        Self {
            evenhand: env!("CARGO_PKG_VERSION").to_owned(),
            id: config.id.clone(),
            missing: config.missing.clone(),
            columns: columns.to_vec(),
            model: model.clone(),
        }
    }

    /// The text of the file.
    pub fn to_json(&self) -> String {
        let text = serde_json::to_string_pretty(self);
        text.expect("a segmentation is names and numbers") + "\n"
    }

    /// Reads the file of a segmentation, or that in its folder.
    ///
    /// # Errors
    /// It cannot be read, or is not as evenhand wrote it; a name is no longer that of its loadings.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let path = file(path);
        let text = plain_file::read_text(&path).map_err(WriteError::of(&path))?;
        let damaged = |problem: String| SegmentTableError::Damaged {
            path: path.clone(),
            problem,
        };
        let found: Self =
            serde_json::from_str(&text).map_err(|error| damaged(error.to_string()))?;
        found
            .check()
            .map_err(|problem| damaged(problem.to_owned()))?;
        found.model.check_names()?;
        Ok(found)
    }

    /// How tables are read.
    pub fn read_options(&self) -> ReadOptions {
        let missing = self.missing.as_ref();
        ReadOptions {
            missing: missing.map_or_else(MissingValues::default, MissingValues::only),
            ..ReadOptions::default()
        }
    }

    /// Whether all parts have the sizes that they give each other.
    fn check(&self) -> Result<(), &'static str> {
        let Segmentation {
            columns,
            scale,
            pca,
            rotation,
            names,
            centroids,
            sizes,
            ..
        } = &self.model;
        let width = columns.len();
        let own = self.columns.iter().map(|column| &column.name);
        if width == 0 || !own.eq(columns) {
            return Err("its columns are not those of its model");
        }
        let scales = [&scale.offset, &scale.divisor, &scale.low, &scale.high];
        if scales.iter().any(|values| values.len() != width) || pca.means.len() != width {
            return Err("its scaling is not that of its columns");
        }
        let components = pca.components();
        if components == 0 || sizes.is_empty() || centroids.len() != components * sizes.len() {
            return Err("its centroids are not those of its segments");
        }
        let fits = rotation.as_ref().is_none_or(|rotation| {
            rotation.variances.len() == components
                && rotation.turn().len() == components * components
                && rotation.loadings(0).len() == width
        });
        if !fits || pca.variances.len() < components {
            return Err("its components are not complete");
        }
        let named = |name: &crate::segments::names::Name| {
            name.columns.len() == width && name.loadings.len() == width
        };
        match names.iter().all(named) {
            true => Ok(()),
            false => Err("a name is without its loadings"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segments::pca::Components;
    use crate::segments::segmentation::SegmentCount;
    use crate::segments::{Options, Rows, segment};
    use std::fs;

    fn stored() -> StoredSegmentation {
        let names = ["income", "age"].map(String::from);
        let pairs = (0..12).flat_map(|row| [f64::from(row), f64::from(row * row % 7)]);
        let rows = Rows::new(names.to_vec(), pairs.collect()).unwrap();
        let options = Options {
            components: Components::Number(2),
            segments: SegmentCount::Number(2),
            compared: None,
            is_rotated: true,
            names: vec![(0, "Age".to_owned())],
            ..Options::default()
        };
        let model = segment(&rows, None, &options).unwrap().model;
        let columns = names.map(|name| NumberColumn {
            name,
            gaps: Vec::new(),
        });
        StoredSegmentation::new(&SegmentConfig::new("people.csv"), &columns, &model)
    }

    #[test]
    fn a_segmentation_is_read_back_and_refused_where_a_part_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let whole = stored();
        fs::write(&path, whole.to_json()).unwrap();
        assert!(is_segmentation(folder.path()) && is_segmentation(&path));
        let found = StoredSegmentation::open(folder.path()).unwrap();
        assert_eq!(
            (found.id, found.columns),
            (whole.id.clone(), whole.columns.clone())
        );
        let json: serde_json::Value = serde_json::from_str(&whole.to_json()).unwrap();
        for part in [
            "/columns",
            "/model/columns",
            "/model/scale/offset",
            "/model/scale/high",
            "/model/pca/means",
            "/model/pca/loadings",
            "/model/rotation/turn",
            "/model/rotation/variances",
            "/model/rotation/loadings",
            "/model/names/0/loadings",
            "/model/centroids",
            "/model/sizes",
        ] {
            let mut json = json.clone();
            json.pointer_mut(part)
                .unwrap()
                .as_array_mut()
                .unwrap()
                .pop();
            fs::write(&path, json.to_string()).unwrap();
            let error = StoredSegmentation::open(&path).unwrap_err();
            assert!(
                error.to_string().contains("is no segmentation"),
                "{part}: {error}"
            );
        }
        let mut json = json;
        json["model"]["names"][0]["component"] = 1.into();
        fs::write(&path, json.to_string()).unwrap();
        let error = StoredSegmentation::open(&path).unwrap_err();
        assert!(
            error.to_string().contains("the name `Age` was given"),
            "{error}"
        );
    }
}
