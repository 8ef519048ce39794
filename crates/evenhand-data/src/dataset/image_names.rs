//! The part of a table that names image files: a column, or a template that columns fill.

use super::pattern::Template;
use super::{DatasetError, Layout};
use crate::dataset::error::column_of;
use evenhand_stats::text::quoted;
use std::path::Path;

/// The image columns that need no naming, the likelier first.
pub(super) const IMAGE_COLUMNS: [&str; 10] = [
    "file",
    "path",
    "image_path",
    "filename",
    "file_name",
    "filepath",
    "file_path",
    "image",
    "photo",
    "img",
];

/// Column or template that names the images of a table.
#[derive(Debug, Clone)]
pub(super) enum ImageNames {
    Column(usize),
    Template(Template),
}

impl ImageNames {
    /// By the layout's template or column, else by a column of a usual name.
    ///
    /// # Errors
    /// There is no such column.
    pub(super) fn find(
        path: &Path,
        columns: &[String],
        layout: &Layout,
    ) -> Result<Self, DatasetError> {
        let column = |name: &str| column_of(columns, name, path);
        if let Some(text) = &layout.image_template {
            return Template::new(text, column).map(Self::Template);
        }
        if let Some(name) = &layout.image {
            return column(name).map(Self::Column);
        }
        let position = |name: &&str| columns.iter().position(|column| column == name);
        let in_any_case = |name: &&str| {
            let mut columns = columns.iter();
            columns.position(|column| column.eq_ignore_ascii_case(name))
        };
        let usual = IMAGE_COLUMNS.iter().find_map(position);
        usual
            .or_else(|| IMAGE_COLUMNS.iter().find_map(in_any_case))
            .map(Self::Column)
            .ok_or_else(|| DatasetError::NoImageColumn {
                path: path.to_owned(),
                columns: quoted(columns),
            })
    }

    /// The columns that describe images: all but the image's own.
    pub(super) fn attributes(&self, columns: &[String]) -> Vec<String> {
        let mut columns = columns.to_vec();
        if let Self::Column(column) = self {
            columns.remove(*column);
        }
        columns
    }

    /// The image's name of a row, which leaves the values of its attributes.
    pub(super) fn take(&self, values: &mut Vec<String>) -> String {
        match self {
            Self::Template(template) => template.fill(values),
            Self::Column(column) => values.remove(*column),
        }
    }
}
