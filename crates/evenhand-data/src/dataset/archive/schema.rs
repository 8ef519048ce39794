//! Columns of a Parquet file: images and attributes.

use crate::dataset::DatasetError;
use crate::dataset::error::column_of;
use crate::dataset::image_names::IMAGE_COLUMNS;
use evenhand_stats::text::quoted;
use parquet::basic::{ConvertedType, LogicalType, Repetition, Type as Physical};
use parquet::errors::Result;
use parquet::schema::types::{SchemaDescriptor, Type, TypePtr};
use std::path::Path;
use std::sync::Arc;

/// The column that is taken where several hold bytes.
const IMAGE: &str = "image";
/// The fields of an image that is a struct.
const BYTES: &str = "bytes";
pub(super) const PATH: &str = "path";

/// The field of the images: the named one, else `image`, else the only one there is.
///
/// # Errors
/// There is none, or there are several.
pub(super) fn image_column<'a>(
    root: &'a Type,
    named: Option<&str>,
    path: &Path,
) -> std::result::Result<&'a TypePtr, DatasetError> {
    let fields = root.get_fields();
    let names = |fields: &[&TypePtr]| quoted(fields.iter().map(|field| field.name()));
    let images: Vec<&TypePtr> = fields.iter().filter(|field| holds_images(field)).collect();
    if let Some(name) = named {
        let all: Vec<String> = fields.iter().map(|field| field.name().to_owned()).collect();
        let field = &fields[column_of(&all, name, path)?];
        return match holds_images(field) {
            true => Ok(field),
            false => Err(DatasetError::NotImages {
                path: path.to_owned(),
                column: name.to_owned(),
                images: names(&images),
            }),
        };
    }
    let usual = images.iter().find(|field| field.name() == IMAGE);
    match (usual, &images[..]) {
        (Some(image), _) | (None, [image]) => Ok(image),
        (None, []) => Err(DatasetError::NoImages {
            path: path.to_owned(),
            columns: names(&fields.iter().collect::<Vec<_>>()),
        }),
        (None, several) => Err(DatasetError::SeveralImages {
            path: path.to_owned(),
            columns: names(several),
        }),
    }
}

/// No column holds images, and the named one, or one of a usual name, holds text.
pub(super) fn names_files(root: &Type, named: Option<&str>) -> bool {
    let fields = root.get_fields();
    let is_named = |field: &TypePtr| match named {
        Some(name) => field.name() == name,
        None => IMAGE_COLUMNS.contains(&field.name()),
    };
    !fields.iter().any(holds_images)
        && fields
            .iter()
            .any(|field| is_named(field) && holds_text(field))
}

fn holds_text(field: &TypePtr) -> bool {
    let info = field.get_basic_info();
    let is_text = info.converted_type() == ConvertedType::UTF8
        || info.logical_type_ref() == Some(&LogicalType::String);
    field.is_primitive() && info.repetition() != Repetition::REPEATED && is_text
}

fn holds_images(field: &TypePtr) -> bool {
    let is_bytes = |field: &Type| {
        let info = field.get_basic_info();
        field.is_primitive()
            && field.get_physical_type() == Physical::BYTE_ARRAY
            && info.repetition() != Repetition::REPEATED
            && info.converted_type() == ConvertedType::NONE
            && info.logical_type_ref().is_none()
    };
    match field.is_group() {
        true => {
            let inner = field.get_fields();
            field.get_basic_info().repetition() != Repetition::REPEATED
                && inner
                    .iter()
                    .any(|inner| inner.name() == BYTES && is_bytes(inner))
        }
        false => is_bytes(field),
    }
}

/// The image's field with nothing but its path, where it has one.
pub(super) fn path_of(image: &TypePtr) -> Option<TypePtr> {
    let inner = image.is_group().then(|| image.get_fields())?;
    let path = inner
        .iter()
        .find(|field| field.name() == PATH && is_value(field))?;
    let repetition = image.get_basic_info().repetition();
    let only = group(image.name(), Some(repetition), vec![Arc::clone(path)]);
    only.ok().map(Arc::new)
}

/// A part of the schema.
pub(super) fn group(
    name: &str,
    repetition: Option<Repetition>,
    fields: Vec<TypePtr>,
) -> Result<Type> {
    let group = Type::group_type_builder(name).with_fields(fields);
    match repetition {
        Some(repetition) => group.with_repetition(repetition).build(),
        None => group.build(),
    }
}

/// True if each row has one value of the field that can be written as text.
pub(super) fn is_value(field: &TypePtr) -> bool {
    let info = field.get_basic_info();
    if !field.is_primitive() || info.repetition() == Repetition::REPEATED {
        return false;
    }
    let converted = info.converted_type();
    match field.get_physical_type() {
        Physical::BYTE_ARRAY => matches!(
            converted,
            ConvertedType::UTF8
                | ConvertedType::ENUM
                | ConvertedType::JSON
                | ConvertedType::DECIMAL
        ),
        Physical::FIXED_LEN_BYTE_ARRAY => {
            converted == ConvertedType::DECIMAL
                || info.logical_type_ref() == Some(&LogicalType::Float16)
        }
        _ => true,
    }
}

/// The position of a field's bytes among the leaves of the schema.
pub(super) fn leaf(schema: &SchemaDescriptor, field: &str) -> usize {
    let is_it = |leaf: usize| {
        let parts = schema.column(leaf).path().parts().to_vec();
        parts == [field] || parts == [field, BYTES]
    };
    let found = (0..schema.num_columns()).find(|&leaf| is_it(leaf));
    found.expect("a field of bytes is a leaf, or has one")
}
