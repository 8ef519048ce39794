//! Parquet files with a column of images: plain bytes, or, as Hugging Face writes them, a struct of
//! `bytes` and `path`. The columns of single values beside it are attributes.

use super::schema::{PATH, group, image_column, is_value, leaf, names_files, path_of};
use super::table::{self, guarded, short, why};
use crate::dataset::DatasetError;
use crate::dataset::plain_file::open_plain;
use crate::dataset::row::{Row, Rows};
use crate::record::Location;
use evenhand_stats::text::quoted;
use evenhand_table::ParquetFile;
use parquet::file::metadata::FileMetaData;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use parquet::record::reader::RowIter;
use parquet::schema::types::{Type, TypePtr};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Key of the metadata in which Hugging Face describes the columns.
const DESCRIPTION: &str = "huggingface";

/// A Parquet file with images.
pub(in crate::dataset) struct Parquet {
    path: Arc<Path>,
    /// The attributes.
    pub(in crate::dataset) columns: Vec<String>,
    /// The leaf column that holds the bytes.
    pub(super) image: usize,
    /// The part of the schema that holds the attributes.
    attributes: Type,
    /// Columns that are neither image nor attribute.
    left_out: Vec<String>,
    /// Names of codes, by attribute.
    classes: BTreeMap<String, Vec<String>>,
    rows: u64,
}

impl Parquet {
    /// Reads the footer and finds the images: `image` names their column, else it is `image` or the
    /// only one there is. `None`: no column holds images, and a column of text names image files.
    ///
    /// # Errors
    /// A file that cannot be read, is no Parquet file or one that is encrypted or compressed in an
    /// unknown way; no column of images, or several.
    pub(in crate::dataset) fn open(
        path: &Path,
        image: Option<&str>,
    ) -> Result<Option<Self>, DatasetError> {
        let reader = open(path)?;
        let metadata = reader.metadata().file_metadata();
        let root = metadata.schema();
        if names_files(root, image) {
            return Ok(None);
        }
        let image = image_column(root, image, path)?;
        let fields: Vec<TypePtr> = root
            .get_fields()
            .iter()
            .filter_map(|field| {
                if field.name() == image.name() {
                    path_of(field)
                } else {
                    is_value(field).then(|| Arc::clone(field))
                }
            })
            .collect();
        let kept = |name: &str| fields.iter().any(|field| field.name() == name);
        let others = root.get_fields().iter().map(|field| field.name());
        let left_out = others.filter(|name| *name != image.name() && !kept(name));
        let column = |field: &TypePtr| match field.is_group() {
            true => format!("{}.{PATH}", field.name()),
            false => field.name().to_owned(),
        };
        let found = Self {
            path: path.into(),
            columns: fields.iter().map(column).collect(),
            image: leaf(metadata.schema_descr(), image.name()),
            left_out: left_out.map(str::to_owned).collect(),
            classes: class_names(metadata),
            rows: u64::try_from(metadata.num_rows()).unwrap_or_default(),
            attributes: group(root.name(), None, fields).map_err(broken(path))?,
        };
        found.check_codecs(&reader)?;
        Ok(Some(found))
    }

    /// Flags the columns whose values are names that the file gives to codes.
    pub(in crate::dataset) fn named_columns(&self) -> Vec<bool> {
        let is_named = |column: &String| self.classes.contains_key(column);
        self.columns.iter().map(is_named).collect()
    }

    /// Notes about columns that are no attributes, and about codes that are named.
    pub(in crate::dataset) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let named = self
            .classes
            .keys()
            .filter(|name| self.columns.contains(name));
        let named: Vec<&String> = named.collect();
        let shown = self.path.display();
        if !named.is_empty() {
            notes.push(format!("{shown}: {} named as the file says", quoted(named)));
        }
        if !self.left_out.is_empty() {
            let columns = quoted(&self.left_out);
            notes.push(format!("{shown}: no single values, so left out: {columns}"));
        }
        notes
    }

    /// One row for each row.
    ///
    /// # Errors
    /// The file cannot be opened any more.
    pub(in crate::dataset) fn rows(self) -> Result<Rows, DatasetError> {
        let Self {
            path,
            columns,
            image,
            attributes,
            classes,
            rows,
            ..
        } = self;
        let mut values = match columns.is_empty() {
            true => None,
            false => {
                let reader = Box::new(open(&path)?);
                let rows = || RowIter::from_file_into(reader).project(Some(attributes));
                Some(guarded(rows).map_err(broken(&path))?)
            }
        };
        let names: Vec<Option<Vec<String>>> = columns
            .iter()
            .map(|column| classes.get(column).cloned())
            .collect();
        Ok(Box::new((0..rows).map(move |row| {
            let fields = match &mut values {
                Some(values) => {
                    let next = guarded(|| values.next().unwrap_or_else(|| Err(short())));
                    next.map_err(broken(&path))?.into_columns()
                }
                None => Vec::new(),
            };
            let values = fields.into_iter().zip(&names);
            let values = values.map(|((_, field), names)| named(text(field), names.as_deref()));
            let image = Location::Row {
                table: Arc::clone(&path),
                column: image,
                row,
            };
            Ok(Row {
                place: image.to_string(),
                path: image.to_string(),
                image,
                values: values.collect(),
            })
        })))
    }

    /// Checks that the first row group can be decompressed; others are as it is.
    fn check_codecs(&self, reader: &SerializedFileReader<ParquetFile>) -> Result<(), DatasetError> {
        if reader.num_row_groups() == 0 {
            return Ok(());
        }
        let group = guarded(|| reader.get_row_group(0)).map_err(broken(&self.path))?;
        for column in 0..group.num_columns() {
            let needed = column == self.image || {
                let root = group.metadata().schema_descr().get_column_root(column);
                let attributes = self.attributes.get_fields();
                attributes.iter().any(|field| field.name() == root.name())
            };
            if needed {
                let pages = guarded(|| group.get_column_page_reader(column));
                pages.map_err(broken(&self.path))?;
            }
        }
        Ok(())
    }
}

fn open(path: &Path) -> Result<SerializedFileReader<ParquetFile>, DatasetError> {
    let file = open_plain(path)?;
    guarded(|| table::open(file)).map_err(broken(path))
}

fn broken(path: &Path) -> impl Fn(parquet::errors::ParquetError) -> DatasetError + '_ {
    move |error| DatasetError::Parquet {
        path: path.to_owned(),
        problem: why(&error),
    }
}

/// A value as a CSV would have it: an empty one is missing.
fn text(field: Field) -> String {
    match field {
        Field::Null => String::new(),
        Field::Str(text) => text.trim().to_owned(),
        Field::Float(value) if value.is_nan() => String::new(),
        Field::Double(value) if value.is_nan() => String::new(),
        Field::Float(value) => value.to_string(),
        Field::Double(value) => value.to_string(),
        Field::Group(row) => {
            let path = row.into_columns().into_iter().next();
            path.map_or_else(String::new, |(_, path)| text(path))
        }
        other => other.to_string(),
    }
}

/// The name of a code. One that has none is missing: unlabelled rows have -1.
fn named(code: String, names: Option<&[String]>) -> String {
    let Some(names) = names else { return code };
    let at = code.parse::<usize>().ok();
    at.and_then(|at| names.get(at)).cloned().unwrap_or_default()
}

/// The names of the codes in Hugging Face's `ClassLabel` columns.
fn class_names(metadata: &FileMetaData) -> BTreeMap<String, Vec<String>> {
    let entries = metadata.key_value_metadata().into_iter().flatten();
    let mut texts = entries.filter(|entry| entry.key == DESCRIPTION);
    let text = texts.next().and_then(|entry| entry.value.as_deref());
    let description: serde_json::Value = text
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    let features = description["info"]["features"].as_object();
    let names = |feature: &serde_json::Value| -> Option<Vec<String>> {
        let names = feature["names"].as_array()?.iter();
        names.map(|name| name.as_str().map(str::to_owned)).collect()
    };
    features
        .into_iter()
        .flatten()
        .filter_map(|(column, feature)| Some((column.clone(), names(feature)?)))
        .collect()
}
